#include "store/subscriptions.h"

#include <gtest/gtest.h>

#include "store/accounts.h"
#include "tests/testing/fresh_database.h"

namespace {

using store::Slice;

class SubscriptionsTest : public testing::Test {
protected:
    void open(std::int64_t id, const Subscription& subscription, std::int64_t reseller_id = 2, Stage stage = {}) {
        db::write_and_wait(*database_, [&](db::Tx& tx) {
            Account account{.reseller_id = reseller_id, .id = id, .uid = std::to_string(id)};
            account.stage = stage == Stage{} ? Stage::entitled : stage;
            store::insert_account(tx, account);
            Subscription row = subscription;
            row.account_id = id;
            row.reseller_id = reseller_id;
            store::insert_subscription(tx, row);
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

}  // namespace
