// The one seam under the engine: a transaction that runs named queries. Drivers implement it (sqlite.cc, postgres.cc);
// each query text in store/ is written once and must run on all of them. Used by store/ (Tx) and by the joiner
// in dialect/ and server/ (Database). Knows nothing of accounts, HTTP or event loops.
//
// A refusal is not an exception here. What throws is a broken machine: db::Unavailable where trying again later may
// help (queue full, disk full, I/O error, read-only file), db::Broken for the rest (a bug, a corrupt file).

#pragma once

#include <cassert>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace db {

class Unavailable : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Broken : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A key or a UNIQUE constraint that the statement would have broken. The statement has had no effect; the transaction
// goes on.
class Duplicate : public Broken {
    using Broken::Broken;
};

// What the caller remembers is older than the transaction: see Tx::require_generation(). Nothing has been done; who
// asks again with what is so now gets on.
class Outdated : public Unavailable {
    using Unavailable::Unavailable;
};

// A parameter of a query: null, a 64-bit integer or UTF-8 text. Text is borrowed until the query has run.
class Parameter {
public:
    Parameter(std::nullptr_t) {}
    Parameter(std::int64_t value) : value_(value) {}
    Parameter(int value) : value_(std::int64_t{value}) {}
    Parameter(bool value) : value_(std::int64_t{value}) {}
    Parameter(std::string_view value) : value_(value) {}
    Parameter(const std::string& value) : value_(std::string_view(value)) {}
    Parameter(const char* value) : value_(std::string_view(value)) {}
    template <class T>
    Parameter(const std::optional<T>& value) {
        if (value) *this = Parameter(*value);
    }

    const std::variant<std::monostate, std::int64_t, std::string_view>& value() const { return value_; }

private:
    std::variant<std::monostate, std::int64_t, std::string_view> value_;
};

class Rows;

// One row of a result, as long as its Rows live. Asking for a column that is not there, or for a type that it does not
// have, throws Broken.
class Row {
public:
    Row(const Rows& rows, std::size_t row) : rows_(rows), row_(row) {}

    std::int64_t integer(std::size_t column) const;
    std::string text(std::size_t column) const;
    std::optional<std::int64_t> find_integer(std::size_t column) const;  // absent: NULL
    std::optional<std::string> find_text(std::size_t column) const;      // absent: NULL

private:
    const Rows& rows_;
    std::size_t row_;
};

// All rows of a result, owned: the values of one row after the other, and the characters of all texts in one piece, so
// that a page of rows costs no allocation for each text.
class Rows {
public:
    explicit Rows(std::size_t columns = 0) : columns_(columns) {}

    // For drivers: the next value, column by column, row by row.
    void add(std::nullptr_t) { values_.push_back({Type::null, 0, 0}); }
    void add(std::int64_t value) { values_.push_back({Type::integer, 0, value}); }
    void add(std::string_view text) {
        values_.push_back(
            {Type::text, static_cast<std::uint32_t>(text.size()), static_cast<std::int64_t>(texts_.size())});
        texts_ += text;
    }
    void set_changed(std::size_t changed) { changed_ = changed; }

    bool empty() const { return values_.empty(); }
    std::size_t size() const { return columns_ == 0 ? 0 : values_.size() / columns_; }
    Row operator[](std::size_t row) const {
        assert(row < size());
        return Row(*this, row);
    }
    std::size_t changed() const { return changed_; }  // rows that an INSERT, UPDATE or DELETE touched

private:
    friend class Row;

    enum class Type : std::uint32_t { null, integer, text };
    struct Value {
        Type type;
        std::uint32_t length;  // of a text
        std::int64_t number;   // of a text: where it begins in texts_
    };

    const Value& at(std::size_t row, std::size_t column) const {
        if (column >= columns_) fail(column);
        return values_[row * columns_ + column];
    }
    const Value& at(std::size_t row, std::size_t column, Type wanted) const {
        const Value& value = at(row, column);
        if (value.type != wanted) fail(column, value.type, wanted);
        return value;
    }
    std::string text_of(const Value& value) const {
        return texts_.substr(static_cast<std::size_t>(value.number), value.length);
    }
    [[noreturn]] void fail(std::size_t column) const;
    [[noreturn]] static void fail(std::size_t column, Type found, Type wanted);

