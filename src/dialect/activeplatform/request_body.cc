#include "dialect/activeplatform/request_body.h"

#include <boost/json.hpp>
#include <charconv>

#include "json/integer.h"
#include "json/read.h"

namespace activeplatform {
namespace {

namespace json = boost::json;

Error refuse(Reason reason, std::string field, Rule rule, std::string detail) {
    return {reason, detail, {{std::move(field), rule, detail}}};
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

Result<void> check_type(const json::object& data, std::string_view type) {
    const json::value* given = data.if_contains("type");
    if (!given) return {};
    if (!given->is_string()) return refuse(Reason::malformed, "/data/type", Rule::wrong_type, "type must be a string.");
    if (std::string_view(given->get_string()) != type)
        return refuse(Reason::conflict, "/data/type", Rule::mismatch,
                      "The resources at this path are of type " + std::string(type) + ".");
    return {};
}

Result<void> check_id(const json::object& data, std::optional<std::int64_t> id_of_path) {
    const json::value* given = data.if_contains("id");
    if (!given || given->is_null()) return {};
    if (!id_of_path)
        return refuse(Reason::forbidden, "/data/id", Rule::unsupported, "The id of a new resource is chosen here.");
    const bool is_same = given->is_string() ? std::string_view(given->get_string()) == std::to_string(*id_of_path)
                                            : given->is_int64() && given->get_int64() == *id_of_path;
    if (!is_same)
        return refuse(Reason::conflict, "/data/id", Rule::mismatch, "The id is another than that of the path.");
    return {};
}

Result<json::object> take_object(json::object& data, std::string_view name) {
    json::value* member = data.if_contains(name);
    if (!member || member->is_null()) return json::object();
    if (!member->is_object())
        return refuse(Reason::malformed, "/data/" + std::string(name), Rule::wrong_type,
                      std::string(name) + " must be an object.");
    return std::move(member->get_object());
}

}  // namespace

Result<RequestBody> read_body(const service::Call& call, std::string_view type,
                              std::optional<std::int64_t> id_of_path) {
    json::value body = TRY(::json::read_json(call.request.body));
    if (!body.is_object()) return refuse(Reason::malformed, "/", Rule::wrong_type, "The body must be an object.");
    json::value* data = body.get_object().if_contains("data");
    if (!data) return refuse(Reason::malformed, "/data", Rule::required, "data is required.");
    if (!data->is_object()) return refuse(Reason::malformed, "/data", Rule::wrong_type, "data must be an object.");
    TRY(check_type(data->get_object(), type));
    TRY(check_id(data->get_object(), id_of_path));
    RequestBody read;
    read.attributes = TRY(take_object(data->get_object(), "attributes"));
    read.relationships = TRY(take_object(data->get_object(), "relationships"));
    return read;
}

Result<std::int64_t> read_path_id(const std::string& text) {
    const bool is_plain = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    const auto id = is_plain ? parse_integer(text) : std::nullopt;
    if (!id) return Error{Reason::not_found, "There is nothing at this path."};
    return *id;
}

const json::value* MemberReader::find(std::string_view name) const {
    const json::value* value = object_.if_contains(name);
    return value && !value->is_null() ? value : nullptr;
}

void MemberReader::refuse(std::string_view name, std::string_view wanted) {
    unreadable_.push_back(
        {std::string(name), Rule::wrong_type, std::string(name) + " must be " + std::string(wanted) + "."});
}

std::optional<std::string> MemberReader::text(std::string_view name) {
    const json::value* value = find(name);
    if (!value) return std::nullopt;
    if (value->is_string()) return std::string(value->get_string());
    refuse(name, "a string");
    return std::nullopt;
}

std::optional<std::int64_t> MemberReader::integer(std::string_view name) {
    const json::value* value = find(name);
    if (!value) return std::nullopt;
    if (const auto whole = ::json::to_integer(*value)) return whole;
    const bool is_text = value->is_string();
    if (is_text && value->get_string().empty()) return std::nullopt;
    const auto number = is_text ? parse_integer(std::string_view(value->get_string())) : std::nullopt;
    if (!number) refuse(name, "an integer");
    return number;
}

}  // namespace activeplatform
