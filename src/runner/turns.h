// A few threads that do the work of many shares (see service/fair_queue.h): what a share has to do is done in order and
// by one thread at a time, as if it had a thread of its own; whose turn it is depends on how long others have had. So a
// share that takes long, or does not come back, holds up itself alone, as long as there are more threads than such
// shares. Used by runner.cc, where a share is a reseller.

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "service/fair_queue.h"

namespace workflows {

using service::Share;

class Turns {
public:
    using Work = std::function<void()>;

    Turns() = default;
    ~Turns() { stop(); }
    Turns(const Turns&) = delete;

    // log: is told what work has thrown; may be empty.
    void start(std::size_t threads, std::function<void(std::string_view)> log);
    // Finishes what runs and drops what waits. Nothing begins afterwards.
    void stop();

    // Behind all that this share has been given so far. Dropped unless the threads run.
    void post(Share, Work);
    void post_after(Share, std::chrono::milliseconds, Work);

private:
    using Clock = std::chrono::steady_clock;
    struct Line {
        std::deque<Work> waiting;
        std::int64_t cost = 1;  // of its next turn: what the one before has taken
        bool has_turn = false;  // it waits for its turn, or is being served
    };
    struct Timer {
        Share share;
        Work work;
    };

    void run();
    void append(Share, Work);
    void append_what_is_due();
    void serve(std::unique_lock<std::mutex>&, Share);
    void take_turn(Share, Line&);

    static constexpr std::size_t no_bound = std::numeric_limits<std::size_t>::max();

    std::mutex mutex_;
    std::condition_variable changed_;
    bool running_ = false;
    std::function<void(std::string_view)> log_;
    std::vector<std::thread> threads_;
    std::unordered_map<Share, Line> lines_;            // until nobody has anything to do
    std::size_t with_turn_ = 0;                        // how many lines have a turn
    service::FairQueue<Share> turns_{1, no_bound, 0};  // who waits for his turn
    std::multimap<Clock::time_point, Timer> timers_;
};

}  // namespace workflows