    std::size_t columns_;
    std::vector<Value> values_;
    std::string texts_;
    std::size_t changed_ = 0;
};

inline std::int64_t Row::integer(std::size_t column) const {
    return rows_.at(row_, column, Rows::Type::integer).number;
}

inline std::string Row::text(std::size_t column) const {
    return rows_.text_of(rows_.at(row_, column, Rows::Type::text));
}

inline std::optional<std::int64_t> Row::find_integer(std::size_t column) const {
    if (rows_.at(row_, column).type == Rows::Type::null) return std::nullopt;
    return integer(column);
}

inline std::optional<std::string> Row::find_text(std::size_t column) const {
    if (rows_.at(row_, column).type == Rows::Type::null) return std::nullopt;
    return text(column);
}

struct Query {
    std::string_view name;  // shows up in logs and errors; becomes PostgreSQL's name of the prepared statement
    std::string_view
        sql;  // $1, $2, ... as placeholders, in any order, each as often as wanted; a literal with static life
};

// How many rows a change is to touch.
enum class Expect {
    any,
    one,      // else Broken
    new_row,  // an INSERT that says ON CONFLICT (what it may collide on) DO NOTHING: none is Duplicate
};

// Something that stands in the database's schema. `what` says what it is like, in words that mean something only beside
// those of the same database.
struct SchemaObject {
    enum class Kind { table, column, index, other };
    Kind kind;
    std::string name;  // of a column: "account.uid"; of something else: "the trigger x"
    std::string what;
    // Of a column:
    bool is_text = false;
    int key_place = 0;            // in the primary key, from 1; 0: it does not belong to it
    std::string references = {};  // the table whose rows it refers to
};

class Tx {
public:
    virtual ~Tx() = default;

    virtual Rows run(const Query&, std::initializer_list<Parameter> parameters) = 0;

    // What a read most likely ends with: a remote database is asked to end the transaction with the same message. If
    // the work runs something after it, it runs once more from its beginning, without that.
    virtual Rows run_last(const Query& query, std::initializer_list<Parameter> parameters) {
        return run(query, parameters);
    }

    // A write of which nothing is wanted back. A remote database is not waited for: it may be looked at later whether
    // it has touched as many rows as expected. If not, all is undone and work runs again, and only then this throws, as
    // run() does. A key that breaks although the statement does not name it (an id that was given twice) is
    // Unavailable: the next try has another id.
    virtual void change(const Query& query, std::initializer_list<Parameter> parameters, Expect expected);

    // What Database::generation() was when the caller learned what it goes by. If this transaction comes after a later
    // one, Outdated is thrown: here, by what is asked for next, or, where nothing is, at the end of the work, whatever
    // that has come to. A database with one process need not look: its caches are never behind.
    virtual void require_generation(std::uint64_t /*seen*/) {}

    // Up to which id nothing will come in between any more of what any server numbers, as of this transaction: see
    // Database::share_ids(). With one writer there is no such limit.
    virtual std::int64_t settled_through() { return INT64_MAX; }

    // All that is there, but what the database and the driver need for themselves: tables and their columns, in the
    // order of their names, then the rest.
    virtual std::vector<SchemaObject> list_schema() = 0;

    // Whose file it is, where a file says so (PRAGMA application_id); 0: it does not say.
    virtual std::uint32_t application_id() { return 0; }

    // Several statements without parameters, separated by semicolons: schema changes only.
    virtual void run_script(std::string_view sql) = 0;

    // To be called by whoever changes what callers keep in memory (credentials, resellers, promotions): once this
    // transaction has committed, Database::generation() differs from what it was.
    virtual void invalidate_caches() = 0;
};

enum class Outcome { keep, undo };

