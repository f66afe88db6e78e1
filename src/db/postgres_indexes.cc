#include "db/postgres_indexes.h"

#include <fmt/format.h>

#include <string>
#include <thread>
#include <vector>

#include "db/postgres_schema.h"

namespace db::postgres {
namespace {

constexpr auto time_for_indexes = std::chrono::hours(24);
constexpr auto time_between_tries = std::chrono::milliseconds(200);

// Asked for again and again: who waited inside a statement would be waited for by the one who has it, since an index
// that is made CONCURRENTLY waits for whoever may still see the table without it.
constexpr Query try_lock_schema{"try_lock_schema", "SELECT CAST(pg_try_advisory_lock(1347571268) AS INTEGER)"};
constexpr Query unlock_schema{"unlock_schema", "SELECT CAST(pg_advisory_unlock(1347571268) AS INTEGER)"};
constexpr Query be_patient{
    "be_patient", "SELECT set_config('lock_timeout', '0', false), set_config('statement_timeout', '0', false)"};
constexpr Query is_half_made{"is_half_made",
                             "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid"};

constexpr std::string_view beginnings[] = {"CREATE INDEX IF NOT EXISTS ", "CREATE UNIQUE INDEX IF NOT EXISTS "};

struct Index {
    std::string name;
    std::string statement;
};

Index read_index(const std::string& statement) {
    for (const std::string_view beginning : beginnings) {
        if (!statement.starts_with(beginning)) continue;
        const std::string rest = statement.substr(beginning.size());
        const std::string_view before = beginning.substr(0, beginning.find(" IF NOT EXISTS"));
        return {rest.substr(0, rest.find(' ')), fmt::format("{} CONCURRENTLY IF NOT EXISTS {}", before, rest)};
    }
    throw Broken(fmt::format("a script of indexes has \"{}\"", statement));
}

// Each ends with a sync: PostgreSQL takes what is sent between two of them for a transaction.
void run_alone(Connection& connection, const std::string& statement) {
    connection.send_once(statement);
    if (const auto failure = connection.finish()) throw_failure(*failure);
}

}  // namespace

void make_indexes(Connection& connection, std::string_view script) {
    std::vector<Index> indexes;
    for (const std::string& statement : translate_script(script)) indexes.push_back(read_index(statement));
    connection.set_deadline(Clock::now() + time_for_indexes);
    rows_of(connection.ask(be_patient));
    while (rows_of(connection.ask(try_lock_schema))[0].integer(0) == 0) std::this_thread::sleep_for(time_between_tries);
    for (const Index& index : indexes) {
        if (rows_of(connection.ask(is_half_made, {index.name}))[0].integer(0) > 0)
            run_alone(connection, "DROP INDEX CONCURRENTLY " + index.name);
        run_alone(connection, index.statement);
    }
    rows_of(connection.ask(unlock_schema));
}

}  // namespace db::postgres
