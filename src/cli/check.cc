#include "cli/check.h"

#include <fmt/format.h>

#include <cstdio>

#include "engine/accounts/check_accounts.h"
#include "server/open.h"

namespace {

int report(const CheckedAccounts& checked, const std::vector<std::string>& file_problems) {
    for (const std::string& problem : file_problems) fmt::print("file: {}\n", problem);
    for (const std::string& problem : checked.problems) fmt::print("{}\n", problem);
    if (!file_problems.empty() || !checked.problems.empty()) return 1;
    fmt::print("{} accounts, {} events: all is well.\n", checked.accounts, checked.events);
    return 0;
}

}  // namespace

int check_database(const std::string& path) try {
    const auto opened = open_existing_database(path);
    if (!opened.ok()) {
        fmt::print(stderr, "partnerd: {}\n", opened.error().detail);
        return 1;
    }
    const OpenDatabase& open = opened.value();
    const auto file_problems = open.database->check_integrity();
    CheckedAccounts checked;
    db::read_and_wait(*open.database, [&](db::Tx& tx) { checked = check_accounts(tx, *open.world); });
    return report(checked, file_problems);
} catch (const std::exception& exception) {
    fmt::print(stderr, "partnerd: {}\n", exception.what());
    return 1;
}