// So many servers may number at the same time: each has a slot of its own.
constexpr int id_slots = 64;

// How a process numbers what its works write. Any thread.
struct Ids {
    std::function<std::int64_t()> settle;  // no id from here on is at or below what it returns, which grows with time
    std::function<void(std::int64_t)> raise_above;        // all ids from here on are above that
    std::function<std::int64_t(Tx&)> find_greatest = {};  // that anybody has written

    // Called where several servers number: from here on ids are of that slot, and none is above `through`, or what was
    // reserved for the slot before. Absent: ids are unique by other means.
    std::function<void(int slot, std::int64_t through)> reserve = {};
    std::int64_t reserved_ahead = 0;  // so far above settle() is reserved each time
};

class Database {
public:
    virtual ~Database() = default;

    using Work = std::function<Outcome(Tx&)>;
    using Done = std::function<void(std::exception_ptr)>;

    // Runs work inside a write transaction, on a thread of the database's choosing, and calls done (on any thread) only
    // once its effects are durable, or undone, or have failed. Until then nobody may be told. Works that wait together
    // are committed together; an exception or Outcome::undo undoes that work alone. May run work more than once (after
    // a serialisation failure, or when another work of the same commit had to be undone): work must have no effect
    // outside its Tx that a second run does not overwrite. done gets what work threw, or Unavailable: the queue is full
    // (then done is called before write() returns), work waited longer than the deadline (in both cases it was not
    // begun), or the commit failed (then nobody can know yet whether its effects will be there after a restart; until
    // then they are not). done must not throw.
    virtual void write(Work work, Done done) = 0;

    // Runs work on a read-only snapshot of what is durable. An embedded database runs it and done at once, on the
    // calling thread; a remote one may use any thread, and may run work more than once (see Tx::run_last()).
    virtual void read(Work work, Done done) = 0;

    // Changes after each commit that called Tx::invalidate_caches(). Cheap: read it on every request.
    virtual std::uint64_t generation() const = 0;

    // Whether other processes may write to it at the same time. If not, whoever has it open is the only one to do its
    // work.
    virtual bool is_shared() const { return false; }

    // To be called once, before the first work that draws an id, which it does within the work. What others may write
    // at the same time is taken into account from then on by Tx::settled_through(), and so is this process by others.
    // Throws Broken where all slots are taken.
    virtual void share_ids(Ids) {}

    // From here on `compare` is told what the database's clock says (in milliseconds since 1970), and how long it took
    // to ask it: once before this returns, if that can be had, and again and again on another thread. A database on the
    // same machine has no clock of its own.
    virtual void share_clock(std::function<void(std::int64_t now_ms, std::chrono::microseconds took)> /*compare*/) {}

    // From here on this process alone is to write for good; whoever else claims it is refused (false), until this one
    // ends, by whatever means. Commands may write beside it. Once somebody else has it after all, because the
    // connection was lost for a while, all writes are Unavailable. A database with one process has nobody else.
    virtual bool claim_alone() { return true; }

    // Whether another process has it open at this moment, as far as can be seen. A file has been locked by whoever
    // opened it. Waits for the database; throws as read_and_wait() does.
    virtual bool is_open_elsewhere() { return false; }

    // Runs a script of CREATE [UNIQUE] INDEX IF NOT EXISTS, and nothing else, while others write; for as long as it
    // takes. Not in one transaction where the database can do without: what has been made stays if the rest fails.
    // Waits for the database; throws as write_and_wait() does.
    virtual void make_indexes(std::string_view script);

    // In words, what is wrong with the file itself (not with the accounts in it); empty: nothing.
    virtual std::vector<std::string> check_integrity() = 0;
};

// The same, for those who may block: start-up, the command line, tests. What work throws, and what done is told, is
// thrown.
void write_and_wait(Database&, const std::function<void(Tx&)>& work);
void read_and_wait(Database&, const std::function<void(Tx&)>& work);

// For drivers: throws what a change deserves that touched so many rows.
void require_changed(std::size_t changed, const Query&, Expect);

}  // namespace db
