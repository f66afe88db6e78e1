// ReachCache: which resellers each operator reaches, kept between requests. Resellers are added and removed and never
// moved, so what is kept counts as long as none has been: one number in the database says so. All else that changes
// (credentials, catalogues, endpoints) leaves it alone. One for each database; used by many threads at once.

#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "db/database.h"
#include "engine/caller.h"

class ReachCache {
public:
    // The reseller and all below it. In a transaction that has added or removed none itself.
    std::shared_ptr<const ResellerTree> find(db::Tx&, std::int64_t reseller_id);

private:
    static constexpr std::size_t trees_max = 1'000;

    struct Known {
        std::int64_t version = 0;
        std::shared_ptr<const ResellerTree> tree;
    };

    std::mutex mutex_;
    std::unordered_map<std::int64_t, Known> trees_;  // by their root
};
