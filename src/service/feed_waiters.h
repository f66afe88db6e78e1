// Those who wait for the next event of a feed: told by whoever commits, looked after by one thread, bounded in number,
// all together and of each share. Who is told asks the database again itself. However many events come, it looks a few
// times a second, and wakes only those who reach a reseller to whom something has happened. Built in server/; used by
// dialect/admin/events.cc.

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "db/database.h"
#include "engine/caller.h"
#include "service/fair_queue.h"

namespace service {

struct FeedWaitersOptions {
    std::function<void(std::chrono::milliseconds)> wait_for_commit;  // returns after one, or when the time has passed
    std::function<void()> ring;                                      // as if somebody had committed
    std::size_t waiting_max = 2'000;
    std::size_t of_share_max = 500;
    std::chrono::milliseconds between_looks{250};
};

class FeedWaiters {
public:
    FeedWaiters(db::Database&, FeedWaitersOptions);
    ~FeedWaiters();
    FeedWaiters(const FeedWaiters&) = delete;

    struct Waiter {
        std::shared_ptr<const ResellerTree> resellers;  // by id; whose events are meant
        std::int64_t through = 0;                       // how far it has looked itself
        std::chrono::steady_clock::time_point until;
        Share share = 0;             // whose place it takes (see share_of() in admission.h)
        std::function<void()> wake;  // once, from the thread of this or of whoever stops it; does not wait
    };
    // False: too many wait already, or too many of the share, or this has been stopped; `wake` will not be called.
    bool add(Waiter);

    // Wakes all, takes no more, and leaves the database alone from then on. For the end of a server.
    void stop();

    std::size_t waiting() const;

private:
    void loop();
    void look();
    std::chrono::milliseconds time_to_next() const;
    std::vector<Waiter> take_if(const std::function<bool(Waiter&)>&);

    db::Database& database_;
    const FeedWaitersOptions options_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;  // somebody waits where nobody did; it has been stopped
    std::vector<Waiter> waiting_;
    bool is_stopped_ = false;
    std::thread thread_;
};

}  // namespace service
