// The clock of a reseller in a sandbox: everything that belongs to the reseller lives in its time, and nothing else
// does. It never goes back: what has happened would be dated after what is still to come. Called by the sandbox's
// routes only. What falls due by moving it is done by run_due(), by whoever moves it.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/reseller.h"

struct ClockNow {
    std::int64_t reseller_id = 0;
    Instant now;
    bool is_frozen = false;
};

struct ShowClock {
    std::int64_t reseller_id = 0;
};

// Refuses: not_found.
Result<ClockNow> show_clock(db::Tx&, World&, const Caller&, const ShowClock&);

// A reseller whose clock does not show the server's time.
struct TravelledClock {
    std::int64_t reseller_id = 0;
    std::string name;
    std::chrono::milliseconds ahead{0};  // negative: behind
    bool is_frozen = false;
};

// All of them, by id: for the server's start.
std::vector<TravelledClock> list_travelled_clocks(db::Tx&, World&);

struct MoveClock {
    std::int64_t reseller_id = 0;
    std::optional<Instant> to;
    std::optional<std::chrono::milliseconds> by;  // instead of `to`
    std::optional<bool> freeze;                   // absent: as it is
    bool back_to_normal = false;                  // the server's own time, running
};

// Refuses, in this order: not_found; invalid now (out_of_range: outside 1970 to 9000; in_past: that lies before the
// clock's time).
Result<ClockNow> move_clock(db::Tx&, World&, const Caller&, const MoveClock&);
