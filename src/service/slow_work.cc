#include "service/slow_work.h"

#include <utility>

namespace service {

bool SlowWork::begin(Share share, std::function<void()> work) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || !waiting_.push(share, std::move(work))) return false;
        if (threads_.size() < threads_max_) threads_.emplace_back([this] { run(); });
    }
    arrived_.notify_one();
    return true;
}

void SlowWork::stop() {
    std::vector<std::function<void()>> dropped;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        dropped = waiting_.take_all();
    }
    dropped.clear();
    arrived_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

void SlowWork::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        arrived_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (stopping_) return;
        auto work = std::move(*waiting_.pop());
        lock.unlock();
        work();
        work = nullptr;
        lock.lock();
    }
}

}  // namespace service
