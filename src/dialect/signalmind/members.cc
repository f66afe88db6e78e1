#include "dialect/signalmind/members.h"

#include <charconv>

#include "core/ascii.h"
#include "core/guid.h"
#include "http/message.h"
#include "json/integer.h"
#include "json/read.h"

namespace signalmind {

namespace json = boost::json;

const json::value* find_member(const json::object& object, std::string_view name) {
    const json::value* exact = object.if_contains(name);
    if (exact && !exact->is_null()) return exact;
    for (const auto& member : object)
        if (!member.value().is_null() && equal_ignoring_ascii_case(member.key(), name)) return &member.value();
    return nullptr;
}

// What a client sends that has nothing to say: PHP's 0, "" and [], .NET's GUID of zeros.
bool is_nothing(const json::value& value) {
    if (value.is_array()) return value.get_array().empty();
    if (value.is_number()) return ::json::to_integer(value) == 0;
    if (!value.is_string()) return false;
    const std::string_view text = value.get_string();
    if (text.empty() || text == "0") return true;
    return parse_guid(text) && text.find_first_not_of("0-{}()") == std::string_view::npos;
}

json::object* find_account(json::value& body) {
    if (!body.is_object()) return nullptr;
    const json::value* data = find_member(body.get_object(), "Data");
    if (!data || !data->is_object()) return &body.get_object();
    return const_cast<json::object*>(&data->get_object());
}

std::optional<std::string> Members::text(std::string_view name, std::string_view field) {
    const json::value* value = find(name);
    if (!value) return std::nullopt;
    if (value->is_string()) return std::string(value->get_string());
    object_to(field, Rule::wrong_type);
    return std::nullopt;
}

const json::value* Members::find_said(std::string_view name) const {
    const json::value* value = find(name);
    return value && !is_nothing(*value) ? value : nullptr;
}

std::optional<std::int64_t> Members::integer(std::string_view name, std::string_view field) {
    const json::value* value = find_said(name);
    if (!value) return std::nullopt;
    if (const auto whole = ::json::to_integer(*value)) return whole;
    const auto number = value->is_string() ? parse_integer(std::string_view(value->get_string())) : std::nullopt;
    if (!number) object_to(field, Rule::wrong_type);
    return number;
}

std::optional<std::string> Members::guid(std::string_view name, std::string_view field) {
    if (!find_said(name)) return std::nullopt;
    auto value = text(name, field);
    if (!value || parse_guid(*value)) return value;
    object_to(field, Rule::bad_format);
    return std::nullopt;
}

const json::object* Members::object(std::string_view name, std::string_view field) {
    const json::value* value = find_said(name);
    if (!value) return nullptr;
    if (value->is_object()) return &value->get_object();
    object_to(field, Rule::wrong_type);
    return nullptr;
}

void Members::object_to(std::string_view field, Rule rule) { unreadable_.push_back({std::string(field), rule, ""}); }

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace signalmind
