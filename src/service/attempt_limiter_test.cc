#include "service/attempt_limiter.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Instant start = from_milliseconds(1'000'000);

constexpr service::AttemptLimits five = {.of_network = 5, .network_regains = 1, .of_all = 100, .all_regain = 20};

// How many of so many failures are within the limits.
int fail(service::AttemptLimiter& limiter, const std::string& address, int times, Instant now = start) {
    int within = 0;
    for (int i = 0; i < times; ++i) within += limiter.count_failure(address, now) ? 1 : 0;
    return within;
}

TEST(AttemptLimiter, LetsAnAddressFailAsOftenAsItsBurstSays) {
    service::AttemptLimiter limiter(five);
    EXPECT_EQ(fail(limiter, "192.0.2.1", 10), 5);
    EXPECT_EQ(fail(limiter, "192.0.2.2", 5), 5);
}

TEST(AttemptLimiter, GivesAttemptsBackWithTime) {
    service::AttemptLimiter limiter(five);
    fail(limiter, "a", 5);
    EXPECT_EQ(fail(limiter, "a", 1, start + milliseconds(999)), 0);
    service::AttemptLimiter other(five);
    fail(other, "a", 5);
    EXPECT_EQ(fail(other, "a", 3, start + seconds(2)), 2);
}

TEST(AttemptLimiter, GivesNoMoreBackThanTheBurst) {
    service::AttemptLimiter limiter(five);
    fail(limiter, "a", 1);
    EXPECT_EQ(fail(limiter, "a", 10, start + seconds(1000)), 5);
}

TEST(AttemptLimiter, SurvivesAClockThatGoesBack) {
    service::AttemptLimiter limiter(five);
    fail(limiter, "a", 5);
    EXPECT_EQ(fail(limiter, "a", 1, start - seconds(100)), 0);
    EXPECT_EQ(fail(limiter, "a", 1, start - seconds(98)), 1);
}

TEST(AttemptLimiter, TakesAllAddressesOfAnIpv6NetworkForOne) {
    service::AttemptLimiter limiter(five);
    EXPECT_EQ(fail(limiter, "2001:db8:1:2::1", 3), 3);
    EXPECT_EQ(fail(limiter, "2001:db8:1:2:ffff:ffff:ffff:ffff", 3), 2);
    EXPECT_EQ(fail(limiter, "2001:db8:1:3::1", 3), 3);
}

TEST(AttemptLimiter, LimitsAllAddressesTogether) {
    service::AttemptLimiter limiter(five);
    int within = 0;
    for (int i = 0; i < 30; ++i) within += fail(limiter, "192.0.2." + std::to_string(i), 5);
    EXPECT_EQ(within, 100);
}

TEST(AttemptLimiter, LetsNoAddressUseUpWhatAllHave) {
    service::AttemptLimiter limiter(five);
    EXPECT_EQ(fail(limiter, "192.0.2.1", 10'000), 5);
    EXPECT_EQ(fail(limiter, "192.0.2.2", 5), 5);
}

TEST(AttemptLimiter, ForgetsAddressesThatHaveRegainedAllBeforeThoseThatHaveNot) {
    service::AttemptLimiter limiter({.of_network = 5, .network_regains = 1, .of_all = 1e9, .all_regain = 1});
    fail(limiter, "busy", 5, start + seconds(60));
    for (int i = 0; i < 99'999; ++i) limiter.count_failure("old" + std::to_string(i), start);
    fail(limiter, "new", 5, start + seconds(60));
    EXPECT_EQ(fail(limiter, "busy", 1, start + seconds(60)), 0);
    EXPECT_EQ(fail(limiter, "new", 1, start + seconds(60)), 0);
}

TEST(AttemptLimiter, MayBeUsedByManyThreads) {
    service::AttemptLimiter limiter({.of_network = 1'000, .network_regains = 1, .of_all = 20'000, .all_regain = 20});
    std::atomic<int> within = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { within += fail(limiter, "a", 300); });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(within, 1'000);
}

}  // namespace
