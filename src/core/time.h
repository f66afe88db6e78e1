// Instants, as the published documents write them: RFC 3339. Read strictly, kept to the millisecond, always shown in
// UTC (or at a fixed offset where a dialect wants one). No clock here: what time it is comes from engine/world.h.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

inline std::int64_t to_milliseconds(Instant instant) { return instant.time_since_epoch().count(); }
inline Instant from_milliseconds(std::int64_t since_1970) { return Instant(std::chrono::milliseconds(since_1970)); }

// date-time of RFC 3339 section 5.6, nothing more: the zone is a must, "T" and "Z" may be lower case (as the RFC says),
// a space may not stand for "T", the calendar is checked (2027-02-30 and 24:00 are no times). A leap second is accepted
// only as 23:59:60 UTC at the end of a month and becomes the following second. Digits beyond the millisecond are cut
// off. Absent also where the instant in UTC would leave the years 0000 to 9999.
std::optional<Instant> parse_rfc3339(std::string_view text);

// "2023-01-23T15:55:58.000Z". For the years 0000 to 9999.
std::string format_rfc3339(Instant);

// The same, into so many bytes that the caller has, without a zero at the end.
constexpr std::size_t rfc3339_length = 24;
void write_rfc3339(char* to, Instant);

// "2021-02-11T10:18:19.148+03:00"
std::string format_rfc3339(Instant, std::chrono::minutes offset);
