// Credentials: GET, POST /admin/v1/resellers/{resellerId}/credentials; GET .../{credentialId}; POST
// .../{credentialId}/rotate and .../revoke.
//
//   {"id": 1, "reseller_id": 2, "kind": "partner_token" | "api_key" | "operator_token" | "manager_token", "label":
//   "...",
//    "hint": "pdp_abcd", "revision": null | "reference" | "openapi",
//    "role": null | "reader" | "support" | "operator" | "administrator", "status": "active" | "expired" | "revoked",
//    "created_at": ..., "last_used_at": ..., "expires_at": ..., "revoked_at": ...}
//
// The secret stands in the answer that made it, as "secret", and nowhere else. last_used_at is coarse: a minute or so.

#include "engine/resellers/credentials.h"

#include "dialect/admin/cursor.h"
#include "dialect/admin/nouns.h"
#include "dialect/admin/request.h"

namespace admin {
namespace {

using ::json::JsonWriter;
using service::Call;

struct Kind {
    CredentialKind kind;
    std::string_view name;
};
constexpr Kind kinds[] = {{CredentialKind::partner_token, "partner_token"},
                          {CredentialKind::api_key, "api_key"},
                          {CredentialKind::manager_token, "manager_token"},
                          {CredentialKind::operator_token, "operator_token"}};

struct Role {
    OperatorRole role;
    std::string_view name;
};
constexpr Role roles[] = {{OperatorRole::reader, "reader"},
                          {OperatorRole::support, "support"},
                          {OperatorRole::operator_, "operator"},
                          {OperatorRole::administrator, "administrator"}};

constexpr std::chrono::milliseconds overlap_default = std::chrono::days(1);

std::string_view to_string(CredentialKind kind) {
    for (const Kind& known : kinds)
        if (known.kind == kind) return known.name;
    return "";
}

std::string_view to_string(OperatorRole role) {
    for (const Role& known : roles)
        if (known.role == role) return known.name;
    return "";
}

std::string_view to_string(CredentialStatus status) {
    switch (status) {
    case CredentialStatus::active: return "active";
    case CredentialStatus::expired: return "expired";
    case CredentialStatus::revoked: return "revoked";
    }
    return "";
}

CredentialKind read_kind(Body& body) {
    const auto text = body.text("kind");
    for (const Kind& known : kinds)
        if (known.name == text) return known.kind;
    if (!text.empty())
        body.object_to("kind", Rule::unsupported, "It must be partner_token, api_key or operator_token.");
    return CredentialKind::partner_token;
}

std::optional<Revision> find_revision(Body& body) {
    const auto text = body.find_text("revision");
    if (!text) return std::nullopt;
    if (*text == "reference") return Revision::partnership_reference;
    if (*text != "openapi") body.object_to("revision", Rule::unsupported, "It must be reference or openapi.");
    return Revision::partnership_openapi;
}

std::optional<OperatorRole> find_role(Body& body) {
    const auto text = body.find_text("role");
    if (!text) return std::nullopt;
    for (const Role& known : roles)
        if (known.name == *text) return known.role;
    body.object_to("role", Rule::unsupported, "It must be reader, support, operator or administrator.");
    return std::nullopt;
}

Result<ListCredentials> parse_list(const Call& call) {
    ListCredentials command{.reseller_id = TRY(parse_id(call.path_values[0]))};
    Query query = TRY(Query::read(call));
    command.page = read_page(query, call);
    TRY(query.finish());
    return command;
}

Result<IssueCredential> parse_issue(const Call& call) {
    IssueCredential command{.reseller_id = TRY(parse_id(call.path_values[0]))};
    Body body = TRY(Body::read(call));
    command.kind = read_kind(body);
    command.label = body.find_text("label").value_or("");
    command.revision = find_revision(body);
    command.role = find_role(body);
    command.expires_at = body.find_instant("expires_at");
    TRY(body.finish());
    return command;
}

Result<NameCredential> parse_name(const Call& call) {
    const std::int64_t reseller_id = TRY(parse_id(call.path_values[0]));
    return NameCredential{.reseller_id = reseller_id, .id = TRY(parse_id(call.path_values[1]))};
}

Result<NameCredential> parse_revoke(const Call& call) {
    Body body = TRY(Body::read(call));
    TRY(body.finish());
    return parse_name(call);
}

Result<RotateCredential> parse_rotate(const Call& call) {
    const NameCredential name = TRY(parse_name(call));
    Body body = TRY(Body::read(call));
    RotateCredential command{.reseller_id = name.reseller_id, .id = name.id};
    command.overlap = body.find_seconds("overlap_seconds").value_or(overlap_default);
    TRY(body.finish());
    return command;
}

void write_members(JsonWriter& json, const Credential& credential, CredentialStatus status) {
    json.number("id", credential.id)
        .number("reseller_id", credential.reseller_id)
        .text("kind", to_string(credential.kind))
        .text("label", credential.label)
        .text("hint", credential.hint);
    if (credential.revision)
        json.text("revision", credential.revision == Revision::partnership_reference ? "reference" : "openapi");
    else
        json.null("revision");
    if (credential.kind == CredentialKind::operator_token)
        json.text("role", to_string(credential.role.value_or(OperatorRole::administrator)));
    else
        json.null("role");
    json.text("status", to_string(status))
        .instant("created_at", credential.created_at)
        .instant("last_used_at", credential.last_used_at)
        .instant("expires_at", credential.expires_at)
        .instant("revoked_at", credential.revoked_at);
}

http::Response render_credential(const Call&, const CredentialNow& shown) {
    JsonWriter json;
    json.open_object();
    write_members(json, shown.credential, shown.status);
    json.close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

http::Response render_issued(const Call&, const NewCredential& issued) {
    JsonWriter json;
    json.open_object();
    write_members(json, issued.credential, CredentialStatus::active);
    json.text("secret", issued.secret).close_object();
    http::Response response{.status = 201, .content_type = "application/json", .body = json.finish()};
    response.headers.set("Location", "/admin/v1/resellers/" + std::to_string(issued.credential.reseller_id) +
                                         "/credentials/" + std::to_string(issued.credential.id));
    response.headers.set("Cache-Control", "no-store");
    return response;
}

http::Response render_list(const Call& call, const Page<CredentialNow, std::int64_t>& page) {
    JsonWriter json(4'096);
    json.open_object().open_array("credentials");
    for (const CredentialNow& listed : page.items) {
        json.open_object();
        write_members(json, listed.credential, listed.status);
        json.close_object();
    }
    json.close_array();
    write_cursors(json, call, page.next, page.previous);
    json.close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

}  // namespace

std::vector<service::Route> credential_routes() {
    using service::create_route;
    using service::read_route;
    using service::show_route;
    using service::showing_secret;
    using service::write_route;
    using enum http::Method;
    return {
        service::for_reader(
            read_route(get, "/admin/v1/resellers/{resellerId}/credentials", parse_list, list_credentials, render_list)),
        service::for_operator(showing_secret(create_route(post, "/admin/v1/resellers/{resellerId}/credentials",
                                                          parse_issue, issue_credential, render_issued))),
        service::for_reader(show_route(get, "/admin/v1/resellers/{resellerId}/credentials/{credentialId}", parse_name,
                                       show_credential, render_credential)),
        // {"overlap_seconds"?: 86400}: as long as the old secret still works
        service::for_operator(
            showing_secret(create_route(post, "/admin/v1/resellers/{resellerId}/credentials/{credentialId}/rotate",
                                        parse_rotate, rotate_credential, render_issued))),
        service::for_operator(write_route(post, "/admin/v1/resellers/{resellerId}/credentials/{credentialId}/revoke",
                                          parse_revoke, revoke_credential, render_credential)),
    };
}

}  // namespace admin
