#include "service/slow_work.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>

namespace {

using service::SlowWork;

constexpr std::chrono::seconds patience{20};

// Promises outlive the SlowWork that keeps them, also where a test ends early.
template <class T>
bool is_kept(std::future<T>& promised) {
    return promised.wait_for(patience) == std::future_status::ready;
}
bool is_kept(std::promise<void>& promise) {
    auto promised = promise.get_future();
    return is_kept(promised);
}

TEST(SlowWork, RunsOnThreadsOfItsOwn) {
    std::promise<std::thread::id> ran;
    auto thread = ran.get_future();
    SlowWork slow_work;
    ASSERT_TRUE(slow_work.begin(1, [&] { ran.set_value(std::this_thread::get_id()); }));
    ASSERT_TRUE(is_kept(thread));
    EXPECT_NE(thread.get(), std::this_thread::get_id());
}

TEST(SlowWork, RefusesWhatDoesNotFit) {
    std::promise<void> begun, go_on, second, third;
    auto may_go_on = go_on.get_future().share();
    SlowWork slow_work(1, 2);
    ASSERT_TRUE(slow_work.begin(1, [&] {
        begun.set_value();
        may_go_on.wait_for(patience);
    }));
    ASSERT_TRUE(is_kept(begun));
    EXPECT_TRUE(slow_work.begin(1, [&] { second.set_value(); }));
    EXPECT_TRUE(slow_work.begin(1, [&] { third.set_value(); }));
    EXPECT_FALSE(slow_work.begin(1, [] { FAIL() << "ran nevertheless"; }));
    go_on.set_value();
    EXPECT_TRUE(is_kept(second));
    EXPECT_TRUE(is_kept(third));
}

TEST(SlowWork, TakesWhatANeighbourAsksBeforeTheRestOfAFlood) {
    std::promise<void> begun, go_on, all_done;
    auto may_go_on = go_on.get_future().share();
    std::string order;
    SlowWork slow_work(1, 100);
    ASSERT_TRUE(slow_work.begin(1, [&] {
        begun.set_value();
        may_go_on.wait_for(patience);
    }));
    ASSERT_TRUE(is_kept(begun));
    for (int i = 0; i < 99; ++i) ASSERT_TRUE(slow_work.begin(1, [&] { order += 'a'; }));
    ASSERT_TRUE(slow_work.begin(1, [&] { all_done.set_value(); }));
    EXPECT_FALSE(slow_work.begin(1, [] { FAIL() << "ran nevertheless"; }));
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(slow_work.begin(2, [&] { order += 'b'; }));
    ASSERT_TRUE(slow_work.begin(3, [&] { order += 'c'; }));
    go_on.set_value();
    ASSERT_TRUE(is_kept(all_done));
    slow_work.stop();
    EXPECT_EQ(order.size(), 103u);
    EXPECT_LT(order.rfind('b'), 7u) << order;
    EXPECT_LT(order.rfind('c'), 7u) << order;
}

TEST(SlowWork, DropsWhatWaitsWhenItIsStopped) {
    std::promise<void> begun, go_on;
    auto may_go_on = go_on.get_future().share();
    std::atomic<int> ran = 0;
    SlowWork slow_work(1, 10);
    ASSERT_TRUE(slow_work.begin(1, [&] {
        begun.set_value();
        may_go_on.wait_for(patience);
        ++ran;
    }));
    ASSERT_TRUE(is_kept(begun));
    auto witness = std::make_shared<int>();
    ASSERT_TRUE(slow_work.begin(1, [&, witness] { ++ran; }));
    std::thread stopper([&] { slow_work.stop(); });
    const auto end = std::chrono::steady_clock::now() + patience;
    while (witness.use_count() > 1 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    EXPECT_EQ(witness.use_count(), 1);
    go_on.set_value();
    stopper.join();
    EXPECT_EQ(ran, 1);
    EXPECT_FALSE(slow_work.begin(1, [] {}));
}

}  // namespace
