#include "cli/words.h"

#include <algorithm>
#include <cctype>

namespace cli {
namespace {

std::string in_lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return lower;
}

// Optimal string alignment: swapped neighbours count once.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> two_before(b.size() + 1), before(b.size() + 1), current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) before[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            current[j] = std::min({changed, before[j] + 1, current[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                current[j] = std::min(current[j], two_before[j - 2] + 1);
        }
        two_before.swap(before);
        before.swap(current);
    }
    return before[b.size()];
}

}  // namespace

std::string with_thousands(std::int64_t number) {
    std::string text = std::to_string(number);
    const std::ptrdiff_t first = number < 0 ? 1 : 0;
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > first; at -= 3)
        text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

std::string count_of(std::int64_t number, const std::string& noun) {
    return with_thousands(number) + ' ' + noun + (number == 1 ? "" : "s");
}

std::string any_of_words(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
    return text;
}

std::optional<std::string> find_nearest(std::string_view word, const std::vector<std::string>& words) {
    constexpr std::size_t word_length_max = 64;  // what is longer is no misspelt word
    if (word.empty() || word.size() > word_length_max) return std::nullopt;
    const std::string lower = in_lower_case(word);
    std::optional<std::string> nearest;
    std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string& candidate : words) {
        const std::size_t far = distance(lower, in_lower_case(candidate));
        if (far >= least) continue;
        least = far;
        nearest = candidate;
    }
    if (nearest) return nearest;
    for (const std::string& candidate : words)
        if (lower.size() >= 3 && in_lower_case(candidate).starts_with(lower)) return candidate;
    return std::nullopt;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& words) {
    const auto nearest = find_nearest(word, words);
    return nearest ? " Is " + *nearest + " meant?" : "";
}

}  // namespace cli
