#include "server/steady_time.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace {

class SteadyTimeTest : public testing::Test {
protected:
    SteadyTimeTest() {
        time_.report_to([this](std::string_view sentence) { said_.emplace_back(sentence); });
    }

    void pass(std::int64_t ms) { wall_ms_ += ms, uptime_ms_ += ms; }
    void leap(std::int64_t ms) { wall_ms_ += ms; }
    std::int64_t now() { return to_milliseconds(time_.now()); }

    static constexpr std::int64_t start = 1'700'000'000'000;
    std::int64_t wall_ms_ = start;
    std::int64_t uptime_ms_ = 5'000;
    std::vector<std::string> said_;
    SteadyTime time_{{[this] { return wall_ms_; }, [this] { return uptime_ms_; }}};
};

constexpr std::int64_t year = 365LL * 86'400'000;

TEST_F(SteadyTimeTest, IsThatOfTheMachine) {
    EXPECT_EQ(now(), start);
    pass(1'234);
    EXPECT_EQ(now(), start + 1'234);
}

TEST_F(SteadyTimeTest, FollowsSmallStepsAndStandsStillRatherThanGoBack) {
    leap(400);
    EXPECT_EQ(now(), start + 400);
    leap(-300);
    EXPECT_EQ(now(), start + 400);
    pass(500);
    EXPECT_EQ(now(), start + 600);
    EXPECT_TRUE(said_.empty());
}

TEST_F(SteadyTimeTest, DoesNotBelieveALeapThatComesBack) {
    now();
    for (const std::int64_t far : {year, -year}) {
        said_.clear();
        const std::int64_t before = now();
        leap(far);
        pass(3'000);
        EXPECT_EQ(now(), before + 3'000);
        pass(6'000);
        EXPECT_EQ(now(), before + 9'000);
        leap(-far);
        pass(1'000);
        EXPECT_EQ(now(), before + 10'000);
        ASSERT_EQ(said_.size(), 2u);
        EXPECT_NE(said_[0].find("has leapt"), std::string::npos) << said_[0];
        EXPECT_NE(said_[1].find("come back"), std::string::npos) << said_[1];
    }
}

TEST_F(SteadyTimeTest, FollowsALeapThatLastsAndBackAgain) {
    now();
    leap(year);
    now();
    pass(10'000);
    EXPECT_EQ(now(), start + year + 10'000);
    pass(5);
    EXPECT_EQ(now(), start + year + 10'005);
    leap(-year);
    EXPECT_EQ(now(), start + year + 10'005);
    pass(10'000);
    EXPECT_EQ(now(), start + 20'005) << "not in the future until a restart";
    pass(1);
    EXPECT_EQ(now(), start + 20'006);
    ASSERT_EQ(said_.size(), 4u);
    EXPECT_NE(said_[3].find("backwards"), std::string::npos) << said_[3];
}

TEST_F(SteadyTimeTest, WaitsAnewWhenALeapComesBackAndBeginsAgain) {
    now();
    leap(year);
    now();
    pass(9'000);
    now();
    leap(-year);
    now();
    leap(year);
    now();
    pass(9'000);
    EXPECT_EQ(now(), start + 18'000);
}

TEST_F(SteadyTimeTest, GoesOnThroughTheSleepOfTheMachine) {
    now();
    pass(8 * 3'600'000);
    EXPECT_EQ(now(), start + 8 * 3'600'000);
    EXPECT_TRUE(said_.empty());
}

TEST(SteadyTimeOfTheMachine, IsNow) {
    SteadyTime time;
    const Instant first = time.now();
    EXPECT_GT(first, *parse_rfc3339("2024-01-01T00:00:00Z"));
    EXPECT_GE(time.now(), first);
}

using std::chrono::microseconds;

TEST_F(SteadyTimeTest, GoesByTheOtherClockOnceTheyAreCompared) {
    for (const std::int64_t other : {start + year, start - year}) {
        SteadyTime time({[this] { return wall_ms_; }, [this] { return uptime_ms_; }});
        time.compare(other, microseconds(40'000));
        EXPECT_EQ(to_milliseconds(time.now()), other + 20) << "it has gone on while it was asked";
        pass(1'000);
        EXPECT_EQ(to_milliseconds(time.now()), other + 1'020);
        leap(year);
        pass(60'000);
        EXPECT_EQ(to_milliseconds(time.now()), other + 61'020) << "leaps of the machine's own are none any more";
    }
}

TEST_F(SteadyTimeTest, ComesNearTheOtherClockInSmallStepsAndNeverGoesBack) {
    time_.compare(start, microseconds(0));
    std::int64_t last = now();
    for (const std::int64_t differs : {800, -800}) {
        const std::int64_t ahead = now() - uptime_ms_;
        for (int i = 0; i < 60; ++i) {
            pass(250);
            time_.compare(uptime_ms_ + ahead + differs, microseconds(0));
            EXPECT_GE(now(), last);
            EXPECT_LE(now(), last + 250 + 100);
            last = now();
        }
        EXPECT_NEAR(static_cast<double>(now()), static_cast<double>(uptime_ms_ + ahead + differs), 2);
    }
    EXPECT_TRUE(said_.empty());
}

TEST_F(SteadyTimeTest, BelievesALeapOfTheOtherClockOnlyWhenItLasts) {
    time_.compare(start, microseconds(0));
    for (const std::int64_t far : {year, -year}) {
        said_.clear();
        const std::int64_t ahead = now() - uptime_ms_;
        const auto compare_for = [&](std::int64_t ms, std::int64_t leap) {
            for (std::int64_t passed = 0; passed < ms; passed += 250) {
                pass(250);
                time_.compare(uptime_ms_ + ahead + leap, microseconds(0));
            }
        };
        compare_for(9'000, far);
        compare_for(250, 0);
        compare_for(9'000, far);
        EXPECT_EQ(now(), uptime_ms_ + ahead);
        EXPECT_TRUE(said_.empty());
        compare_for(2'000, far);
        EXPECT_EQ(now(), uptime_ms_ + ahead + far);
        EXPECT_EQ(said_.size(), 1u);
    }
}

// Who has read the clock just before puts no later time back.
TEST_F(SteadyTimeTest, FollowsTheOtherClockBackwardsWhileManyAskForTheTime) {
    constexpr std::int64_t day = 86'400'000;
    std::atomic<std::int64_t> uptime_ms = 5'000;
    SteadyTime time({.wall_ms = [] { return start; }, .uptime_ms = [&] { return uptime_ms.load(); }});
    time.compare(start, microseconds(0));
    std::atomic<bool> is_over = false;
    std::array<std::atomic<std::int64_t>, 3> asked = {};
    std::vector<std::thread> threads;
    for (auto& times : asked)
        threads.emplace_back([&] {
            for (; !is_over; ++times) time.now();
        });
    const auto wait_until_all_have_asked_anew = [&] {
        for (auto& times : asked)
            for (const std::int64_t before = times; times < before + 2;) std::this_thread::yield();
    };
    std::int64_t ahead = start - uptime_ms;
    for (int leaps = 0; leaps < 300; ++leaps) {
        ahead -= day;
        time.compare(uptime_ms + ahead, microseconds(0));
        wait_until_all_have_asked_anew();
        uptime_ms += SteadyTime::leap_lasts_ms;
        time.compare(uptime_ms + ahead, microseconds(0));
        wait_until_all_have_asked_anew();
        EXPECT_EQ(to_milliseconds(time.now()), uptime_ms + ahead);
    }
    is_over = true;
    for (std::thread& thread : threads) thread.join();
}

TEST_F(SteadyTimeTest, TakesNoSlowAnswerForTheTime) {
    time_.compare(start, microseconds(0));
    pass(2'000);
    time_.compare(start, microseconds(2'000'000));
    EXPECT_EQ(now(), start + 2'000);
}

}  // namespace
