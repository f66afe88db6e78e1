#include "cli/migrate.h"

#include <fmt/format.h>

#include <cstdio>

#include "server/migration.h"

namespace {

int refuse(const char* sentence) {
    fmt::print(stderr, "partnerd: {}\n", sentence);
    return 1;
}

void show(const MigrationPlan& plan, bool is_done) {
    if (plan.from > plan.to) {
        fmt::print("Schema version {}, of a newer program; this one, which knows {}, may go on with it.\n", plan.from,
                   plan.to);
        return;
    }
    if (plan.steps.empty()) {
        fmt::print("Schema version {}: there is nothing to do.\n", plan.from);
        return;
    }
    fmt::print("Schema version {}: {} to {}.\n", plan.from, is_done ? "brought" : "to be brought", plan.to);
    for (const MigrationStep& step : plan.steps) fmt::print("  {}  {}\n", step.file, step.what);
    if (!is_done)
        fmt::print(
            "A server does that when it starts; partnerd check tries it on a copy. There is no way back: partnerd "
            "backup first.\n");
}

}  // namespace

int migrate_database_file(const std::string& path, bool only_plan) try {
    const auto plan = only_plan ? plan_migration(path) : migrate_database(path);
    if (!plan.ok()) return refuse(plan.error().detail.c_str());
    show(plan.value(), !only_plan);
    return 0;
} catch (const std::exception& exception) {
    return refuse(exception.what());
}
