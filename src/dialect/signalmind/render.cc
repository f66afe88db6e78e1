#include "dialect/signalmind/render.h"

#include <algorithm>

#include "dialect/signalmind/words.h"
#include "json/writer.h"
#include "service/conditions.h"

namespace signalmind {
namespace {

std::string_view word_of(SubscriptionStatus status) {
    switch (status) {
    case SubscriptionStatus::active: return "Active";
    case SubscriptionStatus::disabled: return "Disabled";
    case SubscriptionStatus::suspended: return "Suspended";
    case SubscriptionStatus::canceled: return "Canceled";
    }
    return "";
}

using ::json::JsonWriter;
using service::Call;

std::string_view word_of(AccountType type) {
    switch (type) {
    case AccountType::individual: return "Basic";
    case AccountType::family: return "Premium";
    }
    return "";
}

// Nulls are left out, as in the vendor's examples.
void text(JsonWriter& json, std::string_view name, const std::optional<std::string>& value) {
    if (value) json.text(name, *value);
}

void write_company(JsonWriter& json, const Company& company) {
    json.open_object("PremiumAccountInfo");
    text(json, "CompanyShortName", company.short_name);
    text(json, "CompanyFullName", company.full_name);
    text(json, "MobileDomain", company.mobile_domain);
    if (company.has_list_of_domains) {
        json.open_array("ControlPanelDomains");
        for (const std::string& domain : company.control_panel_domains) json.element(domain);
        json.close_array();
    } else if (!company.control_panel_domains.empty()) {
        json.text("ControlPanelDomains", company.control_panel_domains.front());
    }
    text(json, "SupportEmail", company.support_email);
    text(json, "NoreplyEmail", company.noreply_email);
    json.close_object();
}

// In the order of the examples.
void write_members(JsonWriter& json, const SubscribedAccount& shown) {
    const Subscription& subscription = shown.subscription;
    json.unescaped("Id", shown.guid);
    text(json, "ExternalId", subscription.external_id);
    json.unescaped("Type", word_of(shown.account.type));
    if (subscription.plan_id) json.number("AccountPlanId", *subscription.plan_id);
    json.unescaped("Status", word_of(subscription_status_of(shown.account)));
    text(json, "ParentAccountId", shown.parent_guid);
    text(json, "FirstName", subscription.first_name);
    text(json, "LastName", subscription.last_name);
    text(json, "Email", subscription.email);
    if (subscription.company) write_company(json, *subscription.company);
}

JsonWriter begin(std::size_t expected_bytes = 512) {
    JsonWriter json(expected_bytes);
    json.open_object();
    return json;
}

http::Response finish(JsonWriter& json) {
    json.boolean("Success", true).open_array("Messages").close_array().close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

http::Response render_failure(int status, const std::vector<Message>& messages) {
    JsonWriter json = begin();
    json.null("Data").boolean("Success", false).open_array("Messages");
    for (const Message& message : messages) {
        json.open_object().text("Error", message.text).number("Code", std::int64_t{message.code}).open_array("Details");
        for (const std::string& detail : message.details) json.element(detail);
        json.close_array().close_object();
    }
    json.close_array().close_object();
    return {.status = status, .content_type = "application/json", .body = json.finish()};
}

// What a client takes for a failed connection, since that is what it is.
bool is_about_http(int status) {
    switch (status) {
    case 404:
    case 405:
    case 415:
    case 500:
    case 503: return false;
    default: return true;
    }
}

// As the caller knows this server.
std::string base_url_of(const Call& call) {
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view(".-:[]").find(c) != std::string_view::npos;
    };
    const bool is_usable = !call.host.empty() && std::all_of(call.host.begin(), call.host.end(), is_plain);
    return call.scheme + "://" + (is_usable ? call.host : "localhost");
}

}  // namespace

http::Response render_session(const Call&, const Session& session) {
    JsonWriter json = begin();
    json.open_object("Data").unescaped("Token", session.token).close_object();
    http::Response response = finish(json);
    response.headers.set("Cache-Control", "no-store");
    return response;
}

http::Response render_plans(const Call&, const std::vector<Plan>& plans) {
    JsonWriter json = begin();
    json.open_array("Data");
    for (const Plan& plan : plans) {
        json.open_object().number("Id", plan.id).unescaped("Type", word_of(plan.type));
        json.text("Name", plan.name).text("Description", plan.description);
        if (plan.type == AccountType::family)
            json.open_object("PremiumAccountPlanInfo")
                .number("SitesLimit", plan.sites_limit)
                .number("AdminsLimit", plan.admins_limit)
                .number("SubAccountsLimit", plan.sub_accounts_limit);
        else
            json.open_object("BasicAccountPlanInfo")
                .number("PagesLimit", plan.pages_limit)
                .number("SitesLimit", plan.sites_limit);
        json.close_object().close_object();
    }
    json.close_array();
    return finish(json);
}

http::Response render_account(const Call&, const SubscribedAccount& shown) {
    JsonWriter json = begin();
    json.open_object("Data");
    write_members(json, shown);
    json.close_object();
    http::Response response = finish(json);
    if (shown.is_repeated) response.headers.set("Idempotency-Replayed", "true");
    return response;
}

// A site is made on a Basic account by another part of the vendor's API, which is not here: there is none.
http::Response render_shown(const Call&, const ShownAccount& shown) {
    JsonWriter json = begin();
    json.open_object("Data");
    write_members(json, shown.account);
    if (shown.account.account.type == AccountType::individual) json.open_array("Sites").close_array();
    if (shown.account.account.type == AccountType::family) {
        json.open_array("SubAccounts");
        for (const SubscribedAccount& sub_account : shown.sub_accounts) {
            json.open_object();
            write_members(json, sub_account);
            json.close_object();
        }
        json.close_array();
    }
    json.close_object();
    return finish(json);
}

http::Response render_list(const Call&, const ListedAccounts& list) {
    JsonWriter json = begin(256 + list.accounts.size() * 320);
    json.open_object("Data").open_array("Items");
    for (const SubscribedAccount& shown : list.accounts) {
        json.open_object();
        write_members(json, shown);
        json.close_object();
    }
    json.close_array().number("AllCount", list.all).close_object();
    return finish(json);
}

http::Response render_access_url(const Call& call, const AccessLink& link) {
    JsonWriter json = begin();
    json.text("Data", base_url_of(call) + "/visit/LogOnByToken.auth?token=" + link.token);
    http::Response response = finish(json);
    response.headers.set("Cache-Control", "no-store");
    return response;
}

http::Response render_true(const Call&, const SubscribedAccount&) {
    JsonWriter json = begin();
    json.boolean("Data", true);
    return finish(json);
}

http::Response render_error(const Call&, const Error& error) {
    // Only who sends If-Match or If-None-Match meets it, and wants to be told by the status.
    http::Response response = render_failure(service::is_stale(error) ? 412 : 200, messages_of(error));
    if (error.reason == Reason::limit_exceeded || error.reason == Reason::unavailable)
        response.headers.set("Retry-After", "1");
    return response;
}

http::Response render_status(const Call&, int status, std::string_view detail) {
    return render_failure(is_about_http(status) ? status : 200, {message_of_status(status, detail)});
}

}  // namespace signalmind
