// partnerd init: the first credential of a new production database, shown once. Whoever holds it sets up everything
// else over the operator API.

#include <algorithm>
#include <filesystem>

#include "cli/program.h"
#include "engine/resellers/add_reseller.h"
#include "server/config.h"
#include "server/key_file.h"
#include "server/open.h"

namespace cli {
namespace {

struct Options {
    std::string database = "sqlite:partnerd.db";
    std::string name = "Operator";
    std::string label = "first";
    std::string key_file;
    bool is_json = false;
};

Result<NewCredential> initialise(const Options& options) try {
    const Config config = TRY(make_config({{{"database", options.database}}}));
    OpenDatabase opened = TRY(open_database(config.database_path, Mode::production));
    if (!options.key_file.empty())
        TRY(create_key_file(options.key_file, {.current = new_sealing_key(), .previous = {}}));
    Result<NewCredential> made = Error{Reason::broken, "not run"};
    db::write_and_wait(*opened.database, [&](db::Tx& tx) {
        made = establish_operator(tx, *opened.world, {.name = options.name, .label = options.label});
        if (made.ok() && !options.key_file.empty()) note_key_file(tx);
    });
    if (!made.ok() && !options.key_file.empty()) std::filesystem::remove(options.key_file);
    if (!made.ok() && made.error().reason == Reason::conflict)
        return Error{Reason::conflict, made.error().detail +
                                           " For another operator's credential: partnerd credential create 1 --kind "
                                           "operator_token --database " +
                                           options.database};
    return made;
} catch (const std::runtime_error& error) {
    return Error{Reason::unavailable, error.what()};
}

int init(Program& program, const Options& options) {
    const auto made = initialise(options);
    if (!made.ok()) return program.report(made.error(), options.is_json);
    Output output(program.surroundings().out, program.surroundings().err, {.is_json = options.is_json});
    output.show(json::object{{"reseller_id", operator_reseller_id},
                             {"credential_id", made.value().credential.id},
                             {"kind", "operator_token"},
                             {"secret", made.value().secret}});
    output.note(
        "Keep the secret now: it is shown this once. With it in PARTNERD_TOKEN, and the server running, go on with\n"
        "  partnerd domain add example.com\n"
        "  partnerd reseller create 'Northwind Telecom'");
    return exit_done;
}

}  // namespace

void add_init_command(Program& program) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        program.add_own_command(nullptr, "init", "Set up a production database: its first operator credential",
                                "init --database sqlite:/var/lib/partnerd/partnerd.db --name 'Meridian Software'",
                                [=, &program] { return init(program, *options); });
    command->add_option("--database", options->database, "made if it is not there (sqlite:partnerd.db)")
        ->type_name("sqlite:FILE");
    command->add_option("--name", options->name, "of the operator: the reseller above all others");
    command->add_option("--label", options->label, "of the credential");
    command
        ->add_option(
            "--key-file", options->key_file,
            "made for the keys of sessions and links, so that a backup of the database forges none; serve needs it")
        ->type_name("FILE");
    command->add_flag("--json", options->is_json, "JSON for programs");
}

}  // namespace cli
