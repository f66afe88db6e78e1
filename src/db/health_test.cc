#include "db/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::ElementsAre;

TEST(Health, says_each_reason_once_until_it_works_again) {
    std::vector<std::string> said;
    db::Health health("writing", [&](std::string_view sentence) { said.emplace_back(sentence); });
    health.worked();
    for (int i = 0; i < 3; ++i) health.failed(13, "disk full");
    health.failed(10, "I/O error");
    health.failed(13, "disk full");
    EXPECT_EQ(health.recoveries(), 0u);
    health.worked();
    health.worked();
    EXPECT_EQ(health.recoveries(), 1u);
    health.failed(13, "disk full");
    EXPECT_THAT(said, ElementsAre("writing fails: disk full", "writing fails: I/O error",
                                  "writing works again after 5 failed attempts", "writing fails: disk full"));
}

TEST(Health, needs_nobody_who_listens) {
    db::Health health("writing", nullptr);
    health.failed(13, "disk full");
    health.worked();
}

}  // namespace
