// Leases: who of several servers has work of which there may be one, until when. Rows are there for databases that are
// shared only; engine/leases.h decides about them.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "db/database.h"

namespace store {

struct Lease {
    std::string name;
    std::int64_t owner = 0;  // 0: nobody
    std::int64_t epoch = 0;  // rises with each new owner
    Instant until;           // by the clock of who has taken it
};

std::vector<Lease> list_leases(db::Tx&);  // all, by name
std::optional<Lease> find_lease(db::Tx&, std::string_view name);

// Takes or renews it, unless somebody else has it and its time has not passed: then nothing happens. Where it ends
// later than twice as long from now, the clock has been set back since it was taken, and nobody knows by how much: it
// is free.
void take_lease(db::Tx&, std::string_view name, std::int64_t owner, Instant now, Instant until);
// Nobody has it from here on, if it was this owner's. The row stays, so that an epoch never comes again.
void give_lease_back(db::Tx&, std::string_view name, std::int64_t owner);
// Of one that nobody will ever take again.
void delete_lease(db::Tx&, std::string_view name, std::int64_t owner);

}  // namespace store
