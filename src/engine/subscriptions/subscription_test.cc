#include <thread>

#include "engine/accounts/close_account.h"
#include "engine/accounts/hold_account.h"
#include "engine/accounts/move_end_date.h"
#include "engine/accounts/redeem_account.h"
#include "engine/accounts/remove_account.h"
#include "engine/accounts/run_due.h"
#include "engine/accounts/sub_accounts.h"
#include "engine/subscriptions/access_link.h"
#include "engine/subscriptions/account_guid.h"
#include "engine/subscriptions/api_session.h"
#include "engine/subscriptions/change_subscription.h"
#include "engine/subscriptions/plans.h"
#include "engine/subscriptions/show_subscribed.h"
#include "engine/subscriptions/subscribe_account.h"
#include "engine/upkeep/housekeeping.h"
#include "store/parent_changes.h"
#include "store/parts.h"
#include "tests/testing/engine_test.h"

namespace {

constexpr std::int64_t small_plan = 1;  // two sub-accounts
constexpr std::int64_t large_plan = 2;

class SubscriptionTest : public EngineTest {
protected:
    SubscriptionTest() {
        write([&](db::Tx& tx) {
            for (const std::int64_t reseller_id : {partner_id, other_id}) {
                add(tx, {.reseller_id = reseller_id, .id = 1, .name = "Basic"});
                add(tx, {.reseller_id = reseller_id, .id = 3, .name = "Basic Plus"});
                add(tx, {.reseller_id = reseller_id,
                         .type = AccountType::family,
                         .id = small_plan,
                         .name = "Team",
                         .sub_accounts_limit = 2});
                add(tx, {.reseller_id = reseller_id, .type = AccountType::family, .id = large_plan, .name = "Agency"});
                ASSERT_TRUE(set_rights(tx, world_, reseller_id, {.may_create_premium = true}).ok());
            }
        });
    }

    void add(db::Tx& tx, const Plan& plan) { ASSERT_TRUE(add_plan(tx, world_, plan).ok()); }

    SubscribedAccount premium(std::int64_t plan_id = large_plan, std::int64_t reseller_id = partner_id) {
        return run(subscribe_account,
                   {.type = AccountType::family, .plan_id = plan_id, .details = {.company = Company{}}}, reseller_id)
            .value();
    }
    static SubscribeAccount basic_below(const SubscribedAccount& parent) {
        return {.type = AccountType::individual, .plan_id = 1, .parent_guid = parent.guid};
    }
    SubscribedAccount basic(const SubscribedAccount& parent) {
        return run(subscribe_account, basic_below(parent)).value();
    }
    std::string subscribe(const SubscribeAccount& command) { return outcome(run(subscribe_account, command)); }

