#include "db/sqlite_connection.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cassert>
#include <charconv>
#include <chrono>
#include <cstring>
#include <thread>

#include "db/statement_work.h"

namespace db::sqlite {
namespace {

int primary(int code) { return code & 0xff; }

bool is_duplicate(int code) {
    return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID;
}

// The n of "$n"; 0 for any other kind of placeholder.
int parameter_number(const char* name) {
    if (name == nullptr || name[0] != '$') return 0;
    const char* end = name + std::strlen(name);
    int number = 0;
    const auto [rest, error] = std::from_chars(name + 1, end, number);
    return error == std::errc{} && rest == end ? number : 0;
}

std::vector<int> map_parameters(sqlite3_stmt* statement, const Query& query) {
    std::vector<int> index_of(static_cast<std::size_t>(sqlite3_bind_parameter_count(statement)), 0);
    for (int index = 1; index <= sqlite3_bind_parameter_count(statement); ++index) {
        const int number = parameter_number(sqlite3_bind_parameter_name(statement, index));
        if (number < 1 || number > static_cast<int>(index_of.size()))
            throw Broken(fmt::format("{}: its placeholders are not $1 to ${}", query.name, index_of.size()));
        index_of[static_cast<std::size_t>(number - 1)] = index;
    }
    return index_of;
}

std::string immutable_uri(const std::string& path) {
    std::string uri = "file:";
    for (const char c : path) {
        if (c == '%' || c == '?' || c == '#')
            uri += fmt::format("%{:02x}", static_cast<unsigned>(c));
        else
            uri += c;
    }
    return uri + "?immutable=1";
}

bool is_blank(const char* sql) { return sql[std::strspn(sql, " \t\r\n;")] == '\0'; }

class ResetAtEnd {
public:
    explicit ResetAtEnd(sqlite3_stmt* statement) : statement_(statement) {}
    ~ResetAtEnd() { sqlite3_reset(statement_); }  // repeats the error of the last step: thrown already
    ResetAtEnd(const ResetAtEnd&) = delete;

private:
    sqlite3_stmt* statement_;
};

}  // namespace

bool is_transient(int code) {
    switch (primary(code)) {
    case SQLITE_BUSY:
    case SQLITE_CANTOPEN:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_PERM:
    case SQLITE_PROTOCOL:
    case SQLITE_READONLY: return true;
    default: return false;
    }
}

void Connection::CloseHandle::operator()(sqlite3* handle) const { sqlite3_close(handle); }
void Connection::FinalizeStatement::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Connection::Connection(const ConnectionOptions& options) : busy_timeout_ms_(options.busy_timeout_ms) {
    open(options);
    configure(options);
}

Connection::~Connection() = default;

void Connection::open(const ConnectionOptions& options) {
    const bool is_alone = options.access == Access::read_only_alone;
    const bool is_immutable = options.access == Access::read_only_immutable;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    flags |= options.access == Access::read_write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    if (is_immutable) flags |= SQLITE_OPEN_URI;
    const std::string name = is_immutable ? immutable_uri(options.path) : options.path;
    const std::string vfs = is_alone ? "unix-none" : options.vfs;  // without any locks
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &handle, flags, vfs.empty() ? nullptr : vfs.c_str());
    handle_.reset(handle);
    if (code != SQLITE_OK) fail(code, "");
    if (!is_alone) return;
    // The index of the WAL is then kept in memory, not in a file; and at the end the WAL stays as it is.
    execute("PRAGMA locking_mode = EXCLUSIVE", "");
    sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

void Connection::configure(const ConnectionOptions& options) {
    sqlite3_busy_timeout(handle(), busy_timeout_ms_);
    // A misspelt column in double quotes is an error, not a string.
    sqlite3_db_config(handle(), SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle(), SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    // In WAL mode EXTRA is FULL. For the switch to it, which is a commit of the older kind, EXTRA also makes durable
    // that the rollback journal is gone: one that came back after a power loss would take the whole database with it.
    execute("PRAGMA synchronous = EXTRA", "");
    if (options.access == Access::read_write) {
        if (sqlite3_db_readonly(handle(), "main") == 1) throw Unavailable("it is read-only");
        const Rows mode = run({"", "PRAGMA journal_mode = WAL"});
        if (mode.empty() || mode[0].text(0) != "wal") throw Broken("the file cannot be put into WAL mode");
    }
    const std::string settings = fmt::format(
        "PRAGMA foreign_keys = ON;"
        "PRAGMA trusted_schema = OFF;"
        "PRAGMA temp_store = MEMORY;"
        "PRAGMA wal_autocheckpoint = 0;"
        "PRAGMA cache_size = -{};"
        "PRAGMA cache_spill = {};"
        "PRAGMA journal_size_limit = {};",
        options.cache_kib, options.spill_pages, options.wal_size_limit_bytes);
    execute(settings.c_str(), "");
    const auto note_commit = [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Connection*>(self)->wal_pages_ = pages;
        ++static_cast<Connection*>(self)->commits_;
        return SQLITE_OK;
    };
    sqlite3_wal_hook(handle(), note_commit, this);
}

Rows Connection::run(Statement& statement, const Query& query, std::initializer_list<Parameter> parameters) {
    bind(statement, query, parameters);
    sqlite3_stmt* const step = statement.handle.get();
    const ResetAtEnd reset_at_end(step);
    const std::int64_t changes_before = sqlite3_total_changes64(handle());

    int code = sqlite3_step(step);
    const int columns = sqlite3_column_count(step);  // only now: the first step prepares anew after a schema change
    Rows rows(static_cast<std::size_t>(columns));
    for (; code == SQLITE_ROW; code = sqlite3_step(step)) add_row(rows, step, columns, query);
    StatementWork& work = statement_work_of_this_thread();
    ++work.statements;
    work.steps += static_cast<std::uint64_t>(sqlite3_stmt_status(step, SQLITE_STMTSTATUS_VM_STEP, 1));
    if (code != SQLITE_DONE) fail(code, query.name);
    if (!statement.is_read_only && sqlite3_total_changes64(handle()) != changes_before)
        rows.set_changed(static_cast<std::size_t>(sqlite3_changes64(handle())));
    return rows;
}

void Connection::run_script(std::string_view sql) { execute(std::string(sql).c_str(), "script"); }

void Connection::execute(const char* sql, std::string_view what) {
    const int code = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code, what);
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle()) == 0; }

