// Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): a structured-field String, or, as nearly all clients
// send it, the same without quotes. The same key and the same request: the stored answer, with Idempotency-Replayed:
// true; another request: 422; still running: 409; a key that is none: 400. Kept for 24 hours, for the manager or the
// reseller whose credential it is, so that a retry may come with a new token. What is kept is what the operation
// decided, accepted or refused; not what failed, nor a body that could not be read. Stored answers are encrypted with
// the database's key and the caller's; one that shows a new secret also with the credential that asked, and belongs to
// that alone: asked again by another session of it, it is 409. Used by create_route() in dialect.h alone.

#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>

#include "core/result.h"
#include "http/message.h"
#include "service/dialect.h"

namespace service {

constexpr std::size_t idempotency_key_length_max = 255;

// RFC 8941 3.3.3, parameters of it ignored; else visible ASCII without a quote: abc and "abc" are one key. Refuses
// (malformed): anything else, an empty or too long key, two of them.
Result<std::string> parse_idempotency_key(const http::Request&);

// The keys of requests that are under way here.
class KeysInProgress {
public:
    bool begin(const std::string& key);  // false: it is under way
    void end(const std::string& key);

private:
    std::mutex mutex_;
    std::unordered_set<std::string> keys_;
};

// For tests: how a response is stored, before encryption.
std::string encode_response(const http::Response&);
std::optional<http::Response> decode_response(std::string_view);

}  // namespace service
