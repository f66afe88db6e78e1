#include "engine/webhooks/webhook_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace {

using namespace std::chrono_literals;
using Kind = WebhookAnswer::Kind;
using std::chrono::days;

constexpr double no_luck = 0.5;  // in the middle of the spread
const Instant beginning = from_milliseconds(1'700'000'000'000);

// The events there are, what is in the database of one endpoint, and the plan between them.
class Bench {
public:
    Bench() { restart(); }

    void add(std::int64_t account_id) {
        const std::int64_t id = events.empty() ? 1 : events.back().event.id + 2;
        events.push_back({{.reseller_id = 2, .id = id, .account_id = account_id}, "uid"});
    }

    void read() {
        if (plan->wants_page(now)) {
            std::vector<WebhookItem> page;
            for (const WebhookItem& item : events)
                if (item.event.id > plan->read_through() && page.size() < plan->room()) page.push_back(item);
            const bool is_all = page.size() < plan->room();
            const std::int64_t last = events.empty() ? 0 : events.back().event.id;
            const std::int64_t through = is_all ? last : page.back().event.id;
            plan->take_page(std::move(page), through);
        }
        if (plan->wants_replay_page(now)) {
            const WebhookReplay& replay = plan->replay();
            std::vector<WebhookItem> page;
            for (const WebhookItem& item : events) {
                const bool is_meant = replay.account_id == 0 || replay.account_id == item.event.account_id;
                if (item.event.id <= plan->replay_read_through() || item.event.id > replay.through_id || !is_meant)
                    continue;
                if (page.size() < plan->replay_room()) page.push_back(item);
            }
            const bool is_all = page.size() < plan->replay_room();
            const std::int64_t through = is_all ? replay.through_id : page.back().event.id;
            plan->take_replay_page(std::move(page), through);
        }
        for (const auto& read : plan->lanes_to_read(now)) {
            const auto found = std::find_if(events.begin(), events.end(), [&](const WebhookItem& item) {
                return item.event.account_id == read.account_id && item.event.id >= read.from_id &&
                       item.event.id <= read.through;
            });
            plan->take_lane_item(read, found == events.end() ? std::nullopt : std::optional(*found));
        }
    }

    // "1 3": the events that are to be sent now.
    std::string send(std::size_t at_most = 100) {
        read();
        std::string ids;
        for (WebhookDelivery& delivery : plan->next(now, at_most)) {
            ids += (ids.empty() ? "" : " ") + std::to_string(delivery.item.event.id);
            under_way.push_back(std::move(delivery));
        }
        return ids;
    }

    void answer(std::int64_t event_id, WebhookAnswer given) {
        const auto found = std::find_if(under_way.begin(), under_way.end(), [&](const WebhookDelivery& delivery) {
            return delivery.item.event.id == event_id;
        });
        ASSERT_NE(found, under_way.end()) << "event " << event_id << " is not under way";
        const WebhookDelivery delivery = *found;
        under_way.erase(found);
        plan->answered(delivery, given, now, no_luck);
    }

    void write() {
        if (!plan->has_writes()) return;
        const WebhookWrites writes = plan->take_writes();
        stored.progress = writes.progress;
        for (const auto& [account_id, lane] : writes.lanes) {
            if (lane)
                lanes[account_id] = *lane;
            else
                lanes.erase(account_id);
        }
        if (writes.replay && stored.replay && stored.replay->id == writes.replay->id) {
            stored.replay->after_id = writes.replay->after_id;
            if (writes.replay->is_over) stored.replay.reset();
        }
        attempts += writes.attempts.size();
        if (writes.disabled_because) stored.state_reason = *writes.disabled_because;
    }

    void restart() {
        std::vector<WebhookLane> rows;
        for (const auto& [account_id, lane] : lanes) rows.push_back(lane);
        plan.emplace(stored, rows);
        under_way.clear();
    }

