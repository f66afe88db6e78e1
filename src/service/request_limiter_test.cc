#include "service/request_limiter.h"

#include <gtest/gtest.h>

namespace {

using service::LimitVerdict;
using service::RequestLimiter;

class RequestLimiterTest : public testing::Test {
protected:
    // "yes", or in how many seconds to come again.
    std::string take(std::int64_t reseller_id, std::int64_t credential_id, bool writes = false) {
        last_ = limiter_.take(limits_, reseller_id, credential_id, writes, now_);
        return last_.is_admitted ? "yes" : std::to_string(last_.wait_seconds);
    }
    std::string headers() const {
        http::Headers headers;
        add_limit_headers(headers, last_);
        return *headers.find("RateLimit-Policy") + " | " + *headers.find("RateLimit");
    }

    RequestLimits limits_;
    RequestLimiter limiter_;
    LimitVerdict last_;
    Instant now_ = from_milliseconds(1'000'000);
};

TEST_F(RequestLimiterTest, AdmitsEverythingWhereThereIsNoLimit) {
    for (int i = 0; i < 1'000; ++i) EXPECT_EQ(take(1, 1), "yes");
    EXPECT_TRUE(last_.states.empty());
}

TEST_F(RequestLimiterTest, AdmitsSoManyAtOnceAndRegainsThem) {
    limits_.reads = RequestLimit{3, 6};
    for (int i = 0; i < 3; ++i) EXPECT_EQ(take(1, 1), "yes");
    EXPECT_EQ(take(1, 1), "2");
    now_ += std::chrono::milliseconds(1'500);
    EXPECT_EQ(take(1, 1), "1");
    now_ += std::chrono::milliseconds(500);
    EXPECT_EQ(take(1, 1), "yes");
    EXPECT_EQ(take(1, 1), "2");
    now_ += std::chrono::hours(1);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(take(1, 1), "yes");
    EXPECT_EQ(take(1, 1), "2");
}

TEST_F(RequestLimiterTest, CountsReadsAndWritesApart) {
    limits_.reads = RequestLimit{1, 60};
    limits_.writes = RequestLimit{2, 60};
    EXPECT_EQ(take(1, 1), "yes");
    EXPECT_EQ(take(1, 1), "60");
    EXPECT_EQ(take(1, 1, true), "yes");
    EXPECT_EQ(take(1, 1, true), "yes");
    EXPECT_EQ(take(1, 1, true), "30");
}

TEST_F(RequestLimiterTest, LeavesTheNeighbourAlone) {
    limits_.reads = RequestLimit{1, 60};
    EXPECT_EQ(take(1, 1), "yes");
    for (int i = 0; i < 100; ++i) EXPECT_EQ(take(1, 1), "60");
    EXPECT_EQ(take(2, 2), "yes");
}

TEST_F(RequestLimiterTest, CountsEachCredentialAndAllOfThemTogether) {
    limits_.credential_reads = RequestLimit{2, 60};
    limits_.reads = RequestLimit{3, 60};
    EXPECT_EQ(take(1, 11), "yes");
    EXPECT_EQ(take(1, 11), "yes");
    EXPECT_EQ(take(1, 11), "30") << "its own two are spent";
    EXPECT_EQ(take(1, 12), "yes");
    EXPECT_EQ(take(1, 12), "20") << "the three of all are spent";
    // What was refused has taken nothing: one that is regained for all is there for the second.
    now_ += std::chrono::seconds(20);
    EXPECT_EQ(take(1, 12), "yes");
}

TEST_F(RequestLimiterTest, FollowsALimitThatIsChanged) {
    limits_.reads = RequestLimit{100, 60};
    EXPECT_EQ(take(1, 1), "yes");
    limits_.reads = RequestLimit{2, 60};
    EXPECT_EQ(take(1, 1), "yes");
    EXPECT_EQ(take(1, 1), "yes");
    EXPECT_EQ(take(1, 1), "30");
}

TEST_F(RequestLimiterTest, DoesNotMindAClockThatGoesBack) {
    limits_.reads = RequestLimit{1, 10};
    EXPECT_EQ(take(1, 1), "yes");
    now_ -= std::chrono::hours(1);
    EXPECT_EQ(take(1, 1), "10");
}

TEST_F(RequestLimiterTest, TellsInHeadersWhatIsLeft) {
    limits_.credential_writes = RequestLimit{2, 60};
    limits_.writes = RequestLimit{10, 1};
    take(1, 1, true);
    EXPECT_EQ(headers(), R"("credential-writes";q=2;w=60, "writes";q=10;w=1 | )"
                         R"("credential-writes";r=1;t=30, "writes";r=9;t=1)");
    take(1, 1, true);
    take(1, 1, true);
    EXPECT_FALSE(last_.is_admitted);
    EXPECT_EQ(headers(), R"("credential-writes";q=2;w=60, "writes";q=10;w=1 | )"
                         R"("credential-writes";r=0;t=30, "writes";r=8;t=1)");
}

}  // namespace
