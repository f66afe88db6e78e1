#include "workflow/text/url.h"

#include <filesystem>

#include "workflow/text/text.h"

namespace workflow {

namespace {

bool is_scheme(std::string_view text) {
    auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (text.empty() || !letter(text[0])) return false;
    for (char c : text)
        if (!letter(c) && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.') return false;
    return true;
}

// RFC 3986 5.2.4
std::string remove_dot_segments(std::string_view path) {
    std::string out;
    auto drop_last = [&] {
        auto slash = out.rfind('/');
        out.erase(slash == std::string::npos ? 0 : slash);
    };
    while (!path.empty()) {
        if (path.starts_with("../")) {
            path.remove_prefix(3);
        } else if (path.starts_with("./")) {
            path.remove_prefix(2);
        } else if (path.starts_with("/./")) {
            path.remove_prefix(2);
        } else if (path == "/.") {
            path = "/";
        } else if (path.starts_with("/../")) {
            path.remove_prefix(3);
            drop_last();
        } else if (path == "/..") {
            path = "/";
            drop_last();
        } else if (path == "." || path == "..") {
            path = {};
        } else {
            auto end = path.find('/', 1);
            out += path.substr(0, end);
            path = end == std::string_view::npos ? std::string_view() : path.substr(end);
        }
    }
    return out;
}

std::string merge_paths(const UrlParts& base, std::string_view path) {
    if (base.has_authority && base.path.empty()) return "/" + std::string(path);
    auto slash = base.path.rfind('/');
    return std::string(base.path.substr(0, slash == std::string_view::npos ? 0 : slash + 1)) + std::string(path);
}

}  // namespace

UrlParts split_url(std::string_view url) {
    UrlParts out;
    if (auto hash = url.find('#'); hash != std::string_view::npos) {
        out.fragment = url.substr(hash + 1);
        out.has_fragment = true;
        url = url.substr(0, hash);
    }
    if (auto mark = url.find('?'); mark != std::string_view::npos) {
        out.query = url.substr(mark + 1);
        out.has_query = true;
        url = url.substr(0, mark);
    }
    if (auto colon = url.find(':'); colon != std::string_view::npos && is_scheme(url.substr(0, colon))) {
        out.scheme = url.substr(0, colon);
        url.remove_prefix(colon + 1);
    }
    if (url.starts_with("//")) {
        auto end = url.find('/', 2);
        out.authority = url.substr(2, end == std::string_view::npos ? end : end - 2);
        out.has_authority = true;
        url = end == std::string_view::npos ? std::string_view() : url.substr(end);
    }
    out.path = url;
    return out;
}

std::string resolve_url(std::string_view base_url, std::string_view reference) {
    auto base = split_url(base_url), parts = split_url(reference);
    std::string_view scheme = base.scheme, authority = base.authority, query = parts.query;
    bool has_authority = base.has_authority, has_query = parts.has_query;
    std::string path;
    if (!parts.scheme.empty() || parts.has_authority) {
        if (!parts.scheme.empty()) scheme = parts.scheme;
        authority = parts.authority;
        has_authority = parts.has_authority;
        path = remove_dot_segments(parts.path);
    } else if (parts.path.empty()) {
        path = base.path;
        if (!has_query) query = base.query, has_query = base.has_query;
    } else {
        path =
            remove_dot_segments(parts.path.starts_with('/') ? std::string(parts.path) : merge_paths(base, parts.path));
    }
    std::string out;
    if (!scheme.empty()) (out += scheme) += ':';
    if (has_authority) (out += "//") += authority;
    out += path;
    if (has_query) (out += '?') += query;
    if (parts.has_fragment) (out += '#') += parts.fragment;
    return out;
}

std::string_view without_fragment(std::string_view url) { return url.substr(0, url.find('#')); }

bool is_http_url(std::string_view url) {
    auto scheme = split_url(url).scheme;
    return equal_ignoring_ascii_case(scheme, "http") || equal_ignoring_ascii_case(scheme, "https");
}

bool is_file_url(std::string_view url) { return equal_ignoring_ascii_case(split_url(url).scheme, "file"); }

std::string url_of_path(std::string_view path) {
    if (is_http_url(path) || is_file_url(path)) return std::string(path);
    auto absolute = std::filesystem::absolute(std::filesystem::path(path)).lexically_normal();
    return "file://" + percent_encode(absolute.string(), "/");
}

std::optional<std::string> path_of_url(std::string_view url) {
    auto parts = split_url(url);
    if (!equal_ignoring_ascii_case(parts.scheme, "file")) return std::nullopt;
    if (!parts.authority.empty() && parts.authority != "localhost") return std::nullopt;
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
