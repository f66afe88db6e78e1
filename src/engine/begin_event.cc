#include "engine/begin_event.h"

Event begin_event(World& world, const Caller& caller, EventKind kind, Instant at) {
    return {
        .reseller_id = caller.reseller.id,
        .id = world.new_id(),
        .kind = kind,
        .at = at,
        .recorded_at = world.now(),
        .actor = {.kind = caller.actor.kind, .id = caller.actor.id},
        .credential_id = caller.credential_id,
        .request_id = caller.request_id,
        .trace = caller.trace,
        .api = caller.api,
        .remote_address = caller.remote_address,
        .why = caller.why,
    };
}
