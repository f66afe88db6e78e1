// partnerd account: customer accounts: lists, one, and all that an operator may do to it.

#include "cli/account_name.h"
#include "cli/batch.h"
#include "cli/program.h"
#include "cli/story.h"

namespace cli {
namespace {

struct Options {
    std::string account;  // "1024", or "2/customer-17": the reseller and its uid
    std::string reseller, uid, domain, token;
    BatchOptions batch;  // of many accounts, out of a file
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
                                     {"RESELLER", "reseller_id", 2},
                                     {"UID", "uid"},
                                     {"TYPE", "type", 5},
                                     {"DOMAIN", "domain", 4},
                                     {"STATUS", "status"},
                                     {"HOLDS", "holds", 3},
                                     {"ENDS", "ends_at", 1},
                                     {"MEMBERS", "deployed_members", 6},
                                     {"UPDATED", "updated_at", 7}};

Result<std::string> find_id(Session& session, const Options& options) {
    return find_account_id(session.api, options.account);
}

// Where the account's customer redeems it: at the vendor's address, or, in a sandbox, at this server. Empty: nowhere.
std::string redemption_link(Session& session, const json::value& account) {
    if (account.at("status").as_string() != "entitled") return "";
    const std::string domain(account.at("domain").as_string());
    std::string base = domain.empty() ? "" : "https://start." + domain;
    if (session.target.database.empty()) {
        const std::string reseller = std::to_string(account.at("reseller_id").as_int64());
        if (session.api.get(path({"sandbox", "resellers", reseller, "clock"})).ok())
            base = session.target.server.empty() ? default_server : session.target.server;
    }
    while (base.ends_with('/')) base.pop_back();
    if (base.empty()) return "";
    return base + "/partnership/redeem?t=" + account.at("type").as_string().c_str() +
           "&c=" + account.at("activation_token").as_string().c_str();
}

// For people, with the customer's link.
Result<void> show_account(Session& session, json::value account) {
    if (!session.output.is_json() && account.is_object() && account.get_object().contains("activation_token"))
        if (const std::string link = redemption_link(session, account); !link.empty())
            account.get_object()["redemption_link"] = link;
    session.output.show(account);
    return {};
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
    TRY(show_account(session, TRY(session.api.get(path({"accounts", id})))));
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
    return show_account(
        session, TRY(session.api.post(path({"resellers", options.reseller, "accounts"}), body, std::move(headers))));
}

Result<void> redate(Session& session, const Options& options) {
    if (options.ends_at.has_value() == options.never_ends)
        return Error{Reason::malformed, "Either --ends-at DATE or --never is needed."};
    const json::object body{{"ends_at", options.ends_at ? json::value(*options.ends_at) : json::value(nullptr)}};
    session.output.show(TRY(session.api.patch(path({"accounts", TRY(find_id(session, options))}), why(options, body),
                                              if_match(options.if_version))));
    return {};
}

// hold, lift, close, reissue-token
Result<void> act(Session& session, const Options& options, std::string_view action) {
    return show_account(session, TRY(session.api.post(path({"accounts", TRY(find_id(session, options)), action}),
                                                      why(options), if_match(options.if_version))));
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
    Command* group = program.add_group("account", "Customer accounts: list, open, re-date, hold, lift, close");
    auto options = std::make_shared<Options>();
    const auto add = [&](const std::string& name, const char* description, const std::string& example,
                         std::function<Result<void>(Session&, const Options&)> run) {
        return program.add_command(group, name, description, "account " + example,
                                   [=](Session& session) { return run(session, *options); });
    };
    const auto add_reason = [&](Command* command) {
        command
            ->add_option("--reason", options->reason,
                         "request, payment, fraud, legal, error, other, or a word that the operator has added")
            ->type_name("WORD");
        return command;
    };
    const auto add_why = [&](Command* command) {
        add_reason(command)->add_option("--comment", options->comment, "for the account's story")->type_name("TEXT");
        return command;
    };
    const auto add_account = [&](Command* command, bool changes, bool may_be_many = false) {
        Option* account = command->add_option("ACCOUNT", options->account, "its id, or RESELLER/UID");
        if (!may_be_many) account->required();
        if (changes) add_version(command, options->if_version);
        return command;
    };
    const auto add_change = [&](Command* command) { return add_why(add_account(command, true)); };

    // One account, or with --from those of a file.
    const auto add_for_many = [&](const std::string& name, const char* description, const std::string& example,
                                  std::function<Result<void>(Session&, const Options&)> run) {
        const auto run_for_any = [&program, options, name, run = std::move(run)](Session& session,
                                                                                 const Options& given) {
            if (given.batch.file.empty() == given.account.empty())
                return Result<void>(Error{Reason::malformed, "Either an ACCOUNT or --from FILE is needed."});
            if (!given.account.empty()) return run(session, given);
            if (given.reason || given.comment)
                return Result<void>(
                    Error{Reason::malformed, "--reason and --comment are of one ACCOUNT, not of a file."});
            options->batch.action = name;
            return run_batch(session, program.surroundings(), options->batch);
        };
        Command* command = add_why(add_account(add(name, description, example, run_for_any), true, true));
        constexpr const char* in_bulk = "In bulk";
        command
            ->add_option("--from", options->batch.file,
                         "accounts out of a file with columns id, or reseller_id and uid; say it again to go on after "
                         "an interruption; -: standard input")
            ->type_name("FILE")
            ->group(in_bulk);
        for (Option* option : add_batch_options(command, options->batch)) option->group(in_bulk);
        return command;
    };

    Command* list_command = add("list", "List accounts: all filters that are given must hold",
                                "list --reseller 2 --status suspended --limit 0", list);
    list_command->add_option("--reseller", options->reseller_filter, "of this reseller only")->type_name("ID");
    add_choice(list_command, "--status", options->status, account_status_words, "what they are now");
    add_choice(list_command, "--type", options->type_filter, account_type_words, "of this type only");
    list_command->add_option("--domain", options->domain_filter, "of this domain only");
    list_command->add_option("--uid-prefix", options->uid_prefix, "in order of uid");
    list_command->add_option("--email", options->email, "of somebody who uses the account");
    add_date_time(program, list_command, "--ends-after", options->ends_after, "in order of the end");
    add_date_time(program, list_command, "--ends-before", options->ends_before, "in order of the end");
    list_command->add_flag("--removed", options->removed, "what is left of removed accounts, instead");
    list_command->add_flag("--oldest", options->oldest, "oldest first");
    add_limit(list_command, options->limit);

    add_account(add("show", "Show an account, where its customer redeems it, and what has happened to it",
                    "show 2/customer-17", show),
                false);

    Command* open_command =
        add("open", "Open an account for a reseller", "open 2 customer-17 --type family --domain b5test.com", open);
    open_command->add_option("RESELLER", options->reseller, "its id")->required();
    open_command->add_option("UID", options->uid, "the reseller's own name for it")->required();
    add_choice(open_command, "--type", options->type, account_type_words, "(individual)");
    open_command->add_option("--domain", options->domain, "on which it runs; the reseller needs a promotion")
        ->required();
    add_date_time(program, open_command, "--ends-at", options->ends_at, "when it ends; else never");
    open_command->add_option("--idempotency-key", options->key, "so that trying again opens no second one")
        ->type_name("KEY");

    add_why(open_command);

    Command* redate_command =
        add_for_many("redate", "Move or lift an account's end", "redate 1024 --ends-at 2027-06-30", redate);
    add_date_time(program, redate_command, "--ends-at", options->ends_at, "when it ends; in a file a column ends_at");
    redate_command->add_flag("--never", options->never_ends, "it has no end");

    const auto add_action = [&](const char* name, const char* description) {
        const std::string action = name;
        add_for_many(action, description, action + " 1024" + (action == "hold" ? " --reason fraud" : ""),
                     [=](Session& session, const Options& given) { return act(session, given, action); });
    };
    add_action("hold", "Suspend an account until the hold is lifted");
    add_action("lift", "Lift the administrative hold");
    add_action("close", "Close an account for good; it can still be read");
    add_change(add("reissue-token", "Give an account that nobody has redeemed a new activation token",
                   "reissue-token 1024",
                   [](Session& session, const Options& given) { return act(session, given, "reissue-token"); }));

    add_for_many("remove", "Remove an account: a tombstone stays, the uid is free", "remove 1024", remove_account);
    Command* note_command = add_account(
        add("note", "Write a note down among an account's events", "note 1024 'promised a refund'", note), true);
    note_command->add_option("COMMENT", options->comment, "at most 500 bytes")->required();
    add_reason(note_command);
    add_change(add("members", "Report how many members use an account", "members 1024 3", report_members))
        ->add_option("COUNT", options->members, "how many there are now")
        ->required();

    Command* redeem_command = add("redeem", "Redeem an activation token for a customer, as the sign-up system does",
                                  "redeem PNS-ABCDEFGHIJKLMNOPQRSTUVWXYZ --email ada@example.com", redeem);
    redeem_command->add_option("TOKEN", options->token, "the account's activation token")->required();
    redeem_command->add_option("--email", options->email, "of the customer, who becomes the owner");
    redeem_command->add_flag("--has-account", options->has_account, "with the vendor already");
}

}  // namespace cli
