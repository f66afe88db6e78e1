#include "runner/turns.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using std::chrono::milliseconds;
using workflows::Turns;

TEST(Turns, KeepTheOrderOfAShareAndServeItByOneThreadAtATime) {
    constexpr int shares = 5, pieces = 2'000;
    Turns turns;
    turns.start(4, {});
    struct Line {
        std::atomic<bool> is_served{false};
        int next = 0;
        bool is_in_order = true;
        std::promise<void> is_done;
    };
    std::vector<Line> lines(shares);
    for (int i = 0; i < pieces; ++i)
        for (int share = 0; share < shares; ++share)
            turns.post(share, [&line = lines[static_cast<std::size_t>(share)], i] {
                if (line.is_served.exchange(true) || line.next != i) line.is_in_order = false;
                ++line.next;
                line.is_served = false;
                if (line.next == pieces) line.is_done.set_value();
            });
    for (Line& line : lines) {
        line.is_done.get_future().get();
        EXPECT_TRUE(line.is_in_order);
    }
}

TEST(Turns, AreHeldUpByNobodyElse) {
    Turns turns;
    std::promise<void> go_on, done;
    const auto may_go_on = go_on.get_future().share();
    turns.start(2, {});
    for (int i = 0; i < 10; ++i) turns.post(1, [may_go_on] { may_go_on.wait(); });
    turns.post(2, [&] { turns.post_after(2, milliseconds(1), [&] { done.set_value(); }); });
    done.get_future().get();
    go_on.set_value();
}

// One thread, and what is to be done is known before it begins: the order is what the queue says.
TEST(Turns, ComeRound) {
    Turns turns;
    std::promise<void> begun, go_on, done;
    std::string order;
    turns.start(1, {});
    turns.post(9, [&] {
        begun.set_value();
        go_on.get_future().get();
    });
    begun.get_future().get();
    for (int i = 0; i < 50; ++i) turns.post(1, [&] { order += 'a'; });
    turns.post(2, [&] { order += 'b'; });
    turns.post(1, [&] { done.set_value(); });
    go_on.set_value();
    done.get_future().get();
    EXPECT_EQ(order.size(), 51u);
    EXPECT_LT(order.find('b'), 3u) << order;
}

TEST(Turns, GoOnAfterWorkThatThrows) {
    Turns turns;
    std::promise<std::string> logged;
    std::promise<void> done;
    turns.start(1, [&](std::string_view sentence) { logged.set_value(std::string(sentence)); });
    turns.post(1, [] { throw std::runtime_error("it broke"); });
    turns.post(1, [&] { done.set_value(); });
    done.get_future().get();
    EXPECT_EQ(logged.get_future().get(), "it broke");
}

// Whoever wakes first takes it; for the others, who wait for the same one, it is gone.
TEST(Turns, TakeEachTimerOnceThoughAllIdleThreadsWaitForIt) {
    constexpr int timers = 200;
    Turns turns;
    std::atomic<int> taken{0};
    turns.start(8, {});
    for (int i = 0; i < timers; ++i) {
        std::promise<void> done;
        turns.post_after(i, milliseconds(1), [&] {
            ++taken;
            done.set_value();
        });
        done.get_future().get();
    }
    turns.stop();
    EXPECT_EQ(taken, timers);
}

TEST(Turns, DropWhatWaitsWhenTheyAreStopped) {
    Turns turns;
    turns.post(1, [] { FAIL() << "the threads had not begun"; });
    std::promise<void> begun, go_on;
    turns.start(1, {});
    turns.post(1, [&] {
        begun.set_value();
        go_on.get_future().get();
    });
    begun.get_future().get();
    // Owned by what waits; what it owned calls back, as a run's timers may.
    const auto owned = std::shared_ptr<int>(new int(1), [&turns](int* value) {
        delete value;
        turns.post(1, [] { FAIL() << "ran after the end"; });
    });
    std::weak_ptr<int> seen = owned;
    turns.post_after(1, std::chrono::hours(1), [owned] { FAIL() << *owned; });
    std::promise<void> is_stopping;
    std::thread stopping([&] {
        is_stopping.set_value();
        turns.stop();
    });
    is_stopping.get_future().get();
    go_on.set_value();
    stopping.join();
    turns.post(2, [] { FAIL() << "ran after the end"; });
    EXPECT_EQ(seen.use_count(), 1) << "the test alone has it still";
}

}  // namespace
