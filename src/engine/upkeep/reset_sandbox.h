// A sandbox begins anew: everything in it goes, then it is seeded. Called by the sandbox's route only.

#pragma once

#include <functional>

#include "db/database.h"
#include "engine/world.h"

void reset_sandbox(db::Tx&, World&, const std::function<void(db::Tx&, World&)>& seed);
