#include "workflow/text/url.h"

#include <filesystem>

#include "uri/uri.h"
#include "workflow/text/text.h"

namespace workflow {

std::string_view without_fragment(std::string_view url) { return url.substr(0, url.find('#')); }

bool is_http_url(std::string_view url) {
    const std::string_view scheme = uri::split(url).scheme.value_or("");
    return equal_ignoring_ascii_case(scheme, "http") || equal_ignoring_ascii_case(scheme, "https");
}

bool is_file_url(std::string_view url) {
    return equal_ignoring_ascii_case(uri::split(url).scheme.value_or(""), "file");
}

std::string url_of_path(std::string_view path) {
    if (is_http_url(path) || is_file_url(path)) return std::string(path);
    auto absolute = std::filesystem::absolute(std::filesystem::path(path)).lexically_normal();
    return "file://" + percent_encode(absolute.string(), "/");
}

std::optional<std::string> path_of_url(std::string_view url) {
    const uri::Parts parts = uri::split(url);
    if (!equal_ignoring_ascii_case(parts.scheme.value_or(""), "file")) return std::nullopt;
    const std::string_view host = parts.authority.value_or("");
    if (!host.empty() && host != "localhost") return std::nullopt;
    return percent_decode(parts.path);
}

std::string display_name(std::string_view url) {
    auto path = path_of_url(url);
    if (!path) return std::string(url);
    std::error_code failed;
    auto current = std::filesystem::current_path(failed);
    if (failed) return *path;
    auto relative = std::filesystem::path(*path).lexically_relative(current);
    return relative.empty() || *relative.begin() == ".." ? *path : relative.string();
}

}  // namespace workflow
