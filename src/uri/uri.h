// URI references (RFC 3986), as far as schemas need them: taken apart, resolved against a base, and checked for form.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jsonschema {

struct SplitUri {
    std::string without_fragment;
    std::string fragment;  // percent-decoded
};

SplitUri split_fragment(std::string_view uri);

// RFC 3986, section 5.2. Forgiving: what is no URI reference is resolved as if it were one.
std::string resolve_uri(std::string_view base, std::string_view reference);

bool is_uri(std::string_view text);
bool is_uri_reference(std::string_view text);

bool is_ipv4(std::string_view text);
bool is_ipv6(std::string_view text);

}  // namespace jsonschema
