#include "dialect/partnership/parse.h"

#include <boost/json.hpp>

#include "dialect/partnership/revision.h"
#include "engine/field_errors.h"
#include "json/read.h"

namespace partnership {
namespace {

namespace json = boost::json;

Result<json::object> read_object(const service::Call& call) {
    json::value body = TRY(::json::read_json(call.request.body));
    if (!body.is_object()) return Error{Reason::malformed, "The body is not a JSON object."};
    return std::move(body.get_object());
}

// A member that must be there and must be a string; refusals name the engine's field.
Result<std::string> read_text(const json::object& body, std::string_view member, const std::string& field) {
    const json::value* value = body.if_contains(member);
    if (!value) return refuse(field, Rule::missing, std::string(member) + " is required.");
    if (!value->is_string()) return refuse(field, Rule::wrong_type, std::string(member) + " must be a string.");
    return std::string(value->get_string());
}

Result<AccountType> read_account_type(const json::object& body) {
    const std::string text = TRY(read_text(body, "account_type", "account_type"));
    if (text == "I") return AccountType::individual;
    if (text == "F") return AccountType::family;
    return refuse("account_type", Rule::unsupported, "Account type " + text + " is not supported.");
}

Result<Instant> read_date_time(const json::value& value) {
    const auto instant = value.is_string() ? parse_rfc3339(std::string_view(value.get_string())) : std::nullopt;
    if (!instant) return refuse("ends_at", Rule::bad_format, "ends_at must be an RFC 3339 date-time.");
    return *instant;
}

bool is_no_date(const json::value& value) {
    return value.is_null() || (value.is_string() && value.get_string().empty());
}

Result<void> read_update(const service::Call& call, UpdateAccount& command) {
    const json::object body = TRY(read_object(call));
    command.revision = requested_revision(call, body);
    const json::value* ends_at = body.if_contains("ends_at");
    command.names_ends_at = ends_at != nullptr;
    const bool lifts = ends_at && is_no_date(*ends_at);
    if (ends_at && !lifts) command.ends_at = TRY(read_date_time(*ends_at));
    return {};
}

}  // namespace

Result<OpenAccount> parse_create_account(const service::Call& call) {
    const json::object body = TRY(read_object(call));
    const Revision revision = requested_revision(call, body).value_or(fallback_revision(call));
    const bool is_reference = revision == Revision::partnership_reference;
    OpenAccount command{.opened_under = revision};
    command.uid = TRY(read_text(body, is_reference ? "customer_account_uid" : "account_uid", "uid"));
    command.type = TRY(read_account_type(body));
    command.domain = TRY(read_text(body, "domain", "domain"));
    const json::value* ends_at = body.if_contains("ends_at");
    // Rev A's answers show what has no end as null, and its clients send back what they were shown.
    const bool has_none = is_reference && ends_at && is_no_date(*ends_at);
    if (ends_at && !has_none) command.ends_at = TRY(read_date_time(*ends_at));
    return command;
}

Result<ShowAccount> parse_show_account(const service::Call& call) { return ShowAccount{call.path_values[0]}; }

Result<UpdateAccount> parse_update_account(const service::Call& call) {
    UpdateAccount command{.uid = call.path_values[0], .fallback = fallback_revision(call)};
    const Result<void> read = read_update(call, command);
    if (!read.ok()) command.refusal = read.error();
    return command;
}

Result<RemoveAccount> parse_delete_account(const service::Call& call) { return RemoveAccount{call.path_values[0]}; }

}  // namespace partnership
