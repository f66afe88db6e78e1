#include "db/database.h"

#include <fmt/format.h>

#include <future>
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

// Bridges a callback to a caller that may block.
class Waiter {
public:
    Database::Done done() {
        return [this](std::exception_ptr failure) {
            failure ? done_.set_exception(std::move(failure)) : done_.set_value();
        };
    }
    void wait() { done_.get_future().get(); }

private:
    std::promise<void> done_;
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
