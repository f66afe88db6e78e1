#include "workflow/run/secrets.h"

#include <algorithm>

#include "workflow/document/exchange.h"
#include "workflow/text/text.h"
#include "workflow/text/url.h"

namespace workflow {

namespace {

constexpr std::string_view masked = "***";
constexpr std::size_t size_min = 4;
constexpr std::size_t values_max = 10'000;
constexpr int depth_max = 64;

// "access_token", "accessToken" and "Access-Token" alike.
std::string plain(std::string_view name) {
    std::string out;
    for (char c : name)
        if (c != '_' && c != '-' && c != ' ' && c != '.') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
}

bool is_form(std::string_view content_type) {
    return equal_ignoring_ascii_case(media_type_of(content_type), "application/x-www-form-urlencoded");
}

// Calls with each name=value of a query or form; the value's place in the text.
template <class Visit>
void for_each_pair(std::string_view text, Visit visit) {
    for (std::size_t at = 0; at < text.size();) {
        auto end = std::min(text.find('&', at), text.size());
        auto piece = text.substr(at, end - at);
        auto equal = piece.find('=');
        if (equal != std::string_view::npos)
            visit(percent_decode(piece.substr(0, equal), true), at + equal + 1, piece.size() - equal - 1);
        at = end + 1;
    }
}

// "key" says little inside a body, where many things have one; as a parameter it is what an API asks of its callers.
bool is_secret_parameter(std::string_view name) { return plain(name) == "key" || Secrets::is_secret_name(name); }

std::string mask_pairs(std::string_view text) {
    std::string out;
    std::size_t copied = 0;
    for_each_pair(text, [&](const std::string& name, std::size_t at, std::size_t size) {
        if (!is_secret_parameter(name) || size == 0) return;
        out += text.substr(copied, at - copied);
        out += masked;
        copied = at + size;
    });
    return out + std::string(text.substr(copied));
}

}  // namespace

bool Secrets::is_secret_name(std::string_view name) {
    auto text = plain(name);
    for (std::string_view part : {"password", "passwd", "passphrase", "secret", "apikey", "privatekey", "authorization",
                                  "credential", "clientassertion"})
        if (text.find(part) != std::string::npos) return true;
    if (text == "pwd" || text == "jwt" || text == "signature" || text == "authentication") return true;
    if (!text.ends_with("token")) return false;
    for (std::string_view part :
         {"page", "next", "continuation", "cursor", "sync", "previous"})  // places in a list, no secrets
        if (text.find(part) != std::string::npos) return false;
    return true;
}

bool Secrets::is_secret_header(std::string_view name) {
    auto text = plain(name);
    return text == "cookie" || text == "setcookie" || text == "xauth" || is_secret_name(name);
}

void Secrets::add(std::string_view value) {
    if (value.size() < size_min || values_.size() >= values_max) return;
    values_.insert(std::string(value));
    values_.insert(percent_encode(value));
    values_.insert(form_encode(value));
    auto quoted = to_json(json::value(json::string_view(value.data(), value.size())));
    values_.insert(quoted.substr(1, quoted.size() - 2));
}

void Secrets::add_inputs(const json::value* schema, const json::object& inputs) {
    const auto* object = schema ? schema->if_object() : nullptr;
    const auto* properties = object ? object->if_contains("properties") : nullptr;
    for (const auto& member : inputs) {
        const auto* property =
            properties && properties->is_object() ? properties->get_object().if_contains(member.key()) : nullptr;
        const auto* details = property ? property->if_object() : nullptr;
        const auto* format = details ? details->if_contains("format") : nullptr;
        const auto* write_only = details ? details->if_contains("writeOnly") : nullptr;
        bool is_secret = is_secret_parameter(member.key()) || (format && *format == "password") ||
                         (write_only && *write_only == true);
        if (is_secret && !member.value().is_structured()) add(to_text(member.value()));
        learn(member.value(), 0);
    }
}

void Secrets::learn(const json::value& value, int depth) {
    if (depth > depth_max) return;
    if (const auto* array = value.if_array())
        for (const auto& element : *array) learn(element, depth + 1);
    if (const auto* object = value.if_object()) {
        for (const auto& member : *object) {
            if (member.value().is_string() && is_secret_name(member.key())) add(member.value().get_string());
            learn(member.value(), depth + 1);
        }
    }
}

void Secrets::learn_from(const http::Headers& headers, std::string_view body) {
    for (const auto& header : headers) {
        if (!is_secret_header(header.name)) continue;
        auto value = std::string_view(header.value);
        if (auto space = value.find(' '); space != std::string_view::npos && plain(header.name) == "authorization")
            value = value.substr(space + 1);
        if (plain(header.name) == "cookie" || plain(header.name) == "setcookie")
            continue;  // masked as a whole, by name
        add(trim(value));
    }
    const auto* type = headers.find("Content-Type");
    if (type && is_form(*type)) {
        for_each_pair(body, [&](const std::string& name, std::size_t at, std::size_t size) {
            if (is_secret_name(name)) add(percent_decode(body.substr(at, size), true));
        });
    } else if (type && is_json_media_type(*type)) {
        if (auto value = parse_json(body)) learn(*value, 0);
    }
}

std::string Secrets::mask(std::string_view text) const {
    std::string out(text);
    for (const auto& value : values_) {
        for (auto at = out.find(value); at != std::string::npos; at = out.find(value, at + masked.size()))
            out.replace(at, value.size(), masked);
    }
    return out;
}

std::string Secrets::mask_header(std::string_view name, std::string_view value) const {
    if (!is_secret_header(name)) return mask(value);
    auto space = value.find(' ');
    bool has_scheme = plain(name) == "authorization" && space != std::string_view::npos;
    return has_scheme ? std::string(value.substr(0, space + 1)) + std::string(masked) : std::string(masked);
}

std::string Secrets::mask_url(std::string_view url) const {
    auto query = url.find('?');
    if (query == std::string_view::npos) return mask(url);
    return mask(std::string(url.substr(0, query + 1)) + mask_pairs(url.substr(query + 1)));
}

std::string Secrets::mask_body(std::string_view content_type, std::string_view body) const {
    if (is_form(content_type)) return mask(mask_pairs(body));
    if (!is_json_media_type(content_type)) return mask(body);
    auto value = parse_json(body);
    return value ? to_json(mask_value(*value)) : mask(body);
}

json::value Secrets::mask_value(const json::value& value) const { return mask_named({}, value); }

json::value Secrets::mask_named(std::string_view name, const json::value& value) const {
    if (const auto* array = value.if_array()) {
        json::array out;
        for (const auto& element : *array) out.push_back(mask_named(name, element));
        return out;
    }
    if (const auto* object = value.if_object()) {
        json::object out;
        for (const auto& member : *object) out.emplace(member.key(), mask_named(member.key(), member.value()));
        return out;
    }
    if (value.is_null() || value.is_bool()) return value;
    if (!name.empty() && is_secret_name(name)) return json::value(json::string_view(masked.data(), masked.size()));
    if (const auto* text = value.if_string()) return json::value(mask(*text));
    return value;
}

}  // namespace workflow
