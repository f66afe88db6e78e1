// How far a server has come with its ids: no work of it that has not ended, nor any to come, has one at or below what
// stands in its row of server_progress. The least of all rows is what Tx::settled_through() says. A row goes when no
// connection of its server is left; a server whose row has gone puts itself in again, above all that is there, before
// it writes. Used by the writer's threads and by the one that looks.
//
// And which ids are a server's: its row of id_slot says up to where it may draw in that slot, a little ahead, and each
// look moves that on. A slot is free once its owner has no row of server_progress; the next owner begins above what
// was reserved. So no two ever draw the same id, whatever clocks say and however long a server was stopped.

#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "db/postgres_connection.h"

namespace db::postgres {

// Whether the transaction that was to insert the marker has committed: see postgres_writer.cc. Absent: not to be known
// yet. Throws Lost.
std::optional<bool> find_out(Connection&, std::int64_t marker);

class Progress {
public:
    Progress(std::string name, std::size_t writers);

    const std::string& name() const { return name_; }  // by which the server's connections are known, too
    void share(Ids);
    bool is_shared() const { return is_shared_.load(std::memory_order_acquire); }

    // Around a transaction of the writer of that number.
    void begin(std::size_t writer);
    void end(std::size_t writer);
    // The same, when nobody knows whether it has committed.
    void end_unknown(std::size_t writer, std::int64_t marker);

    // Whether its transaction, which is about to commit, began once this server was in, and nothing has been about its
    // row since: only then its ids are above all that others take for complete.
    bool is_in(std::size_t writer) const;

    // The reservation will soon be at its end: to be published before the transaction of that writer, which has begun.
    bool needs_ids(std::size_t writer) const;

    // Wait for the database; throw Lost, Unavailable, or Broken where there is no slot.
    void join(Connection&);
    void publish(Connection&);
    void remove_dead(Connection&);
    void leave(Connection&);  // at the end, once nothing is written any more

private:
    struct Unknown {
        std::int64_t marker;
        std::int64_t above;
    };
    std::int64_t settled() const;
    std::int64_t find_greatest(Connection&) const;
    void look_for_outcomes(Connection&);
    void take_slot(Connection&);
    void note_reserved(int slot, std::int64_t through);

    const std::string name_;
    Ids ids_;
    std::atomic<std::uint64_t> joins_begun_ = 0;  // so many times
    std::atomic<std::uint64_t> joined_ = 0;       // the last of them that came to its end
    std::vector<std::uint64_t> joined_before_;  // what joins_begun_ was when the writer's transaction began; 0: not in
    std::atomic<int> slot_ = -1;                // none
    std::atomic<std::int64_t> reserved_through_ = 0;
    std::atomic<bool> is_shared_ = false;
    std::vector<std::atomic<std::int64_t>> in_flight_;  // what all ids of the transaction are above; max: there is none
    mutable std::mutex mutex_;
    std::vector<Unknown> unknown_;
};

}  // namespace db::postgres
