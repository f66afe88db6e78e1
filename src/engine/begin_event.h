// The first half of every event: who, with what, from where, why. Called by whatever writes one; what it is about and
// what has changed is the caller's to add.

#pragma once

#include "engine/caller.h"
#include "engine/world.h"
#include "model/event.h"

Event begin_event(World&, const Caller&, EventKind, Instant at);
