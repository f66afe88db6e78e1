// partnerd init: the first credential of a new production database, shown once. Whoever holds it sets up everything
// else over the operator API.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
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
    std::string token_file;  // where the secret goes; empty: it is shown
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

// For its owner alone. Made before the secret is, so that none is lost.
Result<int> make_token_file(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0) return Error{Reason::malformed, path + " cannot be made: " + std::strerror(errno) + '.'};
    return descriptor;
}

int init(Program& program, const Options& options) {
    Result<int> token_file = -1;
    if (!options.token_file.empty()) token_file = make_token_file(options.token_file);
    if (!token_file.ok()) return program.report(token_file.error(), options.is_json);
    const auto made = initialise(options);
    bool is_written = false;
    if (token_file.value() >= 0) {
        const std::string line = made.ok() ? made.value().secret + '\n' : "";
        is_written = made.ok() && ::write(token_file.value(), line.data(), line.size()) == ssize_t(line.size());
        ::close(token_file.value());
        if (!made.ok()) ::unlink(options.token_file.c_str());
    }
    if (!made.ok()) return program.report(made.error(), options.is_json);
    Output output(program.surroundings().out, program.surroundings().err, {.is_json = options.is_json});
    json::object shown{{"reseller_id", operator_reseller_id},
                       {"credential_id", made.value().credential.id},
                       {"kind", "operator_token"}};
    if (!is_written) shown["secret"] = made.value().secret;
    output.show(shown);
    output.note(is_written ? "The secret is in " + options.token_file + ", and nowhere else."
                           : "Keep the secret now: it is shown this once.");
    output.note("Go on with\n  partnerd domain add example.com --database " + options.database +
                "\n  partnerd reseller create 'Northwind Telecom' --database " + options.database +
                "\nor start the server, and leave --database out: then the secret is needed, in PARTNERD_TOKEN or by "
                "--token-file.");
    return exit_done;
}

}  // namespace

void add_init_command(Program& program) {
    auto options = std::make_shared<Options>();
    Command* command =
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
    command->add_option("--token-file", options->token_file, "where to write the secret, instead of showing it; made")
        ->type_name("FILE");
    command->add_flag("--json", options->is_json, "JSON for programs");
}

}  // namespace cli