bool Connection::roll_back() noexcept {
    if (in_transaction()) sqlite3_exec(handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    return !in_transaction();
}

Connection::Checkpoint Connection::checkpoint(int mode, int busy_timeout_ms) {
    Checkpoint result;
    sqlite3_busy_timeout(handle(), busy_timeout_ms);
    const int code = sqlite3_wal_checkpoint_v2(handle(), "main", mode, &result.pages, &result.copied);
    sqlite3_busy_timeout(handle(), busy_timeout_ms_);
    if (code != SQLITE_OK && primary(code) != SQLITE_BUSY) result.failure = Failure{code, describe(code)};
    return result;
}

void Connection::back_up(const std::string& into) {
    constexpr int pages_in_a_step = 1'024;
    sqlite3* opened = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE;
    int code = sqlite3_open_v2(into.c_str(), &opened, flags, nullptr);
    const std::unique_ptr<sqlite3, CloseHandle> copy(opened);
    if (code != SQLITE_OK) fail(code, into);
    // One snapshot, from the first page to the last: else the copy would begin anew with each commit.
    execute("BEGIN; SELECT count(*) FROM sqlite_schema", "back_up");
    sqlite3_backup* const backup = sqlite3_backup_init(copy.get(), "main", handle(), "main");
    if (backup != nullptr) do {
            code = sqlite3_backup_step(backup, pages_in_a_step);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        } while (code == SQLITE_OK);
    const int finished = sqlite3_backup_finish(backup);
    roll_back();
    if (backup == nullptr || code != SQLITE_DONE || finished != SQLITE_OK)
        throw Unavailable(fmt::format("{} cannot be written: {}", into, sqlite3_errmsg(copy.get())));
}

// The address finds the statement, the text confirms it: a query that was no literal after all must not run another's
// SQL.
Connection::Statement& Connection::prepare(const Query& query) {
    const auto found = statements_.find(query.sql.data());
    if (found != statements_.end() && found->second.sql == query.sql) return found->second;
    return statements_.insert_or_assign(query.sql.data(), prepare_anew(query)).first->second;
}

Connection::Statement Connection::prepare_anew(const Query& query) {
    Statement statement;
    statement.sql = query.sql;
    sqlite3_stmt* prepared = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v3(handle(), statement.sql.c_str(), static_cast<int>(statement.sql.size() + 1),
                                        SQLITE_PREPARE_PERSISTENT, &prepared, &rest);
    statement.handle.reset(prepared);
    if (code != SQLITE_OK) fail(code, query.name);
    if (prepared == nullptr || !is_blank(rest)) throw Broken(fmt::format("{}: not exactly one statement", query.name));
    statement.index_of = map_parameters(prepared, query);
    statement.is_read_only = sqlite3_stmt_readonly(prepared) != 0;
    return statement;
}

void Connection::bind(const Statement& statement, const Query& query, std::initializer_list<Parameter> parameters) {
    if (parameters.size() != statement.index_of.size())
        throw Broken(fmt::format("{}: wants {} parameters, was given {}", query.name, statement.index_of.size(),
                                 parameters.size()));
    auto index = statement.index_of.begin();
    for (const Parameter& parameter : parameters) {
        int code = SQLITE_OK;
        if (const auto* text = std::get_if<std::string_view>(&parameter.value())) {
            // Borrowed, as the contract allows. A null pointer would bind NULL instead of an empty text.
            const char* bytes = text->data() ? text->data() : "";
            code = sqlite3_bind_text64(statement.handle.get(), *index, bytes, text->size(), SQLITE_STATIC, SQLITE_UTF8);
        } else if (const auto* integer = std::get_if<std::int64_t>(&parameter.value())) {
            code = sqlite3_bind_int64(statement.handle.get(), *index, *integer);
        } else {
            code = sqlite3_bind_null(statement.handle.get(), *index);
        }
        if (code != SQLITE_OK) fail(code, query.name);
        ++index;
    }
}

// A value is asked for once, not once for each thing to know about it. SQLite allows that to whoever alone uses the
// connection, as everybody here does. As a blob, a text is not copied to be given a zero at its end.
void Connection::add_row(Rows& rows, sqlite3_stmt* statement, int columns, const Query& query) {
    for (int column = 0; column < columns; ++column) {
        sqlite3_value* const value = sqlite3_column_value(statement, column);
        switch (sqlite3_value_type(value)) {
        case SQLITE_NULL: rows.add(nullptr); break;
        case SQLITE_INTEGER: rows.add(sqlite3_value_int64(value)); break;
        case SQLITE_TEXT: {
            const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
            const auto length = static_cast<std::size_t>(sqlite3_value_bytes(value));
            if (bytes == nullptr && length > 0) fail(SQLITE_NOMEM, query.name);
            rows.add(bytes ? std::string_view(bytes, length) : std::string_view());
            break;
        }
        default: throw Broken(fmt::format("{}: column {} is neither integer nor text", query.name, column));
        }
    }
}

void Connection::fail(int code, std::string_view what) {
    std::string reason = describe(code);
    const std::string message = what.empty() ? reason : fmt::format("{}: {}", what, reason);
    if (is_duplicate(code)) throw Duplicate(message);
    if (!is_transient(code)) throw Broken(message);
    failure_ = Failure{code, std::move(reason)};
    throw Unavailable(message);
}

// "disk I/O error (code 1034: Input/output error)"
std::string Connection::describe(int code) const {
    const char* message = handle_ ? sqlite3_errmsg(handle()) : sqlite3_errstr(code);
    const int system_error = handle_ ? sqlite3_system_errno(handle()) : 0;
    if (system_error == 0 || !is_transient(code)) return fmt::format("{} (code {})", message, code);
    return fmt::format("{} (code {}: {})", message, code, std::strerror(system_error));
}

}  // namespace db::sqlite
