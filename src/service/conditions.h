// Conditional requests (RFC 9110 13), once for all dialects. What one thing looks like (a representation, as a
// show_route() answers it) has an entity tag of its own: whatever changes what is shown, a write, the clock or the
// revision that is spoken, changes the tag. What is edited by its version has that in the tag, and a tag of the version
// alone ("7") is as good: so it can be written down from what is shown.
//
// A write is about what GET shows at its path, else at the nearest path above it that can be read; it is refused
// (conflict, version stale) unless If-Match names that, or while If-None-Match does. Both are evaluated in the
// transaction of the write, or, of a route that is no single one, before it begins. What is read as a list has no tag:
// If-Match holds of it only as "*", and If-None-Match always. Where nothing is, what is asked for finds out itself;
// only a PUT, which would make it, is refused for its If-Match.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "service/dialect.h"

namespace service {

// Once the body is complete. What a show_route() answers gets its tag by itself; to be called by those whose things
// have a version, or whose writes answer with the thing as well.
void set_entity_tag(http::Response&, std::optional<std::int64_t> version = {});

// The answer, or 304 in its place where If-None-Match says that the caller has it.
http::Response unless_known(const Call&, http::Response);

// Whether a request that is to change something asks for a condition.
bool has_condition(const http::Request&);

// The show_route() that a route's conditions are about; null: none.
const Route* find_shown(const std::vector<Route>&, const Route&);

// Of a call that Service has marked so. Refuses: malformed (a header that holds no entity tags), conflict (version
// stale).
Result<void> check_condition(db::Tx&, World&, const Call&);

// What it refuses so, each dialect in its own words for 412.
bool is_stale(const Error&);

}  // namespace service
