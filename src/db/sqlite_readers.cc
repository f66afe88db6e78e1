#include "db/sqlite_readers.h"

#include <fmt/format.h>

#include <utility>

#include "db/sqlite_schema.h"

namespace db::sqlite {
namespace {

constexpr Query begin{"begin", "BEGIN"};
constexpr Query commit{"commit", "COMMIT"};

class ReadTx final : public Tx {
public:
    explicit ReadTx(Connection& connection) : connection_(connection) {}

    Rows run(const Query& query, std::initializer_list<Parameter> parameters) override {
        Connection::Statement& statement = connection_.prepare(query);
        if (!statement.is_read_only) throw Broken(fmt::format("{}: writes inside a read", query.name));
        return connection_.run(statement, query, parameters);
    }
    std::vector<SchemaObject> list_schema() override { return sqlite::list_schema(connection_); }
    std::uint32_t application_id() override { return sqlite::application_id(connection_); }
    void run_script(std::string_view) override { throw Broken("a script inside a read"); }
    void invalidate_caches() override { throw Broken("a change of caches inside a read"); }

private:
    Connection& connection_;
};

}  // namespace

void Readers::read(const Database::Work& work) {
    std::unique_ptr<Reader> reader = take();
    try {
        begin_snapshot(*reader);
        ReadTx tx(reader->connection);
        work(tx);
        health_.worked();
    } catch (...) {
        note_failure(reader->connection);
        if (reader->connection.roll_back()) give_back(std::move(reader));
        throw;
    }
    give_back(std::move(reader));
}

void Readers::begin_snapshot(Reader& reader) {
    const std::uint64_t epoch = epoch_.load(std::memory_order_acquire);
    if (reader.connection.in_transaction() && reader.epoch == epoch) return;
    if (reader.connection.in_transaction()) reader.connection.run(commit);
    reader.epoch = epoch;
    reader.connection.run(begin);
}

std::unique_ptr<Readers::Reader> Readers::take() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            std::unique_ptr<Reader> reader = std::move(idle_.back());
            idle_.pop_back();
            return reader;
        }
    }
    try {
        return std::make_unique<Reader>(options_);
    } catch (const Unavailable& failure) {
        health_.failed(0, failure.what());
        throw;
    }
}

// A snapshot that will serve nobody ends here, and not with the next read, which may never come. One that is outdated
// after the check is ended by release_snapshots() or by the next read.
void Readers::give_back(std::unique_ptr<Reader> reader) {
    const std::lock_guard lock(mutex_);
    const bool may_serve_again = keeps_snapshots_ && reader->epoch == epoch_.load(std::memory_order_acquire);
    if (!may_serve_again && !reader->connection.roll_back()) return;
    idle_.push_back(std::move(reader));
}

void Readers::release_snapshots() {
    const std::lock_guard lock(mutex_);
    outdate_snapshots();
    std::erase_if(idle_, [](const std::unique_ptr<Reader>& reader) { return !reader->connection.roll_back(); });
}

void Readers::keep_snapshots(bool keep) {
    const std::lock_guard lock(mutex_);
    keeps_snapshots_ = keep;
}

void Readers::close() {
    const std::lock_guard lock(mutex_);
    idle_.clear();
}

void Readers::note_failure(Connection& connection) {
    if (const auto failure = connection.take_failure()) health_.failed(failure->code, failure->reason);
}

}  // namespace db::sqlite
