#include "db/postgres_progress.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "db/postgres_transaction.h"

namespace db::postgres {
namespace {

constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();

// What is complete is not to shrink because somebody comes: it begins where the others stand.
constexpr Query join_query{"join_servers",
                           "INSERT INTO server_progress (name, settled_through) SELECT $1,"
                           " coalesce((SELECT min(settled_through) FROM server_progress), CAST($2 AS BIGINT))"
                           " ON CONFLICT (name) DO NOTHING"};
constexpr Query greatest_query{"greatest_progress", "SELECT coalesce(max(settled_through), 0) FROM server_progress"};
constexpr Query publish_query{"publish_progress", "UPDATE server_progress SET settled_through = $2 WHERE name = $1"};
constexpr Query remove_query{
    "remove_dead_servers",
    "DELETE FROM server_progress WHERE name <> $1 AND NOT EXISTS (SELECT 1 FROM pg_stat_activity"
    " WHERE pg_stat_activity.application_name = server_progress.name)"};
constexpr Query abandon_marker{
    "abandon_commit_marker",
    "INSERT INTO commit_marker (id, at, is_abandoned)"
    " VALUES ($1, CAST(extract(epoch FROM now()) * 1000 AS BIGINT), 1) ON CONFLICT (id) DO NOTHING"};
constexpr Query find_marker{"find_commit_marker", "SELECT is_abandoned FROM commit_marker WHERE id = $1"};

Answer ask(Connection& connection, const Query& query, std::initializer_list<Parameter> parameters) {
    connection.send(query, parameters);
    connection.send_sync();
    return connection.receive();
}

Answer require(Answer answer) {
    if (answer.failure) throw_failure(*answer.failure);
    return answer;
}

}  // namespace

// The key can be inserted once: as abandoned here, or by the transaction. If that is still in flight, the insert waits
// for it; once it has come first, the other never commits.
std::optional<bool> find_out(Connection& connection, std::int64_t marker) {
    if (ask(connection, abandon_marker, {marker}).failure) return std::nullopt;  // the other one has it still
    const Answer answer = ask(connection, find_marker, {marker});
    if (answer.failure || answer.rows.empty()) return std::nullopt;
    return answer.rows[0].integer(0) == 0;
}

Progress::Progress(std::string name, std::size_t writers) : name_(std::move(name)), in_flight_(writers) {
    for (auto& above : in_flight_) above = none;
}

void Progress::share(Ids ids) {
    ids_ = std::move(ids);
    is_shared_.store(true, std::memory_order_release);
}

void Progress::begin(std::size_t writer) {
    if (is_shared()) in_flight_[writer] = ids_.settle();
}

void Progress::end(std::size_t writer) { in_flight_[writer] = none; }

void Progress::end_unknown(std::size_t writer, std::int64_t marker) {
    const std::lock_guard lock(mutex_);
    unknown_.push_back({marker, in_flight_[writer]});
    end(writer);
}

// Only once the row is there for all to see, what others take for complete stands still; so what is above that is
// asked for afterwards.
void Progress::join(Connection& connection) {
    require(ask(connection, join_query, {name_, find_greatest(connection)}));
    const std::int64_t published = require(ask(connection, greatest_query, {})).rows[0].integer(0);
    ids_.raise_above(std::max(published, find_greatest(connection)));
}

std::int64_t Progress::find_greatest(Connection& connection) const {
    Transaction transaction(connection, Transaction::Mode::read, connection.has_own_schema());
    const std::int64_t greatest = ids_.find_greatest(transaction);
    transaction.roll_back();
    return greatest;
}

void Progress::publish(Connection& connection) {
    look_for_outcomes(connection);
    if (require(ask(connection, publish_query, {name_, settled()})).rows.changed() == 0) join(connection);
}

void Progress::remove_dead(Connection& connection) { require(ask(connection, remove_query, {name_})); }

// First what is to come, then what is on its way: a transaction that begins in between comes after the first.
std::int64_t Progress::settled() const {
    std::int64_t settled = ids_.settle();
    for (const auto& above : in_flight_) settled = std::min(settled, above.load());
    const std::lock_guard lock(mutex_);
    for (const Unknown& one : unknown_) settled = std::min(settled, one.above);
    return settled;
}

void Progress::look_for_outcomes(Connection& connection) {
    std::vector<Unknown> to_find;
    {
        const std::lock_guard lock(mutex_);
        to_find = unknown_;
    }
    for (const Unknown& one : to_find) {
        if (!find_out(connection, one.marker)) continue;
        const std::lock_guard lock(mutex_);
        std::erase_if(unknown_, [&](const Unknown& other) { return other.marker == one.marker; });
    }
}

}  // namespace db::postgres
