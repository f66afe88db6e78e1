// Runs what falls due and other housekeeping, each second, on a thread of its own. A database that cannot write now is
// tried again. Of several servers on one database each does its share.

#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "db/database.h"
#include "engine/leases.h"
#include "engine/world.h"
#include "server/log.h"

class DueWork {
public:
    using IsBusy = std::function<bool(std::int64_t reseller_id)>;  // others are doing the work of these

    DueWork(db::Database&, World&, Log&, IsBusy = {});
    // Finishes the transaction under way and leaves what falls due to other servers at once; other housekeeping begins
    // no new round.
    ~DueWork();
    DueWork(const DueWork&) = delete;

    // Since all that was due had been done for the last time.
    std::chrono::milliseconds lag() const;
    int leases_held() const { return leases_.held(); }

private:
    void loop();
    void run_once();

    db::Database& database_;
    World& world_;
    Log& log_;
    const IsBusy is_busy_;
    Leases leases_;  // of the thread
    bool failing_ = false;
    std::atomic<std::chrono::steady_clock::time_point> done_at_ = std::chrono::steady_clock::now();
    std::mutex mutex_;
    std::condition_variable stopped_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};
