#include "engine/access/why.h"

#include "engine/accounts/close_account.h"
#include "engine/accounts/hold_account.h"
#include "engine/accounts/move_end_date.h"
#include "engine/accounts/remove_account.h"
#include "engine/catalogue/catalogue.h"
#include "store/catalogue.h"
#include "tests/testing/engine_test.h"

namespace {

class WhyTest : public EngineTest {
protected:
    std::string check(Why why, std::int64_t reseller_id = partner_id) {
        std::string answer;
        read([&](db::Tx& tx) {
            Caller asking = caller(tx, reseller_id);
            asking.why = std::move(why);
            answer = outcome(check_why(tx, asking));
        });
        return answer;
    }

    void set(std::int64_t reseller_id, const std::string& name, const std::string& value) {
        write([&](db::Tx& tx) { store::put_reseller_setting(tx, reseller_id, name, value); });
    }

    void put_below(std::int64_t reseller_id, std::int64_t parent_id) {
        write([&](db::Tx& tx) {
            tx.run({"set_parent", "UPDATE reseller SET parent_id = $1 WHERE id = $2"}, {parent_id, reseller_id});
        });
    }

    template <class Command>
    std::string with_reason(Result<Account> (*operation)(db::Tx&, World&, const Caller&, const Command&),
                            const Command& command, const std::string& reason) {
        return outcome(transact<Account>([&](db::Tx& tx) {
            Caller asking = caller(tx, partner_id);
            asking.why.reason = reason;
            return operation(tx, world_, asking, command);
        }));
    }
};

TEST_F(WhyTest, TakesTheWordsOfAllAndNoOther) {
    EXPECT_EQ(check({}), "done");
    for (const std::string& word : common_reasons) EXPECT_EQ(check({.reason = word}), "done") << word;
    EXPECT_EQ(check({.reason = "weather"}), "invalid reason unsupported");
    EXPECT_EQ(check({.reason = "Fraud"}), "invalid reason bad_format");
    EXPECT_EQ(check({.reason = "fraud,legal"}), "invalid reason bad_format");
    EXPECT_EQ(check({.reason = std::string(41, 'a')}), "invalid reason bad_format");
}

TEST_F(WhyTest, TakesCommentsOfOneLineOfText) {
    EXPECT_EQ(check({.comment = std::string(500, 'x')}), "done");
    EXPECT_EQ(check({.comment = "\xc3\xa4rgerlich"}), "done");
    EXPECT_EQ(check({.comment = std::string(501, 'x')}), "invalid comment too_long");
    for (const char* bad : {"two\nlines", "a\x1b[1m", "\xff", "\x7f"})
        EXPECT_EQ(check({.comment = bad}), "invalid comment bad_characters") << bad;
}

TEST_F(WhyTest, LearnsWordsFromTheResellersAbove) {
    put_below(partner_id, other_id);
    set(other_id, setting::event_reasons, "weather,mood");
    EXPECT_EQ(check({.reason = "mood"}), "done");
    EXPECT_EQ(check({.reason = "moo"}), "invalid reason unsupported");
    set(partner_id, setting::event_reasons, "strike");
    EXPECT_EQ(check({.reason = "strike"}), "done");
    EXPECT_EQ(check({.reason = "mood"}), "invalid reason unsupported")
        << "the nearest setting counts, as of all settings";
    EXPECT_EQ(check({.reason = "strike"}, other_id), "invalid reason unsupported");
}

TEST_F(WhyTest, IsRequiredWhereASettingSaysSo) {
    open("a");
    const NameAccount a{"a"};
    const MoveEndDate move{.uid = "a", .ends_at = world_.now() + std::chrono::days(9)};
    set(partner_id, setting::reason_required_for, "hold,redate,close,remove");
    EXPECT_EQ(with_reason(hold_account, a, ""), "invalid reason required");
    EXPECT_EQ(with_reason(hold_account, a, "fraud"), "done");
    EXPECT_EQ(with_reason(lift_account, a, ""), "done");
    EXPECT_EQ(with_reason(move_end_date, move, ""), "invalid reason required");
    EXPECT_EQ(with_reason(move_end_date, move, "request"), "done");
    EXPECT_EQ(with_reason(close_account, a, ""), "invalid reason required");
    EXPECT_EQ(with_reason(close_account, a, "legal"), "done");
    EXPECT_EQ(with_reason(remove_account, RemoveAccount{"a"}, ""), "invalid reason required");
    EXPECT_EQ(with_reason(remove_account, RemoveAccount{"a"}, "legal"), "done");
    set(partner_id, setting::reason_required_for, "remove");
    open("b");
    EXPECT_EQ(with_reason(hold_account, NameAccount{"b"}, ""), "done");
}

TEST_F(WhyTest, DoesNotBindTheClock) {
    set(partner_id, setting::reason_required_for, "hold,close");
    const Account account = open("a", world_.now() + std::chrono::days(1));
    world_.advance(std::chrono::days(40));
    EXPECT_EQ(outcome(run(lift_account, {"a"})), "conflict status closed");
    EXPECT_EQ(problems(), std::vector<std::string>{});
}

}  // namespace
