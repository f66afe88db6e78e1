// partnerd event: who has changed what, and when: as a list, or as a feed that goes on.

#include <chrono>
#include <thread>

#include "cli/account_name.h"
#include "cli/program.h"
#include "cli/story.h"

namespace cli {
namespace {

struct Options {
    std::optional<std::string> reseller, account;
    std::int64_t limit = 50;
    double seconds_between = 1;
    bool oldest = false;
};

struct OneEvent {
    std::string reseller, id;
    std::vector<std::string> fields;
    std::optional<std::string> reason, comment;
};

Result<void> show(Session& session, const OneEvent& options) {
    session.output.show(TRY(session.api.get(path({"resellers", options.reseller, "events", options.id}))));
    return {};
}

Result<void> erase(Session& session, const OneEvent& options) {
    json::object body;
    if (!options.fields.empty()) {
        json::array fields;
        for (const std::string& field : options.fields) fields.emplace_back(field);
        body["fields"] = std::move(fields);
    }
    if (options.reason) body["reason"] = *options.reason;
    if (options.comment) body["comment"] = *options.comment;
    session.output.show(
        TRY(session.api.post(path({"resellers", options.reseller, "events", options.id, "erase"}), body)));
    return {};
}

Result<std::string> path_of(Session& session, const Options& options) {
    if (options.account) return path({"accounts", TRY(find_account_id(session.api, *options.account)), "events"});
    if (options.reseller) return path({"resellers", *options.reseller, "events"});
    return path({"events"});
}

void write(Output& output, const json::array& events) {
    output.list_more(output.is_json() ? events : readable_events(events), event_columns);
}

Result<void> list(Session& session, const Options& options) {
    Query query;
    if (options.oldest) query.add("order", "oldest");
    session.output.begin_list();
    // Oldest first, a list has always a next page: an empty one is the end of it.
    const bool has_more = TRY(session.api.list(TRY(path_of(session, options)), query, "events", options.limit,
                                               [&](const json::array& events) {
                                                   write(session.output, events);
                                                   return !events.empty();
                                               }));
    session.output.end_list();
    if (has_more && !options.oldest) session.output.note("There are more: --limit 0 shows all.");
    return {};
}

Result<void> follow(Session& session, const Options& options) {
    constexpr std::size_t page_size = 200;
    const std::string target = TRY(path_of(session, options));
    std::string cursor;
    session.output.begin_list();
    while (session.output.stream().good()) {
        const std::string from = cursor.empty() ? "" : "&cursor=" + cursor;
        const json::value page = TRY(session.api.get(target + "?order=oldest&start=now&limit=200" + from));
        write(session.output, page.at("events").as_array());
        session.output.end_list();
        const json::value& next = page.at("next");
        if (next.is_string()) cursor = next.get_string().c_str();
        if (page.at("events").as_array().size() < page_size)
            std::this_thread::sleep_for(std::chrono::duration<double>(options.seconds_between));
    }
    return {};
}

void add_scope(Command* command, const std::shared_ptr<Options>& options) {
    command->add_option("--account", options->account, "of this account only: its id, or RESELLER/UID")
        ->type_name("ACCOUNT");
    command->add_option("--reseller", options->reseller, "of this reseller and its accounts only")->type_name("ID");
}

}  // namespace

void add_event_commands(Program& program) {
    Command* group = program.add_group("event", "Events: the audit trail, and a feed of it");
    auto options = std::make_shared<Options>();
    Command* list_command = program.add_command(group, "list", "List events, newest first", "event list --account 1024",
                                                [=](Session& session) { return list(session, *options); });
    add_scope(list_command, options);
    list_command->add_flag("--oldest", options->oldest, "oldest first");
    add_limit(list_command, options->limit);

    Command* follow_command = program.add_command(group, "follow", "Show events as they happen, until interrupted",
                                                  "event follow --reseller 2 --json",
                                                  [=](Session& session) { return follow(session, *options); });
    add_scope(follow_command, options);
    follow_command->add_option("--every", options->seconds_between, "how often to ask (1)")
        ->type_name("SECONDS")
        ->check_positive();

    auto one = std::make_shared<OneEvent>();
    add_reseller_command(program, group, one, "show", "Show an event", "event show 2 1024", show)
        ->add_option("ID", one->id, "the event's: event list --json")
        ->required();
    Command* erase_command =
        add_reseller_command(program, group, one, "erase", "Take out what an event says of a person; the event stays",
                             "event erase 2 1024 --field email --reason legal", erase);
    erase_command->add_option("ID", one->id, "the event's: event list --json")->required();
    erase_command->add_option("--field", one->fields, "whose values; once for each (all that may be erased)")
        ->type_name("FIELD");
    erase_command->add_option("--reason", one->reason, "a word: request, legal, ...")->type_name("WORD");
    erase_command->add_option("--comment", one->comment, "for colleagues")->type_name("TEXT");
}

}  // namespace cli
