// One connection to a SQLite file: prepared statements, parameters, rows, and what its error codes mean. The writer,
// the checkpointer and each reader have their own; none is used by two threads at once. It begins and ends no
// transaction by itself.

#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "db/database.h"

struct sqlite3;
struct sqlite3_stmt;

namespace db::sqlite {

enum class Access {
    read_only,
    read_write,
    // For whoever knows that no process writes to the file meanwhile; nothing is made beside it:
    read_only_alone,      // with what its WAL holds
    read_only_immutable,  // as if there were no WAL
};

struct ConnectionOptions {
    std::string path;
    std::string vfs;
    Access access = Access::read_write;
    int busy_timeout_ms = 2'000;  // for what is outside this process: inside, nobody waits for a lock of SQLite's
    std::int64_t cache_kib = 2'048;
    std::int64_t spill_pages = 0;  // a transaction keeps so many changed pages in memory, even beyond the cache
    std::int64_t wal_size_limit_bytes = -1;  // a reset WAL file that is longer is cut to this
};

// What the machine could not do. The code is SQLite's extended one; the reason is for the log.
struct Failure {
    int code;
    std::string reason;
};

class Connection {
    struct CloseHandle {
        void operator()(sqlite3*) const;
    };
    struct FinalizeStatement {
        void operator()(sqlite3_stmt*) const;
    };

public:
    struct Statement {
        std::string sql;
        std::unique_ptr<sqlite3_stmt, FinalizeStatement> handle;
        std::vector<int> index_of;  // SQLite's index of $1, $2, ...: it numbers them by first appearance
        bool is_read_only = true;
    };

    explicit Connection(const ConnectionOptions&);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // The statement stays the connection's, for the next time.
    Statement& prepare(const Query&);

    // Throws Duplicate, Unavailable or Broken; the statement then has had no effect, and where SQLite had to give up
    // the whole transaction, in_transaction() says so.
    Rows run(Statement&, const Query&, std::initializer_list<Parameter> parameters);
    Rows run(const Query& query, std::initializer_list<Parameter> parameters = {}) {
        return run(prepare(query), query, parameters);
    }
    void run_script(std::string_view sql);

    bool in_transaction() const;
    // Leaves no transaction open; false when that failed and only closing the connection helps.
    bool roll_back() noexcept;

    struct Checkpoint {
        int pages = 0;   // in the WAL
        int copied = 0;  // of those
        std::optional<Failure> failure;
    };
    // Outside a transaction. That somebody still reads the WAL is no failure.
    Checkpoint checkpoint(int mode, int busy_timeout_ms);

    // Copies what is committed now into a new file, page by page, in steps between which others get on.
    void back_up(const std::string& into);

    // The last failure that made run() throw Unavailable, even if the exception was swallowed; forgotten by asking.
    std::optional<Failure> take_failure() { return std::exchange(failure_, std::nullopt); }

    int wal_pages() const { return wal_pages_; }        // in the WAL after the last commit of this connection
    std::uint64_t commits() const { return commits_; }  // that had something to write

private:
    sqlite3* handle() const { return handle_.get(); }
    void open(const ConnectionOptions&);
    void configure(const ConnectionOptions&);
    void execute(const char* sql, std::string_view what);
    Statement prepare_anew(const Query&);
    void bind(const Statement&, const Query&, std::initializer_list<Parameter>);
    void add_row(Rows&, sqlite3_stmt*, int columns, const Query&);
    [[noreturn]] void fail(int code, std::string_view what);  // throws what a code that SQLite returned deserves
    std::string describe(int code) const;

    const int busy_timeout_ms_;
    std::unique_ptr<sqlite3, CloseHandle> handle_;
    std::unordered_map<const char*, Statement> statements_;  // by the literal's address
    std::optional<Failure> failure_;
    int wal_pages_ = 0;
    std::uint64_t commits_ = 0;
};

// Whether trying again later may help.
bool is_transient(int code);

}  // namespace db::sqlite
