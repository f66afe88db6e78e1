// Operators say what resellers offer, and which of them may have Premium accounts. Each change is an event of the
// reseller.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/subscription.h"

constexpr std::int64_t plan_id_max = 2'147'483'647;
constexpr std::size_t plan_name_length_max = 200;
constexpr std::size_t plan_description_length_max = 2'000;

// For seeding, and what create_plan() does. Refuses, all together: invalid id (out_of_range: 1 .. 2^31 - 1), name
// (required, too_long), description (too_long), sites_limit, pages_limit, admins_limit, sub_accounts_limit
// (out_of_range: below -1); then reseller (unknown); conflict id (taken among the plans of the type).
Result<Plan> add_plan(db::Tx&, World&, const Plan&);
Result<Rights> set_rights(db::Tx&, World&, std::int64_t reseller_id, const Rights&);

struct ListPlansOf {
    std::int64_t reseller_id = 0;
};

// By type and id. Refuses: not_found (the reseller).
Result<std::vector<Plan>> list_plans_of(db::Tx&, World&, const Caller&, const ListPlansOf&);

struct NamePlan {
    std::int64_t reseller_id = 0;
    AccountType type = AccountType::individual;
    std::int64_t id = 0;
};

// Refuses: not_found (the reseller, the plan).
Result<Plan> show_plan(db::Tx&, World&, const Caller&, const NamePlan&);

// Refuses: not_found (the reseller); as add_plan().
Result<Plan> create_plan(db::Tx&, World&, const Caller&, const Plan&);

struct EditPlan {
    NamePlan name;
    std::optional<std::string> title;  // the plan's name; absent: stays, as all below
    std::optional<std::string> description;
    std::optional<std::int64_t> sites_limit, pages_limit, admins_limit, sub_accounts_limit;
};

// Accounts that have more than the plan allows from now on keep it. Refuses, in this order: not_found; invalid as
// add_plan().
Result<Plan> edit_plan(db::Tx&, World&, const Caller&, const EditPlan&);

struct RemovePlan {
    NamePlan name;
};

// Accounts that have it keep its id; no other gets it. Refuses, in this order: not_found.
Result<Plan> remove_plan(db::Tx&, World&, const Caller&, const RemovePlan&);

struct NameRights {
    std::int64_t reseller_id = 0;
};

// Refuses: not_found (the reseller).
Result<Rights> show_rights(db::Tx&, World&, const Caller&, const NameRights&);

struct ChangeRights {
    std::int64_t reseller_id = 0;
    std::optional<bool> may_create_premium;  // absent: stays
};

// Refuses: not_found (the reseller).
Result<Rights> change_rights(db::Tx&, World&, const Caller&, const ChangeRights&);
