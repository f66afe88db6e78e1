// partnerd copy: moves a database to another place, from SQLite to PostgreSQL or the other way.

#include "cli/program.h"
#include "cli/progress.h"
#include "cli/words.h"
#include "server/config.h"
#include "server/copy_database.h"

namespace cli {
namespace {

struct Options {
    std::string from, to;
    bool is_json = false;
};

// What the setting `database` takes; a path may stand alone.
Result<std::string> read_place(const std::string& option, const std::string& text) {
    const bool is_path = text.find(':') == std::string::npos;
    const auto config = make_config({{{"database", is_path ? "sqlite:" + text : text}}});
    if (!config.ok()) return Error{Reason::malformed, option + ": " + config.error().detail};
    return config.value().database_path;
}

Result<CopiedDatabase> copy(Program& program, const Options& options) {
    const std::string from = TRY(read_place("--from", options.from));
    const std::string to = TRY(read_place("--to", options.to));
    Progress progress(program.surroundings(), options.is_json);
    std::optional<bool> compares;
    auto copied = copy_database(from, to, [&](const CopyProgress& now) {
        if (compares != now.is_comparing) progress.begin_at(now.rows);
        compares = now.is_comparing;
        progress.show(
            now.rows, now.total == 0 ? 1.0 : static_cast<double>(now.rows) / static_cast<double>(now.total),
            " of " + with_thousands(now.total) + (now.is_comparing ? ", compared: " : ": ") + std::string(now.table));
    });
    progress.end();
    if (copied.ok() || copied.error().reason != Reason::unavailable || !compares) return copied;
    return Error{Reason::unavailable,
                 copied.error().detail + ". The same command once more goes on where this one has ended."};
}

int run(Program& program, const Options& options) {
    const auto copied = copy(program, options);
    if (!copied.ok()) return program.report(copied.error(), options.is_json);
    Output output(program.surroundings().out, program.surroundings().err, {.is_json = options.is_json});
    const CopiedDatabase& done = copied.value();
    if (options.is_json) {
        output.show(json::object{{"tables", done.tables}, {"rows", done.rows}, {"has_gone_on", done.has_gone_on}});
        return exit_done;
    }
    output.note(std::string(done.has_gone_on ? "Went on with a copy that had been begun. " : "") +
                count_of(done.rows, "row") + " of " + count_of(done.tables, "table") +
                ": both databases have the same. Start the servers on the new one alone.");
    return exit_done;
}

}  // namespace

void add_copy_command(Program& program) {
    auto options = std::make_shared<Options>();
    Command* command = program.add_own_command(
        nullptr, "copy", "Move a database to another place: SQLite or PostgreSQL, from either to either",
        "copy --from partnerd.db --to postgresql://partnerd@db1.example.com/partnerd",
        [=, &program] { return run(program, *options); });
    command->add_option("--from", options->from, "the database to copy; nobody may have it open")
        ->type_name("DATABASE")
        ->required();
    command->add_option("--to", options->to, "where to: an empty database, or a file, which is made")
        ->type_name("DATABASE")
        ->required();
    command->add_flag("--json", options->is_json, "JSON for programs");
}

}  // namespace cli
