#include "db/postgres_claim.h"

namespace db::postgres {
namespace {

constexpr auto patience = std::chrono::seconds(2);

constexpr Query try_lock{"try_claim", "SELECT CAST(pg_try_advisory_lock(1347571268, 1) AS INTEGER)"};
constexpr Query set_name{"set_claim", "UPDATE generation SET claimed_by = $1 WHERE id = 1 AND claimed_by <> $1"};
constexpr Query find_holder{
    "find_claim_holder",
    "SELECT coalesce(CAST(a.application_name AS TEXT), ''), a.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = "
    "l.pid"
    " JOIN pg_database d ON d.oid = l.database AND d.datname = current_database() WHERE l.locktype = 'advisory'"
    " AND l.granted AND l.classid = 1347571268 AND l.objid = 1 AND l.objsubid = 2"};
constexpr Query end_session{"end_own_session", "SELECT CAST(pg_terminate_backend(CAST($1 AS INTEGER)) AS INTEGER)"};

}  // namespace

void Claim::want() {
    patient_until_ = Clock::now() + patience;
    state_.store(State::doubtful, std::memory_order_release);
}

void Claim::doubt() {
    State held = State::held;
    if (state_.compare_exchange_strong(held, State::doubtful) && hurry_) hurry_();
}

// What has been taken once on a connection may be taken there again.
void Claim::look(Connection& connection) {
    if (state() != State::doubtful) return;
    if (take(connection)) {
        was_held_ = true;
        state_.store(State::held, std::memory_order_release);
        return;
    }
    const Rows holders = rows_of(connection.ask(find_holder));
    if (holders.empty()) return;
    if (holders[0].text(0) == name_) {
        // A connection that is of no use any more: the server's end of it is still there.
        rows_of(connection.ask(end_session, {holders[0].integer(1)}));
        return;
    }
    if (was_held_ || Clock::now() >= patient_until_) state_.store(State::refused, std::memory_order_release);
}

bool Claim::take(Connection& connection) {
    if (rows_of(connection.ask(try_lock))[0].integer(0) == 0) return false;
    rows_of(connection.ask(set_name, {name_}));
    return true;
}

}  // namespace db::postgres
