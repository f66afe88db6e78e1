// Dates as people write them on a command line or in a file: a day stands for its beginning, in UTC. Used by options
// that take a date-time, and by imports.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cli {

// "2027-06-30" -> "2027-06-30T00:00:00Z"; absent: it is no day.
std::optional<std::string> find_start_of_day(std::string_view text);

}  // namespace cli
