#include "store/events.h"

#include <gtest/gtest.h>

#include <random>

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
