#include "cli/api.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "json/read.h"

namespace cli {
namespace {

constexpr std::int64_t page_size = 200;  // the most that the API gives

void append_escaped(std::string& text, std::string_view part) {
    constexpr char digits[] = "0123456789ABCDEF";
    for (const char c : part) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                              c == '_' || c == '.' || c == '~';
        if (is_plain) {
            text += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        text += '%';
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
}

Reason reason_of(int status) {
    switch (status) {
    case 401: return Reason::unauthenticated;
    case 403: return Reason::forbidden;
    case 404: return Reason::not_found;
    case 410: return Reason::gone;
    case 409:
    case 412: return Reason::conflict;
    case 429: return Reason::limit_exceeded;
    case 502:
    case 503:
    case 504: return Reason::unavailable;
    default: return status >= 500 ? Reason::broken : Reason::invalid;
    }
}

std::string text_of(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

// A newer server may know rules that this program does not: their words then stand in the detail.
FieldError field_error_of(const json::object& field) {
    const std::string word = text_of(field, "code");
    FieldError error{text_of(field, "field"), Rule::not_valid, text_of(field, "detail")};
    if (const auto rule = parse_rule(word))
        error.rule = *rule;
    else if (!word.empty())
        error.detail += error.detail.empty() ? word : " (" + word + ")";
    return error;
}

// Problem details, as admin/problem.cc writes them; from a proxy in between, anything.
Error error_of(const http::Response& response) {
    Error error{reason_of(response.status), "The server answers " + std::to_string(response.status) + " " +
                                                std::string(http::reason_phrase(response.status)) + "."};
    const auto body = ::json::read_json(response.body);
    if (!body.ok() || !body.value().is_object()) return error;
    const json::object& problem = body.value().get_object();
    if (auto detail = text_of(problem, "detail"); !detail.empty()) error.detail = std::move(detail);
    if (error.reason == Reason::unauthenticated) error.detail += " (Is the token an operator's, of this server?)";
    const json::value* errors = problem.if_contains("errors");
    if (!errors || !errors->is_array()) return error;
    for (const json::value& field : errors->get_array())
        if (field.is_object()) error.fields.push_back(field_error_of(field.get_object()));
    return error;
}

}  // namespace

std::string path(std::initializer_list<std::string_view> segments) {
    std::string text = "/admin/v1";
    for (const std::string_view segment : segments) {
        text += '/';
        append_escaped(text, segment);
    }
    return text;
}

Query& Query::add(std::string_view name, std::string_view value) {
    text_ += text_.empty() ? '?' : '&';
    text_ += name;
    text_ += '=';
    append_escaped(text_, value);
    return *this;
}

http::Headers if_match(const std::optional<std::int64_t>& version) {
    if (!version) return {};
    return {{"If-Match", '"' + std::to_string(*version) + '"'}};
}

Result<json::value> Api::get(const std::string& target) { return send(http::Method::get, target, "", {}); }

Result<json::value> Api::post(const std::string& target, const json::object& body, http::Headers headers) {
    return send(http::Method::post, target, json::serialize(body), std::move(headers));
}

Result<json::value> Api::put(const std::string& target, const json::object& body) {
    return send(http::Method::put, target, json::serialize(body), {});
}

Result<json::value> Api::patch(const std::string& target, const json::object& body, http::Headers headers) {
    return send(http::Method::patch, target, json::serialize(body), std::move(headers));
}

Result<json::value> Api::remove(const std::string& target, http::Headers headers) {
    return send(http::Method::delete_, target, "", std::move(headers));
}

Result<json::value> Api::post_text(const std::string& target, std::string body) {
    return send(http::Method::post, target, std::move(body), {});
}

Result<json::value> Api::send(http::Method method, const std::string& target, std::string body, http::Headers headers) {
    http::Request request;
    request.method = method;
    request.method_name = std::string(http::to_string(method));
    request.target = target;
    request.headers = std::move(headers);
    request.headers.set("Accept", "application/json");
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    request.body = std::move(body);
    const http::Response response = TRY(transport_.send(std::move(request)));
    if (response.status < 200 || response.status > 299) {
        Error error = error_of(response);
        const bool asks_a_sandbox = target.starts_with("/admin/v1/sandbox/");
        if (asks_a_sandbox && response.status == 404 && error.detail == "There is nothing at this path.")
            return Error{Reason::forbidden, "This server is no sandbox: it has no clocks, faults and resets."};
        return error;
    }
    if (response.body.empty()) return json::value(nullptr);
    auto value = ::json::read_json(response.body);
    if (!value.ok()) return Error{Reason::broken, "What answers there is no partnerd: " + value.error().detail};
    return value;
}

Result<bool> Api::list(const std::string& target, Query query, std::string_view member, std::int64_t limit,
                       const UsePage& use) {
    const std::string filters = query.text();
    std::string cursor;
    for (std::int64_t seen = 0;;) {
        const std::int64_t wanted = limit == 0 ? page_size : std::min(page_size, limit - seen);
        std::string page_target = target + filters + (filters.empty() ? "?" : "&") + "limit=" + std::to_string(wanted);
        if (!cursor.empty()) page_target += "&cursor=" + cursor;
        const json::value page = TRY(get(page_target));
        const json::value* items = page.is_object() ? page.get_object().if_contains(member) : nullptr;
        if (!items || !items->is_array()) return Error{Reason::broken, "What answers there is no partnerd."};
        const bool goes_on = use(items->get_array());
        seen += static_cast<std::int64_t>(items->get_array().size());
        cursor = text_of(page.get_object(), "next");
        if (cursor.empty()) return false;
        if (!goes_on || (limit != 0 && seen >= limit)) return true;
    }
}

}  // namespace cli
