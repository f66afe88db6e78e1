// Operators set up resellers below their own, and change the settings of these and of their own. Each change is an
// event of the reseller.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/page.h"
#include "engine/resellers/add_reseller.h"
#include "engine/world.h"
#include "model/reseller.h"

constexpr std::chrono::minutes utc_offset_max{18 * 60};
constexpr std::chrono::milliseconds grace_max = std::chrono::days(3'650);
constexpr int reseller_depth_max = 20;  // below the root

struct CreateReseller {
    std::optional<std::int64_t> id;         // absent: the next one. Only the root's operators may choose: a taken one
                                            // tells that it is there
    std::optional<std::int64_t> parent_id;  // absent: the caller's own reseller
    std::string name;
    std::chrono::minutes utc_offset{0};
    EndAction end_action = EndAction::close;
    std::chrono::milliseconds grace = std::chrono::days(30);
};

// Refuses, in this order: invalid name (required, too_long, bad_characters), utc_offset, grace (out_of_range), id
// (out_of_range, not_yours), parent_id (unknown, too_deep); conflict (id taken).
Result<Reseller> create_reseller(db::Tx&, World&, const Caller&, const CreateReseller&);

struct ShowReseller {
    std::int64_t id = 0;
};

// Refuses: not_found.
Result<Reseller> show_reseller(db::Tx&, World&, const Caller&, const ShowReseller&);

struct ListResellers {
    std::optional<std::int64_t> parent_id;  // directly below this one; absent: the caller's own and all below
    PageRequest<std::int64_t> page;         // places are ids
};

// By id. Refuses: not_found (the parent).
Result<Page<Reseller, std::int64_t>> list_resellers(db::Tx&, World&, const Caller&, const ListResellers&);

struct ChangeReseller {
    std::int64_t id = 0;
    std::optional<std::string> name;
    std::optional<std::chrono::minutes> utc_offset;
    std::optional<EndAction> end_action;
    std::optional<std::chrono::milliseconds> grace;
};

// What is absent stays. A new grace or end action also counts for accounts that are frozen already: see
// redate_accounts.h.
// Refuses, in this order: not_found; invalid (as create_reseller does).
Result<Reseller> change_reseller(db::Tx&, World&, const Caller&, const ChangeReseller&);
