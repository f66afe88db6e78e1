#include "service/attempt_limiter.h"

#include <gtest/gtest.h>

#include <thread>

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Instant start = from_milliseconds(1'000'000);

void fail(service::AttemptLimiter& limiter, const std::string& address, int times, Instant now = start) {
    for (int i = 0; i < times; ++i) limiter.count_failure(address, now);
}

TEST(AttemptLimiter, BlocksAnAddressOnceItsBurstIsSpent) {
    service::AttemptLimiter limiter(5, 1);
    fail(limiter, "a", 4);
    EXPECT_FALSE(limiter.is_blocked("a", start));
    fail(limiter, "a", 1);
    EXPECT_TRUE(limiter.is_blocked("a", start));
    EXPECT_FALSE(limiter.is_blocked("b", start));
}

TEST(AttemptLimiter, GivesAttemptsBackWithTime) {
    service::AttemptLimiter limiter(5, 2);
    fail(limiter, "a", 5);
    EXPECT_TRUE(limiter.is_blocked("a", start + milliseconds(499)));
    EXPECT_FALSE(limiter.is_blocked("a", start + milliseconds(500)));
    fail(limiter, "a", 1, start + milliseconds(500));
    EXPECT_TRUE(limiter.is_blocked("a", start + milliseconds(500)));
    EXPECT_FALSE(limiter.is_blocked("a", start + seconds(10)));
}

TEST(AttemptLimiter, GivesNoMoreBackThanTheBurst) {
    service::AttemptLimiter limiter(5, 2);
    fail(limiter, "a", 1);
    fail(limiter, "a", 5, start + seconds(1000));
    EXPECT_TRUE(limiter.is_blocked("a", start + seconds(1000)));
}

TEST(AttemptLimiter, OwesNothingForFailuresBeyondTheBurst) {
    service::AttemptLimiter limiter(5, 1);
    fail(limiter, "a", 1000);
    EXPECT_FALSE(limiter.is_blocked("a", start + seconds(1)));
}

TEST(AttemptLimiter, SurvivesAClockThatGoesBack) {
    service::AttemptLimiter limiter(5, 1);
    fail(limiter, "a", 5);
    EXPECT_TRUE(limiter.is_blocked("a", start - seconds(100)));
    fail(limiter, "a", 1, start - seconds(100));
    EXPECT_FALSE(limiter.is_blocked("a", start + seconds(1)));
}

TEST(AttemptLimiter, ForgetsAddressesThatHaveRegainedAllBeforeThoseThatHaveNot) {
    service::AttemptLimiter limiter(5, 1);
    fail(limiter, "busy", 5, start + seconds(60));
    for (int i = 0; i < 99'999; ++i) limiter.count_failure("old" + std::to_string(i), start);
    fail(limiter, "new", 5, start + seconds(60));
    EXPECT_TRUE(limiter.is_blocked("busy", start + seconds(60)));
    EXPECT_TRUE(limiter.is_blocked("new", start + seconds(60)));
}

TEST(AttemptLimiter, MayBeUsedByManyThreads) {
    service::AttemptLimiter limiter(1000, 1);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { fail(limiter, "a", 250); });
    for (std::thread& thread : threads) thread.join();
    EXPECT_TRUE(limiter.is_blocked("a", start));
    EXPECT_FALSE(limiter.is_blocked("a", start + seconds(1)));
}

}  // namespace
