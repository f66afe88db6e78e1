#include "db/postgres_progress.h"

#include <fmt/format.h>

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
constexpr Query abandon_marker{"abandon_commit_marker",
                               "INSERT INTO commit_marker (id, at, is_abandoned)"
                               " VALUES ($1, CAST(extract(epoch FROM now()) * 1000 AS BIGINT), 1)"
                               " ON CONFLICT (id) DO UPDATE SET at = excluded.at"};
constexpr Query find_marker{"find_commit_marker", "SELECT is_abandoned FROM commit_marker WHERE id = $1"};

constexpr Query leave_query{"leave_servers", "DELETE FROM server_progress WHERE name = $1"};
constexpr Query find_slot{
    "find_free_id_slot",
    "SELECT slot, reserved_through, coalesce(owner, '') FROM id_slot WHERE owner IS NULL OR owner = $1"
    " OR NOT EXISTS (SELECT 1 FROM server_progress p WHERE p.name = id_slot.owner)"
    " ORDER BY CASE WHEN owner = $1 THEN 0 ELSE 1 END, reserved_through, slot LIMIT 1"};
constexpr Query take_slot_query{"take_id_slot",
                                "UPDATE id_slot SET owner = $1, reserved_through = $5 WHERE slot = $2"
                                " AND coalesce(owner, '') = $3 AND reserved_through = $4"};
constexpr Query reserve_query{"reserve_ids",
                              "UPDATE id_slot SET reserved_through = greatest(reserved_through, CAST($3 AS BIGINT))"
                              " WHERE slot = $2 AND owner = $1"};
constexpr Query give_slot_back{"give_id_slot_back",
                               "UPDATE id_slot SET owner = NULL,"
                               " reserved_through = least(reserved_through, CAST($2 AS BIGINT)) WHERE owner = $1"};
constexpr Query begin_query{"begin_alone", "BEGIN ISOLATION LEVEL READ COMMITTED"};
constexpr Query commit_query{"commit_alone", "COMMIT"};
constexpr Query rollback_query{"roll_back_alone", "ROLLBACK"};

constexpr int attempts_at_rows = 20;  // that others have locked, for a tenth of a second each

struct Done {
    std::optional<Failure> failure;         // then nothing has had an effect
    std::vector<std::size_t> changed = {};  // by each statement
};

// What is sent is a transaction of its own, durable once this returns. One that a promotion may undo counts as lost.
Done run_once(Connection& connection, const std::function<void()>& send) {
    connection.take_warning();
    connection.send(begin_query);
    const std::size_t first = connection.unanswered();
    send();
    const std::size_t end = connection.unanswered();
    connection.send(commit_query);
    connection.send_sync();
    Done done;
    for (std::size_t i = 0; connection.unanswered() > 0; ++i) {
        Answer answer = connection.receive();
        if (i >= first && i < end) done.changed.push_back(answer.rows.changed());
        if (answer.failure && !done.failure) done.failure = std::move(answer.failure);
    }
    if (connection.take_warning()) throw Lost{"the server warned of its COMMIT"};
    if (!done.failure) return done;
    connection.send(rollback_query);
    connection.finish();
    return done;
}

std::vector<std::size_t> run(Connection& connection, const std::function<void()>& send) {
    for (int attempt = 1;; ++attempt) {
        Done done = run_once(connection, send);
        if (!done.failure) return std::move(done.changed);
        if (done.failure->kind != Failure::Kind::conflict || attempt == attempts_at_rows) throw_failure(*done.failure);
    }
}

}  // namespace

// The key can be inserted once: as abandoned here, or by the transaction. If that is still in flight, the insert waits
// for it; once it has come first, the other never commits. Where the transaction is there, its row is written once
// more: a commit of our own, which comes after it, waits for the standby that the other may not have waited for. It has
// ended, and has warned if it was not waited for either, when the second question is answered.
std::optional<bool> find_out(Connection& connection, std::int64_t marker) {
    connection.take_warning();
    if (connection.ask(abandon_marker, {marker}).failure) return std::nullopt;  // the other one has it still
    const Answer answer = connection.ask(find_marker, {marker});
    if (connection.take_warning() || answer.failure || answer.rows.empty()) return std::nullopt;
    return answer.rows[0].integer(0) == 0;
}

Progress::Progress(std::string name, std::size_t writers)
    : name_(std::move(name)), joined_before_(writers), in_flight_(writers) {
    for (auto& above : in_flight_) above = none;
}

