// What a country, a telephone number and a day look like, and the checks that all entries share. Pure. Texts are UTF-8.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/field_errors.h"

// ISO 3166-1 alpha-2, in order; made from Debian's iso-codes when partnerd is built.
extern const std::vector<std::string_view> country_codes;

bool is_country(std::string_view code);

// E.164: "+" or "00", perhaps blanks, an ITU country code, the rest; 8 to 15 digits in all. Between them may stand
// blanks, hyphens, full stops, slashes and pairs of parentheses, and after the code (0), which is dialled at home
// alone.
bool is_phone_number(std::string_view text);

// "28.02.2024": a day that the calendar knows.
bool is_day(std::string_view text);

constexpr std::size_t text_length_max = 255;  // characters

// A text that is there must show something if it is required, must not be too long, nor hold control characters or what
// turns text round. Rules: required, too_long, bad_characters.
bool check_text(std::string_view field, std::string_view text, bool is_required, FieldErrors&);

// Rules: required, too_long, bad_characters, bad_format.
void check_email(std::string_view field, std::string_view text, bool is_required, FieldErrors&);

// "custom_attributes.signer_name"
std::string field_of_attribute(std::string_view key);
