#include "engine/resellers/move_clock.h"

#include "engine/access/reach.h"
#include "engine/field_errors.h"
#include "engine/resellers/operator_event.h"
#include "store/resellers.h"

namespace {

// Far enough from the ends of what RFC 3339 can say for grace and offsets.
constexpr Instant earliest = std::chrono::sys_days(std::chrono::year(1970) / 1 / 1);
constexpr Instant latest = std::chrono::sys_days(std::chrono::year(9000) / 1 / 1);

ClockNow now_of(World& world, const Reseller& reseller) {
    return {.reseller_id = reseller.id, .now = world.now(reseller), .is_frozen = reseller.clock.frozen_at.has_value()};
}

Clock clock_at(Instant instant, bool frozen, Instant server_now) {
    if (frozen) return {.offset = std::chrono::milliseconds(0), .frozen_at = instant};
    return {.offset = instant - server_now, .frozen_at = std::nullopt};
}

}  // namespace

Result<ClockNow> show_clock(db::Tx& tx, World& world, const Caller& caller, const ShowClock& command) {
    return now_of(world, TRY(act_for(tx, caller, command.reseller_id)).reseller);
}

std::vector<TravelledClock> list_travelled_clocks(db::Tx& tx, World& world) {
    std::vector<TravelledClock> travelled;
    for (const Reseller& reseller : store::list_resellers(tx)) {
        if (reseller.clock.offset.count() == 0 && !reseller.clock.frozen_at) continue;
        travelled.push_back({.reseller_id = reseller.id,
                             .name = reseller.name,
                             .ahead = world.now(reseller) - world.now(),
                             .is_frozen = reseller.clock.frozen_at.has_value()});
    }
    return travelled;
}

Result<ClockNow> move_clock(db::Tx& tx, World& world, const Caller& caller, const MoveClock& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    const ClockNow before = now_of(world, acting.reseller);
    const Instant target = command.back_to_normal ? world.now()
                           : command.to           ? *command.to
                                                  : before.now + command.by.value_or(std::chrono::milliseconds(0));
    if (target < earliest || target >= latest)
        return refuse("now", Rule::out_of_range, "The clock shows times from 1970 to 9000.");
    if (target < before.now)
        return refuse("now", Rule::in_past,
                      "A clock never goes back: this one shows " + format_rfc3339(before.now) +
                          ", and what has happened is dated by it. A reset of the sandbox begins anew.");

    Reseller after = acting.reseller;
    after.clock =
        command.back_to_normal ? Clock() : clock_at(target, command.freeze.value_or(before.is_frozen), world.now());
    store::update_reseller(tx, after);
    const ClockNow moved = now_of(world, after);
    std::vector<Change> changes{{"clock", format_rfc3339(before.now), format_rfc3339(moved.now)}};
    add_change(changes, "frozen", before.is_frozen ? "true" : "false", moved.is_frozen ? "true" : "false");
    append_operator_event(tx, world, acting, EventKind::clock_moved, std::move(changes));
    return moved;
}
