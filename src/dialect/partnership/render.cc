#include "dialect/partnership/render.h"

#include "dialect/partnership/revision.h"
#include "dialect/partnership/words.h"
#include "json/read.h"
#include "json/writer.h"
#include "service/conditions.h"

namespace partnership {
namespace {

constexpr std::string_view media_type = "application/json";

std::string_view code_of(AccountType type) {
    switch (type) {
    case AccountType::individual: return "I";
    case AccountType::family: return "F";
    }
    return "";
}

// Rev A knows two statuses: a hold does not show, first use does not show.
std::string_view reference_status_of(const Account& account) {
    return account.stage == Stage::entitled ? "entitled" : "provisioned";
}

// Members in the order of the documents' examples.
std::string reference_body(const Account& account) {
    ::json::JsonWriter body;
    body.open_object();
    body.text("customer_account_uid", account.uid)
        .text("account_type", code_of(account.type))
        .text("activation_token", account.activation_token)
        .text("domain", account.domain)
        .text("status", reference_status_of(account))
        .number("deployed_members", account.deployed_members)
        .text("created_at", format_rfc3339(account.created_at))
        .text("updated_at", format_rfc3339(account.updated_at));
    if (account.ends_at)
        body.text("ends_at", format_rfc3339(*account.ends_at));
    else
        body.null("ends_at");
    return body.close_object().finish();
}

std::string openapi_body(const Account& account) {
    ::json::JsonWriter body;
    body.open_object();
    body.text("account_uid", account.uid)
        .text("account_type", code_of(account.type))
        .text("domain", account.domain)
        .text("status", to_string(status_of(account)))
        .text("activation_token", account.activation_token);
    if (account.ends_at) body.text("ends_at", format_rfc3339(*account.ends_at));
    return body.text("created_at", format_rfc3339(account.created_at)).close_object().finish();
}

http::Response render(int status, Revision revision, const Account& account) {
    const bool is_reference = revision == Revision::partnership_reference;
    http::Response response{
        .status = status,
        .content_type = std::string(media_type),
        .body = is_reference ? reference_body(account) : openapi_body(account),
    };
    service::set_entity_tag(response);
    return response;
}

http::Response render(const Words& words, Revision revision) {
    ::json::JsonWriter body;
    body.open_object();
    if (revision == Revision::partnership_reference)
        body.text("description", words.text).number("code", words.status).text("error", words.code);
    else
        body.number("status", words.status).text("message", words.text).text("code", words.code);
    return {.status = words.status, .content_type = std::string(media_type), .body = body.close_object().finish()};
}

// RFC 6750 section 3: no error code where nothing was presented.
void add_challenge(http::Response& response, const Error& error) {
    response.headers.set("WWW-Authenticate", error.fields.empty()
                                                 ? R"(Bearer realm="partnership")"
                                                 : R"(Bearer realm="partnership", error="invalid_token")");
}

}  // namespace

http::Response render_created(const service::Call&, const Account& account) {
    http::Response response = render(201, account.opened_under, account);
    response.headers.set("location", "/api/v1/partners/accounts/" + account.uid);
    return response;
}

http::Response render_account(const service::Call& call, const Account& account) {
    const Revision revision = revision_of_answer(call, account.opened_under);
    if (revision == Revision::partnership_reference && account.stage == Stage::deprovisioned)
        return render(words_of({.reason = Reason::gone, .detail = ""}, revision, call.request.method), revision);
    return render(200, revision, account);
}

http::Response render_nothing(const service::Call&, const Account&) { return {.status = 204}; }

http::Response render_error(const service::Call& call, const Error& error) {
    const Revision revision = revision_of_answer(call, error.opened_under);
    http::Response response = render(words_of(error, revision, call.request.method), revision);
    if (response.status == 401) add_challenge(response, error);
    if (response.status == 429 || response.status == 503) response.headers.set("Retry-After", "1");
    return response;
}

http::Response render_status(const service::Call& call, int status, std::string_view detail) {
    const Revision revision = revision_of_answer(call, std::nullopt);
    return render(words_of_status(status, detail, revision), revision);
}

}  // namespace partnership