    // Somebody wants the events in (after_id, through_id] once more.
    void replay(std::int64_t after_id, std::int64_t through_id, std::int64_t account_id = 0) {
        stored.replay =
            WebhookReplay{.id = ++replays, .after_id = after_id, .through_id = through_id, .account_id = account_id};
        plan->change(stored);
    }

    void deliver_all() {
        for (int round = 0; round < 100; ++round) {
            send();
            if (under_way.empty()) return;
            while (!under_way.empty()) answer(under_way[0].item.event.id, {.status = 200});
        }
        ADD_FAILURE() << "it does not end";
    }

    WebhookEndpoint stored{.reseller_id = 2, .id = 9};
    std::int64_t replays = 0;
    std::map<std::int64_t, WebhookLane> lanes;
    std::size_t attempts = 0;
    std::vector<WebhookItem> events;
    std::vector<WebhookDelivery> under_way;
    std::optional<WebhookPlan> plan;
    Instant now = beginning;
};

const WebhookAnswer delivered{.kind = Kind::delivered, .status = 200};
const WebhookAnswer failed{.kind = Kind::failed, .status = 500};
const WebhookAnswer nobody{.kind = Kind::endpoint_failed};

TEST(WebhookPlan, SendsWhatThereIsAndRemembersHowFarItHasCome) {
    Bench bench;
    for (const int account : {1, 2, 3}) bench.add(account);
    EXPECT_EQ(bench.send(), "1 3 5");
    EXPECT_EQ(bench.send(), "");
    bench.answer(3, delivered);
    bench.write();
    EXPECT_EQ(bench.stored.progress.through_id, 0) << "the first has not arrived";
    bench.answer(1, delivered);
    bench.write();
    EXPECT_EQ(bench.stored.progress.through_id, 4);
    bench.answer(5, delivered);
    bench.write();
    EXPECT_EQ(bench.stored.progress.through_id, 5);
    EXPECT_TRUE(bench.lanes.empty());
    EXPECT_EQ(bench.attempts, 0u) << "what works leaves no row";
}

TEST(WebhookPlan, SendsTheEventsOfAnAccountOneAfterTheOther) {
    Bench bench;
    for (const int account : {1, 1, 2, 1}) bench.add(account);
    EXPECT_EQ(bench.send(), "1 5");
    bench.answer(5, delivered);
    EXPECT_EQ(bench.send(), "");
    bench.answer(1, delivered);
    EXPECT_EQ(bench.send(), "3");
    bench.answer(3, delivered);
    EXPECT_EQ(bench.send(), "7");
}

TEST(WebhookPlan, HasOnlySoManyUnderWay) {
    Bench bench;
    for (int account = 1; account <= 40; ++account) bench.add(account);
    bench.send();
    EXPECT_EQ(bench.under_way.size(), WebhookPlan::in_flight_max);
    bench.answer(1, delivered);
    EXPECT_EQ(bench.send(0), "");
    EXPECT_EQ(bench.send(), "33");
}

TEST(WebhookPlan, LetsOneAccountWaitAloneAndInOrder) {
    Bench bench;
    for (const int account : {1, 2, 1}) bench.add(account);
    EXPECT_EQ(bench.send(), "1 3");
    bench.answer(1, failed);
    bench.answer(3, delivered);
    bench.add(1);
    bench.add(2);
    EXPECT_EQ(bench.send(), "9");
    bench.answer(9, delivered);
    bench.write();
    EXPECT_EQ(bench.stored.progress.through_id, 9) << "a lane holds up nobody";
    ASSERT_EQ(bench.lanes.size(), 1u);
    EXPECT_EQ(bench.lanes.at(1),
              (WebhookLane{.account_id = 1, .event_id = 1, .attempts = 1, .next_at = bench.now + 5s}));
    bench.now += 4s;
    EXPECT_EQ(bench.send(), "");
    bench.now += 1s;
    EXPECT_EQ(bench.send(), "1");
    EXPECT_EQ(bench.under_way[0].number, 2);
    bench.answer(1, delivered);
    EXPECT_EQ(bench.send(), "5");
    bench.answer(5, delivered);
    EXPECT_EQ(bench.send(), "7");
    bench.answer(7, delivered);
    EXPECT_EQ(bench.send(), "");
    bench.write();
    EXPECT_TRUE(bench.lanes.empty());
}

