#include "dialect/signalmind/parse.h"

#include <boost/json.hpp>

#include "core/ascii.h"
#include "dialect/signalmind/members.h"
#include "dialect/signalmind/password.h"
#include "json/read.h"
#include "service/query.h"

namespace signalmind {
namespace {

namespace json = boost::json;

using service::Call;
using Parameters = std::vector<service::QueryParameter>;

Result<json::value> read_account(const Call& call) {
    json::value body = TRY(::json::read_json(call.request.body));
    json::object* account = find_account(body);
    if (!account) return Error{Reason::malformed, "The body is not a JSON object."};
    return json::value(std::move(*account));
}

// Names of parameters in any case, as in paths. The first counts.
std::optional<std::string> find_value(const Parameters& parameters, std::string_view name) {
    for (const auto& parameter : parameters)
        if (equal_ignoring_ascii_case(parameter.name, name)) return parameter.value;
    return std::nullopt;
}

std::optional<AccountType> parse_type(std::string_view text) {
    if (equal_ignoring_ascii_case(text, "Basic")) return AccountType::individual;
    if (equal_ignoring_ascii_case(text, "Premium")) return AccountType::family;
    return std::nullopt;
}

std::optional<AccountType> read_type(Members& members) {
    const auto text = members.find_said("Type") ? members.text("Type", "type") : std::nullopt;
    if (!text) return std::nullopt;
    const auto type = parse_type(*text);
    if (!type) members.object_to("type", Rule::unsupported);
    return type;
}

// The vendor's examples have a text, a public client sends a list.
void read_domains(Members& members, Company& company) {
    constexpr std::string_view field = "company.control_panel_domains";
    const json::value* value = members.find("ControlPanelDomains");
    if (!value) return;
    if (value->is_string()) {
        company.control_panel_domains = {std::string(value->get_string())};
        return;
    }
    if (!value->is_array()) return members.object_to(field, Rule::wrong_type);
    company.has_list_of_domains = true;
    for (const json::value& domain : value->get_array()) {
        if (!domain.is_string()) return members.object_to(field, Rule::wrong_type);
        company.control_panel_domains.emplace_back(domain.get_string());
    }
}

std::optional<Company> read_company(Members& members, std::vector<FieldError>& unreadable) {
    const json::object* object = members.object("PremiumAccountInfo", "company");
    if (!object) return std::nullopt;
    Members of_company(*object, unreadable);
    Company company{
        .short_name = of_company.text("CompanyShortName", "company.short_name"),
        .full_name = of_company.text("CompanyFullName", "company.full_name"),
        .mobile_domain = of_company.text("MobileDomain", "company.mobile_domain"),
        .support_email = of_company.text("SupportEmail", "company.support_email"),
        .noreply_email = of_company.text("NoreplyEmail", "company.noreply_email"),
    };
    read_domains(of_company, company);
    return company;
}

SubscriberDetails read_details(Members& members, std::vector<FieldError>& unreadable) {
    SubscriberDetails details{
        .external_id = members.text("ExternalId", "external_id"),
        .first_name = members.text("FirstName", "first_name"),
        .last_name = members.text("LastName", "last_name"),
        .email = members.text("Email", "email"),
        .password_hash = members.text("Password", "password"),
        .company = read_company(members, unreadable),
    };
    details.has_long_password = details.password_hash && details.password_hash->size() > password_bytes_max;
    if (details.password_hash && !is_hash(*details.password_hash)) details.password_hash.reset();
    return details;
}

std::string token_of(const Call& call) {
    const std::string* header = call.request.headers.find("authentication");
    return header ? *header : "";
}

std::optional<SubscriptionStatus> parse_status(std::string_view text) {
    if (equal_ignoring_ascii_case(text, "Active")) return SubscriptionStatus::active;
    if (equal_ignoring_ascii_case(text, "Disabled")) return SubscriptionStatus::disabled;
    if (equal_ignoring_ascii_case(text, "Suspended")) return SubscriptionStatus::suspended;
    if (equal_ignoring_ascii_case(text, "Canceled")) return SubscriptionStatus::canceled;
    return std::nullopt;
}

std::int64_t read_number(const Parameters& parameters, std::string_view name, std::int64_t otherwise,
                         std::vector<FieldError>& unreadable) {
    const auto text = find_value(parameters, name);
    if (!text || text->empty()) return otherwise;
    const auto number = parse_integer(*text);
    if (!number) unreadable.push_back({std::string(name), Rule::wrong_type, ""});
    return number.value_or(otherwise);
}

}  // namespace

Result<OpenSession> parse_open_session(const Call& call) {
    const Parameters parameters = TRY(service::parse_query(call.request.query()));
    return OpenSession{find_value(parameters, "key").value_or("")};
}

Result<ListPlans> parse_list_plans(const Call& call) {
    const Parameters parameters = TRY(service::parse_query(call.request.query()));
    ListPlans command;
    if (!call.path_values.empty()) command.parent_guid = call.path_values[0];
    const std::string type = find_value(parameters, "accounttype").value_or("");
    command.type = parse_type(type);
    if (!type.empty() && !command.type) command.unreadable = {{"account_type", Rule::unsupported, ""}};
    return command;
}

Result<SubscribeAccount> parse_create_account(const Call& call) {
    const json::value body = TRY(read_account(call));
    SubscribeAccount command;
    Members members(body.get_object(), command.unreadable);
    command.type = read_type(members);
    command.plan_id = members.integer("AccountPlanId", "plan_id");
    command.parent_guid = members.guid("ParentAccountId", "parent");
    command.details = read_details(members, command.unreadable);
    command.request = {.key = request_key(call.caller, call.request.body), .session_token = token_of(call)};
    return command;
}

// An empty externalid is none: the list of all.
Result<ListSubscribed> parse_list_accounts(const Call& call) {
    const Parameters parameters = TRY(service::parse_query(call.request.query()));
    ListSubscribed command;
    command.external_id = find_value(parameters, "externalid");
    if (command.external_id == "") command.external_id.reset();
    command.skip = read_number(parameters, "skip", command.skip, command.unreadable);
    command.take = read_number(parameters, "take", command.take, command.unreadable);
    return command;
}

Result<NameSubscribed> parse_name(const Call& call) { return NameSubscribed{call.path_values[0]}; }

Result<ChangeDetails> parse_change_account(const Call& call) {
    const json::value body = TRY(read_account(call));
    ChangeDetails command{.guid = call.path_values[0]};
    Members members(body.get_object(), command.unreadable);
    command.fixed.type = read_type(members);
    command.fixed.plan_id = members.integer("AccountPlanId", "plan_id");
    command.fixed.parent_guid = members.guid("ParentAccountId", "parent");
    command.details = read_details(members, command.unreadable);
    return command;
}

Result<ChangeDetails> parse_change_external_id(const Call& call) {
    return ChangeDetails{.guid = call.path_values[0], .details = {.external_id = call.path_values[1]}};
}

Result<ChangeStatus> parse_change_status(const Call& call) {
    return ChangeStatus{.guid = call.path_values[0], .status = parse_status(call.path_values[1])};
}

Result<ChangePlan> parse_change_plan(const Call& call) {
    return ChangePlan{.guid = call.path_values[0], .plan_id = parse_integer(call.path_values[1])};
}

Result<MoveSubAccount> parse_move(const Call& call) {
    return MoveSubAccount{.guid = call.path_values[0], .destination_guid = call.path_values[1]};
}

}  // namespace signalmind
