// What actors (see model/event.h) were called, and from when on: an event names nobody, so that a name can be changed
// or erased without touching it, and is shown with the name of its day. Moments are the server's own.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "db/database.h"
#include "model/event.h"

namespace store {

// From now on it is called so. Nothing happens where it is called so already; an empty name is one like others.
void put_actor_name(db::Tx&, ActorKind, std::int64_t id, std::int64_t reseller_id, Instant from, std::string_view name);

struct ActorName {
    std::int64_t reseller_id = 0;  // whose it is: for those who do not reach there it has no name
    std::string name;
};

std::optional<ActorName> find_actor_name(db::Tx&, ActorKind, std::int64_t id, Instant at);

}  // namespace store
