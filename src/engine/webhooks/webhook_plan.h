// What is to be sent to one endpoint next, and what to remember of what was answered: a state machine without sockets
// and without a database, like workflow/run.h. Whoever drives it (server/webhook_sender.cc) reads events for it, sends,
// tells it the answers, and writes down what it wants to remember.
//
// Order: of one account at most one delivery is under way, and none begins before the one before it has arrived or was
// given up. Nothing else waits for it: an account whose delivery fails gets a lane of its own, and the others go on.
// What arrives at once leaves no trace but how far the endpoint has come. Where the endpoint itself fails (three
// accounts in a row), nothing gets a lane: all wait, and one delivery at a time finds out whether it is there again.
//
// A replay sends events once more, behind what is new, and in the same order: of an account it takes its turn with what
// is new of it. Where it meets a lane, the lane goes back to the first event of the replay, and what comes after it is
// sent again too, meant or not: an account never waits twice.

#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/event.h"
#include "model/webhook.h"

// After how long a delivery is tried again, the first time, the second time, ...; then it is given up.
constexpr std::chrono::milliseconds webhook_ladder[] = {
    std::chrono::seconds(5), std::chrono::minutes(5), std::chrono::minutes(30),
    std::chrono::hours(2),   std::chrono::hours(5),   std::chrono::hours(10),
    std::chrono::hours(14),  std::chrono::hours(20),  std::chrono::hours(24)};
constexpr std::chrono::milliseconds webhook_retry_after_max = std::chrono::hours(24);
constexpr std::chrono::milliseconds webhook_disabled_after = std::chrono::days(5);  // of failures only

struct WebhookItem {
    Event event;
    std::string account_uid;
};

struct WebhookDelivery {
    WebhookItem item;
    int number = 1;  // of the attempt
    bool is_replay = false;
};

struct WebhookAnswer {
    enum class Kind {
        delivered,
        failed,           // this delivery: another may well arrive
        endpoint_failed,  // nobody there, or it wants to be left alone
        gone,             // and does not want anything ever again
        cut_off,          // nobody knows: as if it had not been sent
    };
    Kind kind = Kind::delivered;
    int status = 0;
    std::string error = {};
    std::string body = {};  // its first bytes
    std::optional<std::chrono::milliseconds> retry_after = {};
    std::chrono::milliseconds duration{0};
};

// What is to be written, all of it in one transaction.
struct WebhookWrites {
    WebhookProgress progress;
    bool is_urgent = false;  // more than progress: something has gone wrong, or well again
    std::map<std::int64_t, std::optional<WebhookLane>> lanes;  // by account; absent: there is none any more
    std::vector<WebhookAttempt> attempts;                      // without ids and the server's time
    struct ReplayProgress {
        std::int64_t id = 0;
        std::int64_t after_id = 0;
        bool is_over = false;
    };
    std::optional<ReplayProgress> replay;  // as of WebhookReplay
    std::optional<std::string> disabled_because;
};

class WebhookPlan {
public:
    static constexpr std::size_t in_flight_max = 16;
    static constexpr std::size_t window_max = 256;
    static constexpr std::size_t lanes_max = 10'000;
    static constexpr std::size_t accounts_failing_in_a_row = 3;

    // As they are stored.
    WebhookPlan(WebhookEndpoint, const std::vector<WebhookLane>&);

    const WebhookEndpoint& endpoint() const { return endpoint_; }
    // The endpoint has been changed; how far it has come is known here better.
    void change(WebhookEndpoint);

    // Whether the next page of the reseller's events is wanted, and behind which.
    bool wants_page(Instant now) const;
    std::int64_t read_through() const { return read_through_; }
    std::size_t room() const { return window_max - window_.size(); }
    // All that it wants of the events in (read_through(), through], by id.
    void take_page(std::vector<WebhookItem>, std::int64_t through);

    // Which accounts' next events are wanted: of each the first wanted one in [from_id, through].
    struct LaneRead {
        std::int64_t account_id = 0;
        std::int64_t from_id = 0;
        std::int64_t through = 0;
    };
    std::vector<LaneRead> lanes_to_read(Instant now) const;
    void take_lane_item(const LaneRead&, std::optional<WebhookItem>);

    // The same of the replay, if there is one: all that is meant of the events in (replay_read_through(), through].
    bool wants_replay_page(Instant now) const;
    const WebhookReplay& replay() const { return *replay_; }  // where such a page is wanted
    std::int64_t replay_read_through() const { return replay_read_through_; }
    std::size_t replay_room() const { return window_max - replay_window_.size(); }
    void take_replay_page(std::vector<WebhookItem>, std::int64_t through);

    // What is to be sent now, at most so many. Each is to be answered.
    std::vector<WebhookDelivery> next(Instant now, std::size_t at_most);
    // luck: between 0 and 1, by which the ladder is spread.
    void answered(const WebhookDelivery&, const WebhookAnswer&, Instant now, double luck);

    bool has_writes() const { return has_writes_; }
    bool has_urgent_writes() const { return has_writes_ && writes_.is_urgent; }
    WebhookWrites take_writes();
    void give_back(WebhookWrites);  // they could not be written

    std::size_t in_flight() const { return in_flight_; }
    std::size_t lanes() const { return lanes_.size(); }
    bool is_failing() const { return endpoint_.progress.next_at.has_value(); }  // the endpoint as a whole
    bool is_disabled() const { return endpoint_.state == WebhookState::disabled; }
    // When something falls due that is not now; absent: nothing waits for the clock.
    std::optional<Instant> next_at() const;

private:
    enum class Stage { waiting, in_flight, done };
    struct Waiting {
        WebhookItem item;
        Stage stage = Stage::waiting;
    };
    struct Lane {
        WebhookLane row;
        std::optional<WebhookItem> item;  // its first event, once read
        bool is_in_flight = false;
        std::optional<std::int64_t> back_to;  // for a replay, once nothing of it is under way
    };
    using Window = std::deque<Waiting>;

    void note_lane(std::int64_t account_id);
    void open_lane(const WebhookDelivery&, Instant next_at);
    void put_back(const WebhookDelivery&);
    void advance_lane(Lane&, std::int64_t behind, Instant now);
    void arrive(const WebhookDelivery&, Instant now);
    void fail(const WebhookDelivery&, const WebhookAnswer&, Instant now, double luck);
    void fail_as_a_whole(const WebhookDelivery&, const WebhookAnswer&, Instant now, double luck);
    void record(const WebhookDelivery&, const WebhookAnswer&, WebhookOutcome, Instant now);
    void disable(std::string why);
    void move_through();
    bool has_waiting() const;
    Waiting* find(Window&, std::int64_t event_id);
    Waiting* find(const WebhookDelivery&);
    void begin_replay();
    void go_back(Lane&);
    void move_replay();
    std::int64_t first_to_replay(std::int64_t account_id) const;

    WebhookEndpoint endpoint_;
    std::int64_t read_through_;
    Window window_;  // by id: what has been read and has not arrived
    std::optional<WebhookReplay> replay_;
    std::int64_t replay_begun_ = 0;  // the last one's id
    std::int64_t replay_read_through_ = 0;
    Window replay_window_;  // the same of the replay
    std::map<std::int64_t, Lane> lanes_;
    std::set<std::int64_t> busy_;              // accounts of which a delivery is under way
    std::set<std::int64_t> failing_accounts_;  // one after the other, because of the endpoint
    std::size_t in_flight_ = 0;
    WebhookWrites writes_;
    bool has_writes_ = false;
};
