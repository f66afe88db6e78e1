#include "store/console_sessions.h"

namespace store {
namespace {

#define CONSOLE_SESSION_COLUMNS "secret_sha256, holder_kind, reseller_id, holder_id, created_at, seen_at"

constexpr db::Query find_query{"find_console_session",
                               "SELECT " CONSOLE_SESSION_COLUMNS " FROM console_session WHERE secret_sha256 = $1"};
constexpr db::Query insert_query{"insert_console_session", "INSERT INTO console_session (" CONSOLE_SESSION_COLUMNS
                                                           ") VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr db::Query note_use_query{"note_use_of_console_session",
                                   "UPDATE console_session SET seen_at = $2 WHERE secret_sha256 = $1 AND seen_at < $2"};
constexpr db::Query delete_query{"delete_console_session", "DELETE FROM console_session WHERE secret_sha256 = $1"};
constexpr db::Query delete_idle_query{"delete_idle_console_sessions",
                                      "DELETE FROM console_session WHERE secret_sha256 IN"
                                      " (SELECT secret_sha256 FROM console_session WHERE seen_at < $1 LIMIT $2)"};

}  // namespace

std::optional<ConsoleSession> find_console_session(db::Tx& tx, std::string_view secret_sha256) {
    const db::Rows rows = tx.run(find_query, {secret_sha256});
    if (rows.empty()) return std::nullopt;
    return ConsoleSession{
        .secret_sha256 = rows[0].text(0),
        .holder = SessionHolder(rows[0].integer(1)),
        .reseller_id = rows[0].integer(2),
        .holder_id = rows[0].integer(3),
        .created_at = from_milliseconds(rows[0].integer(4)),
        .seen_at = from_milliseconds(rows[0].integer(5)),
    };
}

void insert_console_session(db::Tx& tx, const ConsoleSession& session) {
    tx.change(insert_query,
              {session.secret_sha256, int(session.holder), session.reseller_id, session.holder_id,
               to_milliseconds(session.created_at), to_milliseconds(session.seen_at)},
              db::Expect::any);
}

void note_use_of_console_session(db::Tx& tx, std::string_view secret_sha256, Instant at) {
    tx.change(note_use_query, {secret_sha256, to_milliseconds(at)}, db::Expect::any);
}

void delete_console_session(db::Tx& tx, std::string_view secret_sha256) {
    tx.change(delete_query, {secret_sha256}, db::Expect::any);
    tx.invalidate_caches();
}

void delete_idle_console_sessions(db::Tx& tx, Instant seen_before, int limit) {
    tx.change(delete_idle_query, {to_milliseconds(seen_before), limit}, db::Expect::any);
}

}  // namespace store
