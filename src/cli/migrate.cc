#include "cli/migrate.h"

#include <fmt/format.h>

#include <cstdio>

#include "server/migration.h"

namespace {

int refuse(const char* sentence) {
    fmt::print(stderr, "partnerd: {}\n", sentence);
    return 1;
}

void show(const MigrationPlan& plan, bool is_done, bool is_on_postgres) {
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
    if (is_done) return;
    fmt::print("A server does that when it starts{}. There is no way back: {} first.\n",
               is_on_postgres ? "" : "; partnerd check tries it on a copy",
               is_on_postgres ? "pg_basebackup" : "partnerd backup");
}

}  // namespace

int run_migration(const Config& config, bool only_plan) try {
    const auto plan = only_plan ? plan_migration(config.database_path) : migrate_database(config.database_path);
    if (!plan.ok()) return refuse(plan.error().detail.c_str());
    show(plan.value(), !only_plan, config.is_on_postgres());
    return 0;
} catch (const std::exception& exception) {
    return refuse(exception.what());
}
