#include "db/sqlite_readers.h"

#include <fmt/format.h>

#include <utility>

namespace db::sqlite {
namespace {

constexpr Query begin{"begin", "BEGIN"};
constexpr Query commit{"commit", "COMMIT"};

class ReadTx final : public Tx {
public:
    explicit ReadTx(Connection& connection) : connection_(connection) {}

    Rows run(const Query& query, std::initializer_list<Parameter> parameters) override {
        if (!connection_.is_read_only(query)) throw Broken(fmt::format("{}: writes inside a read", query.name));
        return connection_.run(query, parameters);
    }
    void run_script(std::string_view) override { throw Broken("a script inside a read"); }
    void invalidate_caches() override { throw Broken("a change of caches inside a read"); }

private:
    Connection& connection_;
};

}  // namespace

void Readers::read(const Database::Work& work) {
    std::unique_ptr<Connection> connection = take();
    try {
        connection->run(begin);
        ReadTx tx(*connection);
        work(tx);
        connection->run(commit);
        health_.worked();
    } catch (...) {
        if (const auto failure = connection->take_failure()) health_.failed(failure->code, failure->reason);
        if (connection->roll_back()) give_back(std::move(connection));
        throw;
    }
    give_back(std::move(connection));
}

std::unique_ptr<Connection> Readers::take() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            std::unique_ptr<Connection> connection = std::move(idle_.back());
            idle_.pop_back();
            return connection;
        }
    }
    return std::make_unique<Connection>(options_);
}

void Readers::give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
}

}  // namespace db::sqlite