void Progress::share(Ids ids) {
    ids_ = std::move(ids);
    is_shared_.store(true, std::memory_order_release);
}

void Progress::begin(std::size_t writer) {
    if (!is_shared()) return;
    const std::uint64_t joined = joined_;  // first: if they are equal, none was under way when the other was looked at
    const std::uint64_t begun = joins_begun_;
    joined_before_[writer] = joined == begun ? begun : 0;
    in_flight_[writer] = ids_.settle();
}

bool Progress::is_in(std::size_t writer) const {
    return !is_shared() || (joined_before_[writer] != 0 && joined_before_[writer] == joins_begun_);
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
    const std::uint64_t number = ++joins_begun_;
    const std::int64_t greatest = find_greatest(connection);
    run(connection, [&] { connection.send(join_query, {name_, greatest}); });
    const std::int64_t published = rows_of(connection.ask(greatest_query))[0].integer(0);
    ids_.raise_above(std::max(published, find_greatest(connection)));
    if (ids_.reserve) take_slot(connection);
    std::uint64_t joined = joined_;
    while (joined < number && !joined_.compare_exchange_weak(joined, number)) continue;
}

// One that it has already, or else the one that was reserved least far: whoever takes a slot begins above that. Another
// server may be quicker, or another thread of this one.
void Progress::take_slot(Connection& connection) {
    for (int attempt = 0; attempt < 4 * id_slots; ++attempt) {
        Rows found = rows_of(connection.ask(find_slot, {name_}));
        if (found.empty()) {
            remove_dead(connection);
            found = rows_of(connection.ask(find_slot, {name_}));
        }
        if (found.empty())
            throw Broken(
                fmt::format("{} servers are at work on this database, and ids have no room for another", id_slots));
        const auto slot = static_cast<int>(found[0].integer(0));
        const std::int64_t reserved = found[0].integer(1);
        const std::string owner = found[0].text(2);
        const std::int64_t above = owner == name_ ? 0 : reserved;
        const std::int64_t through = std::max(reserved, std::max(ids_.settle(), above) + ids_.reserved_ahead);
        const Done taken = run_once(connection, [&] {
            connection.send(take_slot_query, {name_, slot, owner, reserved, through});
        });
        if (taken.failure && taken.failure->kind != Failure::Kind::duplicate &&
            taken.failure->kind != Failure::Kind::conflict)
            throw_failure(*taken.failure);
        if (taken.failure || taken.changed[0] == 0) continue;
        ids_.raise_above(above);
        slot_ = slot;
        return note_reserved(slot, through);
    }
    throw Unavailable("too many servers want ids at this moment");
}

void Progress::note_reserved(int slot, std::int64_t through) {
    ids_.reserve(slot, through);
    reserved_through_ = through;
}

bool Progress::needs_ids(std::size_t writer) const {
    if (!is_shared() || !ids_.reserve) return false;
    return in_flight_[writer] > reserved_through_ - ids_.reserved_ahead / 3;
}

std::int64_t Progress::find_greatest(Connection& connection) const {
    Transaction transaction(connection, Transaction::Mode::read, connection.has_own_schema());
    const std::int64_t greatest = ids_.find_greatest(transaction);
    transaction.roll_back();
    return greatest;
}

void Progress::publish(Connection& connection) {
    look_for_outcomes(connection);
    const int slot = slot_;
    const std::int64_t through = ids_.settle() + ids_.reserved_ahead;
    const auto changed = run(connection, [&] {
        connection.send(publish_query, {name_, settled()});
        if (ids_.reserve) connection.send(reserve_query, {name_, slot, through});
    });
    if (ids_.reserve && changed[1] != 0) note_reserved(slot, through);
    if (std::ranges::count(changed, 0u) != 0 || joined_ != joins_begun_) join(connection);
}

void Progress::remove_dead(Connection& connection) {
    run(connection, [&] { connection.send(remove_query, {name_}); });
}

// Nobody has to wait until its connections have been missed, nor to begin above what it has not drawn.
void Progress::leave(Connection& connection) {
    look_for_outcomes(connection);
    const bool is_writing = std::ranges::any_of(in_flight_, [](const auto& above) { return above != none; });
    {
        const std::lock_guard lock(mutex_);
        if (is_writing || !unknown_.empty()) return;
    }
    run(connection, [&] {
        connection.send(leave_query, {name_});
        connection.send(give_slot_back, {name_, ids_.settle()});
    });
}

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
