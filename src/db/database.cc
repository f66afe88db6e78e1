#include "db/database.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <utility>

namespace db {
namespace {

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

void Rows::fail(std::size_t column) const {
    throw Broken(fmt::format("there is no column {}, only {}", column, columns_));
}

void Rows::fail(std::size_t column, Type found, Type wanted) {
    constexpr const char* names[] = {"NULL", "an integer", "text"};
    throw Broken(fmt::format("column {} is {}, not {}", column, names[static_cast<std::size_t>(found)],
                             names[static_cast<std::size_t>(wanted)]));
}

void require_changed(std::size_t changed, const Query& query, Expect expected) {
    if (expected == Expect::any || changed == 1) return;
    if (expected == Expect::new_row && changed == 0) throw Duplicate(fmt::format("{}: is there already", query.name));
    throw Broken(fmt::format("{}: one row was to be changed, not {}", query.name, changed));
}

void Tx::change(const Query& query, std::initializer_list<Parameter> parameters, Expect expected) {
    std::size_t changed = 0;
    try {
        changed = run(query, parameters).changed();
    } catch (const Duplicate& failure) {
        throw Unavailable(failure.what());
    }
    require_changed(changed, query, expected);
}

void Database::make_indexes(std::string_view script) {
    write_and_wait(*this, [&](Tx& tx) { tx.run_script(script); });
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
