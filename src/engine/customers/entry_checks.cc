#include "engine/customers/entry_checks.h"

#include <algorithm>

namespace {

bool may_stand_in_key(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
}

}  // namespace

void check_key(std::string_view field, std::string_view key, FieldErrors& errors) {
    constexpr std::size_t length_max = 64;
    if (key.empty())
        errors.add(field, Rule::required, "A key is required.");
    else if (key.size() > length_max || !std::all_of(key.begin(), key.end(), may_stand_in_key))
        errors.add(field, Rule::bad_characters,
                   "A key has at most 64 letters, digits, underscores, hyphens and periods.");
}

void check_range(std::string_view field, std::int64_t value, std::int64_t least, std::int64_t greatest,
                 FieldErrors& errors) {
    if (value < least || value > greatest)
        errors.add(
            field, Rule::out_of_range,
            std::string(field) + " lies between " + std::to_string(least) + " and " + std::to_string(greatest) + ".");
}

void check_id(std::int64_t id, FieldErrors& errors) { check_range("id", id, 1, (std::int64_t{1} << 53) - 1, errors); }
