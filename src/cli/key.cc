// partnerd key rotate: another key for sessions and links. What the present one has sealed lives to its end, four hours
// at most; from then on it opens nothing. The key of identifiers (GUIDs, activation tokens) is never rotated.

#include "cli/program.h"
#include "engine/upkeep/stamp_keys.h"
#include "server/config.h"
#include "server/key_file.h"
#include "server/open.h"

namespace cli {
namespace {

struct Options {
    std::string database = "sqlite:partnerd.db";
    std::string key_file;
    bool is_json = false;
};

Result<void> rotate_file(const std::string& path) {
    const StampKeys keys = TRY(read_key_file(path));
    return replace_key_file(path, rotate(keys, new_sealing_key(), SteadyTime().now()));
}

Result<void> rotate_in_database(const std::string& database) {
    const Config config = TRY(make_config({{{"database", database}}}));
    const OpenDatabase opened = TRY(open_existing_database(config.database_path));
    if (opened.has_key_file)
        return Error{Reason::conflict,
                     "The keys of this database's sessions are in a file of their own: name it with --key-file."};
    const StampKeys next = rotate(opened.world->stamp_keys(), new_sealing_key(), opened.world->now());
    db::write_and_wait(*opened.database, [&](db::Tx& tx) { put_stamp_keys(tx, next); });
    return {};
}

int rotate_keys(Program& program, const Options& options) {
    Result<void> done;
    try {
        done = options.key_file.empty() ? rotate_in_database(options.database) : rotate_file(options.key_file);
    } catch (const std::runtime_error& error) {
        done = Error{Reason::unavailable, error.what()};
    }
    if (!done.ok()) return program.report(done.error(), options.is_json);
    Output output(program.surroundings().out, program.surroundings().err, {.is_json = options.is_json});
    output.note("There is a new key. A server that runs takes it up when it is started again.");
    return exit_done;
}

}  // namespace

void add_key_commands(Program& program) {
    Command* group = program.add_group("key", "The keys of sessions and links");
    auto options = std::make_shared<Options>();
    Command* command = program.add_own_command(
        group, "rotate", "Seal sessions and links with another key; the present one opens what it has sealed so far",
        "key rotate --key-file /etc/partnerd/partnerd.key", [=, &program] { return rotate_keys(program, *options); });
    command->add_option("--key-file", options->key_file, "where the keys are, if not in the database")
        ->type_name("FILE");
    command->add_option("--database", options->database, "that no server has open (sqlite:partnerd.db)")
        ->type_name("sqlite:FILE");
    command->add_flag("--json", options->is_json, "JSON for programs");
}

}  // namespace cli
