#include "store/accounts.h"

#include <gtest/gtest.h>

#include "tests/testing/fresh_database.h"

namespace {

Account full_account() {
    Account account{.reseller_id = 7,
                    .id = 9'007'199'254'740'991,
                    .uid = "a.b-C",
                    .type = AccountType::family,
                    .domain = "b5test.eu"};
    account.stage = Stage::activated;
    account.holds = {.ended = true, .administrative = false, .credit = true};
    account.activation_token = "PNS-X";
    account.deployed_members = 5;
    account.opened_under = Revision::partnership_reference;
    account.created_at = from_milliseconds(-62'167'219'200'000);
    account.updated_at = from_milliseconds(1);
    account.ends_at = from_milliseconds(253'402'300'799'999);
    account.due_at = from_milliseconds(0);
    account.removed_at = std::nullopt;
    account.version = 3;
    account.last_event_id = 12;
    return account;
}

Account account_of(std::int64_t reseller_id, std::int64_t id, std::string uid) {
    return {.reseller_id = reseller_id, .id = id, .uid = std::move(uid)};
}

class StoredAccounts : public testing::Test {
protected:
    void write(const std::function<void(db::Tx&)>& work) { db::write_and_wait(*database_, work); }

    FreshDatabase database_;
};

TEST_F(StoredAccounts, ComeBackAsTheyWere) {
    write([](db::Tx& tx) {
        store::insert_account(tx, full_account());
        store::insert_account(tx, account_of(7, 1, "bare"));
        EXPECT_EQ(store::find_account(tx, 7, "a.b-C"), full_account());
        EXPECT_EQ(store::find_account(tx, 7, "bare"), account_of(7, 1, "bare"));
        EXPECT_EQ(store::find_account_by_id(tx, 7, 1), account_of(7, 1, "bare"));
    });
}

TEST_F(StoredAccounts, KeepEveryCombinationOfHolds) {
    write([](db::Tx& tx) {
        for (int bits = 0; bits < 8; ++bits) {
            Account account = account_of(7, bits + 1, "a" + std::to_string(bits));
            account.holds = {.ended = (bits & 1) != 0, .administrative = (bits & 2) != 0, .credit = (bits & 4) != 0};
            store::insert_account(tx, account);
            EXPECT_EQ(store::find_account_by_id(tx, 7, bits + 1), account);
        }
    });
}

TEST_F(StoredAccounts, AreFoundByTheirOwnResellerOnly) {
    write([](db::Tx& tx) {
        store::insert_account(tx, account_of(7, 1, "a"));
        Account tombstone = account_of(7, 2, "b");
        tombstone.removed_at = from_milliseconds(5);
        store::insert_account(tx, tombstone);
        EXPECT_EQ(store::find_account(tx, 8, "a"), std::nullopt);
        EXPECT_EQ(store::find_account_by_id(tx, 8, 1), std::nullopt);
        EXPECT_EQ(store::find_removed_account(tx, 8, "b"), std::nullopt);
        EXPECT_TRUE(store::list_due_accounts(tx, 8, from_milliseconds(100), 10).empty());
        Account stolen = account_of(8, 1, "a");
        EXPECT_THROW(store::update_account(tx, stolen), db::Broken);
    });
}

TEST_F(StoredAccounts, AreOneOfAUidAmongTheLivingAndAnyNumberAmongTheRemoved) {
    write([](db::Tx& tx) {
        for (int id = 1; id <= 3; ++id) {
            Account account = account_of(7, id, "a");
            store::insert_account(tx, account);
            EXPECT_THROW(store::insert_account(tx, account_of(7, 100, "a")), db::Duplicate);
            EXPECT_EQ(store::find_account(tx, 7, "a"), account);
            account.removed_at = from_milliseconds(10 + id);
            store::update_account(tx, account);
            EXPECT_EQ(store::find_account(tx, 7, "a"), std::nullopt);
            EXPECT_EQ(store::find_removed_account(tx, 7, "a"), account);
        }
        EXPECT_THROW(store::insert_account(tx, account_of(7, 3, "b")), db::Unavailable);  // the id
        // Where keys lead with the reseller another's id is not noticed: servers draw none twice.
        if (!FreshDatabase::is_postgres()) {
            EXPECT_THROW(store::insert_account(tx, account_of(8, 3, "b")), db::Unavailable);
        }
        store::insert_account(tx, account_of(8, 4, "a"));
    });
}

TEST_F(StoredAccounts, KeepTheLatestTombstoneInFrontAlsoWithinOneMillisecond) {
    write([](db::Tx& tx) {
        for (const int id : {2, 3, 1}) {
            Account account = account_of(7, id, "a");
            account.removed_at = from_milliseconds(10);
            store::insert_account(tx, account);
        }
        EXPECT_EQ(store::find_removed_account(tx, 7, "a")->id, 3);
    });
}

TEST_F(StoredAccounts, ChangeInAllThatCanChangeAndNothingElse) {
    write([](db::Tx& tx) {
        store::insert_account(tx, account_of(7, 9'007'199'254'740'991, "fixed"));
        store::update_account(tx, full_account());
        Account expected = full_account();
        expected.uid = "fixed";
        expected.opened_under = Revision::partnership_openapi;
        expected.created_at = {};
        EXPECT_EQ(store::find_account(tx, 7, "fixed"), expected);
        EXPECT_THROW(store::update_account(tx, account_of(7, 2, "nobody")), db::Broken);
    });
}

TEST_F(StoredAccounts, AreListedAsTheyFallDue) {
    write([](db::Tx& tx) {
        for (const auto& [id, due] :
             {std::pair(5, 30), std::pair(4, 10), std::pair(3, 10), std::pair(2, 20), std::pair(1, 41)}) {
            Account account = account_of(7, id, "a" + std::to_string(id));
            account.due_at = from_milliseconds(due);
            store::insert_account(tx, account);
        }
        store::insert_account(tx, account_of(7, 6, "never"));
        std::vector<std::int64_t> ids;
        for (const Account& account : store::list_due_accounts(tx, 7, from_milliseconds(40), 10))
            ids.push_back(account.id);
        EXPECT_EQ(ids, (std::vector<std::int64_t>{3, 4, 2, 5}));
        EXPECT_EQ(store::list_due_accounts(tx, 7, from_milliseconds(40), 2).size(), 2u);
        EXPECT_EQ(store::list_due_accounts(tx, 7, from_milliseconds(41), 10).size(), 5u);
        EXPECT_TRUE(store::list_due_accounts(tx, 7, from_milliseconds(9), 10).empty());
    });
}

// A look-up that reads more than it returns shows only with many rows; the plan shows it at once.
TEST_F(StoredAccounts, AreLookedUpThroughIndexes) {
    if (FreshDatabase::is_postgres()) GTEST_SKIP() << "the plans of SQLite";
    const std::pair<const char*, const char*> queries[] = {
        {"EXPLAIN QUERY PLAN SELECT * FROM account WHERE reseller_id = 1 AND uid = 'a' AND removed_at IS NULL",
         "account_by_uid"},
        {"EXPLAIN QUERY PLAN SELECT * FROM account WHERE reseller_id = 1 AND uid = 'a' AND removed_at IS NOT NULL "
         "ORDER BY removed_at "
         "DESC, id DESC"
         " LIMIT 1",
         "account_removed_by_uid"},
        {"EXPLAIN QUERY PLAN SELECT * FROM account WHERE reseller_id = 1 AND due_at <= 5 ORDER BY due_at, id LIMIT 3",
         "account_by_due_at"},
        {"EXPLAIN QUERY PLAN SELECT * FROM event WHERE reseller_id = 1 AND account_id = 2 ORDER BY id",
         "event_by_account"},
        {"EXPLAIN QUERY PLAN SELECT 1 FROM account_profile WHERE reseller_id = 1 AND account_type_id = 2",
         "account_profile_by_type"},
        {"EXPLAIN QUERY PLAN SELECT 1 FROM account_profile WHERE reseller_id = 1 AND account_class_id = 2",
         "account_profile_by_class"},
        {"EXPLAIN QUERY PLAN SELECT 1 FROM account_profile WHERE reseller_id = 1 AND manager_id = 2",
         "account_profile_by_manager"},
        {"EXPLAIN QUERY PLAN SELECT 1 FROM account_profile WHERE account_class_id = 2 AND below_zero_since IS NOT NULL"
         " AND account_id > 3 ORDER BY account_id",
         "account_profile_below_zero (account_class_id=? AND account_id>?)"},
    };
    write([&](db::Tx& tx) {
        for (const auto& [sql, index] : queries) {
            const db::Rows plan = tx.run({sql, sql}, {});
            ASSERT_EQ(plan.size(), 1u) << sql << ": more than a search";  // a sort would be a second line
            EXPECT_NE(plan[0].text(3).find(index), std::string::npos) << plan[0].text(3);
        }
    });
}

TEST_F(StoredAccounts, AreCountedAndPaged) {
    write([](db::Tx& tx) {
        EXPECT_EQ(store::count_accounts(tx), 0);
        EXPECT_EQ(store::greatest_account_id(tx), 0);
        for (int id = 1; id <= 5; ++id)
            store::insert_account(tx, account_of(id % 2, id * 10, "a" + std::to_string(id)));
        EXPECT_EQ(store::count_accounts(tx), 5);
        EXPECT_EQ(store::greatest_account_id(tx), 50);
        EXPECT_EQ(store::list_accounts_after(tx, 0, 2).back().id, 20);
        EXPECT_EQ(store::list_accounts_after(tx, 20, 2).front().id, 30);
        EXPECT_TRUE(store::list_accounts_after(tx, 50, 2).empty());
    });
}

TEST_F(StoredAccounts, StandForNothingElseThanTheyAreHoweverHostileTheirUid) {
    using namespace std::string_literals;
    write([](db::Tx& tx) {
        std::int64_t id = 0;
        for (const std::string& uid :
             {"'; DROP TABLE account; --"s, "\" OR 1=1"s, "%"s, "_"s, "a\tb\nc\\"s, "é\u00a0\U0001f600"s, "$1"s, ""s}) {
            store::insert_account(tx, account_of(7, ++id, uid));
            EXPECT_EQ(store::find_account(tx, 7, uid)->uid, uid);
        }
        EXPECT_EQ(store::count_accounts(tx), id);
    });
}

}  // namespace
