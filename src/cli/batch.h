// Batch: a file of accounts that are opened, or changed, row by row. It is read to its end before anything is begun.
// How far it has come stands in the database, beside the accounts; whoever is interrupted says the same again and it
// goes on from there. Used by `partnerd import` and by `partnerd account hold --from` and its kin.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/program.h"

namespace cli {

struct BatchOptions {
    std::string action = "open";  // as the operator API's imports call it
    std::string file;             // "-": standard input
    std::string report_file;      // empty: beside the file
    std::string format;           // empty: as the file's name says, or its first character
    std::optional<std::string> delimiter;
    std::vector<std::string> columns;  // uid=Kundennummer
    std::optional<std::int64_t> reseller;
    bool ignores_unknown = false;
    bool again = false;
    bool only_checks = false;
};

// --report, --format, --delimiter, --columns, --reseller, --ignore-unknown, --again, --check.
std::vector<Option*> add_batch_options(Command*, BatchOptions&);

// Says in the session's exit code when rows were refused. Refuses: malformed (the file cannot be read or makes no
// sense: nothing is begun), and as the API does.
Result<void> run_batch(Session&, Surroundings&, const BatchOptions&);

}  // namespace cli
