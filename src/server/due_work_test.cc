#include "server/due_work.h"

#include <thread>

#include "tests/testing/engine_test.h"

namespace {

using namespace std::chrono_literals;

class DueWorkTest : public EngineTest {
protected:
    Log log_{{.level = LogLevel::off}};
};

// What has been begun is finished; it would take long to do all of it.
TEST_F(DueWorkTest, EndsInTheMiddleOfWhatFallsDue) {
    constexpr int resellers = 50;
    std::vector<Account> accounts;
    write([&](db::Tx& tx) {
        for (int i = 0; i < resellers; ++i) add(tx, {.id = 100 + i, .name = "R"});
    });
    for (int i = 0; i < resellers; ++i) accounts.push_back(open("a", world_.now() + 1h, 100 + i));
    world_.advance(1h);
    std::atomic<int> looked_at = 0;
    std::promise<void> has_begun;
    auto due_work = std::make_unique<DueWork>(*database_, world_, log_, [&](std::int64_t) {
        if (++looked_at == 1) has_begun.set_value();
        std::this_thread::sleep_for(20ms);
        return false;
    });
    has_begun.get_future().wait();
    due_work.reset();
    int ended = 0;
    for (const Account& account : accounts) ended += stored(account).holds.ended;
    EXPECT_GE(ended, 1);
    EXPECT_LT(ended, resellers);
}

}  // namespace
