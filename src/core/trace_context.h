// W3C Trace Context (level 1, and level 2's random flag): by which trace a request belongs to what others do. The
// header traceparent is "00-TRACE-PARENT-FLAGS". Taken by service/, passed on by whatever is sent because of the
// request.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct TraceContext {
    std::string trace_id;   // 32 hexadecimal digits, in lower case
    std::string parent_id;  // 16: of whoever sends it
    unsigned flags = 0;     // 1: sampled; 2: the id is random

    bool operator==(const TraceContext&) const = default;
};

// Absent: what the recommendation tells a receiver to take for no header at all. Of a version above 00 what 00 knows.
std::optional<TraceContext> parse_traceparent(std::string_view);

std::string render_traceparent(const TraceContext&);

// 64 random bits, which may not be none.
std::string span_id_of(std::uint64_t random_bits);
