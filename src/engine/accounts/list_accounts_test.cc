#include "engine/accounts/list_accounts.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "engine/accounts/hold_account.h"
#include "engine/accounts/redeem_account.h"
#include "engine/accounts/remove_account.h"
#include "engine/accounts/run_due.h"
#include "tests/testing/engine_test.h"

namespace {

using std::chrono::days;

constexpr std::int64_t root_id = 1;

class ListAccountsTest : public EngineTest {
protected:
    ListAccountsTest() {
        write([&](db::Tx& tx) {
            add(tx, {.id = root_id, .name = "Root"});
            for (const std::int64_t id : {partner_id, other_id})
                tx.run({"set_parent", "UPDATE reseller SET parent_id = $1 WHERE id = $2"}, {root_id, id});
        });
    }

    Caller caller(db::Tx& tx, std::int64_t reseller_id) {
        return {.reseller = store::find_reseller(tx, reseller_id).value(),
                .tree = std::make_shared<const ResellerTree>(store::list_reseller_tree(tx, reseller_id))};
    }

    Result<AccountPage> list(const ListAccounts& command, std::int64_t as = root_id) {
        Result<AccountPage> page = Error{Reason::broken, ""};
        read([&](db::Tx& tx) { page = list_accounts(tx, world_, caller(tx, as), command); });
        return page;
    }

    // All uids, page by page.
    std::vector<std::string> walk(ListAccounts command, std::int64_t as = root_id) {
        std::vector<std::string> uids;
        for (int pages = 0; pages < 10'000; ++pages) {
            const AccountPage page = list(command, as).value();
            for (const Account& account : page.items) uids.push_back(account.uid);
            if (!page.next) return uids;
            command.page.from = page.next;
        }
        ADD_FAILURE() << "the pages do not end";
        return uids;
    }

