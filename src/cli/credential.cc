// partnerd credential: what callers present. A secret is shown once, when it is made.

#include "cli/program.h"

namespace cli {
namespace {

struct Options {
    std::string reseller, id, kind = "partner_token";
    std::optional<std::string> label, revision, role, expires_at;
    std::optional<std::int64_t> overlap_seconds;
    std::int64_t limit = 100;
};

const std::vector<Column> columns = {{"ID", "id"},
                                     {"KIND", "kind"},
                                     {"ROLE", "role", 4},
                                     {"HINT", "hint", 1},
                                     {"LABEL", "label"},
                                     {"STATUS", "status"},
                                     {"LAST USED", "last_used_at", 2},
                                     {"EXPIRES", "expires_at", 3}};

std::string path_of(const Options& options, std::string_view action = {}) {
    if (action.empty()) return path({"resellers", options.reseller, "credentials", options.id});
    return path({"resellers", options.reseller, "credentials", options.id, action});
}

Result<void> list(Session& session, const Options& options) {
    return session.output.list(session.api, path({"resellers", options.reseller, "credentials"}), {}, "credentials",
                               columns, options.limit);
}

Result<void> show(Session& session, const Options& options) {
    session.output.show(TRY(session.api.get(path_of(options))));
    return {};
}

Result<void> show_secret(Session& session, const json::value& credential) {
    session.output.show(credential);
    session.output.note("Keep the secret now: it is shown this once, and nobody can find it again.");
    return {};
}

Result<void> create(Session& session, const Options& options) {
    json::object body{{"kind", options.kind}};
    if (options.label) body["label"] = *options.label;
    if (options.revision) body["revision"] = *options.revision;
    if (options.role) body["role"] = *options.role;
    if (options.expires_at) body["expires_at"] = *options.expires_at;
    return show_secret(session, TRY(session.api.post(path({"resellers", options.reseller, "credentials"}), body)));
}

Result<void> rotate(Session& session, const Options& options) {
    json::object body;
    if (options.overlap_seconds) body["overlap_seconds"] = *options.overlap_seconds;
    return show_secret(session, TRY(session.api.post(path_of(options, "rotate"), body)));
}

Result<void> revoke(Session& session, const Options& options) {
    session.output.show(TRY(session.api.post(path_of(options, "revoke"))));
    return {};
}

}  // namespace

void add_credential_commands(Program& program) {
    Command* group = program.add_group("credential", "Credentials of resellers: create, rotate, revoke");
    auto options = std::make_shared<Options>();
    const auto add = [&](auto... words) { return add_reseller_command(program, group, options, words...); };

    add_limit(add("list", "List a reseller's credentials, without their secrets", "credential list 2", list),
              options->limit);
    add("show", "Show a credential, without its secret", "credential show 2 1024", show)
        ->add_option("ID", options->id, "the credential's")
        ->required();

    Command* create_command =
        add("create", "Make a credential; its secret is shown once", "credential create 2 --label billing", create);
    add_choice(create_command, "--kind", options->kind, {"partner_token", "api_key", "operator_token"},
               "which API it opens (partner_token)");
    create_command->add_option("--label", options->label, "what its owner calls it");
    add_choice(create_command, "--revision", options->revision, {"reference", "openapi"},
               "of the Partnership API, to which it is pinned");
    add_choice(create_command, "--role", options->role, {"reader", "support", "operator", "administrator"},
               "of an operator_token: what its holder may do (administrator)");
    add_date_time(program, create_command, "--expires-at", options->expires_at, "when it stops; else never");

    Command* rotate_command = add("rotate", "Make a new secret, and let the old one work for a while",
                                  "credential rotate 2 1024 --overlap-seconds 3600", rotate);
    rotate_command->add_option("ID", options->id, "the credential's")->required();
    rotate_command
        ->add_option("--overlap-seconds", options->overlap_seconds, "how long the old one still works (86400)")
        ->type_name("N");

    add("revoke", "Make a credential useless at once", "credential revoke 2 1024", revoke)
        ->add_option("ID", options->id, "the credential's")
        ->required();
    add("remove", "The same as revoke; it stays in the list", "credential remove 2 1024", revoke)
        ->add_option("ID", options->id, "the credential's")
        ->required();
}

}  // namespace cli
