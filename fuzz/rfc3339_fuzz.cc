// Date-times. What is read can be written and read again, and is the same instant; at any offset.

#include <cstdint>
#include <string_view>

#include "core/time.h"

namespace {

void require(bool holds) {
    if (!holds) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto instant = parse_rfc3339(text);
    if (!instant) return 0;
    const std::string written = format_rfc3339(*instant);
    require(written.size() == 24 && written.ends_with('Z'));
    require(parse_rfc3339(written) == instant);
    require(from_milliseconds(to_milliseconds(*instant)) == *instant);

    const int offset = size % 2 ? static_cast<int>(text[0]) : -static_cast<int>(text[size - 1]);
    const std::string local = format_rfc3339(*instant, std::chrono::minutes(offset));
    const bool leaves_the_years =
        local.size() != 29 || (*instant + std::chrono::minutes(offset)) >= *parse_rfc3339("9999-12-31T23:59:59.999Z") ||
        (*instant + std::chrono::minutes(offset)) < *parse_rfc3339("0000-01-01T00:00:00Z");
    if (!leaves_the_years) require(parse_rfc3339(local) == instant);
    return 0;
}
