// What a server really sent becomes what expressions can read: content codings undone (RFC 9110 8.4), text in whatever
// charset as UTF-8, a byte order mark taken away. Pure functions, bounded in size; called by run.cc for each answer.

#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "http/message.h"

namespace workflow {

// What decode_answer() can undo.
inline constexpr std::string_view accepted_codings = "gzip, deflate, br";

constexpr std::size_t decoded_bytes_max = 64 << 20;

// Refuses (malformed, limit_exceeded) with one sentence; the body is then as it came. Content-Encoding stays among the
// headers.
Result<void> decode_answer(const http::Headers&, std::string& body);

}  // namespace workflow
