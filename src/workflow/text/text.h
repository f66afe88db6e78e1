// Text and JSON helpers that several files of this folder share: conversions between values and their text, escapes,
// comparison without regard to case. Pure functions.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/text/json.h"

namespace workflow {

bool is_utf8(std::string_view);
// With U+FFFD for each byte that is none.
std::string valid_utf8(std::string_view);
// What XML 1.0 can hold, escaped for elements and attributes: U+FFFD for what it cannot.
std::string xml_escape(std::string_view);

// The value as JSON: compact, members in order, numbers as people write them (5.0 is "5.0", not "5E0").
std::string to_json(const json::value&);
void append_json(std::string& out, const json::value&);
std::string to_pretty_json(const json::value&);

// The value as it appears inside another text: a string as it is, other scalars by their literal, the rest as JSON.
std::string to_text(const json::value&);

// Number as JSON writes it. NaN and infinity (which no document can hold) become null.
std::string number_text(double);

// Reads a JSON text strictly (no duplicates dropped silently: the last wins; no infinities). nullopt: it is not JSON.
std::optional<json::value> parse_json(std::string_view);

// An integer beyond 64 bits keeps its digits: as a string that begins with a mark, which to_json() and to_text() leave
// out. Nobody else's string begins so.
std::optional<std::string_view> big_integer(const json::value&);
json::value make_big_integer(std::string_view digits);
// With the nearest number that JSON's arithmetic has instead of each: for whoever asks what type a value is of.
json::value with_plain_numbers(const json::value&);

// Unicode simple case folding, without regard to locale.
bool equal_ignoring_case(std::string_view a, std::string_view b);
int compare_ignoring_case(std::string_view a, std::string_view b);  // <0, 0, >0
bool equal_ignoring_ascii_case(std::string_view a, std::string_view b);
std::string to_lower_ascii(std::string_view);

// A text that is a JSON number and nothing else.
std::optional<double> number_in(std::string_view);

// RFC 3986 percent-encoding of everything but unreserved characters and those of `keep`.
std::string percent_encode(std::string_view, std::string_view keep = {});
std::string percent_decode(std::string_view, bool plus_is_space = false);
std::string form_encode(std::string_view);  // application/x-www-form-urlencoded: a space is '+'

std::string base64(std::string_view);

// For a message: on one line, cut to `size_max` characters, control characters escaped.
std::string shorten(std::string_view, std::size_t size_max = 120);

std::string_view trim(std::string_view);

// The nearest of `candidates` to what was written, when it is near enough to be a slip; empty otherwise, and where
// names are so long, or so many, that looking would take long.
std::string nearest(std::string_view written, const std::vector<std::string>& candidates);

}  // namespace workflow
