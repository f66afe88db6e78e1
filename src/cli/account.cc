// partnerd account: customer accounts: lists, one, and all that an operator may do to it.

#include "cli/program.h"
#include "cli/story.h"

namespace cli {
namespace {

struct Options {
    std::string account;  // "1024", or "2/customer-17": the reseller and its uid
    std::string reseller, uid, domain, token;
    std::string type = "individual";
    std::optional<std::string> reseller_filter, status, type_filter, domain_filter, uid_prefix, email, ends_after,
        ends_before, ends_at, key, reason, comment;
    std::optional<std::int64_t> if_version;
    std::int64_t members = 0;
    std::int64_t limit = 100;
    bool removed = false, oldest = false, never_ends = false, has_account = false;
};

constexpr int story_length = 20;

const std::vector<Column> columns = {{"ID", "id"},
                                     {"RESELLER", "reseller_id"},
                                     {"UID", "uid"},
                                     {"TYPE", "type"},
                                     {"DOMAIN", "domain"},
                                     {"STATUS", "status"},
                                     {"HOLDS", "holds"},
                                     {"ENDS", "ends_at"},
                                     {"MEMBERS", "deployed_members"},
                                     {"UPDATED", "updated_at"}};

// The id of what the command line names.
Result<std::string> find_id(Session& session, const Options& options) {
    const std::size_t slash = options.account.find('/');
    if (slash == std::string::npos) return options.account;
    const json::value account = TRY(session.api.get(
        path({"resellers", options.account.substr(0, slash), "accounts", options.account.substr(slash + 1)})));
    return std::to_string(account.at("id").as_int64());
}

Result<void> list(Session& session, const Options& options) {
    Query query;
    query.add_if("reseller", options.reseller_filter)
        .add_if("status", options.status)
        .add_if("type", options.type_filter)
        .add_if("domain", options.domain_filter)
        .add_if("uid_prefix", options.uid_prefix)
        .add_if("email", options.email)
        .add_if("ends_after", options.ends_after)
        .add_if("ends_before", options.ends_before);
    if (options.removed) query.add("removed", "true");
    if (options.oldest) query.add("order", "oldest");
    return session.output.list(session.api, path({"accounts"}), query, "accounts", columns, options.limit);
}

Result<void> show(Session& session, const Options& options) {
    const std::string id = TRY(find_id(session, options));
    session.output.show(TRY(session.api.get(path({"accounts", id}))));
    if (session.output.is_json()) return {};
    // And how it came to be so: the newest of its events first.
    const json::value page =
        TRY(session.api.get(path({"accounts", id, "events"}) + "?limit=" + std::to_string(story_length)));
    session.output.stream() << '\n';
    session.output.list(readable_events(page.at("events").as_array()), story_columns);
    if (page.at("next").is_string())
        session.output.note("There are older ones: partnerd event list --account " + id + ".");
    return {};
}

// What is said of why, for the body.
json::object why(const Options& options, json::object body = {}) {
    if (options.reason) body["reason"] = *options.reason;
    if (options.comment) body["comment"] = *options.comment;
    return body;
}

Result<void> open(Session& session, const Options& options) {
    json::object body{{"uid", options.uid}, {"type", options.type}, {"domain", options.domain}};
    if (options.ends_at) body["ends_at"] = *options.ends_at;
    body = why(options, std::move(body));
    http::Headers headers;
    if (options.key) headers.set("Idempotency-Key", '"' + *options.key + '"');
    session.output.show(
        TRY(session.api.post(path({"resellers", options.reseller, "accounts"}), body, std::move(headers))));
    return {};
}

Result<void> redate(Session& session, const Options& options) {
    if (options.ends_at.has_value() == options.never_ends)
        return Error{Reason::malformed, "Either --ends-at DATE-TIME or --never is needed."};
    const json::object body{{"ends_at", options.ends_at ? json::value(*options.ends_at) : json::value(nullptr)}};
    session.output.show(TRY(session.api.patch(path({"accounts", TRY(find_id(session, options))}), why(options, body),
                                              if_match(options.if_version))));
    return {};
}

// hold, lift, close, reissue-token
Result<void> act(Session& session, const Options& options, std::string_view action) {
    session.output.show(TRY(session.api.post(path({"accounts", TRY(find_id(session, options)), action}), why(options),
                                             if_match(options.if_version))));
    return {};
}

Result<void> remove_account(Session& session, const Options& options) {
    http::Headers headers = if_match(options.if_version);
    if (options.reason) headers.set("Partnerd-Reason", *options.reason);
    if (options.comment) headers.set("Partnerd-Comment", *options.comment);
    TRY(session.api.remove(path({"accounts", TRY(find_id(session, options))}), std::move(headers)));
    session.output.note("The account is removed; its uid is free again.");
    return {};
}

Result<void> report_members(Session& session, const Options& options) {
    session.output.show(
        TRY(session.api.post(path({"accounts", TRY(find_id(session, options)), "members"}),
                             why(options, {{"deployed_members", options.members}}), if_match(options.if_version))));
    return {};
}

Result<void> note(Session& session, const Options& options) {
    session.output.show(TRY(session.api.post(path({"accounts", TRY(find_id(session, options)), "notes"}), why(options),
                                             if_match(options.if_version))));
    return {};
}

Result<void> redeem(Session& session, const Options& options) {
    json::object body{{"token", options.token}};
    if (options.email) body["email"] = *options.email;
    if (options.has_account) body["has_account"] = true;
    session.output.show(TRY(session.api.post(path({"redemptions"}), body)));
    return {};
}

}  // namespace

void add_account_commands(Program& program) {
    CLI::App* group = program.add_group("account", "Customer accounts: list, open, re-date, hold, lift, close");
    auto options = std::make_shared<Options>();
    const auto add = [&](const std::string& name, const char* description, const std::string& example,
                         std::function<Result<void>(Session&, const Options&)> run) {
        return program.add_command(group, name, description, "account " + example,
                                   [=](Session& session) { return run(session, *options); });
    };
    const auto add_reason = [&](CLI::App* command) {
        command
            ->add_option("--reason", options->reason,
                         "request, payment, fraud, legal, error, other, or a word that the operator has added")
            ->type_name("WORD");
        return command;
    };
    const auto add_why = [&](CLI::App* command) {
        add_reason(command)->add_option("--comment", options->comment, "for the account's story")->type_name("TEXT");
        return command;
    };
    const auto add_account = [&](CLI::App* command, bool changes) {
        command->add_option("ACCOUNT", options->account, "its id, or RESELLER/UID")->required();
        if (changes)
            command->add_option("--if-version", options->if_version, "only if nobody has changed it since")
                ->type_name("N");
        return command;
    };
    const auto add_change = [&](CLI::App* command) { return add_why(add_account(command, true)); };

    CLI::App* list_command = add("list", "List accounts: all filters that are given must hold",
                                 "list --reseller 2 --status suspended --limit 0", list);
    list_command->add_option("--reseller", options->reseller_filter)->type_name("ID");
    list_command->add_option("--status", options->status)
        ->type_name("entitled|provisioned|activated|suspended|deprovisioned");
    list_command->add_option("--type", options->type_filter)->type_name("individual|family");
    list_command->add_option("--domain", options->domain_filter);
    list_command->add_option("--uid-prefix", options->uid_prefix, "in order of uid");
    list_command->add_option("--email", options->email, "of somebody who uses the account");
    list_command->add_option("--ends-after", options->ends_after, "in order of the end")->type_name("DATE-TIME");
    list_command->add_option("--ends-before", options->ends_before, "in order of the end")->type_name("DATE-TIME");
    list_command->add_flag("--removed", options->removed, "what is left of removed accounts, instead");
    list_command->add_flag("--oldest", options->oldest, "oldest first");
    list_command->add_option("--limit", options->limit, "at most so many; 0: all (100)");

    add_account(add("show", "Show an account, and what has happened to it", "show 2/customer-17", show), false);

    CLI::App* open_command =
        add("open", "Open an account for a reseller", "open 2 customer-17 --type family --domain b5test.com", open);
    open_command->add_option("RESELLER", options->reseller, "its id")->required();
    open_command->add_option("UID", options->uid, "the reseller's own name for it")->required();
    open_command->add_option("--type", options->type, "(individual)")->type_name("individual|family");
    open_command->add_option("--domain", options->domain)->required();
    open_command->add_option("--ends-at", options->ends_at)->type_name("DATE-TIME");
    open_command->add_option("--idempotency-key", options->key, "so that trying again opens no second one")
        ->type_name("KEY");

    add_why(open_command);

    CLI::App* redate_command = add_change(
        add("redate", "Move or lift an account's end", "redate 1024 --ends-at 2027-06-30T00:00:00Z", redate));
    redate_command->add_option("--ends-at", options->ends_at)->type_name("DATE-TIME");
    redate_command->add_flag("--never", options->never_ends, "it has no end");

    const auto add_action = [&](const char* name, const char* description) {
        const std::string action = name;
        add_change(add(action, description, action + " 1024" + (action == "hold" ? " --reason fraud" : ""),
                       [=](Session& session, const Options& given) { return act(session, given, action); }));
    };
    add_action("hold", "Suspend an account until the hold is lifted");
    add_action("lift", "Lift the administrative hold");
    add_action("close", "Close an account for good; it can still be read");
    add_action("reissue-token", "Give an account that nobody has redeemed a new activation token");

    add_change(add("remove", "Remove an account: a tombstone stays, the uid is free", "remove 1024", remove_account));
    CLI::App* note_command = add_account(
        add("note", "Write a note down among an account's events", "note 1024 'promised a refund'", note), true);
    note_command->add_option("COMMENT", options->comment, "at most 500 bytes")->required();
    add_reason(note_command);
    add_change(add("members", "Report how many members use an account", "members 1024 3", report_members))
        ->add_option("COUNT", options->members)
        ->required();

    CLI::App* redeem_command = add("redeem", "Redeem an activation token for a customer, as the sign-up system does",
                                   "redeem PNS-ABCDEFGHIJKLMNOPQRSTUVWXYZ --email ada@example.com", redeem);
    redeem_command->add_option("TOKEN", options->token)->required();
    redeem_command->add_option("--email", options->email, "of the customer, who becomes the owner");
    redeem_command->add_flag("--has-account", options->has_account, "with the vendor already");
}

}  // namespace cli
