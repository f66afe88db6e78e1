// Words for people: numbers as they are written, and the word that somebody may have meant. Used by every command.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

std::string with_thousands(std::int64_t number);                     // "12,345"
std::string count_of(std::int64_t number, const std::string& noun);  // "1 row", "12,345 rows"

// "a, b or c"
std::string any_of_words(const std::vector<std::string>& words);

// The one that is nearest to the word, by letters that are changed, missing, too many or swapped; absent: none is near.
std::optional<std::string> find_nearest(std::string_view word, const std::vector<std::string>& words);

// " Is account meant?", or nothing.
std::string suggestion(std::string_view word, const std::vector<std::string>& words);

}  // namespace cli
