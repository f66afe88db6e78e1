// The writers of a PostgreSQL database: threads with a connection each, which take what waits and commit it together,
// as long as that goes well. What happens to a work is said at Database::write. Used by postgres.cc.

#pragma once

#include <atomic>
#include <functional>
#include <random>
#include <thread>
#include <vector>

#include "db/postgres.h"
#include "db/postgres_claim.h"
#include "db/postgres_progress.h"
#include "db/postgres_queue.h"
#include "db/postgres_transaction.h"

namespace db::postgres {

// The greatest number of the row of `generation` that anybody here has seen.
class Generation {
public:
    std::uint64_t number() const { return number_.load(std::memory_order_acquire); }
    void see(std::uint64_t number) {
        std::uint64_t known = number_.load(std::memory_order_relaxed);
        while (known < number && !number_.compare_exchange_weak(known, number, std::memory_order_acq_rel)) continue;
    }

private:
    std::atomic<std::uint64_t> number_ = 0;
};

class Writer {
public:
    Writer(const PostgresOptions&, Generation&, Progress&, Claim&, Health&, Crowd&);
    ~Writer();

    void write(Database::Work, Database::Done);
    void stop();  // after all that waits has been done, or has waited too long

private:
    // What has become of a transaction.
    enum class Outcome {
        committed,
        conflict,
        needs_care,
        lost,     // nothing was committed
        unknown,  // the connection was lost after COMMIT had been sent
    };
    struct Worker {
        std::size_t number;
        Line line;
        std::size_t limit = 1;  // works in a transaction; grows and shrinks
        int careful = 0;        // transactions that are to be run step by step at once
        std::mt19937_64 random{std::random_device()()};
        std::string reason = {};  // why a work could not be done so far
        bool is_broken = false;   // trying later would not help
    };
    using Jobs = std::vector<Job*>;

    void loop(std::size_t number);
    void run(Worker&, Jobs);
    void run_once(Worker&, Jobs&);
    bool may_write(Worker&, Jobs&);
    Outcome attempt(Worker&, Connection&, Jobs&, Transaction::Mode, std::int64_t marker);
    bool run_work(Transaction&, Job&);
    Outcome resolve(Worker&, const Jobs&, std::int64_t marker);
    void run_apart(Worker&, Jobs&);
    void fail_late(Worker&, Jobs&);
    void tell(std::vector<Job>&);

    const PostgresOptions& options_;
    Generation& generation_;
    Progress& progress_;
    Claim& claim_;
    Health& health_;
    Crowd& crowd_;
    Queue queue_;
    std::vector<std::thread> threads_;
};

}  // namespace db::postgres
