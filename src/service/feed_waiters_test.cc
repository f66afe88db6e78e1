#include "service/feed_waiters.h"

#include <future>

#include "tests/testing/engine_test.h"

namespace {

using service::FeedWaiters;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{20};

class FeedWaitersTest : public EngineTest {
protected:
    // What server/ makes of the database's commits.
    struct Bell {
        std::mutex mutex;
        std::condition_variable rung;
        bool has_rung = false;

        void ring() {
            const std::lock_guard lock(mutex);
            has_rung = true;
            rung.notify_one();
        }
        void wait_for(milliseconds time) {
            std::unique_lock lock(mutex);
            rung.wait_for(lock, time, [this] { return has_rung; });
            has_rung = false;
        }
    };

    FeedWaiters::Waiter waiter(ResellerTree resellers, std::promise<void>& woken,
                               SteadyClock::duration life = std::chrono::hours(1)) {
        std::int64_t through = 0;
        read([&](db::Tx& tx) { through = store::visible_through(tx); });
        return {.resellers = std::make_shared<const ResellerTree>(std::move(resellers)),
                .through = through,
                .until = SteadyClock::now() + life,
                .wake = [&woken] { woken.set_value(); }};
    }

    static bool is_woken(std::future<void>& woken) {
        return woken.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }

    // Where it is not, all waiting ends: nobody may be woken once the test is over.
    bool will_be_woken(std::future<void> woken) {
        const bool is = woken.wait_for(patience) == std::future_status::ready;
        if (!is) waiters_.stop();
        return is;
    }

    Bell bell_;
    FeedWaiters waiters_{*database_,
                         {.wait_for_commit = [this](milliseconds time) { bell_.wait_for(time); },
                          .ring = [this] { bell_.ring(); },
                          .waiting_max = 2,
                          .between_looks = milliseconds(1)}};
};

TEST_F(FeedWaitersTest, WakesWhoseResellerSomethingHasHappenedTo) {
    std::promise<void> mine, others;
    auto mine_woken = mine.get_future();
    auto others_woken = others.get_future();
    ASSERT_TRUE(waiters_.add(waiter({partner_id}, mine)));
    ASSERT_TRUE(waiters_.add(waiter({other_id}, others)));
    open("a");
    bell_.ring();
    EXPECT_TRUE(will_be_woken(std::move(mine_woken)));
    EXPECT_FALSE(is_woken(others_woken));
    EXPECT_EQ(waiters_.waiting(), 1u);
    open("a", {}, other_id);
    bell_.ring();
    EXPECT_TRUE(will_be_woken(std::move(others_woken)));
}

TEST_F(FeedWaitersTest, FindsWhatWasCommittedBeforeItWasTold) {
    std::promise<void> promise;
    auto woken = promise.get_future();
    FeedWaiters::Waiter late = waiter({partner_id}, promise);
    open("a");  // and nobody has rung
    ASSERT_TRUE(waiters_.add(std::move(late)));
    EXPECT_TRUE(will_be_woken(std::move(woken)));
}

TEST_F(FeedWaitersTest, WakesWhenTheTimeIsOver) {
    std::promise<void> promise;
    ASSERT_TRUE(waiters_.add(waiter({partner_id}, promise, milliseconds(1))));
    EXPECT_TRUE(will_be_woken(promise.get_future()));
    EXPECT_EQ(waiters_.waiting(), 0u);
}

TEST_F(FeedWaitersTest, TakesNoMoreThanItMay) {
    std::promise<void> first, second, third;
    EXPECT_TRUE(waiters_.add(waiter({partner_id}, first)));
    EXPECT_TRUE(waiters_.add(waiter({partner_id}, second)));
    EXPECT_FALSE(waiters_.add(waiter({partner_id}, third)));
    waiters_.stop();
    EXPECT_TRUE(will_be_woken(first.get_future()));
    EXPECT_TRUE(will_be_woken(second.get_future()));
}

TEST_F(FeedWaitersTest, LeavesPlacesToOthersThanOneShare) {
    FeedWaiters waiters(*database_, {.wait_for_commit = [this](milliseconds time) { bell_.wait_for(time); },
                                     .ring = [this] { bell_.ring(); },
                                     .waiting_max = 3,
                                     .of_share_max = 2,
                                     .between_looks = milliseconds(1)});
    std::vector<std::promise<void>> woken(4);
    const auto add = [&](service::Share share, std::promise<void>& promise) {
        FeedWaiters::Waiter of_share = waiter({partner_id}, promise);
        of_share.share = share;
        return waiters.add(std::move(of_share));
    };
    EXPECT_TRUE(add(1, woken[0]));
    EXPECT_TRUE(add(1, woken[1]));
    EXPECT_FALSE(add(1, woken[2]));
    EXPECT_TRUE(add(2, woken[3]));
    waiters.stop();
}

TEST_F(FeedWaitersTest, WakesAllAtTheEndAndTakesNobodyAfterwards) {
    std::promise<void> promise, late;
    ASSERT_TRUE(waiters_.add(waiter({partner_id}, promise)));
    waiters_.stop();
    EXPECT_TRUE(will_be_woken(promise.get_future()));
    EXPECT_FALSE(waiters_.add(waiter({partner_id}, late)));
}

}  // namespace