TEST(WebhookPlan, ClimbsTheLadderAndThenGivesUp) {
    Bench bench;
    bench.add(1);
    bench.add(1);
    std::chrono::milliseconds waited{0};
    for (const auto step : webhook_ladder) {
        EXPECT_EQ(bench.send(), "1");
        bench.answer(1, failed);
        EXPECT_EQ(bench.plan->next_at(), bench.now + step);
        bench.now += step - 1ms;
        EXPECT_EQ(bench.send(), "");
        bench.now += 1ms;
        waited += step;
    }
    EXPECT_EQ(waited, 5s + 5min + 30min + 75h) << "three days and some hours";
    EXPECT_EQ(bench.send(), "1");
    EXPECT_EQ(bench.under_way[0].number, 10);
    bench.answer(1, failed);
    EXPECT_EQ(bench.send(), "3") << "the next goes on";
    bench.write();
    EXPECT_EQ(bench.attempts, 10u);
}

TEST(WebhookPlan, SpreadsTheLadderAndHeedsRetryAfter) {
    const auto delay = [](WebhookAnswer answer, double luck) {
        Bench bench;
        bench.add(1);
        bench.send();
        bench.plan->answered(bench.under_way[0], answer, bench.now, luck);
        return *bench.plan->next_at() - bench.now;
    };
    EXPECT_EQ(delay(failed, 0), 4250ms);
    EXPECT_EQ(delay(failed, 1), 5750ms);
    EXPECT_EQ(delay({.kind = Kind::failed, .retry_after = 60s}, no_luck), 60s);
    EXPECT_EQ(delay({.kind = Kind::failed, .retry_after = 1s}, no_luck), 5s);
    EXPECT_EQ(delay({.kind = Kind::failed, .retry_after = 48h}, no_luck), 24h);
}

TEST(WebhookPlan, TriesOneDeliveryAtATimeWhereNobodyIsThere) {
    Bench bench;
    for (int account = 1; account <= 100; ++account) bench.add(account);
    bench.send();
    for (int event = 1; event <= 31; event += 2) bench.answer(event, nobody);
    EXPECT_TRUE(bench.plan->is_failing());
    EXPECT_EQ(bench.plan->lanes(), 2u) << "of the first two it could not know";
    EXPECT_EQ(bench.send(), "");
    bench.write();
    EXPECT_EQ(bench.stored.progress.failures, 1);
    bench.now += 5s;
    EXPECT_EQ(bench.send(), "5");
    bench.answer(5, nobody);
    bench.now += 5min - 1ms;
    EXPECT_EQ(bench.send(), "");
    bench.now += 1ms;
    EXPECT_EQ(bench.send(), "5");
    bench.answer(5, delivered);
    bench.send();
    EXPECT_EQ(bench.under_way.size(), WebhookPlan::in_flight_max) << "it is there again";
    bench.write();
    EXPECT_EQ(bench.stored.progress.failures, 0);
    EXPECT_EQ(bench.stored.progress.failing_since, std::nullopt);
}

