// A password goes no further than here: before a request is read, the one in its body is replaced by its hash, made on
// threads of its own. So no command, no log, no fingerprint and no table ever holds it.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "service/dialect.h"

namespace signalmind {

constexpr std::size_t password_bytes_max = 1'000;

// The route, run with a body in which Password is a hash. Hashing costs much, so it comes last: once a look has found
// nothing wrong with the rest. When too many of the caller's passwords wait: unavailable.
service::Route with_hashed_password(service::LookFirst, service::Route);

// A body that holds a password, taken apart. An empty password is none.
struct TakenPassword {
    std::string password;
    std::string rest;  // the body without it
};
std::optional<TakenPassword> take_password(std::string_view body);
std::string put_hash(std::string_view rest, std::string_view hash);

// The hash depends on the password and on all that comes with it, and on nothing else: a repeated request is known
// again by it. Its salt is a hash of the same cost, so that it gives nothing away.
std::string hash_of(const TakenPassword&, std::int64_t reseller_id);

// What stands where the password stood.
bool is_hash(std::string_view);

}  // namespace signalmind
