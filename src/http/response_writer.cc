#include "http/response_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "http/grammar.h"

namespace http {

namespace {

void append_number(std::string& out, std::size_t number) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

// Whoever frames the message says how: these are never taken from the headers of a Response.
bool is_ours(std::string_view name) {
    constexpr std::array<std::string_view, 6> ours = {"Content-Length", "Transfer-Encoding", "Connection",
                                                      "Date",           "Content-Type",      "Keep-Alive"};
    return std::ranges::any_of(ours, [&](std::string_view our) { return equal_without_case(our, name); });
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

void append_response(std::string& out, const Response& response, Framing framing, std::string_view date) {
    const bool has_no_body = response.status == 204 || response.status == 304;
    out.append("HTTP/1.1 ");
    append_number(out, response.status);
    out.append(" ").append(reason_phrase(response.status)).append("\r\nDate: ").append(date).append("\r\n");
    if (!response.content_type.empty() && !has_no_body && is_header_value(response.content_type))
        append_header(out, "Content-Type", response.content_type);
    if (!has_no_body) {
        out.append("Content-Length: ");
        append_number(out, response.body.size());
        out.append("\r\n");
    }
    for (const Header& header : response.headers)
        if (!is_ours(header.name) && is_token(header.name) && is_header_value(header.value))
            append_header(out, header.name, header.value);
    if (framing.close)
        out.append("Connection: close\r\n");
    else if (framing.keep_alive)
        out.append("Connection: keep-alive\r\n");
    out.append("\r\n");
    if (!has_no_body && !framing.is_head) out.append(response.body);
}

std::string_view DateHeader::now() {
    const std::time_t second = std::time(nullptr);
    if (second == second_) return text_;
    constexpr std::array days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    gmtime_r(&second, &utc);
    char text[64];
    const int length =
        std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[utc.tm_wday], utc.tm_mday,
                      months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
    second_ = second;
    text_.assign(text, length);
    return text_;
}

}  // namespace http
