#include "http/message.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/ascii.h"

namespace http {

namespace {

constexpr std::array<std::pair<std::string_view, Method>, 7> method_names = {{
    {"GET", Method::get},
    {"POST", Method::post},
    {"PATCH", Method::patch},
    {"DELETE", Method::delete_},
    {"PUT", Method::put},
    {"HEAD", Method::head},
    {"OPTIONS", Method::options},
}};

// The part of a target after an absolute form's scheme and authority: "/a?b" of "http://host/a?b".
std::string_view without_authority(std::string_view target) {
    if (target.empty() || target.front() == '/') return target;
    const auto scheme_end = target.find("://");
    if (scheme_end == target.npos) return target;
    const auto authority_end = target.find_first_of("/?", scheme_end + 3);
    return authority_end == target.npos ? std::string_view() : target.substr(authority_end);
}

}  // namespace

bool equal_without_case(std::string_view a, std::string_view b) { return equal_ignoring_ascii_case(a, b); }

std::string_view to_string(Method method) {
    for (const auto& [name, value] : method_names)
        if (value == method) return name;
    return "";
}

Method parse_method(std::string_view name) {
    for (const auto& [known, value] : method_names)
        if (known == name) return value;
    return Method::other;
}

const std::string* Headers::find(std::string_view name) const {
    for (const Header& header : headers_)
        if (equal_without_case(header.name, name)) return &header.value;
    return nullptr;
}

std::size_t Headers::count(std::string_view name) const {
    return std::count_if(headers_.begin(), headers_.end(),
                         [&](const Header& header) { return equal_without_case(header.name, name); });
}

void Headers::add(std::string_view name, std::string_view value) {
    headers_.push_back({std::string(name), std::string(value)});
}

void Headers::set(std::string_view name, std::string_view value) {
    remove(name);
    add(name, value);
}

void Headers::remove(std::string_view name) {
    std::erase_if(headers_, [&](const Header& header) { return equal_without_case(header.name, name); });
}

std::string_view Request::path() const {
    const std::string_view rest = without_authority(target);
    const std::string_view path = rest.substr(0, rest.find('?'));
    return path.empty() && !target.empty() ? "/" : path;
}

std::string_view Request::query() const {
    const std::string_view rest = without_authority(target);
    const auto mark = rest.find('?');
    return mark == rest.npos ? std::string_view() : rest.substr(mark + 1);
}

std::string_view reason_phrase(int status) {
    switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 203: return "Non-Authoritative Information";
    case 204: return "No Content";
    case 205: return "Reset Content";
    case 206: return "Partial Content";
    case 300: return "Multiple Choices";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 402: return "Payment Required";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 423: return "Locked";
    case 424: return "Failed Dependency";
    case 425: return "Too Early";
    case 426: return "Upgrade Required";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "";
    }
}

}  // namespace http
