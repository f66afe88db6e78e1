// Leases of a server on a database that others serve too: what there may be one of in the cluster is done by whoever
// has its lease, the work of resellers in 16 parts, of which each server has its share. Taken for ten seconds and
// renewed each second by the thread that needs them, which is the only one that calls this; where the database is one
// process's, all are held, and nothing is asked or written.
//
// What is written under a lease is written in a transaction that has looked at the lease's row (LeaseTerm::require): a
// server that was stopped for a minute commits nothing under one that another has by then.

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "engine/world.h"

class LeaseLost : public db::Unavailable {
    using db::Unavailable::Unavailable;
};

// A lease as one owner has it, from when it was taken until somebody else takes it.
struct LeaseTerm {
    std::string name = {};  // empty: none is needed
    std::int64_t owner = 0;
    std::int64_t epoch = 0;

    // Throws LeaseLost where it is another's by now, or nobody's. As the first of a work.
    void require(db::Tx&) const;
    bool operator==(const LeaseTerm&) const = default;
};

class Leases {
public:
    static constexpr auto lasts = std::chrono::seconds(10);
    static constexpr auto renewed_each = std::chrono::seconds(1);
    // It is over for its owner before it is for others: clocks of servers differ.
    static constexpr auto margin = std::chrono::seconds(2);

    static constexpr std::string_view counting = "counting";  // of events
    static constexpr std::string_view upkeep = "upkeep";      // what is not of one reseller, and there is little of
    static constexpr std::string_view webhooks = "webhooks";  // their sending

    struct Wanted {
        bool parts = false;              // its share of the 16
        std::vector<std::string> names;  // and these, if nobody has them
    };

    Leases() = default;  // all are held: of whoever has the database for itself
    Leases(db::Database&, World&, Wanted);
    Leases(const Leases&) = delete;

    // Takes what is free, renews, and gives back what is more than its share. Throws as the database does; what is held
    // is then held no longer than it was.
    void look();
    // The same, if it is time to renew; then the lease of that name, or that of the reseller's part, if it is held.
    std::optional<LeaseTerm> keep(std::string_view name);
    std::optional<LeaseTerm> keep_part(std::int64_t reseller_id);
    // As of the last look: it may have ended meanwhile, and then be the same one again with the next look.
    std::optional<LeaseTerm> find(std::string_view name) const;
    // As store/parts.h has them: all that are held; those that the lease of the reseller's part is about.
    std::int64_t parts() const;
    std::int64_t parts_with(std::int64_t reseller_id) const;
    // Whether nobody else may have it yet: for what cannot be undone, such as something that is sent.
    bool is_fresh(const LeaseTerm&) const;

    // At a clean end: others take them at once. Those that are over by then are left as they are, and nothing is asked.
    void give_back();

    int held() const { return count_; }  // any thread; none where none are needed

private:
    struct Held {
        std::int64_t epoch = 0;
        Instant until;
    };

    bool is_needed() const { return database_ != nullptr; }
    void keep();

    db::Database* database_ = nullptr;
    World* world_ = nullptr;
    const Wanted wanted_ = {};
    std::int64_t owner_ = 0;
    std::optional<Instant> looked_at_;
    std::map<std::string, Held, std::less<>> held_;
    std::atomic<int> count_ = 0;
};
