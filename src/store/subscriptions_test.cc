#include "store/subscriptions.h"

#include <gtest/gtest.h>

#include "store/accounts.h"
#include "store/plans.h"
#include "store/resellers.h"
#include "tests/testing/fresh_database.h"

namespace {

using store::Slice;

class SubscriptionsTest : public testing::Test {
protected:
    void open(std::int64_t id, const Subscription& subscription, std::int64_t reseller_id = 2, Stage stage = {},
              const std::optional<store::OpeningRequest>& request = {}) {
        db::write_and_wait(*database_, [&](db::Tx& tx) {
            Account account{.reseller_id = reseller_id, .id = id, .uid = std::to_string(id)};
            account.stage = stage == Stage{} ? Stage::entitled : stage;
            store::insert_account(tx, account);
            Subscription row = subscription;
            row.account_id = id;
            row.reseller_id = reseller_id;
            store::insert_subscription(tx, row, request);
        });
    }

    template <class T>
    T ask(const std::function<T(db::Tx&)>& question) {
        std::optional<T> answer;
        db::read_and_wait(*database_, [&](db::Tx& tx) { answer = question(tx); });
        return std::move(*answer);
    }

    static std::string ids(const std::vector<store::AccountWithSubscription>& found) {
        std::string text;
        for (const auto& one : found) text += (text.empty() ? "" : " ") + std::to_string(one.account.id);
        return text;
    }
    std::string list(const Slice& slice) {
        return ids(ask<std::vector<store::AccountWithSubscription>>(
            [&](db::Tx& tx) { return store::list_with_subscriptions(tx, 2, slice); }));
    }

