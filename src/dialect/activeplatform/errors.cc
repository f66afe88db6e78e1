#include "dialect/activeplatform/errors.h"

#include <boost/json.hpp>
#include <charconv>

#include "dialect/activeplatform/resource.h"
#include "json/read.h"
#include "json/writer.h"
#include "service/conditions.h"
#include "service/service.h"

namespace activeplatform {
namespace {

namespace json = boost::json;

// The title of a rule, which never changes from one occurrence to the next.
std::string_view title_of(Rule rule) {
    switch (rule) {
    case Rule::required: return "A required value is missing";
    case Rule::wrong_type: return "The value has a wrong type";
    case Rule::too_long: return "The value is too long";
    case Rule::bad_characters: return "The value holds characters that are not allowed";
    case Rule::bad_format: return "The value has a wrong format";
    case Rule::unknown: return "There is no such thing";
    case Rule::not_allowed: return "The value is not allowed here";
    case Rule::not_assignable: return "The manager cannot be attached";
    case Rule::special_characters: return "The company name holds special characters";
    case Rule::abbreviation: return "The company name holds an abbreviation";
    case Rule::top_level_domain: return "The company name holds a domain name";
    case Rule::duplicate: return "The value is given twice";
    case Rule::read_only: return "The value cannot be set";
    case Rule::not_listed: return "The value is not one of the list";
    case Rule::taken: return "The value is taken";
    case Rule::out_of_range: return "The value is out of range";
    case Rule::too_many: return "There are too many values";
    case Rule::mismatch: return "The value contradicts the address of the request";
    case Rule::unsupported: return "The value is not supported";
    case Rule::closed: return "The account is deleted";
    case Rule::foreign: return "The account was opened through another API";
    case Rule::bad_document:
    case Rule::before_from:
    case Rule::credentials:
    case Rule::expired:
    case Rule::finished:
    case Rule::fixed:
    case Rule::forbidden:
    case Rule::forbidden_address:
    case Rule::fragment:
    case Rule::in_past:
    case Rule::in_progress:
    case Rule::in_use:
    case Rule::limit:
    case Rule::missing:
    case Rule::negative:
    case Rule::not_basic:
    case Rule::not_of_type:
    case Rule::not_premium:
    case Rule::not_promoted:
    case Rule::not_redeemed:
    case Rule::not_valid:
    case Rule::not_yours:
    case Rule::other_type:
    case Rule::out_of_step:
    case Rule::promoted:
    case Rule::redeemed:
    case Rule::repeated:
    case Rule::reused:
    case Rule::revoked:
    case Rule::scheme:
    case Rule::stale:
    case Rule::suspended:
    case Rule::too_deep:
    case Rule::too_far:
    case Rule::under_way:
    case Rule::unreadable: break;
    }
    return "The value is not valid";
}

struct Words {
    int status;
    std::string_view code;
};

Words words_of(Reason reason) {
    switch (reason) {
    case Reason::malformed: return {400, "malformed"};
    case Reason::unauthenticated: return {401, "unauthenticated"};
    case Reason::forbidden: return {403, "forbidden"};
    case Reason::not_found: return {404, "not_found"};
    case Reason::gone: return {410, "gone"};
    case Reason::invalid: return {422, "invalid"};
    case Reason::conflict: return {409, "conflict"};
    case Reason::idempotency_mismatch: return {422, "idempotency_mismatch"};
    case Reason::limit_exceeded: return {429, "too_many_requests"};
    case Reason::unavailable: return {503, "unavailable"};
    case Reason::broken: return {500, "internal_error"};
    }
    return {500, "internal_error"};
}

std::string_view code_of_status(int status) {
    switch (status) {
    case 404: return "not_found";
    case 405: return "method_not_allowed";
    case 406: return "not_acceptable";
    case 415: return "unsupported_media_type";
    case 500: return "internal_error";
    case 503: return "unavailable";
    default: return status < 500 ? "malformed" : "internal_error";
    }
}

// A step of a JSON pointer; null: it leads nowhere.
const json::value* step(const json::value& value, std::string_view token) {
    if (const auto* object = value.if_object()) return object->if_contains(token);
    const auto* array = value.if_array();
    std::size_t index = 0;
    if (!array || std::from_chars(token.data(), token.data() + token.size(), index).ec != std::errc()) return nullptr;
    return index < array->size() ? &(*array)[index] : nullptr;
}

std::string unescape_token(std::string_view token) {
    std::string text;
    for (std::size_t i = 0; i < token.size(); ++i) {
        const bool is_escape = token[i] == '~' && i + 1 < token.size();
        text += is_escape ? (token[++i] == '1' ? '/' : '~') : token[i];
    }
    return text;
}

// A pointer must lead to something that is there: what is missing is told of its parent.
std::string existing_part_of(std::string_view pointer, const json::value& body) {
    const json::value* at = &body;
    std::size_t end = 0;
    while (end < pointer.size()) {
        const std::size_t next = std::min(pointer.find('/', end + 1), pointer.size());
        at = step(*at, unescape_token(pointer.substr(end + 1, next - end - 1)));
        if (!at) break;
        end = next;
    }
    return std::string(pointer.substr(0, end));
}

// Where the list of a request's custom attributes stands: in attributes, or, as some clients send what has a `data`
// member, in relationships.
const json::array* find_custom_attributes(const json::value& body, std::string& pointer) {
    for (const std::string_view place :
         {"/data/attributes/custom_attributes/data", "/data/relationships/custom_attributes/data"}) {
        if (existing_part_of(place, body) != place) continue;
        pointer = place;
        const json::value* value = &body;
        for (std::string_view rest = place; !rest.empty();) {
            const std::size_t end = std::min(rest.find('/', 1), rest.size());
            value = step(*value, rest.substr(1, end - 1));
            rest.remove_prefix(end);
        }
        return value->if_array();
    }
    return nullptr;
}

// Some rules are about the key, whatever its value.
std::string_view wrong_part_of(std::optional<Rule> rule) {
    return rule == Rule::unknown || rule == Rule::read_only || rule == Rule::duplicate ? "/key" : "/value";
}

// RFC 6901 3.
std::string escape_token(std::string_view token) {
    std::string escaped;
    for (const char c : token) escaped += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return escaped;
}

std::string pointer_to_custom_attribute(std::string_view key, std::optional<Rule> rule, const json::value& body) {
    std::string pointer;
    const json::array* list = find_custom_attributes(body, pointer);
    if (!list) return existing_part_of("/data/attributes/custom_attributes/" + escape_token(key), body);
    for (std::size_t i = list->size(); i-- > 0;) {
        const json::value* found = step((*list)[i], "key");
        if (found && found->is_string() && std::string_view(found->get_string()) == key)
            return existing_part_of(pointer + "/" + std::to_string(i) + std::string(wrong_part_of(rule)), body);
    }
    return pointer;
}

// A field of the engine's ("account" is the whole resource), or "/a/b" for a pointer, "?name" for a parameter, "@name"
// for a header.
void write_source(::json::JsonWriter& out, std::string_view field, std::optional<Rule> rule, const json::value& body) {
    constexpr std::string_view custom_attribute = "custom_attributes.";
    out.name("source").open_object();
    if (field.starts_with('?'))
        out.name("parameter").text(field.substr(1));
    else if (field.starts_with('@'))
        out.name("header").text(field.substr(1));
    else if (field == "account")
        out.name("pointer").text(std::string_view(existing_part_of("/data", body)));
    else if (field.starts_with('/'))
        out.name("pointer").text(std::string_view(existing_part_of(field, body)));
    else if (field.starts_with(custom_attribute))
        out.name("pointer").text(
            std::string_view(pointer_to_custom_attribute(field.substr(custom_attribute.size()), rule, body)));
    else
        out.name("pointer").text(std::string_view(existing_part_of("/data/attributes/" + std::string(field), body)));
    out.close_object();
}

void write_error(::json::JsonWriter& out, int status, std::string_view code, std::string_view title,
                 std::string_view detail) {
    out.name("status").text(std::string_view(std::to_string(status)));
    out.name("code").text(code);
    out.name("title").text(title);
    if (!detail.empty()) out.name("detail").text(detail);
}

// The header that a refusal is about; empty: none.
std::string_view header_of(const service::Call& call, const Error& error) {
    if (error.reason == Reason::unauthenticated) return "@X-Api-Token";
    if (service::is_stale(error)) return call.request.headers.find("If-Match") ? "@If-Match" : "@If-None-Match";
    return !error.fields.empty() && error.fields[0].field == "idempotency_key" ? "@Idempotency-Key" : "";
}

json::value read_again(const std::string& body) {
    auto read = ::json::read_json(body);
    return read.ok() ? std::move(read).value() : json::value();
}

http::Response finish(int status, ::json::JsonWriter& out) {
    http::Response response{.status = status, .content_type = std::string(media_type), .body = out.finish()};
    if (status == 401) response.headers.set("WWW-Authenticate", R"(X-Api-Token realm="activeplatform")");
    if (status == 429 || status == 503) response.headers.set("Retry-After", "1");
    return response;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// Splits a header's value where no quotes stand around the separator.
std::vector<std::string_view> split_header(std::string_view value, char separator) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    bool is_quoted = false;
    for (std::size_t i = 0; i <= value.size(); ++i) {
        if (i < value.size() && value[i] == '"') is_quoted = !is_quoted;
        if (i < value.size() && value[i] == '\\' && is_quoted) ++i;
        if (i < value.size() && (value[i] != separator || is_quoted)) continue;
        parts.push_back(trim(value.substr(begin, std::min(i, value.size()) - begin)));
        begin = i + 1;
    }
    return parts;
}

// JSON:API 1.1: of a media type's parameters only `profile` may be ignored; no extension is supported here.
bool has_foreign_parameter(std::string_view media_range, bool may_weigh) {
    bool is_first = true;
    for (const std::string_view parameter : split_header(media_range, ';')) {
        const std::string_view name = trim(parameter.substr(0, parameter.find('=')));
        const bool is_weight = may_weigh && http::equal_without_case(name, "q");
        const bool is_foreign = !name.empty() && !is_weight && !http::equal_without_case(name, "profile");
        if (is_foreign && !is_first) return true;
        is_first = false;
    }
    return false;
}

bool is_acceptable(std::string_view accept) {
    bool names_json_api = false;
    for (const std::string_view range : split_header(accept, ',')) {
        if (service::media_type_of(range) != media_type) continue;
        if (!has_foreign_parameter(range, true)) return true;
        names_json_api = true;
    }
    return !names_json_api;
}

// Why something is done is said by headers, in all APIs: they are no members of a body.
std::string_view source_of(std::string_view field) {
    if (field == "reason") return "@Partnerd-Reason";
    if (field == "comment") return "@Partnerd-Comment";
    return field;
}

}  // namespace

http::Response render_error(const service::Call& call, const Error& error) {
    const Words words = service::is_stale(error) ? Words{412, "precondition_failed"} : words_of(error.reason);
    ::json::JsonWriter out;
    out.open_object();
    out.name("errors").open_array();
    const std::string_view header = header_of(call, error);
    if (error.fields.empty() || !header.empty()) {
        out.open_object();
        write_error(out, words.status, words.code, http::reason_phrase(words.status), error.detail);
        if (!header.empty()) write_source(out, header, std::nullopt, {});
        out.close_object();
    } else {
        const json::value body = read_again(call.request.body);
        for (const FieldError& field : error.fields) {
            out.open_object();
            write_error(out, words.status, to_string(field.rule), title_of(field.rule),
                        field.detail.empty() ? error.detail : field.detail);
            write_source(out, source_of(field.field), field.rule, body);
            out.close_object();
        }
    }
    out.close_array();
    out.close_object();
    return finish(words.status, out);
}

http::Response render_status(const service::Call&, int status, std::string_view detail) {
    ::json::JsonWriter out;
    out.open_object();
    out.name("errors").open_array();
    out.open_object();
    write_error(out, status, code_of_status(status), http::reason_phrase(status), detail);
    out.close_object();
    out.close_array();
    out.close_object();
    return finish(status, out);
}

std::optional<int> refuse_headers(const http::Request& request) {
    const std::string* content_type = request.headers.find("content-type");
    if (content_type && !request.body.empty() && has_foreign_parameter(*content_type, false)) return 415;
    std::string accept;
    for (const http::Header& header : request.headers)
        if (http::equal_without_case(header.name, "accept")) accept += header.value + ',';
    if (!is_acceptable(accept)) return 406;
    return std::nullopt;
}

}  // namespace activeplatform
