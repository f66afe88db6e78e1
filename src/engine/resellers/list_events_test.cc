#include "engine/resellers/list_events.h"

#include "db/statement_work.h"
#include "engine/accounts/hold_account.h"
#include "store/actor_names.h"
#include "tests/testing/engine_test.h"

namespace {

class ListEventsTest : public EngineTest {
protected:
    Result<EventPage> list(const ListEvents& command, std::int64_t as = partner_id) {
        Result<EventPage> page = Error{Reason::broken, ""};
        read([&](db::Tx& tx) {
            const Caller caller{.reseller = store::find_reseller(tx, as).value(),
                                .tree = std::make_shared<const ResellerTree>(store::list_reseller_tree(tx, as))};
            page = list_events(tx, world_, caller, command);
        });
        return page;
    }

    static std::string kinds_of(const EventPage& page) {
        std::string kinds;
        for (const Event& event : page.items) kinds += (kinds.empty() ? "" : " ") + std::string(to_string(event.kind));
        return kinds;
    }
};

TEST_F(ListEventsTest, ShowsTheNewestFirst) {
    const Account account = open("a");
    ASSERT_EQ(outcome(run(hold_account, {"a"})), "done");
    open("b");
    EXPECT_EQ(kinds_of(list({.account_id = account.id}).value()), "account.held account.opened");
    EXPECT_EQ(kinds_of(list({.reseller_id = partner_id}).value()), "account.opened account.held account.opened");
    EXPECT_EQ(kinds_of(list({.reseller_id = partner_id, .page = {.size = 1}}).value()), "account.opened");
}

TEST_F(ListEventsTest, AnswersNothingOutsideTheCallersReach) {
    const Account account = open("a");
    EXPECT_EQ(outcome(list({.account_id = account.id}, other_id)), "not_found");
    EXPECT_EQ(outcome(list({.account_id = 999}, other_id)), "not_found");
    EXPECT_EQ(outcome(list({.reseller_id = partner_id}, other_id)), "not_found");
    change_reseller(other_id, [](Reseller&) {});
    write([](db::Tx& tx) { tx.run({"set_parent", "UPDATE reseller SET parent_id = 2 WHERE id = 3"}, {}); });
    EXPECT_EQ(kinds_of(list({}, other_id).value()), "");
    EXPECT_EQ(kinds_of(list({}, partner_id).value()), "account.opened");
}

TEST_F(ListEventsTest, NamesActorsAsTheyWereCalledThen) {
    const auto hold = [&](const char* uid, Actor actor) {
        open(uid);
        const auto held = transact<Account>([&](db::Tx& tx) {
            Caller acting = caller(tx, partner_id);
            acting.actor = std::move(actor);
            return hold_account(tx, world_, acting, {uid});
        });
        ASSERT_EQ(outcome(held), "done");
    };
    const auto name = [&](ActorKind kind, std::int64_t id, std::int64_t of, const char* text) {
        write([&](db::Tx& tx) { store::put_actor_name(tx, kind, id, of, world_.now(), text); });
    };
    name(ActorKind::manager, 4, partner_id, "Ada");
    hold("a", {.kind = ActorKind::manager, .id = 4});
    world_.advance(std::chrono::days(1));
    name(ActorKind::manager, 4, partner_id, "Countess");
    name(ActorKind::operator_, 9, other_id, "Root");
    hold("b", {.kind = ActorKind::manager, .id = 4});
    hold("c", {.kind = ActorKind::operator_, .id = 9});
    std::string names;
    const EventPage page = list({.reseller_id = partner_id, .oldest_first = true}).value();
    for (const Event& event : page.items)
        if (event.kind == EventKind::account_held) names += event.actor.name + ';';
    EXPECT_EQ(names, "Ada;Countess;;") << "who is out of reach has no name";
}

TEST_F(ListEventsTest, IsAFeedWhenTheOldestComeFirst) {
    ListEvents feed{.reseller_id = partner_id, .oldest_first = true, .page = {.size = 2}};
    EventPage page = list(feed).value();
    EXPECT_TRUE(page.items.empty());
    ASSERT_TRUE(page.next) << "there is always a place to go on from";
    std::vector<std::int64_t> fed;
    const auto drain = [&] {
        do {
            feed.page.from = page.next;
            page = list(feed).value();
            for (const Event& event : page.items) fed.push_back(event.id);
            ASSERT_TRUE(page.next);
        } while (!page.items.empty());
    };
    std::vector<std::int64_t> expected;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 5; ++i) {
            const Account account = open("r" + std::to_string(round) + "-" + std::to_string(i));
            expected.push_back(events_of(account).at(0).id);
        }
        drain();
        EXPECT_EQ(fed, expected);
    }
}

TEST_F(ListEventsTest, ReadsManyAtATimeWhereFewAreMeant) {
    write([&](db::Tx& tx) {
        for (std::int64_t id = 1; id <= 1'500; ++id)
            store::append_event(
                tx, {.reseller_id = partner_id,
                     .id = id,
                     .kind = id == 7 || id == 9 || id == 1'400 ? EventKind::account_held : EventKind::account_lifted});
    });
    ListEvents feed{.reseller_id = partner_id, .kinds = {EventKind::account_held}, .oldest_first = true};
    feed.page.size = 1;
    const std::uint64_t before = db::statement_work_of_this_thread().statements;
    std::vector<std::int64_t> fed;
    for (EventPage page = list(feed).value(); !page.items.empty(); page = list(feed).value()) {
        ASSERT_EQ(page.items.size(), 1u);
        fed.push_back(page.items[0].id);
        feed.page.from = page.next;
    }
    EXPECT_EQ(fed, (std::vector<std::int64_t>{7, 9, 1'400}));
    EXPECT_LT(db::statement_work_of_this_thread().statements - before, 60u);
}

TEST_F(ListEventsTest, GoesBackFromAnEmptyPageToWhatWasBeforeIt) {
    open("a");
    const EventPage first = list({.reseller_id = partner_id}).value();
    const std::int64_t last_id = first.items.at(0).id;
    const EventPage beyond = list({.reseller_id = partner_id, .page = {.from = last_id}}).value();
    EXPECT_TRUE(beyond.items.empty());
    const EventPage back =
        list({.reseller_id = partner_id, .page = {.from = beyond.previous, .backwards = true}}).value();
    ASSERT_EQ(back.items.size(), 1u);
    EXPECT_EQ(back.items[0].id, last_id);
}

}  // namespace
