// Sub-accounts follow the account that they belong to: held while it is held, whoever holds it and why, and closed with
// it. Called by record_change() alone, so that no operation, no dialect and no clock gets around it.

#pragma once

#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/account.h"

// Of a family account that has just changed. Costs one look into an index, and only when it was held, lifted or closed.
void follow_parent(db::Tx&, World&, const Caller&, const Account& before, const Account& after, Instant at);