    std::string walked(const ListAccounts& command, std::int64_t as = root_id) {
        std::string text;
        for (const std::string& uid : walk(command, as)) text += (text.empty() ? "" : " ") + uid;
        return text;
    }
};

TEST_F(ListAccountsTest, ShowsTheNewestFirstAndOnlyWhatIsWithinReach) {
    open("a");
    open("b", {}, other_id);
    open("c");
    EXPECT_EQ(walked({}), "c b a");
    EXPECT_EQ(walked({.oldest_first = true}), "a b c");
    EXPECT_EQ(walked({}, partner_id), "c a");
    EXPECT_EQ(walked({.reseller_id = other_id}), "b");
    EXPECT_EQ(outcome(list({.reseller_id = other_id}, partner_id)), "not_found");
    EXPECT_EQ(outcome(list({.reseller_id = 999}, partner_id)), "not_found");
}

TEST_F(ListAccountsTest, NarrowsByEverythingThatIsAskedFor) {
    const Account b = open("b", world_.now() + days(2));
    open("ab", world_.now() + days(3));
    run(open_account, {.uid = "abc", .type = AccountType::family, .domain = "b5test.com"}).value();
    open("z", {}, other_id);
    ASSERT_EQ(outcome(run(hold_account, {"ab"})), "done");
    EXPECT_EQ(walked({.status = AccountStatus::suspended}), "ab");
    EXPECT_EQ(walked({.status = AccountStatus::entitled}), "z abc b");
    EXPECT_EQ(walked({.reseller_id = partner_id, .status = AccountStatus::entitled}), "abc b");
    EXPECT_EQ(walked({.type = AccountType::family}), "abc");
    EXPECT_EQ(walked({.domain = "b5test.com"}), "z abc ab b");
    EXPECT_EQ(walked({.domain = "nowhere.example"}), "");
    EXPECT_EQ(walked({.uid_prefix = "ab"}), "ab abc");
    EXPECT_EQ(walked({.uid_prefix = ""}), "ab abc b z");
    EXPECT_EQ(walked({.status = AccountStatus::suspended, .uid_prefix = "a"}), "ab");
    EXPECT_EQ(walked({.ends_after = world_.now()}), "b ab");
    EXPECT_EQ(walked({.ends_before = world_.now() + days(3)}), "b");
    EXPECT_EQ(walked({.ends_after = world_.now() + days(2)}), "ab");
    EXPECT_EQ(walked({.uid_prefix = "a", .ends_before = world_.now() + days(4)}), "ab");
    EXPECT_EQ(walked({.email = "ada@example.com"}), "");
    const RedeemAccount link{.token = b.activation_token, .email = "Ada@Example.com"};
    ASSERT_TRUE(
        transact<Account>([&](db::Tx& tx) { return redeem_account(tx, world_, {.request_id = "r"}, link); }).ok());
    EXPECT_EQ(walked({.email = "ada@example.COM"}), "b");
    EXPECT_EQ(walked({.status = AccountStatus::entitled, .email = "ada@example.com"}), "");
    EXPECT_EQ(walked({.status = AccountStatus::provisioned}), "b");
}

TEST_F(ListAccountsTest, ShowsTombstonesOnlyWhereTheyAreAskedFor) {
    open("gone");
    open("there");
    ASSERT_EQ(outcome(run(remove_account, {"gone"})), "done");
    EXPECT_EQ(walked({}), "there");
    EXPECT_EQ(walked({}, partner_id), "there");
    EXPECT_EQ(walked({.status = AccountStatus::deprovisioned}), "");
    EXPECT_EQ(walked({.removed = true}), "gone");
    EXPECT_EQ(walked({.uid_prefix = "g"}), "");
    EXPECT_EQ(walked({.uid_prefix = "g", .removed = true}), "gone");
}

TEST_F(ListAccountsTest, ShowsWhatTheClockHasMadeOfAccountsBeforeItIsWritten) {
    open("a", world_.now() + days(1));
    world_.advance(days(2));
    EXPECT_EQ(list({}).value().items.at(0).stage, Stage::entitled);
    EXPECT_EQ(status_of(list({}).value().items.at(0)), AccountStatus::suspended);
    EXPECT_EQ(walked({.status = AccountStatus::entitled}), "");
    write([&](db::Tx& tx) { run_due(tx, world_, partner_id, 10); });
    EXPECT_EQ(walked({.status = AccountStatus::suspended}), "a");
}

// Forwards to the end and backwards to the beginning, in every order and for every size of page.
TEST_F(ListAccountsTest, GoesBothWaysThroughTheSamePages) {
    for (int i = 0; i < 23; ++i)
        open("u" + std::to_string(i % 7) + std::to_string(i), world_.now() + days(1 + i % 5),
             i % 3 ? partner_id : other_id);
    for (const ListAccounts& command :
         {ListAccounts{}, ListAccounts{.oldest_first = true}, ListAccounts{.uid_prefix = "u"},
          ListAccounts{.ends_after = world_.now()}, ListAccounts{.reseller_id = partner_id},
          ListAccounts{.type = AccountType::individual}}) {
        const std::vector<std::string> expected = walk(command);
        ASSERT_EQ(std::set<std::string>(expected.begin(), expected.end()).size(), expected.size());
        for (const int size : {1, 2, 3, 7, 22, 23, 24}) {
            ListAccounts forwards = command;
            forwards.page.size = size;
            EXPECT_EQ(walk(forwards), expected);
            // To the last page, and back from there.
            AccountPage page = list(forwards).value();
            EXPECT_EQ(page.previous, std::nullopt);
            while (page.next) {
                forwards.page.from = page.next;
                page = list(forwards).value();
            }
            std::vector<std::string> backwards;
            const auto take = [&](const AccountPage& taken) {
                std::vector<std::string> uids;
                for (const Account& account : taken.items) uids.push_back(account.uid);
                backwards.insert(backwards.begin(), uids.begin(), uids.end());
            };
            take(page);
            while (page.previous) {
                ListAccounts back = command;
                back.page = {.size = size, .from = page.previous, .backwards = true};
                page = list(back).value();
                take(page);
            }
            EXPECT_EQ(backwards, expected) << size;
        }
    }
}

// Whatever others open, remove and hold between two pages: what was there all the time is seen once, and nothing twice.
TEST_F(ListAccountsTest, SeesWhatStaysOnceWhileOthersWrite) {
    std::mt19937 random(42);
    for (const ListAccounts& command : {ListAccounts{}, ListAccounts{.oldest_first = true},
                                        ListAccounts{.reseller_id = partner_id}, ListAccounts{.uid_prefix = "s"}}) {
        const std::string round = "s" + std::to_string(random() % 1'000'000) + "-";
        std::set<std::string> staying;
        std::vector<std::string> leaving;
        for (int i = 0; i < 40; ++i) {
            const std::string uid = round + std::to_string(i);
            open(uid);
            if (i % 4 == 0)
                leaving.push_back(uid);
            else
                staying.insert(uid);
        }
        std::map<std::string, int> seen;
        ListAccounts asking = command;
        asking.page.size = 3;
        for (int page_number = 0; page_number < 200; ++page_number) {
            const AccountPage page = list(asking).value();
            for (const Account& account : page.items) ++seen[account.uid];
            if (!page.next) break;
            asking.page.from = page.next;
            open(round + "new-" + std::to_string(page_number));
            if (!leaving.empty()) {
                ASSERT_EQ(outcome(run(remove_account, {leaving.back()})), "done");
                leaving.pop_back();
            }
            run(hold_account, {*std::next(staying.begin(), random() % staying.size())}).value();
        }
        for (const auto& [uid, times] : seen) EXPECT_EQ(times, 1) << uid;
        for (const std::string& uid : staying) EXPECT_EQ(seen.count(uid), 1u) << uid;
    }
}

// Cursors are anybody's text: a place may lie outside what is asked for.
TEST_F(ListAccountsTest, ShowsNothingBeyondThePrefixWhateverThePlace) {
    for (const char* uid : {"a1", "b", "b1", "b2", "c", "c1"}) open(uid);
    for (const bool backwards : {false, true})
        for (const std::string from : {"a", "a1", "b", "b1", "b2", "c", "c1", "d"})
            for (const std::int64_t id : {std::int64_t{0}, std::int64_t{1'000'000'000}}) {
                const ListAccounts command{
                    .uid_prefix = "b", .page = {.from = AccountPlace{.uid = from, .id = id}, .backwards = backwards}};
                const AccountPage page = list(command).value();
                for (const Account& account : page.items)
                    EXPECT_EQ(account.uid.front(), 'b') << from << ' ' << id << ' ' << backwards;
            }
    EXPECT_EQ(walked({.uid_prefix = "b"}), "b b1 b2");
}

TEST_F(ListAccountsTest, LeavesOutWhatEndsAtTheInstantsThemselves) {
    for (int second = 1; second <= 4; ++second)
        open("s" + std::to_string(second), at("2040-01-01T00:00:0" + std::to_string(second) + "Z"));
    EXPECT_EQ(walked({.ends_after = at("2040-01-01T00:00:01Z"), .ends_before = at("2040-01-01T00:00:04Z")}), "s2 s3");
    EXPECT_EQ(walked({.ends_after = at("2040-01-01T00:00:03.999Z")}), "s4");
}

TEST_F(ListAccountsTest, GivesUpInBetweenRatherThanLookAtEverything) {
    write([&](db::Tx& tx) {
        const Caller partner = caller(tx, partner_id);
        for (int i = 0; i < 12'000; ++i) {
            const OpenAccount command{.uid = "x" + std::to_string(i), .domain = "b5test.com"};
            ASSERT_TRUE(open_account(tx, world_, partner, command).ok());
            if (i != 3) continue;
            const OpenAccount family{.uid = "family", .type = AccountType::family, .domain = "b5test.com"};
            ASSERT_TRUE(open_account(tx, world_, partner, family).ok());
        }
    });
    const ListAccounts command{.reseller_id = partner_id, .type = AccountType::family};
    const AccountPage first = list(command).value();
    EXPECT_TRUE(first.items.empty());
    EXPECT_TRUE(first.next);
    EXPECT_EQ(walked(command), "family");
    ListAccounts oldest = command;
    oldest.oldest_first = true;
    EXPECT_EQ(list(oldest).value().items.size(), 1u);
}

}  // namespace
