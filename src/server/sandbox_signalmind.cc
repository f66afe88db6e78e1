// The world of SignalMind's own examples, so that both requests work as printed: plans 1 and 2, and the Premium account
// that the second one names.

#include <stdexcept>

#include "engine/resellers/add_reseller.h"
#include "engine/subscriptions/plans.h"
#include "engine/subscriptions/subscribe_account.h"
#include "server/sandbox.h"

namespace {

template <class T>
T require(Result<T> result) {
    if (!result.ok()) throw std::logic_error("seeding the sandbox: " + result.error().detail);
    return std::move(result).value();
}

constexpr std::int64_t mobile_id = 6;
constexpr std::int64_t sites_id = 7;  // may not have Premium accounts

Reseller seed_reseller(db::Tx& tx, World& world, std::int64_t id, const char* name, const char* key) {
    Reseller reseller = require(add_reseller(tx, world, {.id = id, .parent_id = operator_reseller_id, .name = name}));
    require(add_credential(tx, world, {.reseller_id = id, .kind = CredentialKind::api_key, .secret = key}));
    return reseller;
}

void seed_plans(db::Tx& tx, World& world, std::int64_t reseller_id) {
    require(add_plan(tx, world,
                     {.reseller_id = reseller_id,
                      .type = AccountType::individual,
                      .id = 1,
                      .name = "Basic",
                      .description = "One mobile site",
                      .sites_limit = 1,
                      .pages_limit = 20}));
    require(add_plan(tx, world,
                     {.reseller_id = reseller_id,
                      .type = AccountType::individual,
                      .id = 2,
                      .name = "Basic Plus",
                      .description = "Three mobile sites",
                      .sites_limit = 3,
                      .pages_limit = 100}));
    require(add_plan(tx, world,
                     {.reseller_id = reseller_id,
                      .type = AccountType::family,
                      .id = 1,
                      .name = "Team",
                      .description = "Up to two sub-accounts",
                      .sites_limit = 10,
                      .admins_limit = 2,
                      .sub_accounts_limit = 2}));
    require(add_plan(tx, world,
                     {.reseller_id = reseller_id,
                      .type = AccountType::family,
                      .id = 2,
                      .name = "Agency",
                      .description = "As many sub-accounts as are needed"}));
}

}  // namespace

void seed_signalmind(db::Tx& tx, World& world) {
    const Reseller mobile = seed_reseller(tx, world, mobile_id, "Skyline Mobile", "sandbox-reseller");
    seed_plans(tx, world, mobile_id);
    require(set_rights(tx, world, mobile_id, {.may_create_premium = true}));
    require(subscribe_account(tx, world, {.reseller = mobile},
                              {.type = AccountType::family,
                               .plan_id = 2,
                               .details = {.external_id = "agency-1",
                                           .first_name = "Ada",
                                           .last_name = "Keller",
                                           .email = "ada.keller@example.com",
                                           .company = Company{.short_name = "Keller",
                                                              .full_name = "Keller Media Ltd",
                                                              .mobile_domain = "keller.example",
                                                              .control_panel_domains = {"cp.keller.example"}}},
                               .guid = "fa516117-9d6a-4eb0-b5c1-0ca80db618c4"}));
    seed_reseller(tx, world, sites_id, "Corner Sites", "sandbox-reseller-basic");
    seed_plans(tx, world, sites_id);
}
