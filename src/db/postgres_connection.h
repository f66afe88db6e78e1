// One connection to a PostgreSQL server, in pipeline mode: statements are sent, and later their answers received in the
// same order. Prepared statements, parameters, rows, and what its error codes mean. Used by one thread; begins and ends
// no transaction by itself. Each wait ends with the deadline, but for that of libpq's for a name server, which ends
// when the system's resolver gives up.

#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "db/database.h"
#include "db/postgres_address.h"
#include "db/postgres_refusal.h"

struct pg_conn;
struct pg_result;

namespace db::postgres {

using Clock = std::chrono::steady_clock;

// The connection is of no use any more: broken, or its deadline has passed. Nobody knows what the server did with what
// had been sent. No std::exception: a work that catches those is not to take it for a refusal.
struct Lost {
    std::string sentence;
};

// The server has no connection left for us.
class Crowded : public Unavailable {
    using Unavailable::Unavailable;
};

// Why a statement was refused.
struct Failure {
    enum class Kind {
        duplicate,    // a key, or a UNIQUE constraint
        conflict,     // with another transaction: run again
        unavailable,  // trying later may help
        broken,
        skipped,  // an earlier statement failed
    };
    Kind kind;
    std::string sentence;    // names the statement, never a value
    std::string state = {};  // SQLSTATE
};
[[noreturn]] void throw_failure(const Failure&);

struct Answer {
    std::optional<Failure> failure;
    Rows rows;
};
Rows rows_of(Answer);  // throws its failure

class Connection {
    struct Finish {
        void operator()(pg_conn*) const;
    };

public:
    // To the first of the servers that takes writes. Throws Unavailable where waiting may help, else Broken: a sentence
    // that names the address and no secret.
    // `statements_kept`: so many are kept prepared, at most. For reads: statements between two syncs read one snapshot,
    // and write nothing, without BEGIN; make_room() is to be called between two such transactions.
    enum class Use { everything, reads };
    Connection(const PostgresAddress&, Clock::time_point deadline, Use use = Use::everything,
               std::size_t statements_kept = 1'000);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    bool is_for_reads() const { return use_ == Use::reads; }

    void set_deadline(Clock::time_point deadline) { deadline_ = deadline; }

    // The texts are copied. Throws Broken, and has sent nothing, where PostgreSQL could not keep one: U+0000, or what
    // is not UTF-8.
    void send(const Query&, std::initializer_list<Parameter> parameters = {});
    // Not prepared: for what is said once.
    void send_once(std::string_view sql);
    void send_flush();  // the server is to answer now what it has been sent
    void send_sync();   // and to go on after a failure
    void make_room();   // forgets what is prepared, if it is too much

    // Of the oldest statement that has not been answered for. A sync before it is passed over.
    Answer receive();
    std::size_t unanswered() const { return unanswered_; }
    // send(), send_sync(), receive(): for who has nothing else under way.
    Answer ask(const Query&, std::initializer_list<Parameter> parameters = {});
    // Sends a sync and receives all that is left; the first failure, if there was one.
    std::optional<Failure> finish();

    // Whether a warning has arrived since the last call: after a COMMIT, that it is not certain after all.
    bool take_warning() { return std::exchange(is_warned_, false); }

    // What was prepared is not there any more, or not as it was: another connection helps.
    bool is_stale() const { return is_stale_; }

    bool has_own_schema() const { return has_own_schema_; }  // as of the last look
    void look_for_own_schema();

private:
    struct Statement {
        std::string sql;
        std::string name;
        bool is_prepared = false;
    };
    struct Sent {
        enum class Kind { prepare, execute, sync };
        Kind kind;
        std::string_view name;  // of the query: literals live on
        Statement* statement;
    };

    std::optional<Refusal> connect(const PostgresAddress::Parameters&);  // absent: it is connected
    void require_usable_server();
    void configure();
    void put_parameters(const Query&, std::initializer_list<Parameter>);
    void require_sent(int result);
    void wait(bool for_writing);
    void flush_output();
    std::unique_ptr<pg_result, void (*)(pg_result*)> next_result();
    Answer read_answer(pg_result*, std::string_view name);
    Failure describe(pg_result*, std::string_view name);
    [[noreturn]] static void lose(std::string_view sentence);

    Clock::time_point deadline_;
    const Use use_;
    const std::size_t statements_kept_;
    std::unique_ptr<pg_conn, Finish> handle_;
    std::unordered_map<const char*, Statement> statements_;  // by the literal's address
    int statements_named_ = 0;
    std::deque<Sent> sent_;
    std::size_t unanswered_ = 0;
    std::optional<Failure> failure_of_prepare_;
    bool is_warned_ = false;
    bool is_stale_ = false;
    bool has_own_schema_ = false;

    // For one call of send():
    std::string texts_;
    std::vector<std::ptrdiff_t> places_;  // -1: NULL
    std::vector<const char*> values_;
};

}  // namespace db::postgres
