// A few threads for what takes long and uses the processor: it must hold up neither the threads that serve requests nor
// the one that writes. Bounded: what does not fit is refused at once. The threads begin with the first work.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace service {

class SlowWork {
public:
    explicit SlowWork(std::size_t threads = 2, std::size_t waiting_max = 64)
        : threads_max_(threads), waiting_max_(waiting_max) {}
    ~SlowWork() { stop(); }
    SlowWork(const SlowWork&) = delete;

    // False: too much waits already, or it has been stopped; then work is destroyed without having run. Work must not
    // throw.
    [[nodiscard]] bool begin(std::function<void()> work);

    // Finishes what runs and drops what waits. Nothing begins afterwards.
    void stop();

private:
    void run();

    const std::size_t threads_max_;
    const std::size_t waiting_max_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<std::function<void()>> waiting_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace service