    SubscribedAccount look(const SubscribedAccount& account) {
        return run(show_subscribed, {account.guid}).value().account;
    }
    std::string status_of(const SubscribedAccount& account) {
        const Account now = look(account).account;
        std::string text(to_string(::status_of(now)));
        if (now.holds.ended) text += " ended";
        if (now.holds.administrative) text += " administrative";
        if (now.holds.parent) text += " parent";
        return text;
    }
    std::string change_to(const SubscribedAccount& account, SubscriptionStatus status) {
        return outcome(run(change_status, {account.guid, status}));
    }
};

TEST_F(SubscriptionTest, AnAccountHasItsGuidForUid) {
    const SubscribedAccount account = basic(premium());
    EXPECT_EQ(account.account.uid, account.guid);
    EXPECT_EQ(account.guid, account_guid(world_, partner_id, account.account.id));
    EXPECT_EQ(show(account.guid).id, account.account.id);
    EXPECT_EQ(account.account.opened_under, Revision::signalmind);
    EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(SubscriptionTest, EachRuleRefusesByItself) {
    const SubscribedAccount parent = premium();
    const SubscribedAccount child = basic(parent);
    const SubscribedAccount full = premium(small_plan);
    basic(full);
    basic(full);
    const SubscribedAccount held = premium();
    ASSERT_EQ(change_to(held, SubscriptionStatus::suspended), "done");
    const SubscribedAccount closed = premium();
    ASSERT_EQ(change_to(closed, SubscriptionStatus::canceled), "done");
    const SubscribedAccount foreign = premium(large_plan, other_id);

    const SubscribeAccount good_basic = basic_below(parent);
    SubscribeAccount good_premium{.type = AccountType::family, .plan_id = 2, .details = {.company = Company{}}};
    EXPECT_EQ(subscribe(good_basic), "done");
    EXPECT_EQ(subscribe(good_premium), "done");

    const auto basic_with = [&](const std::function<void(SubscribeAccount&)>& change) {
        SubscribeAccount command = good_basic;
        change(command);
        return subscribe(command);
    };
    const auto premium_with = [&](const std::function<void(SubscribeAccount&)>& change) {
        SubscribeAccount command = good_premium;
        change(command);
        return subscribe(command);
    };
    EXPECT_EQ(basic_with([](auto& c) { c.type.reset(); }), "invalid type required");
    EXPECT_EQ(basic_with([](auto& c) { c.plan_id.reset(); }), "invalid plan_id required");
    EXPECT_EQ(basic_with([](auto& c) { c.plan_id = 77; }), "invalid plan_id unknown");
    EXPECT_EQ(basic_with([](auto& c) { c.plan_id = 2; }), "invalid plan_id other_type");
    EXPECT_EQ(premium_with([](auto& c) { c.plan_id = 3; }), "invalid plan_id other_type");
    EXPECT_EQ(basic_with([](auto& c) { c.details.company = Company{.short_name = "Acme"}; }),
              "invalid company not_allowed");
    EXPECT_EQ(premium_with([](auto& c) { c.details.company.reset(); }), "invalid company required");
    EXPECT_EQ(basic_with([](auto& c) { c.parent_guid.reset(); }), "invalid parent required");
    EXPECT_EQ(premium_with([&](auto& c) { c.parent_guid = parent.guid; }), "invalid parent not_allowed");
    EXPECT_EQ(basic_with([](auto& c) { c.parent_guid = "nobody"; }), "invalid parent unknown");
    EXPECT_EQ(basic_with([&](auto& c) { c.parent_guid = foreign.guid; }), "invalid parent unknown");
    EXPECT_EQ(basic_with([&](auto& c) { c.parent_guid = child.guid; }), "invalid parent not_premium");
    EXPECT_EQ(basic_with([&](auto& c) { c.parent_guid = closed.guid; }), "invalid parent closed");
    EXPECT_EQ(basic_with([&](auto& c) { c.parent_guid = held.guid; }), "invalid parent suspended");
    EXPECT_EQ(basic_with([&](auto& c) { c.parent_guid = full.guid; }), "invalid parent limit");
    EXPECT_EQ(basic_with([](auto& c) { c.details.external_id = std::string(251, 'x'); }),
              "invalid external_id too_long");
    EXPECT_EQ(basic_with([](auto& c) { c.details.first_name = std::string(1001, 'x'); }),
              "invalid first_name too_long");
    EXPECT_EQ(basic_with([](auto& c) { c.details.last_name = std::string(1001, 'x'); }), "invalid last_name too_long");
    EXPECT_EQ(basic_with([](auto& c) { c.details.email = std::string(1001, 'x'); }), "invalid email too_long");
    EXPECT_EQ(premium_with([](auto& c) { c.details.company->mobile_domain = std::string(1001, 'x'); }),
              "invalid company.mobile_domain too_long");
    EXPECT_EQ(premium_with([](auto& c) { c.details.company->control_panel_domains = {"a\nb"}; }),
              "invalid company.control_panel_domains bad_format");
    EXPECT_EQ(basic_with([](auto& c) {
                  c.unreadable = {{"email", Rule::wrong_type, ""}};
              }),
              "invalid email wrong_type");

    write([&](db::Tx& tx) { ASSERT_TRUE(set_rights(tx, world_, partner_id, {}).ok()); });
    EXPECT_EQ(subscribe(good_premium), "invalid type forbidden");
    EXPECT_EQ(subscribe(good_basic), "invalid parent not_allowed");
    EXPECT_EQ(basic_with([](auto& c) { c.parent_guid.reset(); }), "done");
}

TEST_F(SubscriptionTest, AllThatIsWrongIsSaidAtOnce) {
    EXPECT_EQ(subscribe({.type = AccountType::individual,
                         .plan_id = 77,
                         .parent_guid = "nobody",
                         .details = {.external_id = std::string(251, 'x'), .company = Company{.short_name = "Acme"}},
                         .unreadable = {{"email", Rule::wrong_type, ""}}}),
              "invalid email wrong_type plan_id unknown company not_allowed parent unknown external_id too_long");
}

TEST_F(SubscriptionTest, LimitsHoldUnderConcurrency) {
    const SubscribedAccount parent = premium(small_plan);
    const SubscribedAccount elsewhere = premium();
    std::vector<SubscribedAccount> movable;
    for (int i = 0; i < 8; ++i) movable.push_back(basic(elsewhere));
    std::atomic<int> opened = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&, i] {
            const bool moves = i % 2 == 1;
            const bool ok = moves ? run(move_sub_account, {movable[std::size_t(i)].guid, parent.guid}).ok()
                                  : run(subscribe_account, basic_below(parent)).ok();
            if (ok) ++opened;
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(opened, 2);
    EXPECT_EQ(run(show_subscribed, {parent.guid}).value().sub_accounts.size(), 2u);
}

TEST_F(SubscriptionTest, DeletedAndClosedSubAccountsMakeRoom) {
    const SubscribedAccount parent = premium(small_plan);
    const SubscribedAccount one = basic(parent);
    const SubscribedAccount two = basic(parent);
    EXPECT_EQ(subscribe(basic_below(parent)), "invalid parent limit");
    ASSERT_EQ(outcome(run(delete_sub_account, {one.guid})), "done");
    basic(parent);
    ASSERT_EQ(outcome(run(close_account, {two.guid})), "done");
    EXPECT_EQ(subscribe(basic_below(parent)), "done");
    EXPECT_EQ(subscribe(basic_below(parent)), "invalid parent limit");
}

TEST_F(SubscriptionTest, APlanIsChangedWithinItsLimit) {
    const SubscribedAccount parent = premium();
    for (int i = 0; i < 3; ++i) basic(parent);
    EXPECT_EQ(outcome(run(change_plan, {parent.guid, small_plan})), "invalid plan_id limit");
    EXPECT_EQ(outcome(run(change_plan, {parent.guid, 3})), "invalid plan_id other_type");
    EXPECT_EQ(outcome(run(change_plan, {parent.guid, 77})), "invalid plan_id unknown");
    EXPECT_EQ(outcome(run(change_plan, {parent.guid, std::nullopt})), "invalid plan_id unknown");
    const SubscribedAccount child = basic(parent);
    EXPECT_EQ(run(change_plan, {child.guid, 3}).value().subscription.plan_id, 3);
    EXPECT_EQ(last_changes_of(child.account), "plan: 1 -> 3");
    EXPECT_EQ(look(child).account.version, 2);
    EXPECT_EQ(run(change_plan, {child.guid, 3}).value().account.version, 2) << "changes nothing";
}

TEST_F(SubscriptionTest, SubAccountsAreHeldByTheirParentAndByNobodyElse) {
    const SubscribedAccount parent = premium();
    const SubscribedAccount one = basic(parent);
    const SubscribedAccount two = basic(parent);
    ASSERT_EQ(change_to(one, SubscriptionStatus::disabled), "done");
    ASSERT_EQ(change_to(parent, SubscriptionStatus::suspended), "done");
    EXPECT_EQ(status_of(one), "suspended administrative parent");
    EXPECT_EQ(status_of(two), "suspended parent");
    EXPECT_EQ(last_changes_of(two.account), "status: entitled -> suspended, holds:  -> parent");
    ASSERT_EQ(change_to(two, SubscriptionStatus::active), "done");
    EXPECT_EQ(status_of(two), "suspended parent") << "not what it may lift";
    ASSERT_EQ(change_to(parent, SubscriptionStatus::active), "done");
    EXPECT_EQ(status_of(one), "suspended administrative");
    EXPECT_EQ(status_of(two), "entitled");
    EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(SubscriptionTest, SubAccountsFollowWhateverHoldsTheParent) {
    const SubscribedAccount parent = premium();
    const SubscribedAccount child = basic(parent);
    ASSERT_EQ(outcome(run(hold_account, {parent.guid})), "done");
    EXPECT_EQ(status_of(child), "suspended parent");
    ASSERT_EQ(outcome(run(move_end_date, {parent.guid, world_.now() + std::chrono::days(1)})), "done");
    world_.advance(std::chrono::days(1));
    write([&](db::Tx& tx) { run_due(tx, world_, partner_id, 10); });
    ASSERT_EQ(outcome(run(lift_account, {parent.guid})), "done");
    EXPECT_EQ(status_of(parent), "suspended ended");
    EXPECT_EQ(status_of(child), "suspended parent") << "the end still holds the parent";
    ASSERT_EQ(outcome(run(move_end_date, {parent.guid, std::nullopt})), "done");
    EXPECT_EQ(status_of(child), "entitled");
}

TEST_F(SubscriptionTest, SubAccountsAreClosedWithTheirParentByHandByTheClockAndByRemoval) {
    const SubscribedAccount parents[] = {premium(), premium(), premium()};
    const SubscribedAccount children[] = {basic(parents[0]), basic(parents[1]), basic(parents[2])};
    ASSERT_EQ(change_to(parents[0], SubscriptionStatus::canceled), "done");
    ASSERT_EQ(outcome(run(remove_account, {parents[1].guid})), "done");
    ASSERT_EQ(outcome(run(move_end_date, {parents[2].guid, world_.now() + std::chrono::days(1)})), "done");
    world_.advance(std::chrono::days(40));
    write([&](db::Tx& tx) { run_due(tx, world_, partner_id, 10); });
    for (const SubscribedAccount& child : children) EXPECT_TRUE(status_of(child).starts_with("deprovisioned"));
    EXPECT_EQ(story_of(children[2].account), "account.opened account.held account.closed");
    EXPECT_EQ(problems(), std::vector<std::string>());
}

// The clock comes late, and finds an account and one below it in one batch.
TEST_F(SubscriptionTest, WhatFallsDueTogetherIsDoneOnce) {
    const SubscribedAccount parent = premium();
    const SubscribedAccount before = basic(parent), after = basic(parent), beyond = basic(parent);
    const auto end = [&](const SubscribedAccount& account, int days) {
        ASSERT_EQ(outcome(run(move_end_date, {account.guid, world_.now() + std::chrono::days(days)})), "done");
    };
    end(parent, 2);
    end(before, 1);
    end(after, 3);
    end(beyond, 33);
    world_.advance(std::chrono::days(40));
    EXPECT_EQ(run_all_due(*database_, world_, 10), 2) << "two have followed the parent before it was their turn";
    const std::string opened = "account.opened account.end_date_moved ";
    EXPECT_EQ(story_of(before.account), opened + "account.frozen account.closed");
    EXPECT_EQ(story_of(after.account), opened + "account.held account.frozen account.closed");
    EXPECT_EQ(story_of(beyond.account), opened + "account.held account.closed");
    EXPECT_EQ(stored(after.account).updated_at, stored(parent.account).updated_at);
    EXPECT_TRUE(stored(after.account).holds.parent);
    EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(SubscriptionTest, ManySubAccountsFollow) {
    const SubscribedAccount parent = premium();
    std::vector<SubscribedAccount> children;
    for (int i = 0; i < 450; ++i) children.push_back(basic(parent));
    ASSERT_EQ(change_to(parent, SubscriptionStatus::suspended), "done");
    for (const SubscribedAccount& child : children) EXPECT_EQ(status_of(child), "suspended parent");
}

// Sub-accounts that follow in lots of two.
class FollowInLotsTest : public SubscriptionTest {
protected:
    FollowInLotsTest() { set_accounts_at_once(2); }
    ~FollowInLotsTest() override { set_accounts_at_once(usual_); }

    std::vector<SubscribedAccount> basics(const SubscribedAccount& parent, int number) {
        std::vector<SubscribedAccount> accounts;
        for (int i = 0; i < number; ++i) accounts.push_back(basic(parent));
        return accounts;
    }

    // False: nothing is left of it.
    bool follow_one_lot(const SubscribedAccount& parent) {
        bool has_more = false;
        write([&](db::Tx& tx) { has_more = follow_further(tx, world_, partner_id, parent.account.id); });
        return has_more;
    }

    const int usual_ = accounts_at_once();

    int count_stored_held(const std::vector<SubscribedAccount>& accounts) {
        int held = 0;
        for (const SubscribedAccount& account : accounts) held += stored(account.account).holds.parent ? 1 : 0;
        return held;
    }

    void expect_all(const std::vector<SubscribedAccount>& accounts, const std::string& status) {
        for (const SubscribedAccount& account : accounts) {
            EXPECT_EQ(status_of(account), status);
            EXPECT_EQ(std::string(to_string(::status_of(show(account.account.uid)))) +
                          (status == "entitled" ? "" : " parent"),
                      status)
                << "by uid";
        }
    }
};

TEST_F(FollowInLotsTest, EachIsShownHeldFromTheFirstMomentAndWrittenLotByLot) {
    const SubscribedAccount parent = premium();
    const auto children = basics(parent, 7);
    ASSERT_EQ(change_to(parent, SubscriptionStatus::suspended), "done");
    for (const int held : {2, 4, 6}) {
        EXPECT_EQ(count_stored_held(children), held);
        expect_all(children, "suspended parent");
        for (const SubscribedAccount& child : children) EXPECT_EQ(look(child).account.version, 2);
        EXPECT_EQ(problems(), std::vector<std::string>());
        world_.advance(std::chrono::seconds(1));
        database_.reopen();
        EXPECT_EQ(follow_one_lot(parent), held < 6);
    }
    EXPECT_EQ(count_stored_held(children), 7);
    read([](db::Tx& tx) { EXPECT_TRUE(store::list_changed_parents(tx, store::all_parts, 1).empty()); });
    for (const SubscribedAccount& child : children) {
        EXPECT_EQ(story_of(child.account), "account.opened account.held");
        EXPECT_EQ(events_of(child.account)[1].at, stored(parent.account).updated_at) << "when it was, not when written";
        const Event parents = events_of(parent.account)[1];
        Event own = events_of(child.account)[1];
        EXPECT_EQ(own.request_id, "a-request");
        own.id = parents.id;
        own.account_id = parents.account_id;
        own.recorded_at = parents.recorded_at;
        own.previous_id = parents.previous_id;
        own.changes = parents.changes;
        EXPECT_EQ(own, parents) << "who wished it, with what, from where and why is as with the parent";
    }
}

TEST_F(FollowInLotsTest, TheTraceOfWhoAskedIsThatOfEachThatFollows) {
    const SubscribedAccount parent = premium();
    const auto children = basics(parent, 3);
    const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const auto changed = transact<SubscribedAccount>([&](db::Tx& tx) {
        Caller asking = caller(tx, partner_id);
        asking.trace = trace;
        return change_status(tx, world_, asking, {parent.guid, SubscriptionStatus::suspended});
    });
    ASSERT_EQ(outcome(changed), "done");
    ASSERT_FALSE(follow_one_lot(parent));
    for (const SubscribedAccount& child : children) EXPECT_EQ(events_of(child.account).back().trace, trace);
}

TEST_F(FollowInLotsTest, WhoeverChangesOneThatHasNotFollowedYetFindsItHeld) {
    const SubscribedAccount parent = premium();
    const auto children = basics(parent, 6);
    ASSERT_EQ(change_to(parent, SubscriptionStatus::suspended), "done");
    const Account& last = children[5].account;
    ASSERT_EQ(change_to(children[5], SubscriptionStatus::disabled), "done");
    EXPECT_EQ(story_of(last), "account.opened account.held account.held");
    EXPECT_EQ(last_changes_of(last), "holds: parent -> administrative,parent");
    const SubscribedAccount elsewhere = premium();
    ASSERT_EQ(outcome(run(move_sub_account, {children[4].guid, elsewhere.guid})), "done");
    EXPECT_EQ(status_of(children[4]), "entitled");
    ASSERT_EQ(outcome(run(delete_sub_account, {children[3].guid})), "done");
    while (follow_one_lot(parent)) {
    }
    EXPECT_EQ(status_of(children[4]), "entitled");
    EXPECT_EQ(status_of(children[5]), "suspended administrative parent");
    EXPECT_EQ(story_of(last), "account.opened account.held account.held") << "it does not follow twice";
    EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(FollowInLotsTest, NobodyRedeemsOneWhoseParentIsHeld) {
    const SubscribedAccount parent = premium();
    const auto children = basics(parent, 3);
    ASSERT_EQ(change_to(parent, SubscriptionStatus::suspended), "done");
    const RedeemAccount command{.token = stored(children[2].account).activation_token, .email = "a@example.com"};
    const auto redeemed = transact<Account>([&](db::Tx& tx) { return redeem_account(tx, world_, {}, command); });
    EXPECT_EQ(outcome(redeemed), "not_found");
}

TEST_F(FollowInLotsTest, WhoeverRedeemsOneThatIsStillToBeLiftedFindsItLifted) {
    const SubscribedAccount parent = premium();
    const auto children = basics(parent, 3);
    ASSERT_EQ(change_to(parent, SubscriptionStatus::suspended), "done");
    ASSERT_FALSE(follow_one_lot(parent));
    ASSERT_EQ(change_to(parent, SubscriptionStatus::active), "done");
    ASSERT_TRUE(stored(children[2].account).holds.parent);
    const RedeemAccount command{.token = stored(children[2].account).activation_token, .email = "a@example.com"};
    const auto look = transact<Account>([&](db::Tx& tx) { return show_redeemable_account(tx, world_, command); });
    EXPECT_EQ(to_string(::status_of(look.value())), "entitled");
    const auto redeemed = transact<Account>([&](db::Tx& tx) { return redeem_account(tx, world_, {}, command); });
    EXPECT_EQ(to_string(::status_of(redeemed.value())), "provisioned");
    EXPECT_EQ(story_of(children[2].account), "account.opened account.held account.lifted account.redeemed");
    EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(FollowInLotsTest, ALaterWishOvertakes) {
    const SubscribedAccount parent = premium();
    const auto children = basics(parent, 7);
    ASSERT_EQ(change_to(parent, SubscriptionStatus::suspended), "done");
    ASSERT_TRUE(follow_one_lot(parent));
    ASSERT_EQ(change_to(parent, SubscriptionStatus::active), "done");
    expect_all(children, "entitled");
    while (follow_one_lot(parent)) expect_all(children, "entitled");
    EXPECT_EQ(count_stored_held(children), 0);
    EXPECT_EQ(story_of(children[0].account), "account.opened account.held account.lifted");
    EXPECT_EQ(story_of(children[6].account), "account.opened") << "overtaken before it was its turn";

    ASSERT_EQ(change_to(parent, SubscriptionStatus::suspended), "done");
    ASSERT_EQ(change_to(parent, SubscriptionStatus::canceled), "done");
    for (const SubscribedAccount& child : children) EXPECT_TRUE(status_of(child).starts_with("deprovisioned"));
    while (follow_one_lot(parent)) {
    }
    for (const SubscribedAccount& child : children) EXPECT_EQ(stored(child.account).stage, Stage::deprovisioned);
    EXPECT_EQ(story_of(children[6].account), "account.opened account.held account.closed")
        << "a close overtakes nothing: it comes after";
    EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(FollowInLotsTest, ALeapOfTheClockTellsOfEachAsIfItHadBeenPunctual) {
    const SubscribedAccount parent = premium();
    const auto children = basics(parent, 5);
    const auto end = [&](const SubscribedAccount& account, int days) {
        ASSERT_EQ(outcome(run(move_end_date, {account.guid, world_.now() + std::chrono::days(days)})), "done");
    };
    end(parent, 1);
    end(children[4], 2);
    world_.advance(std::chrono::days(400));
    run_housekeeping(*database_, world_);
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(story_of(children[static_cast<std::size_t>(i)].account),
                  "account.opened account.held account.closed");
    EXPECT_EQ(story_of(children[4].account),
              "account.opened account.end_date_moved account.held account.frozen account.closed");
    for (const SubscribedAccount& child : children)
        EXPECT_EQ(stored(child.account).updated_at, stored(parent.account).updated_at);
    EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(FollowInLotsTest, WhatTheClockDoesComesInOrderHoweverLateALotIs) {
    const SubscribedAccount parent = premium();
    const auto children = basics(parent, 4);
    const auto end = [&](const SubscribedAccount& account, int days) {
        ASSERT_EQ(outcome(run(move_end_date, {account.guid, world_.now() + std::chrono::days(days)})), "done");
    };
    end(children[2], 1);
    end(children[3], 3);
    world_.advance(std::chrono::days(2));
    ASSERT_EQ(change_to(parent, SubscriptionStatus::suspended), "done");
    world_.advance(std::chrono::days(2));
    EXPECT_EQ(status_of(children[2]), "suspended ended parent");
    EXPECT_EQ(status_of(children[3]), "suspended ended parent");
    EXPECT_EQ(run_all_due(*database_, world_, 10), 2);
    while (follow_one_lot(parent)) {
    }
    const std::string opened = "account.opened account.end_date_moved ";
    EXPECT_EQ(story_of(children[2].account), opened + "account.frozen account.held");
    EXPECT_EQ(story_of(children[3].account), opened + "account.held account.frozen");
    EXPECT_EQ(problems(), std::vector<std::string>());
}

// Whatever is wished while others are under way: what is shown is what the parent is, and in the end what is written.
TEST_F(FollowInLotsTest, WhateverOvertakesWhateverTheEndIsAsTheParentIs) {
    std::uint32_t drawn = 1;
    const auto draw = [&](std::uint32_t below) { return (drawn = drawn * 1'664'525 + 1'013'904'223) / 65'536 % below; };
    std::vector<SubscribedAccount> parents = {premium(), premium()};
    auto children = basics(parents[0], 5);
    for (const SubscribedAccount& more : basics(parents[1], 6)) children.push_back(more);
    for (int step = 0; step < 400; ++step) {
        const SubscribedAccount& parent = parents[draw(2)];
        const SubscribedAccount& child = children[draw(11)];
        switch (draw(7)) {
        case 0:
        case 1: (void)change_to(parent, SubscriptionStatus::suspended); break;
        case 2: (void)change_to(parent, SubscriptionStatus::active); break;
        case 3: (void)run(move_sub_account, {child.guid, parent.guid}); break;
        case 4: (void)change_to(child, draw(2) ? SubscriptionStatus::disabled : SubscriptionStatus::active); break;
        case 5: (void)follow_one_lot(parent); break;
        case 6: world_.advance(std::chrono::seconds(1)); break;
        }
        for (const SubscribedAccount& one : children) {
            const SubscribedAccount shown = look(one);
            const bool above =
                look(*shown.parent_guid == parents[0].guid ? parents[0] : parents[1]).account.holds.any();
            ASSERT_EQ(shown.account.holds.parent, above) << "step " << step;
        }
    }
    run_housekeeping(*database_, world_);
    for (const SubscribedAccount& one : children) EXPECT_EQ(stored(one.account).holds, look(one).account.holds);
    read([](db::Tx& tx) { EXPECT_TRUE(store::list_changed_parents(tx, store::all_parts, 1).empty()); });
    EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(SubscriptionTest, AMovedAccountFollowsItsNewParent) {
    const SubscribedAccount parent = premium();
    const SubscribedAccount held = premium();
    ASSERT_EQ(change_to(held, SubscriptionStatus::suspended), "done");
    const SubscribedAccount child = basic(parent);
    ASSERT_EQ(outcome(run(move_sub_account, {child.guid, held.guid})), "done");
    EXPECT_EQ(status_of(child), "suspended parent");
    EXPECT_EQ(look(child).parent_guid, held.guid);
    ASSERT_EQ(outcome(run(move_sub_account, {child.guid, parent.guid})), "done");
    EXPECT_EQ(status_of(child), "entitled");
    EXPECT_EQ(outcome(run(move_sub_account, {parent.guid, held.guid})), "invalid account not_basic");
    EXPECT_EQ(outcome(run(move_sub_account, {child.guid, "nobody"})), "invalid parent unknown");
    EXPECT_EQ(outcome(run(move_sub_account, {child.guid, child.guid})), "invalid parent not_premium");
    EXPECT_EQ(outcome(run(move_sub_account, {child.guid, premium(large_plan, other_id).guid})),
              "invalid parent unknown");
    EXPECT_EQ(outcome(run(move_sub_account, {"nobody", parent.guid})), "not_found account unknown");
}

TEST_F(SubscriptionTest, AMovedAccountIsHeldByWhatIsWrittenOfItsParent) {
    const SubscribedAccount ends = premium();
    const SubscribedAccount child = basic(premium());
    ASSERT_EQ(outcome(run(move_end_date, {ends.guid, world_.now() + std::chrono::days(1)})), "done");
    world_.advance(std::chrono::days(1));
    ASSERT_EQ(outcome(run(move_sub_account, {child.guid, ends.guid})), "done");
    EXPECT_TRUE(stored(ends.account).holds.ended);
    EXPECT_TRUE(stored(child.account).holds.parent);
    EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(SubscriptionTest, StatusesAreThoseOfTheType) {
    using enum SubscriptionStatus;
    const SubscribedAccount parent = premium();
    const SubscribedAccount child = basic(parent);
    EXPECT_EQ(change_to(child, suspended), "invalid status not_of_type");
    EXPECT_EQ(change_to(child, canceled), "invalid status not_of_type");
    EXPECT_EQ(change_to(parent, disabled), "invalid status not_of_type");
    EXPECT_EQ(outcome(run(change_status, {child.guid, std::nullopt})), "invalid status unsupported");
    EXPECT_EQ(change_to(parent, canceled), "done");
    EXPECT_EQ(change_to(parent, canceled), "done");
    EXPECT_EQ(change_to(parent, active), "conflict status closed");
    EXPECT_EQ(change_to(child, disabled), "conflict status closed");
}

TEST_F(SubscriptionTest, AnAccountOfAnotherApiIsKnownByItsGuidAndMayBeGivenAPlan) {
    const Account account = open("from-elsewhere");
    const std::string guid = account_guid(world_, partner_id, account.id);
    const SubscribedAccount shown = run(show_subscribed, {guid}).value().account;
    EXPECT_EQ(shown.account.uid, "from-elsewhere");
    EXPECT_FALSE(shown.subscription.plan_id);
    EXPECT_EQ(outcome(run(show_subscribed, {guid}, other_id)), "not_found account unknown");
    EXPECT_EQ(run(change_plan, {guid, 1}).value().subscription.plan_id, 1);
    EXPECT_EQ(outcome(run(change_details, {.guid = guid, .details = {.external_id = "x"}})), "done");
    EXPECT_EQ(run(list_subscribed, {.external_id = "x"}).value().all, 1);
    EXPECT_TRUE(run(list_subscribed, {.skip = INT64_MAX}).value().accounts.empty());
    EXPECT_TRUE(run(list_subscribed, {.external_id = "x", .skip = INT64_MAX}).value().accounts.empty());
    EXPECT_EQ(outcome(run(change_status, {guid, SubscriptionStatus::disabled})), "done");
    EXPECT_TRUE(show("from-elsewhere").holds.administrative);
}

class RepeatedRequestTest : public SubscriptionTest {
protected:
    RepeatedRequestTest() {
        write([&](db::Tx& tx) {
            for (const char* key : {"a-key", "another-key"})
                credential_ids_.push_back(
                    add_credential(tx, world_,
                                   {.reseller_id = partner_id, .kind = CredentialKind::api_key, .secret = key})
                        .value()
                        .credential.id);
        });
    }

    std::string token(const std::string& key = "a-key") { return run(open_session, {key}).value().token; }

    // The GUID of the account that it opens, or has opened.
    std::string put(const std::string& session, const std::string& body = "body",
                    const std::optional<std::string>& external_id = std::nullopt, std::size_t key = 0) {
        Caller caller{.credential_id = credential_ids_[key]};
        SubscribeAccount command = basic_below(parent_);
        command.details.external_id = external_id;
        command.request = {.key = request_key(caller, body), .session_token = session};
        return transact<SubscribedAccount>([&](db::Tx& tx) {
                   caller.reseller = store::find_reseller(tx, partner_id).value();
                   return subscribe_account(tx, world_, caller, command);
               })
            .value()
            .guid;
    }
    std::int64_t kept() {
        std::int64_t count = 0;
        read([&](db::Tx& tx) {
            count = tx.run({"count_requests", "SELECT count(request_key) FROM subscription"}, {})[0].integer(0);
        });
        return count;
    }

    std::vector<std::int64_t> credential_ids_;
    SubscribedAccount parent_ = premium();
};

TEST_F(RepeatedRequestTest, IsRecognised) {
    const std::string early = token();
    const std::string first = token();
    world_.advance(std::chrono::seconds(1));
    const std::string original = put(first);
    world_.advance(std::chrono::seconds(1));
    EXPECT_NE(put(early, "another body"), original);
    const std::string second = token();
    EXPECT_NE(put(second, "yet another body"), original);
    EXPECT_NE(put(token("another-key"), "body", std::nullopt, 1), original);
    EXPECT_EQ(put(second), original);
    EXPECT_NE(put(second), original) << "the same token says it twice";
    const std::string again = put(first);
    EXPECT_NE(again, original) << "an older token renews nothing";
    EXPECT_EQ(put(token()), again) << "the last time counts";
    world_.advance(requests_are_recognised_for);
    EXPECT_NE(put(token()), again) << "ten minutes are over";
    const std::string gone = put(first, "removed");
    ASSERT_EQ(outcome(run(delete_sub_account, {gone})), "done");
    EXPECT_NE(put(token(), "removed"), gone);
}

TEST_F(RepeatedRequestTest, IsRecognisedUntilTenMinutesAreOver) {
    const std::string original = put(token(), "body", "x");
    world_.advance(requests_are_recognised_for - std::chrono::milliseconds(1));
    const std::string second = token();
    EXPECT_EQ(put(second, "body", "x"), original);
    const std::string third = token();
    world_.advance(std::chrono::milliseconds(1));
    EXPECT_NE(put(third, "body", "x"), original);
}

TEST_F(RepeatedRequestTest, IsRecognisedInOneMillisecondByItsToken) {
    const std::string first = token();
    const std::string second = token();
    const std::string original = put(first);
    EXPECT_EQ(put(second), original);
    EXPECT_NE(put(second), original);
}

TEST_F(RepeatedRequestTest, IsRecognisedThoughTheAccountHasChanged) {
    const std::string original = put(token(), "body", "x");
    const std::string without = put(token(), "other body");
    world_.advance(std::chrono::seconds(1));
    for (const std::string& guid : {original, without})
        ASSERT_EQ(outcome(run(change_details, {.guid = guid, .details = {.external_id = "y", .email = "e"}})), "done");
    EXPECT_EQ(put(token(), "body", "x"), original);
    EXPECT_EQ(put(token(), "other body"), without);
    ASSERT_EQ(outcome(run(change_details, {.guid = original, .details = {.external_id = "x"}})), "done");
    EXPECT_EQ(put(token(), "body", "x"), original);
}

TEST_F(RepeatedRequestTest, IsForgottenAtTheFirstChangeAfterThat) {
    const std::string original = put(token(), "body", "x");
    ASSERT_EQ(outcome(run(change_details, {.guid = original, .details = {.email = "e"}})), "done");
    EXPECT_EQ(kept(), 1);
    world_.advance(requests_are_recognised_for);
    ASSERT_EQ(outcome(run(change_details, {.guid = original, .details = {.email = "f"}})), "done");
    EXPECT_EQ(kept(), 0);
}

TEST_F(RepeatedRequestTest, IsNoneWithoutASession) {
    const std::string original = put("", "body");
    EXPECT_EQ(kept(), 0);
    EXPECT_NE(put("", "body"), original);
    EXPECT_NE(put(token(), "body"), original);
}

class AccessLinkTest : public SubscriptionTest {
protected:
    std::string issue() { return run(issue_access_link, {account_.guid}).value().token; }

    SubscribedAccount account_ = premium();
};

TEST_F(AccessLinkTest, ALinkOpensOnceWithinTwoMinutes) {
    const std::string link = issue();
    world_.advance(access_link_life - std::chrono::milliseconds(1));
    const Visit visit = run(open_access_link, {link}).value();
    EXPECT_EQ(visit.account.guid, account_.guid);
    EXPECT_EQ(visit.plan_name, "Agency");
    EXPECT_EQ(outcome(run(open_access_link, {link})), "not_found link not_valid");
    EXPECT_EQ(outcome(run(show_visit, {visit.token})), "done");
    EXPECT_EQ(outcome(run(show_visit, {link})), "not_found link not_valid");
    EXPECT_EQ(outcome(run(open_access_link, {visit.token})), "not_found link not_valid");
    world_.advance(visit_life);
    EXPECT_EQ(outcome(run(show_visit, {visit.token})), "not_found link not_valid");
    const std::string late = issue();
    world_.advance(access_link_life);
    EXPECT_EQ(outcome(run(open_access_link, {late})), "not_found link not_valid");
}

TEST_F(AccessLinkTest, OfManyWhoOpenItOneComesIn) {
    const std::string link = issue();
    std::atomic<int> opened = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            if (run(open_access_link, {link}).ok()) ++opened;
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(opened, 1);
}

TEST_F(AccessLinkTest, EachLinkIsAnotherEvenInOneMillisecond) {
    const std::string one = issue();
    const std::string two = issue();
    EXPECT_NE(one, two);
    EXPECT_EQ(outcome(run(open_access_link, {one})), "done");
    EXPECT_EQ(outcome(run(open_access_link, {two})), "done");
}

TEST_F(AccessLinkTest, NobodyComesIntoAClosedAccount) {
    const std::string link = issue();
    const std::string other_link = issue();
    const Visit visit = run(open_access_link, {link}).value();
    ASSERT_EQ(change_to(account_, SubscriptionStatus::canceled), "done");
    EXPECT_EQ(outcome(run(open_access_link, {other_link})), "not_found link not_valid");
    EXPECT_EQ(outcome(run(show_visit, {visit.token})), "not_found link not_valid");
    EXPECT_EQ(outcome(run(issue_access_link, {account_.guid})), "conflict status closed");
}

TEST_F(AccessLinkTest, AVisitThatWasLeftIsNoneWhoeverHasItsCookie) {
    const Visit left = run(open_access_link, {issue()}).value();
    const Visit other = run(open_access_link, {issue()}).value();
    EXPECT_EQ(outcome(run(end_visit, {left.token})), "done");
    EXPECT_EQ(outcome(run(show_visit, {left.token})), "not_found link not_valid");
    EXPECT_EQ(outcome(run(end_visit, {left.token})), "not_found link not_valid");
    EXPECT_EQ(outcome(run(show_visit, {other.token})), "done");
    EXPECT_EQ(outcome(run(end_visit, {"nonsense"})), "not_found link not_valid");
}

TEST_F(AccessLinkTest, OpenedLinksAreForgottenWithTime) {
    const auto rows = [&] {
        std::int64_t count = 0;
        read([&](db::Tx& tx) {
            count = tx.run({"count_opened", "SELECT count(*) FROM opened_link"}, {})[0].integer(0);
        });
        return count;
    };
    ASSERT_EQ(outcome(run(open_access_link, {issue()})), "done");
    ASSERT_EQ(outcome(run(open_access_link, {issue()})), "done");
    EXPECT_EQ(rows(), 2);
    world_.advance(access_link_life + std::chrono::milliseconds(1));
    ASSERT_EQ(outcome(run(open_access_link, {issue()})), "done");
    EXPECT_EQ(rows(), 1);
}

}  // namespace
