#include "engine/accounts/check_accounts.h"

#include <gmock/gmock.h>

#include "engine/accounts/move_end_date.h"
#include "engine/accounts/remove_account.h"
#include "tests/testing/engine_test.h"

namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::HasSubstr;

// Damages rows behind the engine's back, as a bug or a hand in the file would.
class CheckAccountsTest : public EngineTest {
public:
    void TestBody() override {}  // so that a test can have another one of its kind

    void damage(std::string_view sql) {
        write([&](db::Tx& tx) { tx.run_script(sql); });
    }

    CheckedAccounts check(std::size_t problems_max = 100) {
        CheckedAccounts checked;
        db::read_and_wait(*database_, [&](db::Tx& tx) { checked = check_accounts(tx, world_, problems_max); });
        return checked;
    }
};

TEST_F(CheckAccountsTest, FindsNothingWrongWithWhatTheEngineDid) {
    open("a", world_.now() + days(1));
    open("b");
    ASSERT_EQ(outcome(run(remove_account, {"b"})), "done");
    open("b");
    world_.advance(days(2));
    ASSERT_EQ(outcome(run(move_end_date, {.uid = "a"})), "done");
    const CheckedAccounts checked = check();
    EXPECT_EQ(checked.accounts, 3);
    EXPECT_EQ(checked.events, 6);
    EXPECT_THAT(checked.problems, ElementsAre());
}

TEST_F(CheckAccountsTest, SaysInWordsWhatIsWrongWithWhich) {
    open("a");
    damage("UPDATE account SET version = 2");
    EXPECT_THAT(check().problems, ElementsAre(HasSubstr("(uid a of reseller 2) has version 2 but 1 events")));
}

TEST_F(CheckAccountsTest, FindsEachKindOfDamage) {
    const std::pair<const char*, const char*> damages[] = {
        {"UPDATE account SET reseller_id = 99", "belongs to no reseller"},
        {"UPDATE account SET due_at = 5", "waits for the clock at a wrong time"},
        {"UPDATE account SET ends_at = 5", "waits for the clock at a wrong time"},
        {"UPDATE account SET removed_at = 5", "is removed but not closed"},
        {"UPDATE account SET activation_token = 'PNS-DEFG1234'", "has an activation token that does not lead to it"},
        {"UPDATE account SET stage = 2", "is provisioned but its events say entitled"},
        {"UPDATE account SET holds = 2", "is suspended but its events say entitled"},
        {"UPDATE event SET kind = 2", "has events that do not begin with its opening"},
        {"UPDATE account SET last_event_id = 5", "has events that do not name each other in turn"},
        {"UPDATE event SET previous_id = 5", "has events that do not name each other in turn"},
        {"DELETE FROM event", "has version 1 but 0 events"},
    };
    for (const auto& [sql, sentence] : damages) {
        CheckAccountsTest fresh;
        fresh.open("a");
        fresh.damage(sql);
        EXPECT_THAT(fresh.check().problems, testing::Contains(HasSubstr(sentence))) << sql;
    }
}

TEST_F(CheckAccountsTest, ReportsNoMoreThanItWasAskedFor) {
    for (int i = 0; i < 10; ++i) open("a" + std::to_string(i));
    damage("UPDATE account SET version = 7");
    EXPECT_EQ(check(3).problems.size(), 3u);
    EXPECT_EQ(check(3).accounts, 10);
}

}  // namespace