TEST(WebhookPlan, ReadsNothingAsLongAsNobodyIsThere) {
    Bench bench;
    for (int account = 1; account <= 1'000; ++account) bench.add(account);
    bench.send();
    for (int event = 1; event <= 31; event += 2) bench.answer(event, nobody);
    const std::int64_t read_through = bench.plan->read_through();
    for (int hour = 0; hour < 48; ++hour) {
        bench.now += 1h;
        bench.send();
        if (!bench.under_way.empty()) bench.answer(bench.under_way[0].item.event.id, nobody);
    }
    EXPECT_EQ(bench.plan->read_through(), read_through);
    EXPECT_LE(bench.plan->room(), WebhookPlan::window_max);
}

TEST(WebhookPlan, IsDisabledWhenTheReceiverIsGoneOrHasTakenNothingForFiveDays) {
    Bench gone;
    gone.add(1);
    gone.send();
    gone.answer(1, {.kind = Kind::gone, .status = 410});
    gone.write();
    EXPECT_EQ(gone.stored.state_reason, "The receiver answered 410 Gone.");
    EXPECT_EQ(gone.stored.progress.through_id, 0) << "it is sent when the endpoint is enabled again";
    gone.now += days(30);
    EXPECT_EQ(gone.send(), "");

    Bench dead;
    for (int account = 1; account <= 10; ++account) dead.add(account);
    for (int hour = 0; hour < 200 && !dead.plan->is_disabled(); ++hour) {
        dead.send();
        while (!dead.under_way.empty()) dead.answer(dead.under_way[0].item.event.id, nobody);
        dead.now += 1h;
    }
    dead.write();
    EXPECT_EQ(dead.stored.state_reason, "Nothing has arrived for five days.");
    EXPECT_GE(dead.now, beginning + days(5));

    Bench lame;  // takes one thing each day
    for (int day = 0; day < 10; ++day) {
        lame.add(1);
        lame.add(100 + day);
        lame.send();
        while (!lame.under_way.empty()) {
            const Event event = lame.under_way[0].item.event;
            lame.answer(event.id, event.account_id == 1 ? failed : delivered);
        }
        lame.now += days(1);
    }
    EXPECT_FALSE(lame.plan->is_disabled());
}

TEST(WebhookPlan, ForgetsNothingThatCouldNotBeWritten) {
    Bench bench;
    for (const int account : {1, 2}) bench.add(account);
    bench.send();
    bench.answer(1, failed);
    WebhookWrites lost = bench.plan->take_writes();
    bench.answer(3, failed);
    bench.plan->give_back(std::move(lost));
    bench.write();
    EXPECT_EQ(bench.lanes.size(), 2u);
    EXPECT_EQ(bench.attempts, 2u);
}

TEST(WebhookPlan, GoesOnFromWhatIsStored) {
    Bench bench;
    for (const int account : {1, 2, 1}) bench.add(account);
    bench.send();
    bench.answer(1, failed);
    bench.write();
    bench.restart();
    EXPECT_EQ(bench.send(), "3") << "what was under way is sent again; what waits in a lane is not";
    bench.now += 5s;
    EXPECT_EQ(bench.send(), "1");
}

TEST(WebhookPlan, SendsOnceMoreWhatIsAskedFor) {
    Bench bench;
    for (const int account : {1, 2, 1, 3}) bench.add(account);
    bench.deliver_all();
    bench.write();
    bench.replay(1, 5);
    EXPECT_EQ(bench.send(), "3 5");
    EXPECT_TRUE(bench.under_way[0].is_replay);
    bench.answer(3, delivered);
    bench.answer(5, delivered);
    bench.write();
    EXPECT_FALSE(bench.stored.replay) << "it is over";
    EXPECT_EQ(bench.stored.progress.through_id, 7);
    EXPECT_EQ(bench.send(), "");
    bench.replay(0, 7, 1);
    EXPECT_EQ(bench.send(), "1");
    bench.answer(1, delivered);
    EXPECT_EQ(bench.send(), "5") << "of an account one after the other";
    bench.answer(5, delivered);
    EXPECT_EQ(bench.send(), "");
}

TEST(WebhookPlan, ReplaysBehindWhatIsNew) {
    Bench bench;
    for (int account = 1; account <= 3; ++account) bench.add(account);
    bench.deliver_all();
    bench.replay(0, 5);
    bench.add(2);
    EXPECT_EQ(bench.send(), "7 1 5") << "account 2 takes its turn with what is new of it";
    bench.answer(7, delivered);
    EXPECT_EQ(bench.send(), "3");
}

TEST(WebhookPlan, ReplaysNothingThatHasNotBeenSentOnce) {
    Bench bench;
    bench.add(1);
    bench.add(2);
    EXPECT_EQ(bench.send(), "1 3");
    bench.replay(0, 99);
    bench.read();
    bench.answer(1, delivered);
    EXPECT_EQ(bench.send(), "");
    bench.answer(3, delivered);
    EXPECT_EQ(bench.send(), "");
    bench.write();
    EXPECT_FALSE(bench.stored.replay);
}

// The lane then comes by at all that is new of the account, too.
TEST(WebhookPlan, OpensALaneWhereAReplayFails) {
    Bench bench;
    for (const int account : {1, 1, 2}) bench.add(account);
    bench.deliver_all();
    bench.replay(0, 5);
    EXPECT_EQ(bench.send(), "1 5");
    bench.add(1);
    bench.read();
    bench.answer(1, failed);
    bench.answer(5, delivered);
    bench.write();
    EXPECT_FALSE(bench.stored.replay) << "the rest of it waits in the lane";
    EXPECT_EQ(bench.lanes.at(1).event_id, 1);
    EXPECT_EQ(bench.send(), "");
    bench.now += 10s;
    EXPECT_EQ(bench.send(), "1");
    bench.answer(1, delivered);
    EXPECT_EQ(bench.send(), "3");
    bench.answer(3, delivered);
    EXPECT_EQ(bench.send(), "7");
    bench.answer(7, delivered);
    bench.send();
    bench.write();
    EXPECT_TRUE(bench.lanes.empty());
    EXPECT_EQ(bench.stored.progress.through_id, 7);
}

TEST(WebhookPlan, SendsALaneBackToTheFirstThatIsReplayed) {
    Bench bench;
    bench.add(1);
    bench.deliver_all();
    bench.add(1);
    EXPECT_EQ(bench.send(), "3");
    bench.answer(3, failed);
    bench.now += 10s;
    EXPECT_EQ(bench.send(), "3");
    bench.replay(0, 3);
    EXPECT_EQ(bench.send(), "") << "something of the account is under way";
    bench.answer(3, failed);
    bench.write();
    EXPECT_EQ(bench.lanes.at(1).event_id, 1);
    EXPECT_EQ(bench.lanes.at(1).attempts, 0);
    bench.now += 10min;
    EXPECT_EQ(bench.send(), "1");
    bench.answer(1, delivered);
    EXPECT_EQ(bench.send(), "3");
}

TEST(WebhookPlan, FindsOutByAReplayWhetherAnEndpointIsBack) {
    Bench bench;
    for (int account = 1; account <= 4; ++account) bench.add(account);
    bench.deliver_all();
    bench.replay(0, 7);
    EXPECT_EQ(bench.send(), "1 3 5 7");
    for (const int id : {1, 3, 5, 7}) bench.answer(id, nobody);
    EXPECT_TRUE(bench.plan->is_failing());
    bench.now += 10s;
    EXPECT_EQ(bench.send(), "5") << "one at a time; two accounts have lanes";
    bench.answer(5, delivered);
    bench.deliver_all();
    bench.now += 10min;
    bench.deliver_all();
    bench.write();
    EXPECT_FALSE(bench.stored.replay);
    EXPECT_TRUE(bench.lanes.empty());
}

TEST(WebhookPlan, GoesOnWithAReplayFromWhatIsStored) {
    Bench bench;
    for (int account = 1; account <= 3; ++account) bench.add(account);
    bench.deliver_all();
    bench.write();
    bench.replay(0, 5);
    EXPECT_EQ(bench.send(), "1 3 5");
    bench.answer(1, delivered);
    bench.write();
    bench.restart();
    EXPECT_EQ(bench.send(), "3 5");
    bench.plan->change(bench.stored);
    EXPECT_EQ(bench.send(), "") << "it is the same one";
}

// Receivers that answer at random, writes that fail, ends without warning: nothing is missing, no account is out of
// order, and nothing arrives twice but after an end.
class RandomWebhooks : public testing::TestWithParam<unsigned> {};

TEST_P(RandomWebhooks, ArriveAllAndInOrder) {
    std::mt19937 random(GetParam());
    const bool with_replays = GetParam() % 2 == 0;
    Bench bench;
    std::set<std::int64_t> arrived;
    bool has_ended_since = false;
    const auto arrive = [&](const Event& event) {
        if (!arrived.insert(event.id).second) {
            ASSERT_TRUE(has_ended_since || bench.replays > 0) << "event " << event.id << " arrives twice";
            return;
        }
        for (const WebhookItem& item : bench.events) {
            if (item.event.account_id != event.account_id || item.event.id >= event.id) continue;
            ASSERT_TRUE(arrived.contains(item.event.id))
                << "event " << event.id << " before " << item.event.id << " of account " << event.account_id;
        }
    };
    bool is_down = false;
    for (int step = 0; step < 3'000; ++step) {
        switch (random() % 12) {
        case 0:
        case 1: bench.add(1 + random() % 7); break;
        case 2: bench.send(random() % 20); break;
        case 3: bench.write(); break;
        case 4:
            if (bench.plan->has_writes() && random() % 4 == 0) bench.plan->give_back(bench.plan->take_writes());
            break;
        case 5: bench.now += std::chrono::milliseconds(random() % 600'000); break;
        case 6: is_down = random() % 5 == 0; break;
        case 7:
            if (with_replays && random() % 5 == 0 && !bench.stored.replay && !bench.events.empty()) {
                const std::int64_t last = bench.events.back().event.id;
                const std::int64_t after = static_cast<std::int64_t>(random() % static_cast<unsigned>(last + 1));
                bench.replay(after, last, random() % 2 == 0 ? 0 : 1 + random() % 7);
            }
            if (random() % 15 == 0) {
                for (const WebhookDelivery& delivery : bench.under_way)
                    if (random() % 2 == 0) arrive(delivery.item.event);  // and the answer is lost
                bench.restart();
                has_ended_since = true;
            }
            break;
        default: {
            if (bench.under_way.empty()) break;
            const Event event = bench.under_way[random() % bench.under_way.size()].item.event;
            const unsigned luck = random() % 10;
            if (is_down) {
                bench.answer(event.id, nobody);
            } else if (luck < 7) {
                arrive(event);
                bench.answer(event.id, delivered);
            } else {
                bench.answer(event.id, luck == 7 ? nobody : failed);
            }
        }
        }
        ASSERT_LE(bench.plan->in_flight(), WebhookPlan::in_flight_max);
        if (testing::Test::HasFatalFailure()) return;
    }
    for (int round = 0; round < 1'000 && arrived.size() < bench.events.size(); ++round) {
        bench.now += 1h;
        bench.send();
        while (!bench.under_way.empty()) {
            const Event event = bench.under_way[0].item.event;
            arrive(event);
            bench.answer(event.id, delivered);
        }
    }
    EXPECT_EQ(arrived.size(), bench.events.size());
    for (int round = 0; round < 100; ++round) {  // what a replay still wants
        bench.now += 1h;
        bench.send();
        while (!bench.under_way.empty()) {
            const Event event = bench.under_way[0].item.event;
            arrive(event);
            bench.answer(event.id, delivered);
        }
    }
    bench.write();
    EXPECT_TRUE(bench.lanes.empty());
    EXPECT_FALSE(bench.stored.replay);
    EXPECT_EQ(bench.stored.progress.through_id, bench.events.back().event.id);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomWebhooks, testing::Range(1u, 201u));

}  // namespace
