#include "engine/resellers/operator_event.h"

#include "engine/begin_event.h"
#include "store/events.h"

void append_operator_event(db::Tx& tx, World& world, const Caller& acting, EventKind kind,
                           std::vector<Change> changes) {
    Event event = begin_event(world, acting, kind, world.now(acting.reseller));
    event.changes = std::move(changes);
    store::append_event(tx, event);
}

void add_change(std::vector<Change>& changes, std::string_view field, std::string before, std::string after) {
    if (before != after) changes.push_back({std::string(field), std::move(before), std::move(after)});
}

std::string describe(const std::optional<Instant>& instant) { return instant ? format_rfc3339(*instant) : ""; }
