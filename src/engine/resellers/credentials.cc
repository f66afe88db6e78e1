#include "engine/resellers/credentials.h"

#include <algorithm>

#include "core/visible_text.h"
#include "engine/access/operator_role.h"
#include "engine/access/reach.h"
#include "engine/access/spoken_revision.h"
#include "engine/field_errors.h"
#include "engine/resellers/operator_event.h"
#include "store/credentials.h"

namespace {

Error refuse_state(Rule rule, std::string detail) {
    return {Reason::conflict, std::move(detail), {{"credential", rule, ""}}};
}

CredentialNow at(Credential credential, Instant now) {
    const bool revoked = credential.revoked_at && *credential.revoked_at <= now;
    const bool expired = credential.expires_at && *credential.expires_at <= now;
    return {std::move(credential), revoked   ? CredentialStatus::revoked
                                   : expired ? CredentialStatus::expired
                                             : CredentialStatus::active};
}

Result<Credential> get_credential(db::Tx& tx, const Caller& acting, std::int64_t id) {
    auto credential = store::find_credential_by_id(tx, acting.reseller.id, id);
    if (!credential) return Error{Reason::not_found, "There is no such credential."};
    return std::move(*credential);
}

std::string_view name_of(CredentialKind kind) {
    switch (kind) {
    case CredentialKind::partner_token: return "partner_token";
    case CredentialKind::api_key: return "api_key";
    case CredentialKind::manager_token: return "manager_token";
    case CredentialKind::operator_token: return "operator_token";
    }
    return "";
}

std::vector<Change> describe_new(const Credential& credential) {
    std::vector<Change> changes{{"credential", "", std::to_string(credential.id)},
                                {"kind", "", std::string(name_of(credential.kind))}};
    if (credential.role) changes.push_back({"role", "", std::string(name_of(*credential.role))});
    add_change(changes, "label", "", credential.label);
    add_change(changes, "expires_at", "", describe(credential.expires_at));
    return changes;
}

// Whoever could hand out, exchange or take back an operator's credential could as well be an administrator.
Result<void> require_right_to(const Caller& caller, CredentialKind kind) {
    if (kind != CredentialKind::operator_token) return {};
    return require_role(caller, OperatorRole::administrator);
}

Result<void> check(const IssueCredential& command, Instant now) {
    if (command.kind == CredentialKind::manager_token)
        return refuse("kind", Rule::unsupported, "A manager's token is made for a manager.");
    if (command.label.size() > credential_label_length_max)
        return refuse("label", Rule::too_long, "A label has at most 100 bytes.");
    if (!command.label.empty() && (is_blank(command.label) || holds_unprintable(command.label)))
        return refuse("label", Rule::bad_characters,
                      "A label may not hold control characters, nor nothing that can be seen.");
    if (command.revision && command.kind != CredentialKind::partner_token)
        return refuse("revision", Rule::unsupported, "Only partner tokens are pinned to a revision.");
    if (command.role && command.kind != CredentialKind::operator_token)
        return refuse("role", Rule::unsupported, "Only operators' tokens have a role.");
    if (command.expires_at && *command.expires_at <= now)
        return refuse("expires_at", Rule::in_past, "The credential would have expired already.");
    return {};
}

}  // namespace

Result<NewCredential> issue_credential(db::Tx& tx, World& world, const Caller& caller, const IssueCredential& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    TRY(require_right_to(caller, command.kind));
    TRY(check(command, world.now(acting.reseller)));
    NewCredential issued = TRY(add_credential(tx, world,
                                              {.reseller_id = command.reseller_id,
                                               .kind = command.kind,
                                               .revision = command.revision,
                                               .expires_at = command.expires_at,
                                               .label = command.label,
                                               .role = command.role}));
    append_operator_event(tx, world, acting, EventKind::credential_added, describe_new(issued.credential));
    return issued;
}

Result<CredentialNow> show_credential(db::Tx& tx, World& world, const Caller& caller, const NameCredential& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    return at(TRY(get_credential(tx, acting, command.id)), world.now(acting.reseller));
}

Result<Page<CredentialNow, std::int64_t>> list_credentials(db::Tx& tx, World& world, const Caller& caller,
                                                           const ListCredentials& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    const Instant now = world.now(acting.reseller);
    std::vector<CredentialNow> read;
    for (Credential& credential :
         store::list_credentials(tx, acting.reseller.id, command.page.from.value_or(0), command.page.size + 1))
        read.push_back(at(std::move(credential), now));
    return cut_page(std::move(read), command.page, [](const CredentialNow& listed) { return listed.credential.id; });
}

Result<NewCredential> rotate_credential(db::Tx& tx, World& world, const Caller& caller,
                                        const RotateCredential& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    const Instant now = world.now(acting.reseller);
    CredentialNow old = at(TRY(get_credential(tx, acting, command.id)), now);
    TRY(require_right_to(caller, old.credential.kind));
    if (command.overlap < std::chrono::milliseconds(0) || command.overlap > credential_overlap_max)
        return refuse("overlap", Rule::out_of_range, "Two credentials overlap for at most 90 days.");
    if (old.status == CredentialStatus::revoked) return refuse_state(Rule::revoked, "The credential has been revoked.");
    if (old.status == CredentialStatus::expired) return refuse_state(Rule::expired, "The credential has expired.");

    NewCredential issued = TRY(add_credential(tx, world,
                                              {.reseller_id = command.reseller_id,
                                               .kind = old.credential.kind,
                                               .manager_id = old.credential.manager_id,
                                               .revision = old.credential.revision,
                                               .label = old.credential.label,
                                               .role = old.credential.role}));
    if (const auto spoken = find_spoken_revision(tx, old.credential))
        note_spoken_revision(tx, issued.credential, *spoken);
    std::vector<Change> changes = describe_new(issued.credential);
    changes[0].before = std::to_string(old.credential.id);
    append_operator_event(tx, world, acting, EventKind::credential_rotated, std::move(changes));
    old.credential.expires_at =
        std::min(old.credential.expires_at.value_or(now + command.overlap), now + command.overlap);
    store::update_credential(tx, old.credential);
    return issued;
}

Result<CredentialNow> revoke_credential(db::Tx& tx, World& world, const Caller& caller, const NameCredential& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    const Instant now = world.now(acting.reseller);
    Credential credential = TRY(get_credential(tx, acting, command.id));
    TRY(require_right_to(caller, credential.kind));
    if (caller.credential_id == credential.id)
        return refuse_state(Rule::in_use, "A credential does not revoke itself: use another one.");
    if (credential.revoked_at) return at(std::move(credential), now);
    credential.revoked_at = now;
    store::update_credential(tx, credential);
    append_operator_event(tx, world, acting, EventKind::credential_revoked,
                          {{"credential", std::to_string(credential.id), ""}});
    return at(std::move(credential), now);
}

void note_use(db::Tx& tx, World& world, const Caller& caller) {
    if (caller.credential_id) store::note_use_of_credential(tx, *caller.credential_id, world.now(caller.reseller));
}
