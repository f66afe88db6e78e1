#include "engine/resellers/promotions.h"

#include "engine/access/reach.h"
#include "engine/field_errors.h"
#include "engine/host_name.h"
#include "engine/resellers/add_reseller.h"
#include "engine/resellers/operator_event.h"
#include "store/domains.h"
#include "store/resellers.h"

namespace {

constexpr std::size_t host_name_length_max = 253;

Result<void> require_root(const Caller& caller) {
    if (!caller.reseller.parent_id) return {};
    return Error{Reason::forbidden, "Only the root's operators may do this."};
}

Result<void> check_period(const Promotion& promotion) {
    if (promotion.from && promotion.until && *promotion.until <= *promotion.from)
        return refuse("until", Rule::before_from, "A promotion ends after it begins.");
    return {};
}

std::string describe(const Promotion& promotion) {
    return promotion.domain + " " + std::string(to_string(promotion.type));
}

std::vector<Change> describe_period(const Promotion& before, const Promotion& after) {
    std::vector<Change> changes;
    add_change(changes, "from", ::describe(before.from), ::describe(after.from));
    add_change(changes, "until", ::describe(before.until), ::describe(after.until));
    return changes;
}

Result<Promotion> get_promotion(db::Tx& tx, const Caller& acting, const NamePromotion& name) {
    auto promotion = store::find_promotion(tx, acting.reseller.id, name.domain, name.type);
    if (!promotion) return Error{Reason::not_found, "There is no such promotion."};
    return std::move(*promotion);
}

}  // namespace

Result<std::vector<Domain>> list_domains(db::Tx& tx, World&, const Caller&, const ListDomains&) {
    return store::list_domains(tx);
}

Result<Domain> show_domain(db::Tx& tx, World&, const Caller&, const NameDomain& command) {
    auto domain = store::find_domain(tx, command.name);
    if (!domain) return Error{Reason::not_found, "There is no such domain."};
    return std::move(*domain);
}

Result<Domain> add_domain(db::Tx& tx, World& world, const Caller& caller, const NameDomain& command) {
    TRY(require_root(caller));
    if (command.name.empty()) return refuse("name", Rule::required, "A domain needs a name.");
    if (command.name.size() > host_name_length_max)
        return refuse("name", Rule::too_long, "A host name has at most 253 characters.");
    if (!is_host_name(command.name)) return refuse("name", Rule::bad_format, "A domain is a host name in lower case.");
    const Domain domain{.name = command.name, .created_at = world.now(caller.reseller)};
    try {
        store::insert_domain(tx, domain);
    } catch (const db::Duplicate&) {
        return Error{Reason::conflict, "The domain is there already.", {{"name", Rule::taken, ""}}};
    }
    append_operator_event(tx, world, caller, EventKind::domain_added, {{"domain", "", domain.name}});
    return domain;
}

Result<Domain> remove_domain(db::Tx& tx, World& world, const Caller& caller, const NameDomain& command) {
    TRY(require_root(caller));
    Domain domain = TRY(show_domain(tx, world, caller, command));
    if (store::is_domain_promoted(tx, domain.name))
        return Error{Reason::conflict, "There are promotions for the domain.", {{"name", Rule::promoted, ""}}};
    store::delete_domain(tx, domain.name);
    append_operator_event(tx, world, caller, EventKind::domain_removed, {{"domain", domain.name, ""}});
    return domain;
}

Result<std::vector<Promotion>> list_promotions(db::Tx& tx, World&, const Caller& caller,
                                               const ListPromotions& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    return store::list_promotions(tx, acting.reseller.id);
}

Result<Promotion> show_promotion(db::Tx& tx, World&, const Caller& caller, const NamePromotion& command) {
    return get_promotion(tx, TRY(act_for(tx, caller, command.reseller_id)), command);
}

Result<Promotion> create_promotion(db::Tx& tx, World& world, const Caller& caller, const Promotion& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    if (!store::find_domain(tx, command.domain)) return refuse("domain", Rule::unknown, "There is no such domain.");
    TRY(check_period(command));
    Promotion promotion = TRY(add_promotion(tx, world, command));
    std::vector<Change> changes = describe_period({}, promotion);
    changes.insert(changes.begin(), {"promotion", "", describe(promotion)});
    append_operator_event(tx, world, acting, EventKind::promotion_added, std::move(changes));
    return promotion;
}

Result<Promotion> change_promotion(db::Tx& tx, World& world, const Caller& caller, const ChangePromotion& command) {
    const Caller acting = TRY(act_for(tx, caller, command.name.reseller_id));
    const Promotion before = TRY(get_promotion(tx, acting, command.name));
    Promotion after = before;
    if (command.from) after.from = *command.from;
    if (command.until) after.until = *command.until;
    TRY(check_period(after));
    std::vector<Change> changes = describe_period(before, after);
    if (changes.empty()) return after;
    after.version = before.version + 1;
    store::update_promotion(tx, after);
    changes.insert(changes.begin(), {"promotion", describe(before), describe(after)});
    append_operator_event(tx, world, acting, EventKind::promotion_changed, std::move(changes));
    return after;
}

Result<Promotion> remove_promotion(db::Tx& tx, World& world, const Caller& caller, const RemovePromotion& command) {
    const Caller acting = TRY(act_for(tx, caller, command.name.reseller_id));
    Promotion promotion = TRY(get_promotion(tx, acting, command.name));
    store::delete_promotion(tx, promotion);
    append_operator_event(tx, world, acting, EventKind::promotion_removed, {{"promotion", describe(promotion), ""}});
    return promotion;
}
