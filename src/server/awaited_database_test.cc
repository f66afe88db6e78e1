#include "server/awaited_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <future>
#include <string>
#include <vector>

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Opens in so many attempts; each says its own reason, from that on.
struct Attempts {
    int failing;
    std::vector<std::string> reasons;
    int made = 0;

    Result<OpenDatabase> open() {
        const int attempt = made++;
        if (attempt < failing)
            throw db::Unavailable(
                reasons[std::min<std::size_t>(static_cast<std::size_t>(attempt), reasons.size() - 1)]);
        OpenDatabase opened;
        opened.is_new = true;
        return opened;
    }
};

class AwaitedDatabaseTest : public testing::Test {
protected:
    AwaitedDatabaseOptions options() {
        return {.log = [this](std::string_view sentence) { told_.emplace_back(sentence); },
                .status = status_,
                .rest =
                    [this] {
                        ++rests_;
                        failures_meanwhile_ = status_->failures();
                    }};
    }
    static bool has_ended(const AwaitedDatabase& awaited) {
        pollfd readable{awaited.descriptor(), POLLIN, 0};
        return poll(&readable, 1, 20'000) == 1;
    }

    const std::shared_ptr<db::Status> status_ = std::make_shared<db::Status>();
    std::vector<std::string> told_;
    std::vector<std::string> failures_meanwhile_;
    int rests_ = 0;
};

TEST_F(AwaitedDatabaseTest, TriesUntilItIsThereAndSaysEachReasonOnce) {
    Attempts attempts{.failing = 5, .reasons = {"refused", "refused", "starting up"}};
    AwaitedDatabase awaited([&] { return attempts.open(); }, options());
    ASSERT_TRUE(has_ended(awaited));
    EXPECT_TRUE(awaited.take().value().is_new);
    EXPECT_EQ(attempts.made, 6);
    EXPECT_EQ(rests_, 5) << "one between two attempts";
    EXPECT_THAT(told_, ElementsAre("opening the database fails: refused", "opening the database fails: starting up",
                                   "opening the database works again after 5 failed attempts"));
    EXPECT_THAT(failures_meanwhile_, ElementsAre("opening the database fails: starting up"));
    EXPECT_THAT(status_->failures(), IsEmpty());
}

TEST_F(AwaitedDatabaseTest, SaysNothingOfWhatWorksAtOnce) {
    Attempts attempts{.failing = 0, .reasons = {}};
    AwaitedDatabase awaited([&] { return attempts.open(); }, options());
    ASSERT_TRUE(has_ended(awaited));
    EXPECT_TRUE(awaited.has_ended_at_once(std::chrono::milliseconds(0)));
    EXPECT_THAT(told_, IsEmpty());
}

// A driver that was lost on the way has noted what failed in it, and will never note that it works.
TEST_F(AwaitedDatabaseTest, ForgetsWhatFailedInADriverThatHasGone) {
    int attempts = 0;
    AwaitedDatabase awaited(
        [&]() -> Result<OpenDatabase> {
            if (++attempts > 1) return OpenDatabase();
            status_->set_failing("writing", "the connection was closed");
            throw db::Unavailable("closed");
        },
        options());
    ASSERT_TRUE(has_ended(awaited));
    EXPECT_THAT(status_->failures(), IsEmpty());
}

TEST_F(AwaitedDatabaseTest, EndsAtOnceWhereWaitingDoesNotHelp) {
    int attempts = 0;
    AwaitedDatabase broken(
        [&]() -> Result<OpenDatabase> {
            ++attempts;
            throw db::Broken("no such database");
        },
        options());
    ASSERT_TRUE(has_ended(broken));
    EXPECT_THROW((void)broken.take(), db::Broken);
    AwaitedDatabase refused([&]() -> Result<OpenDatabase> { return Error{Reason::conflict, "newer"}; }, options());
    ASSERT_TRUE(has_ended(refused));
    EXPECT_EQ(refused.take().error().detail, "newer");
    EXPECT_EQ(attempts, 1);
    EXPECT_EQ(rests_, 0);
}

TEST_F(AwaitedDatabaseTest, StopsInTheMiddleOfARest) {
    Attempts attempts{.failing = 1'000, .reasons = {"refused"}};
    AwaitedDatabaseOptions patient = options();
    patient.rest = {};
    patient.between_attempts = std::chrono::hours(1);
    AwaitedDatabase awaited([&] { return attempts.open(); }, patient);
    EXPECT_FALSE(awaited.has_ended_at_once(std::chrono::seconds(20)));
    EXPECT_TRUE(awaited.stop(std::chrono::seconds(20)));
    EXPECT_EQ(attempts.made, 1);
}

TEST_F(AwaitedDatabaseTest, DoesNotWaitForAnAttemptThatHangs) {
    std::promise<void> go;
    AwaitedDatabase awaited(
        [&]() -> Result<OpenDatabase> {
            go.get_future().wait();
            throw db::Unavailable("late");
        },
        options());
    EXPECT_FALSE(awaited.has_ended_at_once(std::chrono::milliseconds(1)));
    EXPECT_FALSE(awaited.stop(std::chrono::milliseconds(1)));
    go.set_value();
    EXPECT_TRUE(awaited.stop(std::chrono::seconds(20)));
}

}  // namespace
