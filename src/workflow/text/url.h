// URLs of documents and requests: what they are, and the way between local paths and file: URLs. How they are taken
// apart and resolved: uri/uri.h.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace workflow {

std::string_view without_fragment(std::string_view url);
bool is_http_url(std::string_view url);
bool is_file_url(std::string_view url);

// A local path, absolute or relative to the current directory, as a file: URL; what is a URL already stays.
std::string url_of_path(std::string_view path);
std::optional<std::string> path_of_url(std::string_view file_url);  // nullopt: it is no file: URL of this machine

// For a message: the path of a file: URL relative to the current directory where it lies below it, otherwise as it is.
std::string display_name(std::string_view url);

}  // namespace workflow
