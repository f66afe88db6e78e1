// The clock of a reseller: {"reseller_id": 2, "now": date-time, "frozen": false}. Whoever moves it is answered once all
// that fell due by that is done, and told what it was:
//
//   {..., "due": {"frozen": 3, "closed": 1, "held": 0},
//    "changes": [{"account_id": 1, "uid": "...", "kind": "account.frozen", "at": date-time}, the first 100 of them]}

#include "dialect/admin/request.h"
#include "dialect/sandbox/parts.h"
#include "engine/accounts/redate_accounts.h"
#include "engine/accounts/run_due.h"
#include "engine/resellers/move_clock.h"
#include "json/writer.h"

namespace sandbox {

void MovingClocks::begin(std::int64_t reseller_id) {
    const std::lock_guard lock(mutex_);
    ++moves_[reseller_id];
}

void MovingClocks::end(std::int64_t reseller_id) {
    const std::lock_guard lock(mutex_);
    if (--moves_[reseller_id] == 0) moves_.erase(reseller_id);
}

bool MovingClocks::contains(std::int64_t reseller_id) const {
    const std::lock_guard lock(mutex_);
    return moves_.contains(reseller_id);
}

namespace {

using admin::Body;
using ::json::JsonWriter;
using service::Call;

constexpr int accounts_in_a_transaction = 200;
constexpr std::size_t changes_shown_max = 100;

Result<ShowClock> parse_show(const Call& call) { return ShowClock{TRY(admin::parse_id(call.path_values[0]))}; }

// {"now"?: date-time, "frozen"?: boolean}
Result<MoveClock> parse_set(const Call& call) {
    MoveClock command{.reseller_id = TRY(admin::parse_id(call.path_values[0]))};
    Body body = TRY(Body::read(call));
    command.to = body.find_instant("now");
    command.freeze = body.find_boolean("frozen");
    TRY(body.finish());
    return command;
}

// {"seconds": 86400} or {"to": date-time}
Result<MoveClock> parse_advance(const Call& call) {
    MoveClock command{.reseller_id = TRY(admin::parse_id(call.path_values[0]))};
    Body body = TRY(Body::read(call));
    command.to = body.find_instant("to");
    command.by = body.find_seconds("seconds");
    if (body.has("to") == body.has("seconds"))
        body.object_to("seconds", Rule::required, "Either seconds or to must be there.");
    TRY(body.finish());
    return command;
}

Result<MoveClock> parse_without_body(const Call& call) {
    Body body = TRY(Body::read(call));
    TRY(body.finish());
    return MoveClock{.reseller_id = TRY(admin::parse_id(call.path_values[0]))};
}

Result<MoveClock> parse_freeze(const Call& call) {
    MoveClock command = TRY(parse_without_body(call));
    command.freeze = true;
    return command;
}

Result<MoveClock> parse_unfreeze(const Call& call) {
    MoveClock command = TRY(parse_without_body(call));
    command.freeze = false;
    return command;
}

Result<MoveClock> parse_back_to_normal(const Call& call) {
    MoveClock command = TRY(parse_without_body(call));
    command.back_to_normal = true;
    return command;
}

void write_members(JsonWriter& json, const ClockNow& clock) {
    json.number("reseller_id", clock.reseller_id).instant("now", clock.now).boolean("frozen", clock.is_frozen);
}

http::Response render_clock(const Call&, const ClockNow& clock) {
    JsonWriter json;
    json.open_object();
    write_members(json, clock);
    json.close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

// A clock on the move: set in one transaction, then what is due in as many as it takes.
class Move : public std::enable_shared_from_this<Move> {
public:
    Move(const service::App& app, std::shared_ptr<Call> call, service::RenderError render_error, http::Reply reply,
         MovingClocks& moving_clocks, MoveClock command)
        : app_(app),
          call_(std::move(call)),
          render_error_(render_error),
          reply_(std::move(reply)),
          moving_clocks_(moving_clocks),
          command_(std::move(command)) {
        moving_clocks_.begin(command_.reseller_id);
    }
    ~Move() { moving_clocks_.end(command_.reseller_id); }

    void start() {
        auto work = [self = shared_from_this()](db::Tx& tx) {
            service::require_known(tx, *self->call_);
            self->moved_.emplace(move_clock(tx, self->app_.world, self->call_->caller, self->command_));
            return self->moved_->ok() ? db::Outcome::keep : db::Outcome::undo;
        };
        service::write(app_, *call_, work, [self = shared_from_this()](std::exception_ptr failure) {
            if (service::begins_again(self->app_, self->call_, failure, self->reply_)) return;
            if (failure) return self->fail(failure);
            if (!self->moved_->ok()) return self->reply_(self->render_error_(*self->call_, self->moved_->error()));
            self->go_on();
        });
    }

private:
    void go_on() {
        auto work = [self = shared_from_this()](db::Tx& tx) {
            self->step_.clear();
            self->has_more_ = self->do_step(tx);
            return db::Outcome::keep;
        };
        service::write(app_, *call_, work, [self = shared_from_this()](std::exception_ptr failure) {
            if (failure) return self->fail(failure);
            self->count_step();
            if (self->has_more_) return self->go_on();
            self->reply_(self->render());
        });
    }

    bool do_step(db::Tx& tx) {
        if (redate_accounts(tx, app_.world, command_.reseller_id, accounts_in_a_transaction)) return true;
        return run_due(tx, app_.world, command_.reseller_id, accounts_in_a_transaction, &step_) > 0;
    }

    void count_step() {
        for (DueChange& change : step_) {
            ++(change.kind == EventKind::account_frozen ? frozen_
               : change.kind == EventKind::account_held ? held_
                                                        : closed_);
            if (shown_.size() < changes_shown_max) shown_.push_back(std::move(change));
        }
    }

    void fail(std::exception_ptr failure) {
        app_.log_failure(*call_, service::describe(failure));
        reply_(render_error_(*call_, service::to_error(failure)));
    }

    http::Response render() const {
        JsonWriter json(1'024 + 128 * shown_.size());
        json.open_object();
        write_members(json, moved_->value());
        json.open_object("due")
            .number("frozen", frozen_)
            .number("closed", closed_)
            .number("held", held_)
            .close_object()
            .open_array("changes");
        for (const DueChange& change : shown_)
            json.open_object()
                .number("account_id", change.account_id)
                .text("uid", change.uid)
                .text("kind", to_string(change.kind))
                .instant("at", change.at)
                .close_object();
        json.close_array().close_object();
        return {.status = 200, .content_type = "application/json", .body = json.finish()};
    }

    const service::App& app_;
    const std::shared_ptr<Call> call_;
    const service::RenderError render_error_;
    const http::Reply reply_;
    MovingClocks& moving_clocks_;
    const MoveClock command_;
    std::optional<Result<ClockNow>> moved_;
    std::vector<DueChange> step_;  // of the transaction under way: it may run twice
    bool has_more_ = false;
    std::int64_t frozen_ = 0;
    std::int64_t closed_ = 0;
    std::int64_t held_ = 0;  // for credit
    std::vector<DueChange> shown_;
};

service::Route move_route(http::Method method, std::string_view path, Result<MoveClock> (*parse)(const Call&),
                          MovingClocks& moving_clocks) {
    auto run = [parse, &moving_clocks](const service::App& app, std::shared_ptr<Call> call,
                                       service::RenderError render_error, http::Reply reply) {
        auto command = parse(*call);
        if (!command.ok()) return reply(render_error(*call, command.error()));
        std::make_shared<Move>(app, std::move(call), render_error, std::move(reply), moving_clocks,
                               std::move(command).value())
            ->start();
    };
    return {method, path, run};
}

}  // namespace

std::vector<service::Route> clock_routes(MovingClocks& moving_clocks) {
    using enum http::Method;
    constexpr std::string_view clock = "/admin/v1/sandbox/resellers/{resellerId}/clock";
    return {
        service::for_reader(service::read_route(get, clock, parse_show, show_clock, render_clock)),
        service::for_operator(move_route(put, clock, parse_set, moving_clocks)),
        // Back to the server's own time.
        service::for_operator(move_route(delete_, clock, parse_back_to_normal, moving_clocks)),
        service::for_operator(
            move_route(post, "/admin/v1/sandbox/resellers/{resellerId}/clock/advance", parse_advance, moving_clocks)),
        service::for_operator(
            move_route(post, "/admin/v1/sandbox/resellers/{resellerId}/clock/freeze", parse_freeze, moving_clocks)),
        service::for_operator(
            move_route(post, "/admin/v1/sandbox/resellers/{resellerId}/clock/unfreeze", parse_unfreeze, moving_clocks)),
    };
}

}  // namespace sandbox
