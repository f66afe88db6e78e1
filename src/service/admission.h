// Admission: the one place that decides who gets how much of what there is only so much of: the threads for slow work,
// the one writer, and requests where there is a limit. Each reseller has a share of its own, and so have strangers from
// one network. A share that asks for more than fits into its line meets its own 503; the others do not notice. Built by
// service.cc; dialects come here through write() (dialect.h) and run_slowly() (slow_route.h).
//
// At most `writes_under_way` are in the database's hands at a time, which is what one commit takes: more would only
// wait there, in the order in which they came, behind whoever sends most.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "db/database.h"
#include "service/fair_queue.h"
#include "service/request_limiter.h"
#include "service/slow_work.h"

namespace service {

struct Call;

// Whose share a request is of: its caller's reseller, the one that holds the credential; without a caller, that of its
// address's network, of which there are some hundreds.
Share share_of(const Call&);

struct AdmissionLimits {
    std::size_t slow_threads = 2;
    std::size_t slow_waiting = 64;  // of one share
    std::int64_t writes_under_way = 64;
    std::size_t writes_waiting = 1'000;  // of one share
    std::chrono::milliseconds write_deadline{10'000};
};

class Admission {
public:
    Admission(db::Database&, AdmissionLimits);
    ~Admission();
    Admission(const Admission&) = delete;

    // As db::Database::write; done gets Unavailable also when too many writes of the share wait, or when this one has
    // waited too long. cost: in rows, roughly.
    void write(Share, db::Database::Work, db::Database::Done, std::int64_t cost = 1);

    // See SlowWork::begin.
    [[nodiscard]] bool begin_slowly(Share share, std::function<void()> work) {
        return slow_work_.begin(share, std::move(work));
    }

    // Counts a request of a caller who has limits.
    LimitVerdict take(const RequestLimits& limits, std::int64_t reseller_id, std::int64_t credential_id, bool writes,
                      Instant now) {
        return requests_.take(limits, reseller_id, credential_id, writes, now);
    }

    // Before the database ends: nothing begins afterwards. What waits is told that it does not.
    void stop();

private:
    class Writes;  // outlives this for those that the database still works on

    SlowWork slow_work_;
    RequestLimiter requests_;
    const std::shared_ptr<Writes> writes_;
};

}  // namespace service
