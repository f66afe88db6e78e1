// The Retry-After header (RFC 9110 10.2.3): a number of seconds, or a date in any of HTTP's three formats.

#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace workflow {

// How long to wait from `now`; never negative, at most ten years. nullopt: the header says nothing that can be
// understood.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text,
                                                           std::chrono::system_clock::time_point now);

// IMF-fixdate, RFC 850 or asctime; within what a system_clock can hold.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text,
                                                        std::chrono::system_clock::time_point now);

}  // namespace workflow
