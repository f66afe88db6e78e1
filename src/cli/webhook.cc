// partnerd webhook: where a reseller's events are sent; and `listen`, which brings them to a developer's own machine
// without an address that others can reach.

#include <chrono>
#include <map>
#include <thread>

#include "cli/program.h"
#include "core/webhook_signature.h"
#include "http/client.h"
#include "server/system_world.h"
#include "service/webhook_payload.h"

namespace cli {
namespace {

struct Options {
    std::string reseller, id, url, forward, type = "webhook.tested";
    std::vector<std::string> types;
    std::optional<std::string> payload, new_url, secret, from, until, uid;
    std::optional<std::int64_t> overlap_seconds, if_version, account;
    std::int64_t limit = 100;
    double seconds_between = 0.5;
    bool all_types = false;
};

const std::vector<Column> columns = {{"ID", "id"},
                                     {"URL", "url"},
                                     {"TYPES", "types"},
                                     {"PAYLOAD", "payload"},
                                     {"STATE", "state"},
                                     {"WHY", "state_reason"},
                                     {"FAILING SINCE", "failing_since"}};

const std::vector<Column> attempt_columns = {{"AT", "at"},          {"EVENT", "event_id"},  {"ACCOUNT", "account_id"},
                                             {"ATTEMPT", "number"}, {"OUTCOME", "outcome"}, {"STATUS", "status"},
                                             {"ERROR", "error"},    {"MS", "duration_ms"}};

const std::vector<Column> lane_columns = {
    {"ACCOUNT", "account_id"}, {"EVENT", "event_id"}, {"ATTEMPTS", "attempts"}, {"NEXT", "next_attempt_at"}};

std::string path_of(const Options& options, std::string_view action = {}) {
    if (action.empty()) return path({"resellers", options.reseller, "webhook-endpoints", options.id});
    return path({"resellers", options.reseller, "webhook-endpoints", options.id, action});
}

Result<void> list(Session& session, const Options& options) {
    const json::value answer = TRY(session.api.get(path({"resellers", options.reseller, "webhook-endpoints"})));
    const json::array& endpoints = answer.at("webhook_endpoints").as_array();
    session.output.list(endpoints, columns);
    if (endpoints.empty()) session.output.note("There are none.");
    return {};
}

Result<void> show(Session& session, const Options& options) {
    session.output.show(TRY(session.api.get(path_of(options))));
    return {};
}

Result<void> show_secret(Session& session, const json::value& endpoint) {
    session.output.show(endpoint);
    session.output.note("Keep the secret now: it is shown this once.");
    return {};
}

json::array to_array(const std::vector<std::string>& texts) {
    json::array array;
    for (const std::string& text : texts) array.emplace_back(text);
    return array;
}

Result<void> create(Session& session, const Options& options) {
    json::object body{{"url", options.url}};
    if (!options.types.empty()) body["types"] = to_array(options.types);
    if (options.payload) body["payload"] = *options.payload;
    return show_secret(session,
                       TRY(session.api.post(path({"resellers", options.reseller, "webhook-endpoints"}), body)));
}

Result<void> change(Session& session, const Options& options) {
    json::object body;
    if (options.new_url) body["url"] = *options.new_url;
    if (options.all_types) body["types"] = nullptr;
    if (!options.types.empty()) body["types"] = to_array(options.types);
    if (options.payload) body["payload"] = *options.payload;
    session.output.show(TRY(session.api.patch(path_of(options), body, if_match(options.if_version))));
    return {};
}

Result<void> remove_endpoint(Session& session, const Options& options) {
    TRY(session.api.remove(path_of(options)));
    session.output.note("The endpoint is removed.");
    return {};
}

Result<void> rotate(Session& session, const Options& options) {
    json::object body;
    if (options.overlap_seconds) body["overlap_seconds"] = *options.overlap_seconds;
    return show_secret(session, TRY(session.api.post(path_of(options, "rotate-secret"), body)));
}

Result<void> enable(Session& session, const Options& options) {
    session.output.show(TRY(session.api.post(path_of(options, "enable"))));
    return {};
}

Result<void> trigger(Session& session, const Options& options) {
    TRY(session.api.post(path_of(options, "test"), {{"type", options.type}}));
    session.output.note("It is on its way; what goes wrong is in: partnerd webhook attempts.");
    return {};
}

Result<void> replay(Session& session, const Options& options) {
    json::object body;
    if (options.from) body["from"] = *options.from;
    if (options.until) body["until"] = *options.until;
    if (!options.types.empty()) body["types"] = to_array(options.types);
    if (options.account) body["account"] = *options.account;
    if (options.uid) body["account"] = *options.uid;
    TRY(session.api.post(path_of(options, "replay"), body));
    session.output.note("It is on its way; how far it has come is in: partnerd webhook show.");
    return {};
}

Result<void> attempts(Session& session, const Options& options) {
    return session.output.list(session.api, path_of(options, "attempts"), {}, "attempts", attempt_columns,
                               options.limit);
}

Result<void> lanes(Session& session, const Options& options) {
    return session.output.list(session.api, path_of(options, "lanes"), {}, "lanes", lane_columns, options.limit);
}

std::string text_of(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t number_of(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_int64() ? value->get_int64() : 0;
}

ActorKind actor_kind_of(const json::object& event) {
    const json::value* actor = event.if_contains("actor");
    const std::string kind = actor && actor->is_object() ? text_of(actor->get_object(), "kind") : std::string();
    for (int number = int(ActorKind::clock); number <= int(ActorKind::import); ++number)
        if (to_string(ActorKind(number)) == kind) return ActorKind(number);
    return ActorKind::clock;
}

// As much of it as payloads tell.
std::optional<Event> to_event(const json::object& object) {
    const auto kind = parse_event_kind(text_of(object, "kind"));
    const auto at = parse_rfc3339(text_of(object, "at"));
    if (!kind || !at || !to_string(*kind).starts_with("account.")) return std::nullopt;
    Event event{.reseller_id = number_of(object, "reseller_id"),
                .id = number_of(object, "id"),
                .account_id = number_of(object, "account_id"),
                .kind = *kind,
                .at = *at,
                .actor = {.kind = actor_kind_of(object)},
                .request_id = text_of(object, "request_id"),
                .why = {.reason = text_of(object, "reason")}};
    if (const std::int64_t previous = number_of(object, "previous_id"); previous != 0) event.previous_id = previous;
    for (const json::value& value : object.at("changes").as_array()) {
        const json::object& change = value.as_object();
        event.changes.push_back(
            {text_of(change, "field"), text_of(change, "before"), text_of(change, "after"), change.contains("erased")});
    }
    return event;
}

// Carries events from the feed to one address, signed as the server signs its deliveries.
class Forwarder {
public:
    Forwarder(Session& session, const Options& options) : session_(session), options_(options) {
        endpoint_.payload = options.payload == "thin" ? WebhookPayload::thin : WebhookPayload::full;
        endpoint_.shows_reasons = true;
        if (options.secret) {
            endpoint_.secret = *options.secret;
            return;
        }
        std::string bytes;
        for (int i = 0; i < 2; ++i)
            for (const std::uint8_t byte : new_sealing_key()) bytes += static_cast<char>(byte);
        endpoint_.secret = to_webhook_secret(bytes);
    }

    const std::string& secret() const { return endpoint_.secret; }

    Result<void> forward(const json::object& object) {
        const auto event = to_event(object);
        if (!event) return {};
        const std::string body = service::render_webhook_payload(endpoint_, *event, TRY(uid_of(event->account_id)));
        std::string told = send(std::to_string(event->id), body);
        session_.output.list_more({json::object{{"id", event->id},
                                                {"type", std::string(to_string(event->kind))},
                                                {"account_id", event->account_id},
                                                {"answer", std::move(told)}}},
                                  {{"EVENT", "id"}, {"TYPE", "type"}, {"ACCOUNT", "account_id"}, {"ANSWER", "answer"}});
        return {};
    }

private:
    std::string send(const std::string& id, const std::string& body) {
        const auto now = std::chrono::system_clock::now();
        const std::int64_t timestamp = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
        http::Request request{.method = http::Method::post};
        request.headers = {
            {"Content-Type", "application/json"},
            {"Webhook-Id", id},
            {"Webhook-Timestamp", std::to_string(timestamp)},
            {"Webhook-Signature", service::render_webhook_signature(endpoint_, {}, id, timestamp, body)}};
        request.body = body;
        const http::Outcome outcome = client_.send(options_.forward, std::move(request), std::chrono::seconds(15));
        return outcome.ok() ? std::to_string(outcome.response().status) : outcome.error().detail;
    }

    Result<std::string> uid_of(std::int64_t account_id) {
        const auto known = uids_.find(account_id);
        if (known != uids_.end()) return known->second;
        const json::value account = TRY(session_.api.get(path({"accounts", std::to_string(account_id)})));
        return uids_[account_id] = text_of(account.as_object(), "uid");
    }

    Session& session_;
    const Options& options_;
    WebhookEndpoint endpoint_;
    http::Client client_;
    std::map<std::int64_t, std::string> uids_;
};

Result<void> listen(Session& session, const Options& options) {
    Forwarder forwarder(session, options);
    if (!sign_webhook(forwarder.secret(), "1", 1, "{}"))
        return Error{Reason::malformed, "--secret wants whsec_ and base64, as an endpoint's secret is shown."};
    const std::string feed = path({"resellers", options.reseller, "events"}) + "?order=oldest&start=now&limit=200";
    std::string cursor = text_of(TRY(session.api.get(feed)).as_object(), "next");
    session.output.note("Deliveries are signed with " + forwarder.secret() + "; end with Ctrl-C.");
    session.output.begin_list();
    while (session.output.stream().good()) {
        const json::value page = TRY(session.api.get(feed + "&cursor=" + cursor));
        for (const json::value& event : page.at("events").as_array()) TRY(forwarder.forward(event.as_object()));
        if (auto next = text_of(page.as_object(), "next"); !next.empty()) cursor = std::move(next);
        if (page.at("events").as_array().empty())
            std::this_thread::sleep_for(std::chrono::duration<double>(options.seconds_between));
    }
    return {};
}

}  // namespace

void add_webhook_commands(Program& program) {
    Command* group = program.add_group("webhook", "Webhooks: where a reseller's events are sent, and trying it out");
    auto options = std::make_shared<Options>();
    const auto add = [&](auto... words) { return add_reseller_command(program, group, options, words...); };
    const auto add_one = [&](auto... words) {
        Command* command = add(words...);
        command->add_option("ID", options->id, "the endpoint's")->required();
        return command;
    };
    const auto add_members = [&](Command* command) {
        command->add_option("--type", options->types, "of events: account.held, account.*; once for each (all)")
            ->type_name("TYPE");
        command->add_option("--payload", options->payload, "with what has changed, or without (full)")
            ->type_name("full|thin");
        return command;
    };

    add("list", "List a reseller's endpoints", "webhook list 2", list);
    add_one("show", "Show an endpoint, without its secret", "webhook show 2 1024", show);
    Command* create_command = add("create", "Send a reseller's events to an address; the secret is shown once",
                                  "webhook create 2 https://example.com/hook --type 'account.*'", create);
    create_command->add_option("URL", options->url, "where to deliver")->required();
    add_members(create_command);
    Command* change_command =
        add_members(add_one("change", "Change where, what and how", "webhook change 2 1024 --payload thin", change));
    change_command->add_option("--url", options->new_url, "where to deliver");
    change_command->add_flag("--all-types", options->all_types, "every type again");
    add_version(change_command, options->if_version);
    add_one("remove", "Send nothing there any more", "webhook remove 2 1024", remove_endpoint);
    add_one("rotate-secret", "Make a new secret, and sign with both for a while",
            "webhook rotate-secret 2 1024 --overlap-seconds 3600", rotate)
        ->add_option("--overlap-seconds", options->overlap_seconds, "how long the old one signs too (86400)");
    add_one("enable", "Try again with one that has been disabled", "webhook enable 2 1024", enable);
    add_one("trigger", "Send a test that says that it is of a type", "webhook trigger 2 1024 account.held", trigger)
        ->add_option("TYPE", options->type, "(webhook.tested)");
    Command* replay_command = add_one("replay", "Send once more what has happened, as it was sent then",
                                      "webhook replay 2 1024 --from 2026-11-22 --type account.held", replay);
    add_date_time(program, replay_command, "--from", options->from, "what was written down from then on");
    add_date_time(program, replay_command, "--until", options->until, "and before then (all there is now)");
    replay_command->add_option("--type", options->types, "only these: account.held, account.*; once for each (all)")
        ->type_name("TYPE");
    Option* account =
        replay_command->add_option("--account", options->account, "of the account of this id; --from may be left out")
            ->type_name("ID");
    replay_command->add_option("--uid", options->uid, "the same, by the reseller's own name for it")
        ->type_name("UID")
        ->excludes(account);
    add_one("attempts", "List what went wrong, newest first", "webhook attempts 2 1024", attempts)
        ->add_option("--limit", options->limit, "at most so many; 0: all (100)");
    add_one("lanes", "List the accounts of which something has not arrived", "webhook lanes 2 1024", lanes)
        ->add_option("--limit", options->limit, "at most so many; 0: all (100)");

    Command* listen_command =
        add("listen", "Bring a reseller's events to an address that this machine reaches, until interrupted",
            "webhook listen 2 --forward http://127.0.0.1:3000/hook", listen);
    listen_command->add_option("--forward", options->forward, "where to")->required()->type_name("URL");
    listen_command->add_option("--secret", options->secret, "to sign with (a new one, shown at the beginning)")
        ->type_name("SECRET");
    listen_command->add_option("--payload", options->payload, "(full)")->type_name("full|thin");
    listen_command->add_option("--every", options->seconds_between, "how often to ask (0.5)")
        ->type_name("SECONDS")
        ->check_positive();
}

}  // namespace cli
