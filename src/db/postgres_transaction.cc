#include "db/postgres_transaction.h"

#include <fmt/format.h>

#include <utility>

#include "db/postgres_schema.h"

namespace db::postgres {
namespace {

constexpr Query begin_write{"begin", "BEGIN ISOLATION LEVEL SERIALIZABLE"};
constexpr Query begin_read{"begin_read", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
constexpr Query commit_query{"commit", "COMMIT"};
constexpr Query rollback{"rollback", "ROLLBACK"};
constexpr Query savepoint_work{"savepoint", "SAVEPOINT work"};
constexpr Query undo_work_query{"undo_savepoint", "ROLLBACK TO SAVEPOINT work"};
constexpr Query release_work{"release_savepoint", "RELEASE SAVEPOINT work"};
constexpr Query savepoint_step{"savepoint_step", "SAVEPOINT step"};
constexpr Query undo_step{"undo_step", "ROLLBACK TO SAVEPOINT step"};
constexpr Query release_step{"release_step", "RELEASE SAVEPOINT step"};
constexpr Query find_generation_and_place{
    "find_generation_and_place",
    "SELECT number, (SELECT count(*) FROM server_progress WHERE name = $1) FROM generation WHERE id = 1"};
constexpr Query find_generation_and_claimed_place{
    "find_generation_and_claimed_place",
    "SELECT number, CASE WHEN claimed_by = $1 THEN (SELECT count(*) FROM server_progress WHERE name = $1) ELSE 0 END"
    " FROM generation WHERE id = 1"};
constexpr Query settled_query{"settled_through",
                              "SELECT coalesce(min(settled_through), 9223372036854775807) FROM server_progress"};
constexpr Query move_generation{"move_generation",
                                "UPDATE generation SET number = number + 1 WHERE id = 1 RETURNING number"};
constexpr Query insert_marker{"insert_commit_marker",
                              "INSERT INTO commit_marker (id, at, is_abandoned)"
                              " VALUES ($1, CAST(extract(epoch FROM now()) * 1000 AS BIGINT), 0)"};
// Not waited for: whoever has waited would see what was before the other was done.
constexpr Query lock_schema{"lock_schema", "SELECT CAST(pg_try_advisory_xact_lock(1347571268) AS INTEGER)"};

constexpr auto time_for_a_script = std::chrono::hours(4);

bool only_reads(const Query& query) {
    return query.sql.starts_with("SELECT ") || query.sql.starts_with("WITH ") || query.sql.starts_with("EXPLAIN ");
}

}  // namespace

Transaction::Transaction(Connection& connection, Mode mode, bool reads_generation, std::string_view place,
                         bool is_claimed)
    : connection_(connection),
      mode_(mode),
      reads_generation_(reads_generation),
      needs_place_(reads_generation && !place.empty()),
      may_end_(begins_by_itself()) {
    if (begins_by_itself())
        connection.make_room();
    else
        send(mode == Mode::read ? begin_read : begin_write, {}, Expect::any);
    if (needs_place_)
        send(is_claimed ? find_generation_and_claimed_place : find_generation_and_place, {place}, Expect::any, true);
    else if (reads_generation)
        send(find_generation, {}, Expect::any, true);
}

Rows Transaction::run(const Query& query, std::initializer_list<Parameter> parameters) {
    require_going_on();
    if (has_ended_) throw RunAgain();
    if (mode_ == Mode::read && !only_reads(query)) throw Broken(fmt::format("{}: writes inside a read", query.name));
    if (mode_ == Mode::careful) return run_carefully(query, parameters);
    send(query, parameters, Expect::any);
    note_write(query);
    connection_.send_flush();
    return receive_up_to_last();
}

Rows Transaction::run_last(const Query& query, std::initializer_list<Parameter> parameters) {
    if (!may_end_ || has_ended_ || trouble_ != Trouble::none || !only_reads(query)) return run(query, parameters);
    send(query, parameters, Expect::any);
    connection_.send_sync();
    has_ended_ = true;
    return receive_up_to_last();
}

void Transaction::change(const Query& query, std::initializer_list<Parameter> parameters, Expect expected) {
    if (mode_ != Mode::ahead) return Tx::change(query, parameters, expected);
    require_going_on();
    send(query, parameters, expected);
    note_write(query);
}

// The savepoint costs no wait: it goes along.
Rows Transaction::run_carefully(const Query& query, std::initializer_list<Parameter> parameters) {
    settle();
    connection_.send(savepoint_step);
    try {
        connection_.send(query, parameters);
    } catch (const Broken&) {
        connection_.send(release_step);
        if (const auto failure = connection_.finish()) give_up(*failure);
        throw;
    }
    note_write(query);
    connection_.send(release_step);
    connection_.send_sync();
    const Answer begun = connection_.receive();
    Answer answer = connection_.receive();
    const Answer released = connection_.receive();
    if (begun.failure) give_up(*begun.failure);
    if (!answer.failure && !released.failure) return std::move(answer.rows);
    if (!answer.failure || answer.failure->kind == Failure::Kind::conflict)
        give_up(answer.failure ? *answer.failure : *released.failure);
    connection_.send(undo_step);
    connection_.send(release_step);
    if (const auto failure = connection_.finish()) give_up(*failure);
    throw_failure(*answer.failure);
}

// A script is a change of the schema: one server at a time, and the others begin again once they see it.
void Transaction::run_script(std::string_view sql) {
    require_going_on();
    if (mode_ == Mode::read) throw Broken("a script inside a read");
    const std::vector<std::string> statements = translate_script(sql);
    if (mode_ == Mode::ahead) give_up(Trouble::needs_care, "a script is run step by step");
    settle();
    const bool is_first = !has_run_script_;
    prepare_for_scripts();
    work_has_written_ = has_written_ = true;
    connection_.send(savepoint_step);
    if (is_first)
        for (const std::string_view statement : own_schema) connection_.send_once(statement);
    for (const std::string& statement : statements) connection_.send_once(statement);
    connection_.send(release_step);
    const auto failure = connection_.finish();
    if (!failure) return;
    // A table that is there already: another server has been here since this transaction began.
    constexpr std::string_view duplicate_table = "42P07";
    if (failure->kind == Failure::Kind::conflict || failure->state == duplicate_table)
        give_up(Trouble::conflict, failure->sentence);
    connection_.send(undo_step);
    connection_.send(release_step);
    if (const auto failed_again = connection_.finish()) give_up(*failed_again);
    if (is_first) has_run_script_ = false;  // our own tables are not there either
    throw_failure(*failure);
}

void Transaction::prepare_for_scripts() {
    connection_.set_deadline(Clock::now() + time_for_a_script);
    if (std::exchange(has_run_script_, true)) return;
    if (run_carefully(lock_schema, {})[0].integer(0) == 0)
        give_up(Trouble::conflict, "another server is at work on the schema");
    connection_.send_once("SET LOCAL lock_timeout = '10s'");
    connection_.send_once("SET LOCAL statement_timeout = 0");
    if (const auto failure = connection_.finish()) give_up(*failure);
}

void Transaction::invalidate_caches() {
    if (mode_ == Mode::read) throw Broken("a change of caches inside a read");
    work_invalidates_ = true;
}

// It is on its way since BEGIN: the first answer that is waited for anyway comes behind it.
void Transaction::require_generation(std::uint64_t seen) {
    require_going_on();
    if (!reads_generation_) return;
    required_generation_ = seen;
    compare_generation();
}

void Transaction::look_at_generation() {
    if (!required_generation_) return;
    require_going_on();
    connection_.send_flush();
    while (required_generation_)
        if (const Answer answer = receive(); answer.failure) give_up(*answer.failure);
}

// A work of the same transaction may have changed what this one goes by.
void Transaction::compare_generation() {
    if (!generation_ || !required_generation_) return;
    const std::uint64_t required = *std::exchange(required_generation_, std::nullopt);
    if (invalidates_ || *generation_ > required)
        throw Outdated("what was known about the caller has changed meanwhile");
}

std::int64_t Transaction::settled_through() {
    return reads_generation_ ? run(settled_query, {})[0].integer(0) : INT64_MAX;
}

std::vector<SchemaObject> Transaction::list_schema() { return postgres::list_schema(*this); }

void Transaction::begin_work() {
    work_has_written_ = false;
    work_invalidates_ = false;
    had_written_ = has_written_;
    had_run_script_ = has_run_script_;
    required_generation_.reset();
    if (mode_ == Mode::careful) send(savepoint_work, {}, Expect::any);
}

void Transaction::keep_work() {
    required_generation_.reset();
    require_going_on();
    if (mode_ == Mode::careful) send(release_work, {}, Expect::any);
    invalidates_ |= work_invalidates_;
}

void Transaction::undo_work() {
    required_generation_.reset();
    require_going_on();
    if (mode_ == Mode::careful) {
        send(undo_work_query, {}, Expect::any);
        send(release_work, {}, Expect::any);
        has_written_ = had_written_;
        has_run_script_ = had_run_script_;  // else our own tables are not there either, nor is its lock
    } else if (work_has_written_) {
        give_up(Trouble::needs_care, "a work has to be undone");
    }
}

void Transaction::settle() {
    require_going_on();
    if (expected_.empty()) return;
    connection_.send_flush();
    while (!expected_.empty())
        if (const Answer answer = receive(); answer.failure) give_up(*answer.failure);
}

// The counts are known before COMMIT is sent: a transaction that is not as it was expected to be is not to become
// durable.
bool Transaction::commit(std::int64_t marker) {
    try {
        settle();
    } catch (const RunAgain&) {
        return false;
    }
    if (invalidates_ && (reads_generation_ || has_run_script_)) connection_.send(move_generation);
    const bool moves = connection_.unanswered() > 0;
    if (has_written_ && (reads_generation_ || has_run_script_)) connection_.send(insert_marker, {marker});
    const std::size_t before = connection_.unanswered();
    connection_.take_warning();
    connection_.send(commit_query);
    connection_.send_sync();
    std::optional<Failure> failure;
    std::optional<std::uint64_t> moved;
    for (std::size_t i = 0; i <= before; ++i) {
        const Answer answer = connection_.receive();
        if (answer.failure && !failure) failure = answer.failure;
        if (moves && i == 0 && !answer.failure) moved = static_cast<std::uint64_t>(answer.rows[0].integer(0));
    }
    if (connection_.take_warning()) throw Lost{"the server warned of its COMMIT"};
    if (!failure && moved) generation_ = moved;
    if (!failure) return true;
    trouble_ = failure->kind == Failure::Kind::conflict ? Trouble::conflict : Trouble::needs_care;
    is_broken_ = failure->kind != Failure::Kind::unavailable;
    reason_ = failure->sentence;
    return false;
}

// After a failure nothing is done before a sync; where all has gone well, one wait is enough.
void Transaction::roll_back() {
    const bool has_gone_well = mode_ == Mode::read && trouble_ == Trouble::none && connection_.unanswered() == 0;
    expected_.clear();
    if (begins_by_itself()) {
        if (!has_gone_well)
            connection_.finish();
        else if (!has_ended_)
            connection_.send_sync();
        return;
    }
    if (!has_gone_well) connection_.finish();
    connection_.send(rollback);
    connection_.finish();
}

void Transaction::send(const Query& query, std::initializer_list<Parameter> parameters, Expect expect,
                       bool is_generation) {
    connection_.send(query, parameters);
    expected_.push_back({query, expect, is_generation});
}

// The oldest that has not been looked at. What it touched is compared with what was expected of it.
Answer Transaction::receive() {
    Answer answer = [&] {
        try {
            return connection_.receive();
        } catch (const Lost& lost) {
            trouble_ = Trouble::lost;
            reason_ = lost.sentence;
            throw;
        }
    }();
    const Expected expected = expected_.front();
    expected_.pop_front();
    if (answer.failure) return answer;
    if (expected.is_generation) note_generation(answer);
    if (expected.expect != Expect::any && answer.rows.changed() != 1)
        give_up(Trouble::needs_care, fmt::format("{} touched {} rows", expected.query.name, answer.rows.changed()));
    return answer;
}

Rows Transaction::receive_up_to_last() {
    while (expected_.size() > 1)
        if (const Answer answer = receive(); answer.failure) give_up(*answer.failure);
    Answer answer = receive();
    if (!answer.failure) return std::move(answer.rows);
    if (mode_ == Mode::ahead) give_up(*answer.failure);
    trouble_ = Trouble::needs_care;
    reason_ = answer.failure->sentence;
    throw_failure(*answer.failure);
}

void Transaction::note_generation(const Answer& answer) {
    generation_ = answer.rows.empty() ? 0 : static_cast<std::uint64_t>(answer.rows[0].integer(0));
    if (needs_place_ && (answer.rows.empty() || answer.rows[0].integer(1) != 1)) {
        has_lost_place_ = true;
        give_up(Trouble::conflict, "this server is not known to the others any more");
    }
    compare_generation();
}

void Transaction::require_going_on() const {
    if (trouble_ == Trouble::none) return;
    if (mode_ == Mode::read) throw Unavailable("the transaction was lost to an earlier failure");
    throw RunAgain();
}

void Transaction::note_write(const Query& query) {
    if (!only_reads(query)) work_has_written_ = has_written_ = true;
}

void Transaction::give_up(Trouble trouble, std::string reason) {
    trouble_ = trouble;
    reason_ = std::move(reason);
    if (mode_ == Mode::read) throw Unavailable(reason_);
    throw RunAgain();
}

void Transaction::give_up(const Failure& failure) {
    is_broken_ = failure.kind != Failure::Kind::unavailable;
    give_up(failure.kind == Failure::Kind::conflict ? Trouble::conflict : Trouble::needs_care, failure.sentence);
}

}  // namespace db::postgres
