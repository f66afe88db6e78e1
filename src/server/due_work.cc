#include "server/due_work.h"

#include <fmt/format.h>

#include "engine/upkeep/housekeeping.h"

namespace {

constexpr auto interval = std::chrono::seconds(1);

}  // namespace

DueWork::DueWork(db::Database& database, World& world, Log& log, IsBusy is_busy)
    : database_(database),
      world_(world),
      log_(log),
      is_busy_(std::move(is_busy)),
      leases_(database, world, housekeeping_leases()),
      thread_([this] { loop(); }) {}

DueWork::~DueWork() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stopped_.notify_one();
    thread_.join();
    try {
        leases_.give_back();
    } catch (const std::exception&) {
        // They end by themselves.
    }
}

std::chrono::milliseconds DueWork::lag() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - done_at_.load());
}

void DueWork::loop() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        run_once();
        lock.lock();
        stopped_.wait_for(lock, interval, [this] { return stopping_.load(); });
    }
}

void DueWork::run_once() {
    try {
        leases_.look();
        const auto is_left_out = [this](std::int64_t reseller_id) {
            return stopping_ || (is_busy_ && is_busy_(reseller_id));
        };
        const int accounts = run_housekeeping(database_, world_, leases_, is_left_out);
        if (accounts > 0) log_.info(fmt::format("{} accounts had fallen due", accounts));
        failing_ = false;
        done_at_ = std::chrono::steady_clock::now();
    } catch (const LeaseLost&) {
        // Another server does it: this one had been stopped.
    } catch (const std::exception& exception) {
        if (!failing_) log_.error(fmt::format("what is due cannot be done: {}", exception.what()));
        failing_ = true;
    }
}
