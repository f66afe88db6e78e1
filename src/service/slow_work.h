// A few threads for what takes long and uses the processor: it must hold up neither the threads that serve requests nor
// the one that writes. Each share (see fair_queue.h) waits in a line of its own: who asks for more than fits into that
// is refused at once, and holds up nobody else. The threads begin with the first work. Used by admission.cc.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "service/fair_queue.h"

namespace service {

class SlowWork {
public:
    explicit SlowWork(std::size_t threads = 2, std::size_t of_share_max = 64)
        : threads_max_(threads), waiting_(of_share_max, of_all_max, credit) {}
    ~SlowWork() { stop(); }
    SlowWork(const SlowWork&) = delete;

    // False: too much of this share waits already, or it has been stopped; then work is destroyed without having run.
    // Work must not throw.
    [[nodiscard]] bool begin(Share share, std::function<void()> work);

    // Finishes what runs and drops what waits. Nothing begins afterwards.
    void stop();

private:
    static constexpr std::size_t of_all_max = 4'096;
    static constexpr std::int64_t credit = 2;

    void run();

    const std::size_t threads_max_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    FairQueue<std::function<void()>> waiting_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace service
