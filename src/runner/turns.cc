#include "runner/turns.h"

#include <exception>
#include <utility>

namespace workflows {

void Turns::start(std::size_t threads, std::function<void(std::string_view)> log) {
    const std::lock_guard lock(mutex_);
    log_ = std::move(log);
    running_ = true;
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

void Turns::stop() {
    {
        const std::lock_guard lock(mutex_);
        running_ = false;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    // Not under the lock: what is dropped may own what calls back.
    const auto lines = std::exchange(lines_, {});
    const auto timers = std::exchange(timers_, {});
    (void)turns_.take_all();
    with_turn_ = 0;
}

void Turns::post(Share share, Work work) {
    const std::lock_guard lock(mutex_);
    if (running_) append(share, std::move(work));
}

void Turns::post_after(Share share, std::chrono::milliseconds delay, Work work) {
    const std::lock_guard lock(mutex_);
    if (!running_) return;
    const auto timer = timers_.emplace(Clock::now() + delay, Timer{share, std::move(work)});
    if (timer == timers_.begin()) changed_.notify_all();  // whoever is idle waits for the first one
}

void Turns::append(Share share, Work work) {
    Line& line = lines_[share];
    line.waiting.push_back(std::move(work));
    if (line.has_turn) return;
    line.has_turn = true;
    ++with_turn_;
    take_turn(share, line);
    changed_.notify_one();
}

void Turns::take_turn(Share share, Line& line) { (void)turns_.push(share, Share(share), line.cost); }

void Turns::append_what_is_due() {
    for (const auto now = Clock::now(); !timers_.empty() && timers_.begin()->first <= now;) {
        Timer timer = std::move(timers_.begin()->second);
        timers_.erase(timers_.begin());
        append(timer.share, std::move(timer.work));
    }
}

void Turns::run() {
    std::unique_lock lock(mutex_);
    while (running_) {
        append_what_is_due();
        if (const auto share = turns_.pop()) {
            serve(lock, *share);
        } else if (timers_.empty()) {
            changed_.wait(lock);
        } else {
            const Clock::time_point first = timers_.begin()->first;  // another thread may take the timer meanwhile
            changed_.wait_until(lock, first);
        }
    }
}

void Turns::serve(std::unique_lock<std::mutex>& lock, Share share) {
    Line& line = lines_.at(share);
    Work work = std::move(line.waiting.front());
    line.waiting.pop_front();
    lock.unlock();
    const auto begun = Clock::now();
    try {
        work();
    } catch (const std::exception& exception) {
        if (log_) log_(exception.what());
    }
    work = nullptr;  // not under the lock: it may own what calls back
    const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
    lock.lock();
    line.cost = 1 + taken.count();
    if (!line.waiting.empty()) return take_turn(share, line);
    line.has_turn = false;
    if (--with_turn_ == 0) lines_.clear();
}

}  // namespace workflows
