#include "engine/resellers/resellers.h"

#include <algorithm>

#include "engine/access/reach.h"
#include "engine/field_errors.h"
#include "engine/resellers/add_reseller.h"
#include "engine/resellers/operator_event.h"
#include "store/actor_names.h"
#include "store/resellers.h"

namespace {

Result<void> check_settings(const Reseller& reseller) {
    TRY(check_reseller_name(reseller.name));
    if (reseller.utc_offset < -utc_offset_max || reseller.utc_offset > utc_offset_max)
        return refuse("utc_offset", Rule::out_of_range, "The offset lies between -18:00 and +18:00.");
    if (reseller.grace < std::chrono::milliseconds(0) || reseller.grace > grace_max)
        return refuse("grace", Rule::out_of_range, "The grace lies between none and 3650 days.");
    return {};
}

// The root is at depth 0.
int depth_of(db::Tx& tx, std::int64_t reseller_id) {
    int depth = 0;
    for (auto reseller = store::find_reseller(tx, reseller_id); reseller && reseller->parent_id;
         reseller = store::find_reseller(tx, *reseller->parent_id))
        ++depth;
    return depth;
}

Result<std::int64_t> choose_id(db::Tx& tx, const Caller& caller, std::optional<std::int64_t> wanted) {
    if (!wanted) return store::greatest_reseller_id(tx) + 1;
    TRY(check_reseller_id(*wanted));
    if (caller.reseller.parent_id) return refuse("id", Rule::not_yours, "Only the root's operators choose ids.");
    return *wanted;
}

std::string describe_offset(std::chrono::minutes offset) { return std::to_string(offset.count()) + " minutes"; }
std::string describe_grace(std::chrono::milliseconds grace) {
    return std::to_string(grace.count() / 1'000) + " seconds";
}
std::string describe_action(EndAction action) { return action == EndAction::close ? "close" : "stay_frozen"; }

std::vector<Change> differences(const Reseller& before, const Reseller& after) {
    std::vector<Change> changes;
    add_change(changes, "name", before.name, after.name);
    add_change(changes, "utc_offset", describe_offset(before.utc_offset), describe_offset(after.utc_offset));
    add_change(changes, "end_action", describe_action(before.end_action), describe_action(after.end_action));
    add_change(changes, "grace", describe_grace(before.grace), describe_grace(after.grace));
    return changes;
}

std::vector<Reseller> read(db::Tx& tx, const Caller& caller, const ListResellers& command) {
    const int limit = command.page.size + 1;
    if (command.parent_id && !command.page.backwards)
        return store::list_children(tx, *command.parent_id, command.page.from.value_or(0), limit);
    std::vector<Reseller> read;
    const auto take = [&](std::int64_t id) {
        auto reseller = store::find_reseller(tx, id);
        if (reseller && (!command.parent_id || reseller->parent_id == command.parent_id))
            read.push_back(std::move(*reseller));
    };
    const ResellerTree own{caller.reseller.id};
    const ResellerTree& tree = caller.tree ? *caller.tree : own;
    const auto is_full = [&] { return static_cast<int>(read.size()) == limit; };
    if (command.page.backwards) {
        auto id = std::lower_bound(tree.begin(), tree.end(), *command.page.from);
        while (id != tree.begin() && !is_full()) take(*--id);
    } else {
        auto id = std::upper_bound(tree.begin(), tree.end(), command.page.from.value_or(0));
        while (id != tree.end() && !is_full()) take(*id++);
    }
    return read;
}

}  // namespace

Result<Reseller> create_reseller(db::Tx& tx, World& world, const Caller& caller, const CreateReseller& command) {
    Reseller reseller{.parent_id = command.parent_id.value_or(caller.reseller.id),
                      .name = command.name,
                      .utc_offset = command.utc_offset,
                      .end_action = command.end_action,
                      .grace = command.grace};
    TRY(check_settings(reseller));
    reseller.id = TRY(choose_id(tx, caller, command.id));
    if (!reaches(caller, *reseller.parent_id)) return refuse("parent_id", Rule::unknown, "There is no such parent.");
    if (depth_of(tx, *reseller.parent_id) >= reseller_depth_max)
        return refuse("parent_id", Rule::too_deep, "The parent is too far below the root.");
    reseller = TRY(add_reseller(tx, world, std::move(reseller)));
    Caller acting = caller;
    acting.reseller = reseller;
    std::vector<Change> changes = differences(
        {.utc_offset = reseller.utc_offset, .end_action = reseller.end_action, .grace = reseller.grace}, reseller);
    changes.push_back({"parent_id", "", std::to_string(*reseller.parent_id)});
    append_operator_event(tx, world, acting, EventKind::reseller_added, std::move(changes));
    return reseller;
}

Result<Reseller> show_reseller(db::Tx& tx, World&, const Caller& caller, const ShowReseller& command) {
    return TRY(act_for(tx, caller, command.id)).reseller;
}

Result<Page<Reseller, std::int64_t>> list_resellers(db::Tx& tx, World&, const Caller& caller,
                                                    const ListResellers& command) {
    if (command.parent_id && !reaches(caller, *command.parent_id))
        return Error{Reason::not_found, "There is no such reseller."};
    return cut_page(read(tx, caller, command), command.page, [](const Reseller& reseller) { return reseller.id; });
}

Result<Reseller> change_reseller(db::Tx& tx, World& world, const Caller& caller, const ChangeReseller& command) {
    const Caller acting = TRY(act_for(tx, caller, command.id));
    const Reseller& before = acting.reseller;
    Reseller after = before;
    if (command.name) after.name = *command.name;
    if (command.utc_offset) after.utc_offset = *command.utc_offset;
    if (command.end_action) after.end_action = *command.end_action;
    if (command.grace) after.grace = *command.grace;
    TRY(check_settings(after));
    std::vector<Change> changes = differences(before, after);
    if (changes.empty()) return after;
    if (before.end_action != after.end_action || before.grace != after.grace) after.redated_through = 0;
    after.updated_at = world.now(before);
    after.version = before.version + 1;
    store::update_reseller(tx, after);
    store::put_actor_name(tx, ActorKind::partner, after.id, after.id, world.now(), after.name);
    append_operator_event(tx, world, acting, EventKind::reseller_changed, std::move(changes));
    return after;
}
