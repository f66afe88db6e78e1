#include "service/admission.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "service/dialect.h"

namespace {

using service::Admission;
using service::AdmissionLimits;

// Keeps what it is given; nothing is ever run.
class Keeper final : public db::Database {
public:
    void write(Work, Done done) override {
        if (refuses) return done(std::make_exception_ptr(db::Unavailable("refused")));
        given.push_back(std::move(done));
    }
    void read(Work, Done) override {}
    std::uint64_t generation() const override { return 0; }
    std::vector<std::string> check_integrity() override { return {}; }

    void finish_one() {
        auto done = std::move(given.front());
        given.pop_front();
        done(nullptr);
    }

    std::deque<Done> given;
    bool refuses = false;
};

class AdmissionTest : public testing::Test {
protected:
    // 'a' for the share of a; upper case once it has failed.
    void write(char share, std::int64_t cost = 1) {
        admission_.write(
            share, {},
            [this, share](std::exception_ptr failure) {
                story_ += failure ? static_cast<char>(share - 'a' + 'A') : share;
            },
            cost);
    }

    Keeper database_;
    std::string story_;
    Admission admission_{database_, {.writes_under_way = 4, .writes_waiting = 5}};
};

TEST_F(AdmissionTest, GivesTheDatabaseNoMoreThanOneCommitTakes) {
    for (int i = 0; i < 9; ++i) write('a');
    EXPECT_EQ(database_.given.size(), 4u);
    EXPECT_EQ(story_, "");
    write('a');
    EXPECT_EQ(story_, "A") << "its line is full";
    write('b');
    EXPECT_EQ(story_, "A");
    database_.finish_one();
    EXPECT_EQ(story_, "Aa");
    EXPECT_EQ(database_.given.size(), 4u);
    while (!database_.given.empty()) database_.finish_one();
    EXPECT_EQ(story_, "Aaaaaabaaaa");
}

TEST_F(AdmissionTest, CountsWritesByWhatTheyCost) {
    for (int i = 0; i < 3; ++i) write('a', 500);
    write('b');
    EXPECT_EQ(database_.given.size(), 1u);
    while (!database_.given.empty()) database_.finish_one();
    EXPECT_EQ(story_, "abaa");
}

TEST_F(AdmissionTest, ComesThroughADatabaseThatRefusesAtOnce) {
    for (int i = 0; i < 9; ++i) write('a');
    database_.refuses = true;
    database_.finish_one();
    EXPECT_EQ(story_, "AAAAAa");
    database_.refuses = false;
    while (!database_.given.empty()) database_.finish_one();
    write('b');
    EXPECT_EQ(database_.given.size(), 1u);
    database_.finish_one();
    EXPECT_EQ(story_, "AAAAAaaaab");
}

TEST_F(AdmissionTest, TellsAllThatWaitWhenItIsStopped) {
    for (int i = 0; i < 6; ++i) write('a');
    admission_.stop();
    EXPECT_EQ(story_, "AA");
    while (!database_.given.empty()) database_.finish_one();
    EXPECT_EQ(story_, "AAaaaa");
    write('b');
    EXPECT_EQ(story_, "AAaaaaB");
}

TEST(AdmissionDeadline, KeepsNothingWaitingForLong) {
    Keeper database;
    std::string story;
    Admission admission(database,
                        {.writes_under_way = 1, .writes_waiting = 5, .write_deadline = std::chrono::milliseconds(-1)});
    for (int i = 0; i < 3; ++i)
        admission.write(1, {}, [&](std::exception_ptr failure) { story += failure ? 'X' : 'x'; });
    database.finish_one();
    EXPECT_EQ(story, "XXx") << "too late when their turn came";
}

TEST(ShareOf, IsTheTenantsOrTheNetworks) {
    service::Call call;
    call.client_address = "2001:db8::1";
    const service::Share stranger = service::share_of(call);
    EXPECT_LT(stranger, 0);
    call.client_address = "2001:db8::2";
    EXPECT_EQ(service::share_of(call), stranger);
    call.authenticated = true;
    call.caller.reseller.id = 7;
    EXPECT_EQ(service::share_of(call), 7);
    call.caller.home_reseller_id = 3;
    EXPECT_EQ(service::share_of(call), 3) << "whoever acts for others takes of his own";
}

}  // namespace
