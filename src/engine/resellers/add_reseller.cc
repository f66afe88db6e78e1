#include "engine/resellers/add_reseller.h"

#include "core/visible_text.h"
#include "engine/access/authenticate.h"
#include "engine/field_errors.h"
#include "store/actor_names.h"
#include "store/credentials.h"
#include "store/managers.h"
#include "store/reseller_contents.h"
#include "store/resellers.h"

namespace {

constexpr std::size_t hint_length = 8;

std::string_view prefix_of(CredentialKind kind) {
    switch (kind) {
    case CredentialKind::partner_token: return "pdp_";
    case CredentialKind::api_key: return "pdk_";
    case CredentialKind::manager_token: return "pdm_";
    case CredentialKind::operator_token: return "pdo_";
    }
    return "";
}

}  // namespace

Result<void> check_reseller_name(const std::string& name) {
    if (is_blank(name)) return refuse("name", Rule::required, "A reseller needs a name.");
    if (name.size() > reseller_name_length_max)
        return refuse("name", Rule::too_long, "A reseller's name has at most 200 bytes.");
    if (holds_unprintable(name))
        return refuse("name", Rule::bad_characters,
                      "A name may not hold control characters, nor what turns text round.");
    return {};
}

Result<void> check_reseller_id(std::int64_t id) {
    if (id < 1 || id >= std::int64_t{1} << 32)
        return refuse("id", Rule::out_of_range, "A reseller's id lies between 1 and 4294967295.");
    return {};
}

Result<Reseller> add_reseller(db::Tx& tx, World& world, Reseller reseller) {
    TRY(check_reseller_name(reseller.name));
    TRY(check_reseller_id(reseller.id));
    if (reseller.parent_id && !store::find_reseller(tx, *reseller.parent_id))
        return refuse("parent", Rule::unknown, "There is no such parent.");
    if (store::is_reseller_id_used(tx, reseller.id))
        return Error{Reason::conflict, "The id is taken.", {{"id", Rule::taken, ""}}};
    reseller.created_at = reseller.updated_at = world.now();
    store::insert_reseller(tx, reseller);
    store::put_actor_name(tx, ActorKind::partner, reseller.id, reseller.id, world.now(), reseller.name);
    return reseller;
}

Result<Promotion> add_promotion(db::Tx& tx, World&, const Promotion& promotion) {
    if (promotion.domain.empty()) return refuse("domain", Rule::required, "A promotion needs a domain.");
    if (!store::find_reseller(tx, promotion.reseller_id))
        return refuse("reseller", Rule::unknown, "There is no such reseller.");
    try {
        store::insert_promotion(tx, promotion);
    } catch (const db::Duplicate&) {
        return Error{Reason::conflict, "There is a promotion for this domain and type.", {{"domain", Rule::taken, ""}}};
    }
    return promotion;
}

Result<NewCredential> add_credential(db::Tx& tx, World& world, const AddCredential& command) {
    const auto reseller = store::find_reseller(tx, command.reseller_id);
    if (!reseller) return refuse("reseller", Rule::unknown, "There is no such reseller.");
    if (command.manager_id && !store::find_manager(tx, command.reseller_id, *command.manager_id))
        return refuse("manager", Rule::unknown, "The reseller has no such manager.");
    const std::string secret = command.secret ? *command.secret : new_secret(world, prefix_of(command.kind));
    Credential credential{
        .id = command.id ? *command.id : world.new_id(),
        .reseller_id = command.reseller_id,
        .kind = command.kind,
        .manager_id = command.manager_id,
        .role = command.role,
        .secret_sha256 = sha256_hex(secret),
        .label = command.label,
        .hint = secret.substr(0, hint_length),
        .revision = command.revision,
        .created_at = world.now(*reseller),
        .expires_at = command.expires_at,
    };
    try {
        store::insert_credential(tx, credential);
    } catch (const db::Duplicate&) {
        return Error{Reason::conflict, "The secret is known already.", {{"secret", Rule::taken, ""}}};
    }
    if (credential.kind == CredentialKind::operator_token)
        store::put_actor_name(tx, ActorKind::operator_, credential.id, credential.reseller_id, world.now(),
                              credential.label);
    return NewCredential{std::move(credential), secret};
}

bool has_operator(db::Tx& tx) { return store::find_reseller(tx, operator_reseller_id).has_value(); }

Result<NewCredential> establish_operator(db::Tx& tx, World& world, const EstablishOperator& command) {
    if (store::find_reseller(tx, operator_reseller_id))
        return Error{Reason::conflict, "The database has been set up already."};
    TRY(add_reseller(tx, world, {.id = operator_reseller_id, .name = command.name}));
    return add_credential(
        tx, world,
        {.reseller_id = operator_reseller_id, .kind = CredentialKind::operator_token, .label = command.label});
}
