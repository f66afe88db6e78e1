#include "server/due_work.h"

#include <fmt/format.h>

#include "engine/run_due.h"

namespace {

constexpr auto interval = std::chrono::seconds(1);
constexpr int accounts_in_a_transaction = 200;

}  // namespace

DueWork::DueWork(db::Database& database, World& world, Log& log)
    : database_(database), world_(world), log_(log), thread_([this] { loop(); }) {}

DueWork::~DueWork() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stopped_.notify_one();
    thread_.join();
}

void DueWork::loop() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        run_once();
        lock.lock();
        stopped_.wait_for(lock, interval, [this] { return stopping_; });
    }
}

void DueWork::run_once() {
    try {
        const int accounts = run_all_due(database_, world_, accounts_in_a_transaction);
        if (accounts > 0) log_.info(fmt::format("{} accounts had fallen due", accounts));
        failing_ = false;
    } catch (const std::exception& exception) {
        if (!failing_) log_.error(fmt::format("what is due cannot be done: {}", exception.what()));
        failing_ = true;
    }
}
