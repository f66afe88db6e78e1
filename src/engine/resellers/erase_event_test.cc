#include "engine/resellers/erase_event.h"

#include "engine/accounts/check_accounts.h"
#include "engine/accounts/hold_account.h"
#include "engine/resellers/list_events.h"
#include "tests/testing/engine_test.h"

namespace {

class EraseEventTest : public EngineTest {
protected:
    // Of an account that has been opened, with an address and a comment.
    Event opened(const std::string& uid) {
        const auto account = transact<Account>([&](db::Tx& tx) {
            Caller acting = caller(tx, partner_id);
            acting.remote_address = "192.0.2.7";
            acting.why = {.reason = "request", .comment = "Ada asked"};
            return open_account(tx, world_, acting, {.uid = uid, .domain = "b5test.com"});
        });
        return events_of(account.value()).at(0);
    }

    Result<Event> erase(const Event& event, std::vector<std::string> fields, std::int64_t as = partner_id) {
        return run(erase_event, {.reseller_id = event.reseller_id, .event_id = event.id, .fields = std::move(fields)},
                   as);
    }

    static std::string values_of(const Event& event) {
        std::string text;
        for (const Change& change : event.changes)
            text += change.field + '=' + (change.is_erased ? "*" : change.after) + ' ';
        return text;
    }
};

TEST_F(EraseEventTest, TakesOutWhatIsSaidOfAPersonAndLeavesTheEventWhereItIs) {
    const Event event = opened("ada");
    ASSERT_EQ(outcome(run(hold_account, {"ada"})), "done");
    const Event erased = erase(event, {}).value();
    EXPECT_EQ(values_of(erased), "uid=* type=* domain=* status=entitled ");
    EXPECT_EQ(erased.why.comment, "");
    EXPECT_EQ(erased.why.reason, "request") << "a word that can be counted";
    EXPECT_EQ(erased.remote_address, "");
    EXPECT_TRUE(erased.is_erased);
    EXPECT_EQ(erased.at, event.at);
    EXPECT_EQ(erased.id, event.id);
    read([&](db::Tx& tx) {
        EXPECT_TRUE(check_accounts(tx, world_, 10).problems.empty()) << "the chain holds, and statuses are known";
        const auto events = store::list_reseller_events(tx, partner_id, {.after_id = 0, .before_id = 1LL << 60}, 100);
        EXPECT_EQ(events.back().kind, EventKind::event_erased);
        EXPECT_EQ(events.back().changes.at(0).after, std::to_string(event.id));
        EXPECT_EQ(events.back().changes.at(1).after, "uid,type,domain");
    });
}

TEST_F(EraseEventTest, TakesOutTheNamedFieldsOnly) {
    const Event event = opened("ada");
    EXPECT_EQ(values_of(erase(event, {"uid"}).value()), "uid=* type=individual domain=b5test.com status=entitled ");
    EXPECT_EQ(values_of(erase(event, {"uid"}).value()), "uid=* type=individual domain=b5test.com status=entitled ");
    read([&](db::Tx& tx) {
        const auto events = store::list_reseller_events(tx, partner_id, {.after_id = 0, .before_id = 1LL << 60}, 100);
        EXPECT_EQ(events.size(), 2u) << "the second time there was nothing to do";
    });
}

TEST_F(EraseEventTest, IsRefusedWhereThereIsNothingOfTheKind) {
    const Event event = opened("ada");
    EXPECT_EQ(outcome(erase(event, {"email"})), "invalid fields unknown");
    EXPECT_EQ(outcome(erase(event, {"uid", "status"})), "invalid fields unsupported");
    EXPECT_EQ(outcome(erase(event, {"uid"}, other_id)), "not_found");
    EXPECT_EQ(outcome(erase({.reseller_id = partner_id, .id = 99}, {})), "not_found");
    EXPECT_EQ(outcome(erase({.reseller_id = other_id, .id = event.id}, {}, other_id)), "not_found");
    EXPECT_EQ(values_of(run(show_event, {.reseller_id = partner_id, .event_id = event.id}).value()),
              "uid=ada type=individual domain=b5test.com status=entitled ");
}

}  // namespace
