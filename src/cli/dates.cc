#include "cli/dates.h"

#include "core/time.h"

namespace cli {

std::optional<std::string> find_start_of_day(std::string_view text) {
    constexpr std::size_t length_of_day = 10;
    if (text.size() != length_of_day) return std::nullopt;
    std::string start = std::string(text) + "T00:00:00Z";
    if (!parse_rfc3339(start)) return std::nullopt;
    return start;
}

}  // namespace cli
