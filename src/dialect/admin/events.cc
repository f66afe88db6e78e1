// Events: the audit trail. GET /admin/v1/events, /admin/v1/resellers/{resellerId}/events,
// /admin/v1/accounts/{accountId}/events; one: /admin/v1/resellers/{resellerId}/events/{eventId}, and .../erase, by
// which what it says of a person is taken out.
//
//   {"id": 1, "kind": "account.held", "at": ..., "recorded_at": ..., "reseller_id": 2, "account_id": 3 | null,
//    "previous_id": 0 | null, "actor": {"kind": "manager", "id": 7 | null, "name": "Ada" | null}, "reason": "fraud" |
//    null, "comment": "ticket 17" | null, "credential_id": 4 | null, "api": "activeplatform" | null, "remote_address":
//    "..." | null, "request_id": "..." | null, "format": 1, "erased": false, "changes": [{"field": "status", "before":
//    "entitled", "after": "suspended"}]}
//
// at is by the reseller's clock, recorded_at by the server's. A change whose values have been erased says so by
// "erased": true. Newest first. With order=oldest a list is a feed: "next" is
// always there, and asking it again finds what has happened since; with start=now beside it, the feed begins behind
// what there is. With wait=25 a feed without anything new is answered as soon as there is, after so many seconds at the
// latest.

#include <boost/json.hpp>

#include "dialect/admin/cursor.h"
#include "dialect/admin/nouns.h"
#include "dialect/admin/request.h"
#include "engine/resellers/erase_event.h"
#include "engine/resellers/list_events.h"
#include "service/admission.h"
#include "service/feed_waiters.h"
#include "service/slow_route.h"

