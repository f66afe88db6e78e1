#include "cli/check.h"

#include <fmt/format.h>

#include <cstdio>

#include "server/check_database.h"

namespace {

int report(const CheckedDatabase& checked) {
    for (const std::string& problem : checked.file_problems) fmt::print("file: {}\n", problem);
    for (const std::string& problem : checked.accounts.problems) fmt::print("{}\n", problem);
    if (!checked.file_problems.empty() || !checked.accounts.problems.empty()) return 1;
    if (checked.version < checked.newest_version)
        fmt::print("Schema version {}: a server brings it to {} when it starts, which went well on a copy.\n",
                   checked.version, checked.newest_version);
    fmt::print("{} accounts, {} events: all is well.\n", checked.accounts.accounts, checked.accounts.events);
    return 0;
}

}  // namespace

int check_database(const std::string& path) try {
    const auto checked = check_database_file(path);
    if (checked.ok()) return report(checked.value());
    fmt::print(stderr, "partnerd: {}\n", checked.error().detail);
    return 1;
} catch (const std::exception& exception) {
    fmt::print(stderr, "partnerd: {}\n", exception.what());
    return 1;
}
