// URLs as text: RFC 3986 reference resolution, and the way between local paths and file: URLs. Pure functions.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace workflow {

struct UrlParts {
    std::string_view scheme;     // without ':'
    std::string_view authority;  // without "//"; see has_authority
    std::string_view path;
    std::string_view query;     // without '?'; see has_query
    std::string_view fragment;  // without '#'
    bool has_authority = false;
    bool has_query = false;
    bool has_fragment = false;
};

UrlParts split_url(std::string_view);

// RFC 3986 5.2: the absolute URL that `reference` means inside the document `base`. Without fragment when it has none.
std::string resolve_url(std::string_view base, std::string_view reference);

std::string_view without_fragment(std::string_view url);
bool is_http_url(std::string_view url);
bool is_file_url(std::string_view url);

// A local path, absolute or relative to the current directory, as a file: URL; what is a URL already stays.
std::string url_of_path(std::string_view path);
std::optional<std::string> path_of_url(std::string_view file_url);  // nullopt: it is no file: URL of this machine

// For a message: the path of a file: URL relative to the current directory where it lies below it, otherwise as it is.
std::string display_name(std::string_view url);

}  // namespace workflow