    FreshDatabase database_;
};

TEST_F(SubscriptionsTest, ComeBackAsTheyWereWritten) {
    Subscription written{.reseller_id = 2,
                         .account_id = 1,
                         .guid = "a-guid",
                         .plan_id = 7,
                         .parent_id = 5,
                         .external_id = "",
                         .first_name = "Ö",
                         .last_name = "L",
                         .email = "e",
                         .password_hash = "h",
                         .company = Company{.short_name = "s",
                                            .full_name = "f",
                                            .mobile_domain = "m",
                                            .support_email = "u",
                                            .noreply_email = "n",
                                            .control_panel_domains = {"a", "", "b"},
                                            .has_list_of_domains = true}};
    open(1, written);
    const auto read = [&] {
        return ask<std::optional<store::AccountWithSubscription>>(
                   [](db::Tx& tx) { return store::find_with_subscription(tx, 2, 1); })
            ->subscription;
    };
    EXPECT_EQ(read(), written);
    written.company.reset();
    written.plan_id.reset();
    written.external_id = "x";
    db::write_and_wait(*database_, [&](db::Tx& tx) { store::put_subscription(tx, written); });
    EXPECT_EQ(read(), written);
}

TEST_F(SubscriptionsTest, ArePutWhereThereWasNoneAndThenWrittenOver) {
    const auto put_and_read = [&](const Subscription& written) {
        db::write_and_wait(*database_, [&](db::Tx& tx) {
            store::put_subscription(tx, written);
            store::put_subscription(tx, written);
        });
        return ask<std::optional<store::AccountWithSubscription>>(
                   [](db::Tx& tx) { return store::find_with_subscription(tx, 2, 1); })
            ->subscription;
    };
    db::write_and_wait(*database_,
                       [](db::Tx& tx) { store::insert_account(tx, {.reseller_id = 2, .id = 1, .uid = "a"}); });
    Subscription written{.reseller_id = 2,
                         .account_id = 1,
                         .guid = "a-guid",
                         .plan_id = 7,
                         .external_id = "x",
                         .first_name = "f",
                         .company = Company{.short_name = "s", .control_panel_domains = {"a"}}};
    EXPECT_EQ(put_and_read(written), written);
    written.plan_id.reset();
    written.external_id = "y";
    written.company.reset();
    EXPECT_EQ(put_and_read(written), written);
    written.guid = "another";
    EXPECT_EQ(put_and_read(written).guid, "a-guid");
}

TEST_F(SubscriptionsTest, AnAccountWithoutOneHasItsIdsOnly) {
    db::write_and_wait(*database_,
                       [](db::Tx& tx) { store::insert_account(tx, {.reseller_id = 2, .id = 1, .uid = "a"}); });
    const auto found = ask<std::optional<store::AccountWithSubscription>>(
        [](db::Tx& tx) { return store::find_with_subscription(tx, 2, 1); });
    EXPECT_EQ(found->subscription, (Subscription{.reseller_id = 2, .account_id = 1}));
    EXPECT_FALSE(ask<std::optional<store::AccountWithSubscription>>(
        [](db::Tx& tx) { return store::find_with_subscription(tx, 3, 1); }));
}

TEST_F(SubscriptionsTest, AreListedByIdWhateverTheirState) {
    open(1, {}, 2, Stage::activated);
    open(2, {}, 2, Stage::entitled);
    open(3, {}, 2, Stage::deprovisioned);
    open(4, {}, 2, Stage::provisioned);
    open(5, {}, 3);
    open(6, {}, 2, Stage::entitled);
    EXPECT_EQ(list({.skip = 0, .take = 10}), "1 2 3 4 6");
    EXPECT_EQ(list({.skip = 1, .take = 3}), "2 3 4");
    EXPECT_EQ(list({.skip = 5, .take = 3}), "");
    EXPECT_EQ(list({.skip = INT64_MAX, .take = 500}), "");
    EXPECT_EQ(list({.skip = 4, .take = INT64_MAX}), "6");
}

TEST_F(SubscriptionsTest, AreFoundByWhatTheyBelongTo) {
    open(1, {.guid = "g"});
    open(2, {.parent_id = 1, .external_id = "x"});
    open(3, {.parent_id = 1}, 2, Stage::deprovisioned);
    open(4, {.parent_id = 1, .external_id = "x"});
    open(5, {.external_id = "x"}, 3);
    const auto children = ask<std::vector<store::AccountWithSubscription>>(
        [](db::Tx& tx) { return store::list_sub_accounts(tx, 2, 1, 0, 10); });
    EXPECT_EQ(ids(children), "2 3 4");
    EXPECT_EQ(children[0].parent_guid, "g");
    EXPECT_EQ(ask<std::int64_t>([](db::Tx& tx) { return store::count_sub_accounts(tx, 2, 1, 10); }), 2);
    EXPECT_EQ(ask<std::int64_t>([](db::Tx& tx) { return store::count_sub_accounts(tx, 2, 1, 1); }), 1);
    EXPECT_EQ(ids(ask<std::vector<store::AccountWithSubscription>>(
                  [](db::Tx& tx) { return store::list_by_external_id(tx, 2, "x", {.skip = 1, .take = 5}); })),
              "4");
    EXPECT_EQ(ask<std::int64_t>([](db::Tx& tx) { return store::count_by_external_id(tx, 2, "x"); }), 2);
    EXPECT_EQ(ask<std::optional<std::int64_t>>([](db::Tx& tx) { return store::find_account_id_by_guid(tx, 2, "g"); }),
              1);
    EXPECT_EQ(ask<std::optional<std::int64_t>>([](db::Tx& tx) { return store::find_account_id_by_guid(tx, 3, "g"); }),
              std::nullopt);
}

TEST_F(SubscriptionsTest, AParentComesWithTheLimitOfItsPlan) {
    db::write_and_wait(*database_, [](db::Tx& tx) {
        store::insert_reseller(tx, {.id = 2, .name = "Skyline"});
        store::insert_plan(tx, {.reseller_id = 2, .type = AccountType::family, .id = 7, .sub_accounts_limit = 3});
        EXPECT_TRUE(store::has_plan(tx, 2, AccountType::family, 7));
        EXPECT_FALSE(store::has_plan(tx, 2, AccountType::individual, 7));
        EXPECT_FALSE(store::has_plan(tx, 3, AccountType::family, 7));
        store::insert_account(tx, {.reseller_id = 2, .id = 1, .uid = "a", .type = AccountType::family});
        store::insert_account(tx, {.reseller_id = 2, .id = 4, .uid = "b", .type = AccountType::family});
        store::insert_account(tx, {.reseller_id = 2, .id = 5, .uid = "c"});
        store::insert_subscription(tx, {.reseller_id = 2, .account_id = 1, .guid = "g", .plan_id = 7});
        store::insert_subscription(tx, {.reseller_id = 2, .account_id = 5, .plan_id = 7});
    });
    const auto find = [&](std::int64_t id, std::int64_t reseller_id = 2) {
        return ask<std::optional<store::ParentAccount>>(
            [=](db::Tx& tx) { return store::find_parent_account(tx, reseller_id, id); });
    };
    EXPECT_EQ(find(1)->account.uid, "a");
    EXPECT_EQ(find(1)->guid, "g");
    EXPECT_EQ(find(1)->sub_accounts_limit, 3);
    EXPECT_EQ(find(4)->sub_accounts_limit, no_limit) << "without a plan";
    EXPECT_EQ(find(4)->guid, std::nullopt);
    EXPECT_EQ(find(5)->sub_accounts_limit, no_limit) << "there is no such plan for its type";
    EXPECT_FALSE(find(1, 3));
    EXPECT_FALSE(find(2));
}

class OpeningRequestTest : public SubscriptionsTest {
protected:
    void open_by(std::int64_t id, const store::OpeningRequest& request, const std::optional<std::string>& external_id,
                 std::int64_t reseller_id = 2) {
        open(id, {.external_id = external_id}, reseller_id, Stage::entitled, request);
    }
    // The account and the session; "": there is none.
    std::string find(std::int64_t key, const std::optional<std::string>& external_id, std::int64_t reseller_id = 2) {
        const auto found = ask<std::optional<store::OpenedAccount>>(
            [&](db::Tx& tx) { return store::find_opened_by(tx, reseller_id, key, external_id); });
        return found ? std::to_string(found->account_id) + ' ' + std::to_string(found->request.session) : "";
    }
    void put(const Subscription& subscription) {
        db::write_and_wait(*database_, [&](db::Tx& tx) { store::put_subscription(tx, subscription); });
    }
};

TEST_F(OpeningRequestTest, FindsTheNewestAccountThatItOpened) {
    open_by(1, {.key = -7, .session = 10}, "x");
    open_by(2, {.key = -7, .session = 20}, "x");
    open_by(3, {.key = 8, .session = 30}, "x");
    open_by(4, {.key = -7, .session = 40}, "y");
    open_by(5, {.key = -7, .session = 50}, std::nullopt);
    open_by(6, {.key = -7, .session = 60}, "x", 3);
    open(7, {.external_id = "x"});
    open(8, {});
    EXPECT_EQ(find(-7, "x"), "2 20");
    EXPECT_EQ(find(8, "x"), "3 30");
    EXPECT_EQ(find(-7, "y"), "4 40");
    EXPECT_EQ(find(-7, std::nullopt), "5 50");
    EXPECT_EQ(find(-7, ""), "");
    EXPECT_EQ(find(8, std::nullopt), "");
    EXPECT_EQ(find(-7, "x", 3), "6 60");
    db::write_and_wait(*database_, [](db::Tx& tx) { store::update_request_session(tx, 2, 2, 70); });
    EXPECT_EQ(find(-7, "x"), "2 70");
}

TEST_F(OpeningRequestTest, FindsItByTheExternalIdOfOnceToo) {
    open_by(1, {.key = 7, .session = 10}, "x");
    open_by(2, {.key = 7, .session = 20}, "x");
    put({.reseller_id = 2, .account_id = 2, .external_id = "y"});
    EXPECT_EQ(find(7, "x"), "2 20");
    put({.reseller_id = 2, .account_id = 2});
    put({.reseller_id = 2, .account_id = 2, .email = "e"});
    EXPECT_EQ(find(7, "x"), "2 20");
    put({.reseller_id = 2, .account_id = 1, .external_id = "x", .email = "e"});
    EXPECT_EQ(find(7, "x"), "2 20");
    EXPECT_EQ(find(7, "x", 3), "");
}

TEST_F(OpeningRequestTest, IsForgotten) {
    open_by(1, {.key = 7, .session = 10}, "x");
    open_by(2, {.key = 7, .session = 20}, "x");
    put({.reseller_id = 2, .account_id = 2, .external_id = "y"});
    const auto forget = [&](std::int64_t reseller_id, std::int64_t account_id) {
        db::write_and_wait(*database_, [&](db::Tx& tx) { store::forget_request(tx, reseller_id, account_id); });
    };
    forget(3, 2);
    EXPECT_EQ(find(7, "x"), "2 20");
    forget(2, 2);
    EXPECT_EQ(find(7, "x"), "1 10");
    forget(2, 1);
    EXPECT_EQ(find(7, "x"), "");
}

}  // namespace
