#include "service/slow_work.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>

namespace {

using service::SlowWork;

TEST(SlowWork, RunsOnThreadsOfItsOwn) {
    SlowWork slow_work;
    std::promise<std::thread::id> ran;
    ASSERT_TRUE(slow_work.begin(1, [&] { ran.set_value(std::this_thread::get_id()); }));
    EXPECT_NE(ran.get_future().get(), std::this_thread::get_id());
}

TEST(SlowWork, RefusesWhatDoesNotFit) {
    SlowWork slow_work(1, 2);
    std::promise<void> begun, go_on;
    auto may_go_on = go_on.get_future().share();
    ASSERT_TRUE(slow_work.begin(1, [&] {
        begun.set_value();
        may_go_on.wait();
    }));
    begun.get_future().get();
    std::promise<void> second, third;
    EXPECT_TRUE(slow_work.begin(1, [&] { second.set_value(); }));
    EXPECT_TRUE(slow_work.begin(1, [&] { third.set_value(); }));
    EXPECT_FALSE(slow_work.begin(1, [] { FAIL() << "ran nevertheless"; }));
    go_on.set_value();
    second.get_future().get();
    third.get_future().get();
}

TEST(SlowWork, TakesWhatANeighbourAsksBeforeTheRestOfAFlood) {
    SlowWork slow_work(1, 100);
    std::promise<void> begun, go_on, all_done;
    std::string order;
    ASSERT_TRUE(slow_work.begin(1, [&] {
        begun.set_value();
        go_on.get_future().get();
    }));
    begun.get_future().get();
    for (int i = 0; i < 99; ++i) ASSERT_TRUE(slow_work.begin(1, [&] { order += 'a'; }));
    ASSERT_TRUE(slow_work.begin(1, [&] { all_done.set_value(); }));
    EXPECT_FALSE(slow_work.begin(1, [] { FAIL() << "ran nevertheless"; }));
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(slow_work.begin(2, [&] { order += 'b'; }));
    ASSERT_TRUE(slow_work.begin(3, [&] { order += 'c'; }));
    go_on.set_value();
    all_done.get_future().get();
    slow_work.stop();
    EXPECT_EQ(order.size(), 103u);
    EXPECT_LT(order.rfind('b'), 7u) << order;
    EXPECT_LT(order.rfind('c'), 7u) << order;
}

TEST(SlowWork, DropsWhatWaitsWhenItIsStopped) {
    SlowWork slow_work(1, 10);
    std::promise<void> begun, go_on;
    auto may_go_on = go_on.get_future().share();
    std::atomic<int> ran = 0;
    ASSERT_TRUE(slow_work.begin(1, [&] {
        begun.set_value();
        may_go_on.wait();
        ++ran;
    }));
    begun.get_future().get();
    auto witness = std::make_shared<int>();
    ASSERT_TRUE(slow_work.begin(1, [&, witness] { ++ran; }));
    std::thread stopper([&] { slow_work.stop(); });
    while (witness.use_count() > 1) std::this_thread::yield();
    go_on.set_value();
    stopper.join();
    EXPECT_EQ(ran, 1);
    EXPECT_FALSE(slow_work.begin(1, [] {}));
}

}  // namespace
