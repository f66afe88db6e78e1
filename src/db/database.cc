#include "db/database.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <utility>

namespace db {
namespace {

const char* name_of_type(const Value& value) {
    switch (value.index()) {
    case 0: return "NULL";
    case 1: return "an integer";
    default: return "text";
    }
}

template <class T>
const T& expect(const Value& value, std::size_t column, const char* wanted) {
    if (const T* found = std::get_if<T>(&value)) return *found;
    throw Broken(fmt::format("column {} is {}, not {}", column, name_of_type(value), wanted));
}

// Bridges a callback to a caller that may block. No std::promise: it keeps a second reference to the exception, on the
// thread that called back.
class Waiter {
public:
    Database::Done done() {
        return [this](std::exception_ptr failure) {
            const std::lock_guard lock(mutex_);
            failure_ = std::move(failure);
            is_done_ = true;
            changed_.notify_one();  // under the lock: the waiter may destroy this right after
        };
    }

    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return is_done_; });
        if (failure_) std::rethrow_exception(std::move(failure_));
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_done_ = false;
    std::exception_ptr failure_;
};

Database::Work always_keep(const std::function<void(Tx&)>& work) {
    return [&work](Tx& tx) {
        work(tx);
        return Outcome::keep;
    };
}

}  // namespace

const Value& Row::at(std::size_t column) const {
    if (column < columns_) return values_[column];
    throw Broken(fmt::format("there is no column {}, only {}", column, columns_));
}

std::int64_t Row::integer(std::size_t column) const { return expect<std::int64_t>(at(column), column, "an integer"); }

const std::string& Row::text(std::size_t column) const { return expect<std::string>(at(column), column, "text"); }

std::optional<std::int64_t> Row::find_integer(std::size_t column) const {
    if (std::holds_alternative<std::monostate>(at(column))) return std::nullopt;
    return integer(column);
}

std::optional<std::string> Row::find_text(std::size_t column) const {
    if (std::holds_alternative<std::monostate>(at(column))) return std::nullopt;
    return text(column);
}

void write_and_wait(Database& database, const std::function<void(Tx&)>& work) {
    Waiter waiter;
    database.write(always_keep(work), waiter.done());
    waiter.wait();
}

void read_and_wait(Database& database, const std::function<void(Tx&)>& work) {
    Waiter waiter;
    database.read(always_keep(work), waiter.done());
    waiter.wait();
}

}  // namespace db
