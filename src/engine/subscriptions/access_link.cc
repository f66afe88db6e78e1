#include "engine/subscriptions/access_link.h"

#include "engine/subscriptions/sealed_stamp.h"
#include "store/account_lists.h"
#include "store/ended_visits.h"
#include "store/opened_links.h"
#include "store/plans.h"
#include "store/resellers.h"

namespace {

constexpr std::string_view link_purpose = "partnerd access link";
constexpr std::string_view visit_purpose = "partnerd visit";

Error refuse() { return {Reason::not_found, "This link does not work.", {{"link", Rule::not_valid, ""}}}; }

struct Guest {
    Reseller reseller;
    SubscribedAccount account;
    Stamp stamp;
};

Result<Guest> welcome(db::Tx& tx, World& world, std::string_view purpose, const std::string& token,
                      std::chrono::milliseconds life) {
    const auto stamp = open_stamp(world, purpose, token);
    const auto reseller_id = stamp ? store::find_reseller_of_account(tx, stamp->id) : std::nullopt;
    if (!reseller_id) return refuse();
    auto reseller = store::find_reseller(tx, *reseller_id);
    auto found = store::find_with_subscription(tx, *reseller_id, stamp->id);
    if (!reseller || !found) return refuse();
    if (!is_current(*stamp, world.now(*reseller), life)) return refuse();
    Guest guest{.reseller = *reseller, .account = present(tx, world, *reseller, std::move(*found)), .stamp = *stamp};
    if (guest.account.account.stage == Stage::deprovisioned) return refuse();
    return guest;
}

store::OpenedLink to_row(const Guest& guest) {
    return {.reseller_id = guest.reseller.id,
            .account_id = guest.stamp.id,
            .issued_at = guest.stamp.issued_at,
            .nonce = guest.stamp.nonce};
}

Result<Guest> welcome_back(db::Tx& tx, World& world, const AccessLink& command) {
    Guest guest = TRY(welcome(tx, world, visit_purpose, command.token, visit_life));
    if (store::is_ended_visit(tx, to_row(guest))) return refuse();
    return guest;
}

Visit make_visit(db::Tx& tx, const std::string& token, Guest guest) {
    Visit visit{.token = token, .reseller = std::move(guest.reseller), .account = std::move(guest.account)};
    const auto& plan_id = visit.account.subscription.plan_id;
    const auto plan =
        plan_id ? store::find_plan(tx, visit.reseller.id, visit.account.account.type, *plan_id) : std::nullopt;
    if (plan) visit.plan_name = plan->name;
    return visit;
}

}  // namespace

Result<AccessLink> issue_access_link(db::Tx& tx, World& world, const Caller& caller, const NameSubscribed& command) {
    const SubscribedAccount shown =
        present(tx, world, caller.reseller, TRY(get_subscribed(tx, world, caller, command.guid)));
    if (shown.account.stage == Stage::deprovisioned)
        return Error{Reason::conflict, "The account is closed.", {{"status", Rule::closed, ""}}};
    return AccessLink{seal_stamp(world, link_purpose, new_stamp(world, shown.account.id, world.now(caller.reseller)))};
}

Result<void> look_at_access_link(db::Tx& tx, World& world, const Caller&, const AccessLink& command) {
    const Guest guest = TRY(welcome(tx, world, link_purpose, command.token, access_link_life));
    if (store::is_opened_link(tx, to_row(guest))) return refuse();
    return {};
}

Result<Visit> open_access_link(db::Tx& tx, World& world, const Caller&, const AccessLink& command) {
    Guest guest = TRY(welcome(tx, world, link_purpose, command.token, access_link_life));
    const Instant now = world.now(guest.reseller);
    store::delete_opened_links(tx, guest.reseller.id, now - access_link_life);
    try {
        store::insert_opened_link(tx, to_row(guest));
    } catch (const db::Duplicate&) {
        return refuse();
    }
    const std::string token = seal_stamp(world, visit_purpose, new_stamp(world, guest.stamp.id, now));
    return make_visit(tx, token, std::move(guest));
}

Result<Visit> show_visit(db::Tx& tx, World& world, const Caller&, const AccessLink& command) {
    Guest guest = TRY(welcome_back(tx, world, command));
    return make_visit(tx, command.token, std::move(guest));
}

Result<void> look_at_visit(db::Tx& tx, World& world, const Caller&, const AccessLink& command) {
    TRY(welcome_back(tx, world, command));
    return {};
}

Result<VisitEnded> end_visit(db::Tx& tx, World& world, const Caller&, const AccessLink& command) {
    const Guest guest = TRY(welcome_back(tx, world, command));
    store::delete_ended_visits(tx, guest.reseller.id, world.now(guest.reseller) - visit_life);
    store::put_ended_visit(tx, to_row(guest));
    return VisitEnded{};
}
