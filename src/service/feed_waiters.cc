#include "service/feed_waiters.h"

#include <algorithm>
#include <exception>

#include "engine/resellers/list_events.h"

namespace service {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int events_looked_at_max = 1'000;
constexpr std::chrono::milliseconds wait_max = std::chrono::seconds(5);  // without a bell, and to notice the end

void wake_all(const std::vector<FeedWaiters::Waiter>& waiters) {
    for (const FeedWaiters::Waiter& waiter : waiters) waiter.wake();
}

bool is_meant(const Happened& happened, const FeedWaiters::Waiter& waiter) {
    if (happened.is_cut) return true;
    return std::any_of(happened.events.begin(), happened.events.end(), [&](const Happened::Key& event) {
        return event.id > waiter.through &&
               std::binary_search(waiter.resellers->begin(), waiter.resellers->end(), event.reseller_id);
    });
}

}  // namespace

FeedWaiters::FeedWaiters(db::Database& database, FeedWaitersOptions options)
    : database_(database), options_(std::move(options)), thread_([this] { loop(); }) {}

FeedWaiters::~FeedWaiters() { stop(); }

// Rings: what was committed between its own look and now is found by the next one.
bool FeedWaiters::add(Waiter waiter) {
    {
        const std::lock_guard lock(mutex_);
        if (is_stopped_ || waiting_.size() >= options_.waiting_max) return false;
        const auto of_share = std::ranges::count(waiting_, waiter.share, &Waiter::share);
        if (static_cast<std::size_t>(of_share) >= options_.of_share_max) return false;
        waiting_.push_back(std::move(waiter));
    }
    changed_.notify_one();
    options_.ring();
    return true;
}

void FeedWaiters::stop() {
    {
        const std::lock_guard lock(mutex_);
        is_stopped_ = true;
    }
    changed_.notify_one();
    wake_all(take_if([](Waiter&) { return true; }));
    options_.ring();
    if (thread_.joinable()) thread_.join();
}

std::size_t FeedWaiters::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
}

std::vector<FeedWaiters::Waiter> FeedWaiters::take_if(const std::function<bool(Waiter&)>& is_taken) {
    const std::lock_guard lock(mutex_);
    std::vector<Waiter> taken, left;
    for (Waiter& waiter : waiting_) {
        const bool is_one = is_taken(waiter);
        (is_one ? taken : left).push_back(std::move(waiter));
    }
    waiting_ = std::move(left);
    return taken;
}

std::chrono::milliseconds FeedWaiters::time_to_next() const {
    const std::lock_guard lock(mutex_);
    auto time = wait_max;
    for (const Waiter& waiter : waiting_)
        time = std::min(time, std::chrono::ceil<std::chrono::milliseconds>(waiter.until - SteadyClock::now()));
    return std::max(time, std::chrono::milliseconds(0));
}

void FeedWaiters::look() {
    std::int64_t after = 0;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty()) return;
        after = std::min_element(waiting_.begin(), waiting_.end(), [](const Waiter& a, const Waiter& b) {
                    return a.through < b.through;
                })->through;
    }
    Happened happened;
    db::read_and_wait(database_, [&](db::Tx& tx) { happened = list_happened(tx, after, events_looked_at_max); });
    // Whoever comes meanwhile is told too, or has to be looked for again from where it stands: in one go.
    wake_all(take_if([&](Waiter& waiter) {
        if (is_meant(happened, waiter)) return true;
        if (waiter.through >= after) waiter.through = std::max(waiter.through, happened.through);
        return false;
    }));
}

void FeedWaiters::loop() {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return is_stopped_ || !waiting_.empty(); });
            if (is_stopped_) return;
        }
        try {
            look();
        } catch (const std::exception&) {
            wake_all(take_if([](Waiter&) { return true; }));  // each meets the broken database itself
        }
        wake_all(take_if([now = SteadyClock::now()](Waiter& waiter) { return waiter.until <= now; }));
        if (waiting() == 0) continue;
        std::this_thread::sleep_for(options_.between_looks);
        options_.wait_for_commit(time_to_next());
    }
}

}  // namespace service
