// partnerd import: opens accounts in bulk, out of a CSV or JSON file.

#include "cli/batch.h"

namespace cli {

void add_import_command(Program& program) {
    auto options = std::make_shared<BatchOptions>();
    Command* command = program.add_command(
        nullptr, "import", "Open accounts in bulk, out of a file; say it again to go on after an interruption",
        "import customers.csv --reseller 2",
        [options, &program](Session& session) { return run_batch(session, program.surroundings(), *options); });
    command
        ->add_option(
            "FILE", options->file,
            "CSV whose first line names its columns (uid, type, domain; reseller_id, ends_at), or JSON objects with "
            "these members, one on each line or in an array; -: standard input")
        ->required();
    add_batch_options(command, *options);
}

}  // namespace cli
