#include "engine/accounts/account_change.h"

#include "tests/testing/engine_test.h"

namespace {

using std::chrono::days;
using std::chrono::milliseconds;

const Instant end = at("2027-01-01T00:00:00Z");

Account ending(std::optional<Instant> ends_at = end) {
    Account account{.reseller_id = 2, .id = 5, .uid = "a", .created_at = end - days(10), .updated_at = end - days(10)};
    account.ends_at = ends_at;
    account.due_at = ends_at;
    return account;
}

Account frozen() {
    Account account = ending();
    account.holds.ended = true;
    return account;
}

TEST(NextDue, IsTheEndAndThenTheEndOfGrace) {
    const Reseller reseller{.grace = days(30)};
    EXPECT_EQ(next_due(ending(), reseller), end);
    EXPECT_EQ(next_due(frozen(), reseller), end + days(30));
    EXPECT_EQ(next_due(frozen(), {.grace = milliseconds(0)}), end);
}

TEST(NextDue, IsNeverWhereTheClockHasNothingToDo) {
    Account closed = frozen();
    closed.stage = Stage::deprovisioned;
    Account removed = ending();
    removed.removed_at = end - days(1);
    EXPECT_EQ(next_due(ending(std::nullopt), {}), std::nullopt);
    EXPECT_EQ(next_due(closed, {}), std::nullopt);
    EXPECT_EQ(next_due(removed, {}), std::nullopt);
    EXPECT_EQ(next_due(frozen(), {.end_action = EndAction::stay_frozen}), std::nullopt);
    EXPECT_EQ(next_due(ending(), {.end_action = EndAction::stay_frozen}), end);
}

TEST(NextDue, DoesNotCareAboutOtherHolds) {
    Account held = ending();
    held.holds = {.administrative = true, .credit = true};
    EXPECT_EQ(next_due(held, {}), end);
}

TEST(Settle, DoesNothingBeforeTheEnd) {
    EXPECT_TRUE(settle(ending(), {}, end - milliseconds(1)).empty());
    EXPECT_TRUE(settle(ending(std::nullopt), {}, end + days(10'000)).empty());
}

TEST(Settle, FreezesAtTheEndAndSaysSo) {
    const auto steps = settle(ending(), {}, end);
    ASSERT_EQ(steps.size(), 1u);
    EXPECT_EQ(steps[0].kind, EventKind::account_frozen);
    EXPECT_EQ(status_of(steps[0].after), AccountStatus::suspended);
    EXPECT_EQ(steps[0].after.stage, Stage::entitled);
    EXPECT_EQ(steps[0].after.updated_at, end);
}

TEST(Settle, DatesWhatItDoesToWhenItFellDueHoweverLateSomebodyLooks) {
    const auto steps = settle(ending(), {.grace = days(30)}, end + days(10'000));
    ASSERT_EQ(steps.size(), 2u);
    EXPECT_EQ(steps[0].kind, EventKind::account_frozen);
    EXPECT_EQ(steps[0].after.updated_at, end);
    EXPECT_EQ(steps[1].kind, EventKind::account_closed);
    EXPECT_EQ(steps[1].after.updated_at, end + days(30));
    EXPECT_EQ(status_of(steps[1].after), AccountStatus::deprovisioned);
    EXPECT_TRUE(steps[1].after.holds.ended);
}

TEST(Settle, ClosesNotAMillisecondBeforeTheGraceIsOver) {
    const Reseller reseller{.grace = days(30)};
    EXPECT_EQ(settle(frozen(), reseller, end + days(30) - milliseconds(1)).size(), 0u);
    EXPECT_EQ(settle(frozen(), reseller, end + days(30)).size(), 1u);
}

TEST(Settle, FreezesAndClosesAtOnceWithoutGrace) {
    const auto steps = settle(ending(), {.grace = milliseconds(0)}, end);
    ASSERT_EQ(steps.size(), 2u);
    EXPECT_EQ(steps[1].kind, EventKind::account_closed);
    EXPECT_EQ(steps[1].after.updated_at, end);
}

TEST(Settle, LeavesAnAccountFrozenWhereTheResellerSaysSo) {
    const auto steps = settle(ending(), {.end_action = EndAction::stay_frozen}, end + days(10'000));
    ASSERT_EQ(steps.size(), 1u);
    EXPECT_EQ(status_of(steps[0].after), AccountStatus::suspended);
}

TEST(Settle, KeepsHowFarTheCustomerHasComeAndOtherHolds) {
    Account account = ending();
    account.stage = Stage::activated;
    account.holds.administrative = true;
    const Account after = settle(account, {}, end).back().after;
    EXPECT_EQ(after.stage, Stage::activated);
    EXPECT_TRUE(after.holds.administrative);
    EXPECT_TRUE(after.holds.ended);
}

class AccountChange : public EngineTest {};

TEST_F(AccountChange, WritesNothingWhenNothingHasChanged) {
    const Account before = open("a");
    write([&](db::Tx& tx) {
        Account after = before;
        record_change(tx, world_, {.reseller = reseller(partner_id)}, EventKind::account_held, before, after, end);
        EXPECT_EQ(after, before);
    });
    EXPECT_EQ(stored(before), before);
    EXPECT_EQ(story_of(before), "account.opened");
}

TEST_F(AccountChange, WritesTheAccountAndAnEventThatTellsWhatChangedAndWhoDidIt) {
    const Account before = open("a");
    const Reseller partner = reseller(partner_id);
    Account after = before;
    write([&](db::Tx& tx) {
        after.ends_at = end;
        after.deployed_members = 3;
        after.stage = Stage::activated;
        after.domain = "b5test.eu";
        after.type = AccountType::family;
        after.activation_token = "PNS-ANOTHER";
        after.holds.credit = true;
        record_change(tx, world_, {.reseller = partner, .credential_id = 9, .request_id = "r"}, EventKind::account_held,
                      before, after, end - days(1));
    });
    EXPECT_EQ(after.version, 2);
    EXPECT_EQ(after.updated_at, end - days(1));
    EXPECT_EQ(after.due_at, end);
    EXPECT_EQ(stored(before), after);
    EXPECT_EQ(last_changes_of(before),
              "status: entitled -> suspended, holds:  -> credit, type: individual -> family, domain: b5test.com -> "
              "b5test.eu, "
              "ends_at:  -> 2027-01-01T00:00:00.000Z, deployed_members: 0 -> 3, activation_token:  -> reissued");
    const Event event = events_of(before).back();
    EXPECT_EQ(event.kind, EventKind::account_held);
    EXPECT_EQ(event.at, end - days(1));
    EXPECT_EQ(event.credential_id, 9);
    EXPECT_EQ(event.request_id, "r");
}

TEST_F(AccountChange, SaysWhoDidItFromWhereAndWhyAndWhatCameBefore) {
    Account before = open("a");
    const Instant real = world_.now();
    change_reseller(partner_id, [](Reseller& partner) { partner.clock.offset = days(100); });
    Caller caller{.reseller = reseller(partner_id), .credential_id = 9, .request_id = "r"};
    caller.actor = {.kind = ActorKind::manager, .id = 4};
    caller.api = "activeplatform";
    caller.remote_address = "192.0.2.7";
    caller.why = {.reason = "fraud", .comment = "ticket 17"};
    Account after = before;
    write([&](db::Tx& tx) {
        after.holds.administrative = true;
        record_change(tx, world_, caller, EventKind::account_held, before, after, world_.now(caller.reseller));
    });
    const auto events = events_of(before);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].previous_id, std::nullopt);
    const Event& event = events[1];
    EXPECT_EQ(event.previous_id, events[0].id);
    EXPECT_EQ(stored(before).last_event_id, event.id);
    EXPECT_EQ(event.actor, (Actor{.kind = ActorKind::manager, .id = 4}));
    EXPECT_EQ(event.api, "activeplatform");
    EXPECT_EQ(event.remote_address, "192.0.2.7");
    EXPECT_EQ(event.why, (Why{.reason = "fraud", .comment = "ticket 17"}));
    EXPECT_EQ(event.at, real + days(100));
    EXPECT_EQ(event.recorded_at, real);
    EXPECT_EQ(event.format, event_format);
}

TEST_F(AccountChange, NamesTheStageWhereAHoldHidesThatItChanged) {
    Account before = open("a");
    const Caller caller{.reseller = reseller(partner_id)};
    write([&](db::Tx& tx) {
        Account held = before;
        held.holds = {.ended = true, .administrative = true, .credit = true};
        record_change(tx, world_, caller, EventKind::account_held, before, held, end);
        Account after = held;
        after.stage = Stage::provisioned;
        record_change(tx, world_, caller, EventKind::account_redeemed, held, after, end);
    });
    EXPECT_EQ(last_changes_of(before), "stage: entitled -> provisioned");
}

TEST_F(AccountChange, NeverWritesATokenIntoAnEvent) {
    const Account account = open("a");
    for (const Event& event : events_of(account))
        for (const Change& change : event.changes)
            EXPECT_EQ((change.before + change.after).find(account.activation_token), std::string::npos);
}

TEST_F(AccountChange, SettlesInTheClocksNameWhoeverAsks) {
    const Account before = open("a", world_.now() + days(1));
    world_.advance(days(40));
    Caller caller{.reseller = reseller(partner_id), .credential_id = 9, .request_id = "r"};
    caller.actor = {.kind = ActorKind::partner, .id = partner_id};
    caller.why = {.reason = "request"};
    write([&](db::Tx& tx) {
        const Account after = settle_in(tx, world_, caller, before);
        EXPECT_EQ(status_of(after), AccountStatus::deprovisioned);
        EXPECT_EQ(after.version, 3);
        EXPECT_EQ(after.due_at, std::nullopt);
    });
    EXPECT_EQ(story_of(before), "account.opened account.frozen account.closed");
    const auto events = events_of(before);
    EXPECT_EQ(events[1].at, *before.ends_at);
    EXPECT_EQ(events[2].at, *before.ends_at + days(30));
    for (const std::size_t i : {1, 2}) {
        EXPECT_EQ(events[i].credential_id, std::nullopt);
        EXPECT_EQ(events[i].request_id, "");
        EXPECT_EQ(events[i].actor, Actor{});
        EXPECT_EQ(events[i].why, Why{});
        EXPECT_EQ(events[i].previous_id, events[i - 1].id);
    }
    EXPECT_EQ(problems(), std::vector<std::string>{});
}

}  // namespace
