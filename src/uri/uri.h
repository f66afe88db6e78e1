// URI references (RFC 3986): taken apart, resolved against a base, checked for form. Called by jsonschema/ and
// workflow/. Pure; what is no URI reference at all is treated as if it were one, and never refused but by the is_
// functions.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace uri {

// Borrowed from the text. Absent is not empty: "a?" has a query, "a" has none.
struct Parts {
    std::optional<std::string_view> scheme;     // without ':'; a letter first, then letters, digits, '+', '-', '.'
    std::optional<std::string_view> authority;  // without "//"
    std::string_view path;
    std::optional<std::string_view> query;     // without '?'
    std::optional<std::string_view> fragment;  // without '#'
};

Parts split(std::string_view reference);

struct SplitUri {
    std::string without_fragment;
    std::string fragment;  // percent-decoded
};

SplitUri split_fragment(std::string_view text);

// RFC 3986, section 5.2, strictly: a reference with the base's own scheme is absolute nevertheless.
std::string resolve(std::string_view base, std::string_view reference);

bool is_uri(std::string_view text);
bool is_uri_reference(std::string_view text);

bool is_ipv4(std::string_view text);
bool is_ipv6(std::string_view text);

}  // namespace uri
