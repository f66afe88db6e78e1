#include "engine/resellers/operator_event.h"

#include "store/events.h"

void append_operator_event(db::Tx& tx, World& world, const Caller& acting, EventKind kind,
                           std::vector<Change> changes) {
    store::append_event(tx, {
                                .reseller_id = acting.reseller.id,
                                .id = world.new_id(),
                                .account_id = 0,
                                .kind = kind,
                                .at = world.now(acting.reseller),
                                .credential_id = acting.credential_id,
                                .request_id = acting.request_id,
                                .changes = std::move(changes),
                            });
}

void add_change(std::vector<Change>& changes, std::string_view field, std::string before, std::string after) {
    if (before != after) changes.push_back({std::string(field), std::move(before), std::move(after)});
}

std::string describe(const std::optional<Instant>& instant) { return instant ? format_rfc3339(*instant) : ""; }
