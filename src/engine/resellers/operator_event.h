// The audit trail of what operators do to resellers and what belongs to them: an event of the reseller itself.

#pragma once

#include <string>
#include <vector>

#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/event.h"

// `acting` as of act_for(). The first change names what it is about.
void append_operator_event(db::Tx&, World&, const Caller& acting, EventKind, std::vector<Change>);

// Adds a change to the list where the two differ.
void add_change(std::vector<Change>&, std::string_view field, std::string before, std::string after);

std::string describe(const std::optional<Instant>&);  // RFC 3339, or empty
