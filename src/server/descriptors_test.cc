#include "server/descriptors.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace {

TEST(Descriptors, AreAsManyAsTheProcessMayHave) {
    rlimit limit{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
    const rlimit before = limit;
    limit.rlim_cur = 64;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
    const std::size_t descriptors = raise_descriptor_limit();
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
    EXPECT_EQ(limit.rlim_cur, limit.rlim_max);
    EXPECT_EQ(descriptors, limit.rlim_max == RLIM_INFINITY ? descriptors : limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &before);
}

TEST(Descriptors, LeaveRoomForWhatElseIsOpen) {
    EXPECT_EQ(fit_connections(10'000, 1'000'000, 2), 10'000u);
    const std::size_t fitted = fit_connections(10'000, 1'024, 2);
    EXPECT_LT(fitted + fitted / 8 + 16 + 64, 1'024u);
    EXPECT_GT(fitted, 700u);
    EXPECT_EQ(fit_connections(100, 1'024, 2), 100u);
    EXPECT_EQ(fit_connections(10'000, 20, 2), 16u);
}

}  // namespace
