#include "dialect/admin/request.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <set>

#include "engine/email.h"
#include "json/integer.h"
#include "json/read.h"

namespace admin {
namespace {

constexpr int page_size_default = 50;
constexpr std::int64_t seconds_max = std::int64_t{100} * 366 * 86'400;

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

constexpr std::string_view instant_text = "It must be an RFC 3339 date-time.";
constexpr std::string_view account_type_text = "It must be individual or family.";

}  // namespace

void Objections::add(std::string_view field, Rule rule, std::string_view detail) {
    fields_.push_back({std::string(field), rule, std::string(detail)});
}

Result<void> Objections::check() const {
    if (fields_.empty()) return {};
    return Error{Reason::invalid, "The request has members that are not acceptable.", fields_};
}

Result<Body> Body::read(const service::Call& call) {
    Body body;
    if (call.request.body.empty()) return body;
    boost::json::value value = TRY(::json::read_json(call.request.body));
    if (!value.is_object()) return Error{Reason::malformed, "The body is not a JSON object."};
    body.object_ = std::move(value.get_object());
    return body;
}

const boost::json::value* Body::ask(std::string_view name) {
    asked_.emplace_back(name);
    const boost::json::value* value = object_.if_contains(name);
    return value && !value->is_null() ? value : nullptr;
}

std::string Body::text(std::string_view name) {
    auto text = find_text(name);
    if (!text && !(has(name) && !is_null(name))) object_to(name, Rule::required, "It must be there.");
    return text.value_or("");
}

std::optional<std::string> Body::find_text(std::string_view name) {
    const boost::json::value* value = ask(name);
    if (!value) return std::nullopt;
    if (value->is_string()) return std::string(value->get_string());
    object_to(name, Rule::wrong_type, "It must be a string.");
    return std::nullopt;
}

std::optional<std::int64_t> Body::find_integer(std::string_view name) {
    const boost::json::value* value = ask(name);
    if (!value) return std::nullopt;
    if (const auto number = ::json::to_integer(*value)) return number;
    object_to(name, Rule::wrong_type, "It must be a whole number.");
    return std::nullopt;
}

std::int64_t Body::integer(std::string_view name) {
    const auto number = find_integer(name);
    if (!number && !(has(name) && !is_null(name))) object_to(name, Rule::required, "It must be there.");
    return number.value_or(0);
}

const boost::json::array* Body::array(std::string_view name) {
    const boost::json::value* value = ask(name);
    if (value && value->is_array()) return &value->get_array();
    object_to(name, value ? Rule::wrong_type : Rule::required, value ? "It must be an array." : "It must be there.");
    return nullptr;
}

std::optional<bool> Body::find_boolean(std::string_view name) {
    const boost::json::value* value = ask(name);
    if (!value) return std::nullopt;
    if (value->is_bool()) return value->get_bool();
    object_to(name, Rule::wrong_type, "It must be true or false.");
    return std::nullopt;
}

std::optional<double> Body::find_number(std::string_view name) {
    const boost::json::value* value = ask(name);
    if (!value) return std::nullopt;
    if (value->is_number()) return value->to_number<double>();
    object_to(name, Rule::wrong_type, "It must be a number.");
    return std::nullopt;
}

std::optional<Instant> Body::find_instant(std::string_view name) {
    const boost::json::value* value = ask(name);
    if (!value) return std::nullopt;
    const auto instant = value->is_string() ? parse_rfc3339(std::string_view(value->get_string())) : std::nullopt;
    if (!instant) object_to(name, Rule::bad_format, instant_text);
    return instant;
}

std::optional<std::chrono::milliseconds> Body::find_seconds(std::string_view name) {
    const auto seconds = find_integer(name);
    if (!seconds) return std::nullopt;
    if (*seconds >= 0 && *seconds <= seconds_max) return std::chrono::seconds(*seconds);
    object_to(name, Rule::out_of_range, "It lies between 0 and 100 years.");
    return std::nullopt;
}

AccountType Body::account_type(std::string_view name) {
    const bool is_text = has(name) && object_.at(name).is_string();
    const auto type = parse_account_type(text(name));
    if (!type && is_text) object_to(name, Rule::unsupported, account_type_text);
    return type.value_or(AccountType::individual);
}

Result<void> Body::finish() {
    for (const auto& member : object_) {
        const std::string_view name(member.key());
        if (std::find(asked_.begin(), asked_.end(), name) == asked_.end())
            object_to(name, Rule::unknown, "There is no such member.");
    }
    return objections_.check();
}

Result<Query> Query::read(const service::Call& call) {
    Query query;
    query.parameters_ = TRY(service::parse_query(call.request.query()));
    return query;
}

std::optional<std::string> Query::find_text(std::string_view name) {
    asked_.emplace_back(name);
    const std::string* value = service::find_parameter(parameters_, name);
    if (!value) return std::nullopt;
    return *value;
}

std::optional<std::string> Query::find_email(std::string_view name) {
    if (!find_text(name)) return std::nullopt;
    for (const service::QueryParameter& parameter : parameters_)
        if (parameter.name == name && is_email(parameter.literal)) return parameter.literal;
    object_to(name, Rule::bad_format, "It must be an e-mail address.");
    return std::nullopt;
}

std::optional<std::int64_t> Query::find_id(std::string_view name) {
    const auto text = find_text(name);
    if (!text) return std::nullopt;
    const auto id = parse_integer(*text);
    if (!id || *id < 1) object_to(name, Rule::bad_format, "It must be an id.");
    return id;
}

std::optional<bool> Query::find_boolean(std::string_view name) {
    const auto text = find_text(name);
    if (!text) return std::nullopt;
    if (*text != "true" && *text != "false") object_to(name, Rule::bad_format, "It must be true or false.");
    return *text == "true";
}

std::optional<Instant> Query::find_instant(std::string_view name) {
    const auto text = find_text(name);
    if (!text) return std::nullopt;
    const auto instant = parse_rfc3339(*text);
    if (!instant) object_to(name, Rule::bad_format, instant_text);
    return instant;
}

std::optional<AccountType> Query::find_account_type(std::string_view name) {
    const auto text = find_text(name);
    if (!text) return std::nullopt;
    const auto type = parse_account_type(*text);
    if (!type) object_to(name, Rule::unsupported, account_type_text);
    return type;
}

int Query::page_size() {
    const auto text = find_text("limit");
    if (!text) return page_size_default;
    const auto size = parse_integer(*text);
    if (size && *size >= 1 && *size <= page_size_max) return static_cast<int>(*size);
    object_to("limit", Rule::out_of_range, "It lies between 1 and 200.");
    return page_size_default;
}

Result<void> Query::finish() {
    std::set<std::string> told;
    for (const service::QueryParameter& parameter : parameters_) {
        const std::string& name = parameter.name;
        if (!told.insert(name).second) continue;
        const auto same = [&](const service::QueryParameter& other) { return other.name == name; };
        if (std::find(asked_.begin(), asked_.end(), name) == asked_.end())
            object_to(name, Rule::unknown, "There is no such parameter.");
        else if (std::count_if(parameters_.begin(), parameters_.end(), same) > 1)
            object_to(name, Rule::repeated, "It may be given once.");
    }
    return objections_.check();
}

Result<std::int64_t> parse_id(const std::string& text) {
    const auto id = parse_integer(text);
    if (!id || *id < 1 || text.front() == '0') return Error{Reason::not_found, "There is nothing of this id."};
    return *id;
}

std::optional<AccountType> parse_account_type(std::string_view text) {
    for (const AccountType type : {AccountType::individual, AccountType::family})
        if (to_string(type) == text) return type;
    return std::nullopt;
}

std::optional<std::chrono::minutes> parse_utc_offset(std::string_view text) {
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!is_digit(text[1]) || !is_digit(text[2]) || !is_digit(text[4]) || !is_digit(text[5])) return std::nullopt;
    const int hours = (text[1] - '0') * 10 + (text[2] - '0');
    const int minutes = (text[4] - '0') * 10 + (text[5] - '0');
    if (minutes > 59) return std::nullopt;
    return std::chrono::minutes((text[0] == '-' ? -1 : 1) * (hours * 60 + minutes));
}

std::string format_utc_offset(std::chrono::minutes offset) {
    const auto minutes = std::abs(offset.count());
    const auto two_digits = [](std::int64_t number) {
        return std::string{static_cast<char>('0' + number / 10 % 10), static_cast<char>('0' + number % 10)};
    };
    return (offset.count() < 0 ? "-" : "+") + two_digits(minutes / 60) + ":" + two_digits(minutes % 60);
}

}  // namespace admin
