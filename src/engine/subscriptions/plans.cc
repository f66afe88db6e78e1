#include "engine/subscriptions/plans.h"

#include "core/visible_text.h"
#include "engine/access/reach.h"
#include "engine/field_errors.h"
#include "engine/resellers/operator_event.h"
#include "store/plans.h"
#include "store/resellers.h"

namespace {

void check_text(std::string_view field, const std::string& text, std::size_t length_max, Lines lines,
                FieldErrors& errors) {
    if (text.size() > length_max)
        errors.add(field, Rule::too_long, "It has more than " + std::to_string(length_max) + " bytes.");
    if (holds_unprintable(text, lines))
        errors.add(field, Rule::bad_characters, "It may not hold control characters, nor what turns text round.");
}

Result<void> check(const Plan& plan) {
    FieldErrors errors;
    if (plan.id < 1 || plan.id > plan_id_max) errors.add("id", Rule::out_of_range, "It lies between 1 and 2147483647.");
    if (is_blank(plan.name)) errors.add("name", Rule::required, "A plan needs a name.");
    check_text("name", plan.name, plan_name_length_max, Lines::one, errors);
    check_text("description", plan.description, plan_description_length_max, Lines::several, errors);
    const std::pair<std::string_view, std::int64_t> limits[] = {{"sites_limit", plan.sites_limit},
                                                                {"pages_limit", plan.pages_limit},
                                                                {"admins_limit", plan.admins_limit},
                                                                {"sub_accounts_limit", plan.sub_accounts_limit}};
    for (const auto& [field, limit] : limits)
        if (limit < no_limit) errors.add(field, Rule::out_of_range, "It is -1 (none) or not negative.");
    if (!errors.empty()) return std::move(errors).to_error("The plan cannot be kept so.");
    return {};
}

std::string describe(const Plan& plan) { return std::string(to_string(plan.type)) + ' ' + std::to_string(plan.id); }

void add_change(std::vector<Change>& changes, std::string_view field, std::int64_t before, std::int64_t after) {
    add_change(changes, field, std::to_string(before), std::to_string(after));
}

std::vector<Change> differences(const Plan& before, const Plan& after) {
    std::vector<Change> changes;
    add_change(changes, "name", before.name, after.name);
    add_change(changes, "description", before.description, after.description);
    add_change(changes, "sites_limit", before.sites_limit, after.sites_limit);
    add_change(changes, "pages_limit", before.pages_limit, after.pages_limit);
    add_change(changes, "admins_limit", before.admins_limit, after.admins_limit);
    add_change(changes, "sub_accounts_limit", before.sub_accounts_limit, after.sub_accounts_limit);
    return changes;
}

Result<Plan> get_plan(db::Tx& tx, const Caller& acting, const NamePlan& name) {
    auto plan = store::find_plan(tx, acting.reseller.id, name.type, name.id);
    if (!plan) return Error{Reason::not_found, "There is no such plan."};
    return std::move(*plan);
}

}  // namespace

Result<Plan> add_plan(db::Tx& tx, World&, const Plan& plan) {
    TRY(check(plan));
    if (!store::find_reseller(tx, plan.reseller_id))
        return Error{Reason::invalid, "There is no such reseller.", {{"reseller", Rule::unknown, ""}}};
    try {
        store::insert_plan(tx, plan);
    } catch (const db::Duplicate&) {
        return Error{Reason::conflict, "There is a plan of this type and id.", {{"id", Rule::taken, ""}}};
    }
    return plan;
}

Result<Rights> set_rights(db::Tx& tx, World&, std::int64_t reseller_id, const Rights& rights) {
    if (!store::find_reseller(tx, reseller_id))
        return Error{Reason::invalid, "There is no such reseller.", {{"reseller", Rule::unknown, ""}}};
    store::put_rights(tx, reseller_id, rights);
    return rights;
}

Result<std::vector<Plan>> list_plans_of(db::Tx& tx, World&, const Caller& caller, const ListPlansOf& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    return store::list_plans(tx, acting.reseller.id);
}

Result<Plan> show_plan(db::Tx& tx, World&, const Caller& caller, const NamePlan& command) {
    return get_plan(tx, TRY(act_for(tx, caller, command.reseller_id)), command);
}

Result<Plan> create_plan(db::Tx& tx, World& world, const Caller& caller, const Plan& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    Plan plan = TRY(add_plan(tx, world, command));
    append_operator_event(tx, world, acting, EventKind::plan_added, {{"plan", "", describe(plan)}});
    return plan;
}

Result<Plan> edit_plan(db::Tx& tx, World& world, const Caller& caller, const EditPlan& command) {
    const Caller acting = TRY(act_for(tx, caller, command.name.reseller_id));
    const Plan before = TRY(get_plan(tx, acting, command.name));
    Plan after = before;
    after.name = command.title.value_or(before.name);
    after.description = command.description.value_or(before.description);
    after.sites_limit = command.sites_limit.value_or(before.sites_limit);
    after.pages_limit = command.pages_limit.value_or(before.pages_limit);
    after.admins_limit = command.admins_limit.value_or(before.admins_limit);
    after.sub_accounts_limit = command.sub_accounts_limit.value_or(before.sub_accounts_limit);
    TRY(check(after));
    std::vector<Change> changes = differences(before, after);
    if (changes.empty()) return after;
    after.version = before.version + 1;
    store::update_plan(tx, after);
    changes.insert(changes.begin(), {"plan", describe(before), describe(after)});
    append_operator_event(tx, world, acting, EventKind::plan_changed, std::move(changes));
    return after;
}

Result<Plan> remove_plan(db::Tx& tx, World& world, const Caller& caller, const RemovePlan& command) {
    const Caller acting = TRY(act_for(tx, caller, command.name.reseller_id));
    Plan plan = TRY(get_plan(tx, acting, command.name));
    store::delete_plan(tx, plan);
    append_operator_event(tx, world, acting, EventKind::plan_removed, {{"plan", describe(plan), ""}});
    return plan;
}

Result<Rights> show_rights(db::Tx& tx, World&, const Caller& caller, const NameRights& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    return store::find_rights(tx, acting.reseller.id);
}

Result<Rights> change_rights(db::Tx& tx, World& world, const Caller& caller, const ChangeRights& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    const Rights before = store::find_rights(tx, acting.reseller.id);
    const Rights after{.may_create_premium = command.may_create_premium.value_or(before.may_create_premium)};
    if (after == before) return after;
    store::put_rights(tx, acting.reseller.id, after);
    append_operator_event(tx, world, acting, EventKind::rights_changed,
                          {{"may_create_premium", before.may_create_premium ? "true" : "false",
                            after.may_create_premium ? "true" : "false"}});
    return after;
}