namespace admin {
namespace {

using ::json::JsonWriter;
using service::Call;

constexpr std::int64_t wait_seconds_max = 30;

std::chrono::seconds read_wait(Query& query, bool is_feed) {
    const auto seconds = query.find_id("wait");
    if (!seconds) return std::chrono::seconds(0);
    if (!is_feed)
        query.object_to("wait", Rule::unsupported, "Only a feed can be waited for: the order must be oldest.");
    if (*seconds > wait_seconds_max) query.object_to("wait", Rule::out_of_range, "It lies between 1 and 30.");
    return std::chrono::seconds(std::min(*seconds, wait_seconds_max));
}

Result<ListEvents> parse_list(const Call& call) {
    Query query = TRY(Query::read(call));
    const FeedOrder order = read_feed_order(query);
    ListEvents command{
        .oldest_first = order.oldest_first, .starts_now = order.starts_now, .page = read_page(query, call)};
    read_wait(query, command.oldest_first && !command.page.backwards);
    TRY(query.finish());
    return command;
}

Result<ListEvents> parse_list_of_reseller(const Call& call) {
    ListEvents command = TRY(parse_list(call));
    command.reseller_id = TRY(parse_id(call.path_values[0]));
    return command;
}

Result<ListEvents> parse_list_of_account(const Call& call) {
    ListEvents command = TRY(parse_list(call));
    command.account_id = TRY(parse_id(call.path_values[0]));
    return command;
}

void write(JsonWriter& json, const Event& event) {
    json.open_object()
        .number("id", event.id)
        .unescaped("kind", to_string(event.kind))
        .instant("at", event.at)
        .number("reseller_id", event.reseller_id);
    if (event.account_id != 0)
        json.number("account_id", event.account_id);
    else
        json.null("account_id");
    json.instant("recorded_at", event.recorded_at).number("previous_id", event.previous_id);
    json.open_object("actor").unescaped("kind", to_string(event.actor.kind)).number("id", event.actor.id);
    json.text_or_null("name", event.actor.name);
    json.close_object();
    json.text_or_null("reason", event.why.reason);
    json.text_or_null("comment", event.why.comment);
    json.number("credential_id", event.credential_id);
    json.text_or_null("api", event.api);
    json.text_or_null("remote_address", event.remote_address);
    json.text_or_null("request_id", event.request_id);
    json.number("format", event.format).boolean("erased", event.is_erased);
    json.open_array("changes");
    for (const Change& change : event.changes) {
        json.open_object().text("field", change.field);
        json.text_or_null("before", change.before);
        json.text_or_null("after", change.after);
        if (change.is_erased) json.boolean("erased", true);
        json.close_object();
    }
    json.close_array().close_object();
}

Result<NameEvent> parse_name(const Call& call) {
    return NameEvent{TRY(parse_id(call.path_values[0])), TRY(parse_id(call.path_values[1]))};
}

Result<EraseEvent> parse_erase(const Call& call) {
    const NameEvent name = TRY(parse_name(call));
    EraseEvent command{.reseller_id = name.reseller_id, .event_id = name.event_id};
    Body body = TRY(Body::read(call));
    command.why = {.reason = body.find_text("reason").value_or(""), .comment = body.find_text("comment").value_or("")};
    if (const boost::json::value* fields = body.find("fields")) {
        bool is_good = fields->is_array();
        if (is_good)
            for (const boost::json::value& field : fields->get_array()) {
                is_good &= field.is_string();
                if (field.is_string()) command.fields.emplace_back(field.get_string());
            }
        if (!is_good) body.object_to("fields", Rule::wrong_type, "It must be an array of strings.");
    }
    TRY(body.finish());
    return command;
}

http::Response render_event(const Call&, const Event& event) {
    JsonWriter json(512);
    write(json, event);
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

http::Response render_list(const Call& call, const EventPage& page) {
    JsonWriter json(512 * (page.items.size() + 1));
    json.open_object().open_array("events");
    for (const Event& event : page.items) write(json, event);
    json.close_array();
    write_cursors(json, call, page.next, page.previous);
    json.close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

// One look at a feed, and how far that went.
struct Look {
    std::shared_ptr<Call> call;
    ListEvents command;
    std::chrono::steady_clock::time_point until;
    std::optional<Result<EventPage>> page = {};
    std::int64_t through = 0;
    bool has_waited = false;
};

std::shared_ptr<const ResellerTree> resellers_of(const Caller& caller, const ListEvents& command) {
    if (command.reseller_id) return std::make_shared<const ResellerTree>(ResellerTree{*command.reseller_id});
    return caller.tree ? caller.tree : std::make_shared<const ResellerTree>(ResellerTree{caller.reseller.id});
}

void look(const service::App&, const std::shared_ptr<Look>&, service::RenderError, const http::Reply&);

// On a thread for slow work: many may be woken at once, by one thread. Where the caller's line is full, the page that
// was empty is the answer, and its cursor leads to the rest.
void look_again(const service::App& app, const std::shared_ptr<Look>& asked, service::RenderError render_error,
                const http::Reply& reply) {
    auto work = [=, &app] {
        try {
            look(app, asked, render_error, reply);
        } catch (const std::exception&) {
            const auto failure = std::current_exception();
            app.log_failure(*asked->call, service::describe(failure));
            reply(render_error(*asked->call, service::to_error(failure)));
        }
    };
    if (!app.admission->begin_slowly(service::share_of(*asked->call), std::move(work)))
        reply(render_list(*asked->call, asked->page->value()));
}

// True: it will be asked again when something has happened, or the time is over.
bool wait_for_next(const service::App& app, const std::shared_ptr<Look>& asked, service::RenderError render_error,
                   const http::Reply& reply) {
    using std::chrono::steady_clock;
    const bool is_empty = asked->page->ok() && asked->page->value().items.empty();
    const auto begun = steady_clock::now();
    if (!is_empty || begun >= asked->until || !app.feed_waiters) return false;
    // Where it goes on from stays, and what was decided of the caller holds as long as no credential has changed.
    asked->command.page.from = asked->page->value().next;
    asked->command.starts_now = false;
    const std::uint64_t generation = app.database.generation();
    const auto wake = [=, &app] {
        asked->call->waited += std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begun);
        asked->has_waited = true;
        if (app.database.generation() != generation) return reply(render_list(*asked->call, asked->page->value()));
        look_again(app, asked, render_error, reply);
    };
    return app.feed_waiters->add({.resellers = resellers_of(asked->call->caller, asked->command),
                                  .through = asked->through,
                                  .until = asked->until,
                                  .share = service::share_of(*asked->call),
                                  .wake = wake});
}

void look(const service::App& app, const std::shared_ptr<Look>& asked, service::RenderError render_error,
          const http::Reply& reply) {
    app.database.read(
        [=, &world = app.world](db::Tx& tx) {
            service::require_known(tx, *asked->call);
            asked->through = feed_through(tx);
            asked->page.emplace(list_events(tx, world, asked->call->caller, asked->command));
            return db::Outcome::keep;
        },
        [=, &app](std::exception_ptr failure) {
            const Call& call = *asked->call;
            // Who has waited is told of nothing new, and may ask again.
            if (asked->has_waited && service::is_to_begin_again(app, call, failure))
                return reply(render_list(call, asked->page->value()));
            if (service::begins_again(app, asked->call, failure, reply)) return;
            if (failure) {
                app.log_failure(call, service::describe(failure));
                return reply(render_error(call, service::to_error(failure)));
            }
            if (!asked->page->ok()) return reply(render_error(call, asked->page->error()));
            if (wait_for_next(app, asked, render_error, reply)) return;
            reply(render_list(call, asked->page->value()));
        });
}

using ParseList = Result<ListEvents> (*)(const Call&);

// As the list itself, but that it may wait.
service::Route feed_route(std::string_view path, ParseList parse) {
    service::Route route = service::read_route(http::Method::get, path, parse, list_events, render_list);
    route.run = [parse, at_once = std::move(route.run)](const service::App& app, std::shared_ptr<Call> call,
                                                        service::RenderError render_error, http::Reply reply) {
        auto query = Query::read(*call);
        auto wait = std::chrono::seconds(0);
        if (query.ok()) {
            Query parameters = std::move(query).value();
            wait = read_wait(parameters, true);
        }
        auto command = parse(*call);
        if (wait.count() == 0 || !command.ok()) return at_once(app, std::move(call), render_error, std::move(reply));
        look(app,
             std::make_shared<Look>(
                 Look{std::move(call), std::move(command).value(), std::chrono::steady_clock::now() + wait}),
             render_error, reply);
    };
    return route;
}

}  // namespace

std::vector<service::Route> event_routes() {
    using service::show_route;
    using service::write_route;
    using enum http::Method;
    return {
        service::on_slow_thread(service::for_reader(feed_route("/admin/v1/events", parse_list))),
        service::for_reader(feed_route("/admin/v1/resellers/{resellerId}/events", parse_list_of_reseller)),
        service::for_reader(
            show_route(get, "/admin/v1/resellers/{resellerId}/events/{eventId}", parse_name, show_event, render_event)),
        // {"fields": ["email"], "reason": "legal", "comment": "ticket 17"}
        service::for_operator(write_route(post, "/admin/v1/resellers/{resellerId}/events/{eventId}/erase", parse_erase,
                                          erase_event, render_event)),
        service::for_reader(feed_route("/admin/v1/accounts/{accountId}/events", parse_list_of_account)),
    };
}

}  // namespace admin
