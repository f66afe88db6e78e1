#include "store/events.h"

#include <gtest/gtest.h>

#include <random>

#include "store/actor_names.h"
#include "tests/testing/fresh_database.h"

namespace {

using namespace std::string_literals;

TEST(Changes, AreALineEachWithTabsInBetween) {
    EXPECT_EQ(store::encode_changes({}), "");
    EXPECT_EQ(store::encode_changes({{"uid", "", "a"}, {"status", "entitled", "suspended"}}),
              "uid\t\ta\nstatus\tentitled\tsuspended\n");
}

TEST(Changes, ComeBackAsTheyWereWhateverTheyHold) {
    const std::vector<std::vector<Change>> cases = {
        {},
        {{"", "", ""}},
        {{"", "", ""}, {"", "", ""}},
        {{"a", "", "", true}, {"b", "c", ""}, {"\t\n", "", "", true}},
        {{"a\tb", "c\nd", "e\\f"}},
        {{"\\t", "\\n", "\\\\"}},
        {{"\t\n\\", "\\\t\\\n", "\n\n\t\t"}},
        {{"field", "a\0b"s, "\r\x01\x7f\xff\xc3("s}},
        {{"\\", "\\", "\\"}},
    };
    for (const auto& changes : cases) EXPECT_EQ(store::decode_changes(store::encode_changes(changes)), changes);
}

TEST(Changes, ComeBackAsTheyWereAtRandom) {
    std::mt19937 random(1);
    const auto text = [&] {
        std::string result;
        for (unsigned length = random() % 8; length > 0; --length) result += "\t\n\\tna"[random() % 6];
        return result;
    };
    for (int round = 0; round < 2000; ++round) {
        std::vector<Change> changes;
        for (unsigned count = random() % 4; count > 0; --count) changes.push_back({text(), text(), text()});
        ASSERT_EQ(store::decode_changes(store::encode_changes(changes)), changes);
    }
}

TEST(Changes, AreReadFromAnyTextWithoutFailing) {
    std::mt19937 random(2);
    for (int round = 0; round < 2000; ++round) {
        std::string column;
        for (unsigned length = random() % 20; length > 0; --length) column += "\t\n\\tn"[random() % 5];
        for (const Change& change : store::decode_changes(column)) EXPECT_LE(change.field.size(), column.size());
    }
}

Event event_of(std::int64_t reseller_id, std::int64_t account_id, std::int64_t id) {
    return {.reseller_id = reseller_id, .id = id, .account_id = account_id, .at = from_milliseconds(id)};
}

TEST(StoredEvents, ComeBackInOrderToTheirOwnResellerAndAccountOnly) {
    FreshDatabase database;
    Event full = event_of(7, 1, 30);
    full.kind = EventKind::account_members_reported;
    full.credential_id = 5;
    full.request_id = "r\"'\n";
    full.recorded_at = from_milliseconds(31);
    full.actor = {.kind = ActorKind::manager, .id = 6};
    full.api = "activeplatform";
    full.remote_address = "2001:db8::7";
    full.why = {.reason = "fraud", .comment = "ticket\t17"};
    full.previous_id = 10;
    full.changes = {{"deployed_members", "0", "3"}};
    db::write_and_wait(*database, [&](db::Tx& tx) {
        EXPECT_EQ(store::greatest_event_id(tx), 0);
        for (const Event& event : {full, event_of(7, 1, 10), event_of(7, 2, 20), event_of(8, 1, 40)})
            store::append_event(tx, event);
        EXPECT_EQ(store::list_account_events(tx, 7, 1), (std::vector<Event>{event_of(7, 1, 10), full}));
        EXPECT_EQ(store::list_account_events(tx, 8, 1), std::vector<Event>{event_of(8, 1, 40)});
        EXPECT_TRUE(store::list_account_events(tx, 9, 1).empty());
        EXPECT_EQ(store::greatest_event_id(tx), 40);
    });
}

TEST(StoredEvents, KeepTheirPlaceWhenTheirValuesAreErased) {
    FreshDatabase database;
    Event event = event_of(7, 1, 10);
    event.api = "admin";
    event.request_id = "r";
    event.trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    event.remote_address = "192.0.2.7";
    event.why = {.reason = "request", .comment = "Ada asked"};
    event.changes = {{"email", "", "ada@example.com"}, {"status", "entitled", "provisioned"}};
    const Event other = event_of(8, 1, 11);
    db::write_and_wait(*database, [&](db::Tx& tx) {
        store::append_event(tx, event);
        store::append_event(tx, other);
        store::erase_event_values(tx, 8, 10, {"email"});  // of another reseller
        EXPECT_EQ(store::list_account_events(tx, 7, 1), std::vector<Event>{event});

        store::erase_event_values(tx, 7, 10, {"email"});
        Event erased = event;
        erased.remote_address = erased.why.comment = "";
        erased.is_erased = true;
        erased.changes[0] = {.field = "email", .is_erased = true};
        EXPECT_EQ(store::list_account_events(tx, 7, 1), std::vector<Event>{erased});

        store::erase_event_values(tx, 7, 10, {"status"});
        erased.changes[1] = {.field = "status", .is_erased = true};
        EXPECT_EQ(store::list_account_events(tx, 7, 1), std::vector<Event>{erased});
        EXPECT_EQ(store::list_account_events(tx, 8, 1), std::vector<Event>{other});
    });
}

TEST(ActorNames, AreThoseOfTheDay) {
    FreshDatabase database;
    db::write_and_wait(*database, [&](db::Tx& tx) {
        const auto name_at = [&](int ms) {
            const auto found = store::find_actor_name(tx, ActorKind::manager, 5, from_milliseconds(ms));
            return found ? found->name : "nobody";
        };
        EXPECT_EQ(name_at(10), "nobody");
        store::put_actor_name(tx, ActorKind::manager, 5, 2, from_milliseconds(10), "Ada");
        store::put_actor_name(tx, ActorKind::manager, 5, 2, from_milliseconds(15), "Ada");
        store::put_actor_name(tx, ActorKind::manager, 5, 2, from_milliseconds(20), "Ada Byron");
        store::put_actor_name(tx, ActorKind::partner, 5, 5, from_milliseconds(1), "Northwind");
        EXPECT_EQ(name_at(9), "nobody");
        EXPECT_EQ(name_at(10), "Ada");
        EXPECT_EQ(name_at(19), "Ada");
        EXPECT_EQ(name_at(20), "Ada Byron");
        store::put_actor_name(tx, ActorKind::manager, 5, 2, from_milliseconds(20), "Countess");
        EXPECT_EQ(name_at(30), "Countess");
        EXPECT_EQ(tx.run({"names", "SELECT id FROM actor_name"}, {}).size(), 3u);
    });
}

TEST(EventKinds, HaveANameEachThatStaysTheirs) {
    const std::pair<int, const char*> names[] = {
        {1, "account.opened"},   {2, "account.end_date_moved"}, {3, "account.frozen"},
        {4, "account.thawed"},   {5, "account.closed"},         {6, "account.removed"},
        {7, "account.redeemed"}, {8, "account.activated"},      {9, "account.members_reported"},
        {10, "account.held"},    {11, "account.lifted"},        {12, "account.token_reissued"},
    };
    for (const auto& [number, name] : names) EXPECT_EQ(to_string(EventKind(number)), name);
}

}  // namespace
