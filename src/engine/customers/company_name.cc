#include "engine/customers/company_name.h"

#include <algorithm>

#include "core/ascii.h"
#include "core/utf8.h"

namespace {

// Punctuation and symbols of ASCII, of Latin-1, and U+2010 to U+2BFF; letters and digits of all scripts are none.
bool is_special(char32_t c) {
    if (c < 0x80) return c > ' ' && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z');
    const bool is_latin_letter = c == 0xaa || c == 0xb5 || c == 0xba;
    return (c >= 0xa1 && c <= 0xbf && !is_latin_letter) || c == 0xd7 || c == 0xf7 || (c >= 0x2010 && c <= 0x2bff);
}

bool has_special_character_beside(std::string_view name, std::string_view allowed) {
    for (std::size_t i = 0; i < name.size();) {
        const auto character = decode_utf8(name, i);
        if (!character) return true;
        if (is_special(character->value) && allowed.find(name.substr(i, character->bytes)) == std::string_view::npos)
            return true;
        i += character->bytes;
    }
    return false;
}

// What stands between spaces and the punctuation of ASCII.
std::vector<std::string> words_of(std::string_view name) {
    std::vector<std::string> words(1);
    for (const char c : to_lower_ascii(name)) {
        const auto byte = static_cast<unsigned char>(c);
        const bool separates = byte < 0x80 && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z');
        if (separates)
            words.emplace_back();
        else
            words.back() += c;
    }
    return words;
}

const std::string* find_forbidden_word(std::string_view name, const std::vector<std::string>& forbidden) {
    const auto words = words_of(name);
    for (const std::string& word : forbidden)
        if (std::find(words.begin(), words.end(), to_lower_ascii(word)) != words.end()) return &word;
    return nullptr;
}

const std::string* find_forbidden_ending(std::string_view name, const std::vector<std::string>& forbidden) {
    std::string lower = to_lower_ascii(name) + ' ';
    for (const std::string& ending : forbidden)
        if (lower.find('.' + to_lower_ascii(ending) + ' ') != std::string::npos) return &ending;
    return nullptr;
}

}  // namespace

void check_company_name(std::string_view field, std::string_view name, const CompanyNameRules& rules,
                        FieldErrors& errors) {
    if (rules.special_characters && has_special_character_beside(name, *rules.special_characters))
        errors.add(field, Rule::special_characters,
                   rules.special_characters->empty()
                       ? std::string(field) + " may not hold special characters."
                       : std::string(field) + " may hold no special characters but " + *rules.special_characters);
    if (const std::string* word = find_forbidden_word(name, rules.forbidden_words))
        errors.add(field, Rule::abbreviation, std::string(field) + " may not hold the abbreviation " + *word + ".");
    if (const std::string* ending = find_forbidden_ending(name, rules.forbidden_endings))
        errors.add(field, Rule::top_level_domain,
                   std::string(field) + " may not hold a name that ends in ." + *ending + ".");
}
