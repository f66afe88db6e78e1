#include "server/copy_database.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "core/crypto.h"
#include "db/postgres.h"
#include "db/sqlite_file.h"
#include "engine/upkeep/database_identity.h"
#include "store/copy_tables.h"
#include "store/migrate.h"
#include "store/recognise.h"

namespace {

using store::CopiedRow;
using store::CopiedTable;
using store::CopiedTables;

constexpr std::int64_t lot_rows_first = 10, lot_rows_max = 1'000;  // few, until it is known how great they are
constexpr std::size_t lot_bytes_max = 4 << 20;                     // of a lot after which the next one has fewer rows

constexpr const char* begin_again = "make the target anew, empty, and begin again.";

Error refuse(std::string sentence) { return {Reason::conflict, std::move(sentence)}; }

void refuse_foreign(db::Tx& tx) {
    const store::Recognised found = store::recognise(tx);
    if (!found.foreign.empty()) throw db::Broken(found.foreign);
}

const db::SqliteFile our_file{.application_id = store::application_id, .inspect = refuse_foreign};

Result<std::unique_ptr<db::Database>> open_side(const std::string& where) {
    if (!db::is_postgres_address(where)) return db::open_sqlite({.path = where}, our_file);
    return db::open_postgres({.address = TRY(db::read_postgres_address(where)),
                              .write_connections = 1,
                              .read_connections = 1,
                              .deadline = std::chrono::seconds(60)});
}

bool is_same(const std::string& from, const std::string& to) {
    if (db::is_postgres_address(from) != db::is_postgres_address(to)) return false;
    if (!db::is_postgres_address(from)) {
        std::error_code ignored;
        return from == to || std::filesystem::equivalent(from, to, ignored);
    }
    const auto source = db::read_postgres_address(from), target = db::read_postgres_address(to);
    return source.ok() && target.ok() && source.value().servers == target.value().servers;
}

// Who has just closed it may still be seen for a moment.
bool is_in_use(db::Database& database) {
    constexpr int looks = 20;
    for (int look = 0; look < looks; ++look) {
        if (!database.is_open_elsewhere()) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return true;
}

template <class Value>
Result<Value> read_result(db::Database& database, const std::function<Result<Value>(db::Tx&)>& work) {
    Result<Value> result = Error{Reason::broken, "not read"};
    db::read_and_wait(database, [&](db::Tx& tx) { result = work(tx); });
    return result;
}

std::vector<CopiedRow> read_lot(db::Database& database, const CopiedTable& table, const CopiedRow* after,
                                std::int64_t limit) {
    std::vector<CopiedRow> rows;
    db::read_and_wait(database, [&](db::Tx& tx) { rows = table.read(tx, after, limit); });
    return rows;
}

// Hands over lot after lot, from the row behind `after` on, until there is no more or `use` has refused.
Result<void> for_each_lot(db::Database& database, const CopiedTable& table, std::optional<CopiedRow> after,
                          const std::function<Result<void>(const std::vector<CopiedRow>&)>& use) {
    std::int64_t limit = lot_rows_first;
    while (true) {
        std::vector<CopiedRow> rows = read_lot(database, table, after ? &*after : nullptr, limit);
        if (!rows.empty()) TRY(use(rows));
        if (!table.has_key() || static_cast<std::int64_t>(rows.size()) < limit) return {};
        std::size_t bytes = 0;
        for (const CopiedRow& row : rows) bytes += store::size_of(row);
        if (bytes > lot_bytes_max)
            limit = std::max<std::int64_t>(1, limit / 2);
        else if (bytes < lot_bytes_max / 8)
            limit = std::min(lot_rows_max, limit * 2);
        after = std::move(rows.back());
    }
}

struct SideState {
    DatabaseIdentity identity;
    std::map<std::string, std::int64_t> rows = {};  // of each table
    std::string digest = {};                        // another one once rows have come or gone, or a greater id is there
};

// A work for each table: a great one takes its time.
std::int64_t count(db::Database& database, const CopiedTable& table) {
    std::int64_t rows = 0;
    db::read_and_wait(database, [&](db::Tx& tx) { rows = table.count(tx); });
    return rows;
}

Result<SideState> look_at(db::Database& database, const CopiedTables& tables) {
    SideState state{.identity = TRY(read_result<DatabaseIdentity>(database, get_identity))};
    std::int64_t greatest = 0;
    db::read_and_wait(database, [&](db::Tx& tx) { greatest = greatest_id(tx); });
    std::string text(state.identity.sealing_key.begin(), state.identity.sealing_key.end());
    fmt::format_to(std::back_inserter(text), " {} {}", store::schema_files.size(), greatest);
    for (const auto& table : tables) {
        const std::int64_t rows = count(database, *table);
        fmt::format_to(std::back_inserter(text), " {} {}", table->name(), rows);
        state.rows[table->name()] = rows;
    }
    state.digest = sha256_hex(text);
    return state;
}

Result<void> require_current(const store::Recognised& found, const char* side) {
    const int newest = static_cast<int>(store::schema_files.size());
    if (!found.foreign.empty()) return refuse(fmt::format("The {} is no database of ours: {}.", side, found.foreign));
    if (found.version > newest)
        return refuse(
            fmt::format("The {} has schema version {}, this program knows only up to {}: use a newer "
                        "partnerd.",
                        side, found.version, newest));
    if (found.version > 0 && found.version < newest)
        return refuse(fmt::format("The {} has schema version {}, and {} is to come: partnerd migrate first.", side,
                                  found.version, newest));
    return {};
}

const char* name_of(Mode mode) { return mode == Mode::sandbox ? "a sandbox" : "production"; }

class Copy {
public:
    Copy(std::string from, std::string to, const std::function<void(const CopyProgress&)>& tell)
        : from_(std::move(from)), to_(std::move(to)), tell_(tell) {}

    Result<CopiedDatabase> run();

private:
    Result<void> open_source();
    Result<void> open_target();
    Result<void> look_at_source();
    Result<void> require_left_alone();
    Result<void> take_target(db::Tx&);
    void count_rows();
    Result<void> copy(const CopiedTable&);
    Result<void> copy_whole(const CopiedTable&);
    Result<void> write(const CopiedTable&, const std::vector<CopiedRow>&);
    Error describe(const CopiedTable&, const CopiedRow&, const db::Broken&) const;
    Result<void> compare(const CopiedTable&);
    std::string digest(db::Database&, const CopiedTable&, std::int64_t& rows);
    Result<void> finish();
    void say(const CopiedTable&, bool is_comparing);

    const std::string from_, to_;
    const std::function<void(const CopyProgress&)>& tell_;
    CopiedTables tables_;  // those of the target; their statements outlive the databases
    std::unique_ptr<db::Database> source_, target_;
    SideState state_;
    bool has_gone_on_ = false;
    std::int64_t rows_ = 0;  // that are to be copied, and counted
    std::int64_t rows_done_ = 0, rows_total_ = 0;
};

Result<CopiedDatabase> Copy::run() {
    if (is_same(from_, to_)) return refuse("Both are the same database.");
    TRY(open_source());
    TRY(open_target());
    TRY(look_at_source());
    TRY(require_left_alone());
    Result<void> taken = Error{Reason::broken, "not written"};
    db::write_and_wait(*target_, [&](db::Tx& tx) { taken = take_target(tx); });
    TRY(taken);
    count_rows();
    rows_total_ = rows_;
    for (const auto& table : tables_) {
        TRY(require_left_alone());
        if (table->name() != store::setting_table) TRY(copy(*table));
    }
    rows_done_ = 0;
    rows_total_ = 2 * rows_;
    for (const auto& table : tables_) {
        TRY(require_left_alone());
        if (table->name() != store::setting_table) TRY(compare(*table));
    }
    TRY(finish());
    return CopiedDatabase{
        .tables = static_cast<std::int64_t>(tables_.size()), .rows = rows_, .has_gone_on = has_gone_on_};
}

Result<void> Copy::open_source() {
    if (!db::is_postgres_address(from_) && !std::filesystem::exists(from_))
        return Error{Reason::not_found, "There is no database " + from_ + "."};
    source_ = TRY(open_side(from_));
    store::Recognised found;
    db::read_and_wait(*source_, [&](db::Tx& tx) { found = store::recognise(tx); });
    TRY(require_current(found, "source"));
    if (found.version == 0) return Error{Reason::not_found, "The source has never been served."};
    state_.identity = TRY(read_result<DatabaseIdentity>(*source_, get_identity));
    return {};
}

Result<void> Copy::open_target() {
    target_ = TRY(open_side(to_));
    store::Recognised found;
    db::read_and_wait(*target_, [&](db::Tx& tx) { found = store::recognise(tx); });
    TRY(require_current(found, "target"));
    // Before the next look: who has both sides open as one database would find itself there.
    const auto is_finished = [this](db::Tx& tx) -> Result<bool> {
        const auto identity = get_identity(tx);
        return identity.ok() && identity.value().sealing_key == state_.identity.sealing_key;
    };
    if (found.version > 0 && TRY(read_result<bool>(*target_, is_finished)))
        return refuse("The target is the source itself, or a finished copy of it.");
    if (is_in_use(*source_)) return refuse("The source is in use: end whatever has it open, its servers too.");
    if (is_in_use(*target_)) return refuse("The target is in use: end whatever has it open, its servers too.");
    if (found.version == 0) TRY(store::migrate(*target_));
    return {};
}

// At the tables that the target has. What else somebody may have put beside them is not ours, whatever it is like.
Result<void> Copy::look_at_source() {
    db::read_and_wait(*target_, [this](db::Tx& tx) { tables_ = store::list_copied_tables(tx); });
    std::set<std::string> known;
    db::read_and_wait(*source_, [&](db::Tx& tx) {
        for (const db::SchemaObject& object : tx.list_schema())
            if (object.kind == db::SchemaObject::Kind::table) known.insert(object.name);
    });
    for (const auto& table : tables_)
        if (!known.contains(table->name()))
            return refuse(fmt::format("The source lacks the table {}: partnerd check.", table->name()));
    state_ = TRY(look_at(*source_, tables_));
    return {};
}

// At this moment: between two looks somebody may have come and gone.
Result<void> Copy::require_left_alone() {
    if (is_in_use(*source_)) return refuse("The source has come into use meanwhile: end its servers, and begin anew.");
    if (is_in_use(*target_))
        return refuse("The target has come into use meanwhile: end whatever has it open, and begin anew.");
    return {};
}

// It bears our mark from here on, and whatever is in it was put there by us.
Result<void> Copy::take_target(db::Tx& tx) {
    if (const auto copy = find_copy(tx)) {
        if (*copy != state_.digest)
            return refuse(
                "The target has an unfinished copy of another database, or of this one as it was then: make it anew, "
                "empty.");
        has_gone_on_ = true;
        return {};
    }
    const auto identity = get_identity(tx);
    if (identity.ok() && identity.value().mode != state_.identity.mode)
        return refuse(fmt::format("The target was made for {}, and the source for {}.", name_of(identity.value().mode),
                                  name_of(state_.identity.mode)));
    for (const auto& table : tables_)
        if (table->has_key() && table->name() != store::setting_table && table->has_rows(tx))
            return refuse(fmt::format("The target is not empty: its table {} has rows.", table->name()));
    note_copy(tx, state_.digest);
    return {};
}

// What is there, and what there will be.
void Copy::count_rows() {
    for (const auto& table : tables_) {
        if (table->name() == store::setting_table) continue;
        rows_ += state_.rows.at(table->name());
        if (table->has_key()) rows_done_ += count(*target_, *table);
    }
}

Result<void> Copy::copy(const CopiedTable& table) {
    if (!table.has_key()) return copy_whole(table);
    std::optional<CopiedRow> last;
    db::read_and_wait(*target_, [&](db::Tx& tx) { last = table.find_last(tx); });
    TRY(for_each_lot(*source_, table, std::move(last), [&](const std::vector<CopiedRow>& rows) -> Result<void> {
        TRY(write(table, rows));
        rows_done_ += static_cast<std::int64_t>(rows.size());
        say(table, false);
        return {};
    }));
    if (!table.refers_to_own()) return {};
    return for_each_lot(*source_, table, std::nullopt, [&](const std::vector<CopiedRow>& rows) -> Result<void> {
        db::write_and_wait(*target_, [&](db::Tx& tx) {
            for (const CopiedRow& row : rows) table.link(tx, row);
        });
        return {};
    });
}

Result<void> Copy::copy_whole(const CopiedTable& table) {
    const std::vector<CopiedRow> rows = read_lot(*source_, table, nullptr, 0);
    db::write_and_wait(*target_, [&](db::Tx& tx) {
        table.delete_all(tx);
        for (const CopiedRow& row : rows) table.insert(tx, row);
    });
    rows_done_ += static_cast<std::int64_t>(rows.size());
    return {};
}

Result<void> Copy::write(const CopiedTable& table, const std::vector<CopiedRow>& rows) {
    try {
        db::write_and_wait(*target_, [&](db::Tx& tx) {
            for (const CopiedRow& row : rows) table.insert(tx, row);
        });
        return {};
    } catch (const db::Broken&) {
    }
    // One after the other, to find the one that it was.
    for (const CopiedRow& row : rows) {
        try {
            db::write_and_wait(*target_, [&](db::Tx& tx) { table.insert(tx, row); });
        } catch (const db::Broken& failure) {
            return describe(table, row, failure);
        }
    }
    return {};
}

Error Copy::describe(const CopiedTable& table, const CopiedRow& row, const db::Broken& failure) const {
    std::string why = failure.what();
    for (std::size_t i = 0; i < row.size(); ++i)
        if (const auto* text = std::get_if<std::string>(&row[i]); text && text->find('\0') != std::string::npos)
            why = fmt::format("its {} has a U+0000 in it, which no text of PostgreSQL's may have",
                              table.columns()[i].name);
    return refuse(fmt::format("The target cannot keep the row of the table {} with the key {}: {}.", table.name(),
                              table.describe_key(row), why));
}

Result<void> Copy::compare(const CopiedTable& table) {
    std::int64_t source_rows = 0, target_rows = 0;
    const std::string source_digest = digest(*source_, table, source_rows);
    const std::string target_digest = digest(*target_, table, target_rows);
    if (source_rows != target_rows)
        return refuse(fmt::format("The table {} has {} rows in the source and {} in the target: {}", table.name(),
                                  source_rows, target_rows, begin_again));
    if (source_digest != target_digest)
        return refuse(
            fmt::format("The table {} has other rows in the source than in the target: {}", table.name(), begin_again));
    return {};
}

// Each row's is made of it and of the one before, whatever the lots.
std::string Copy::digest(db::Database& database, const CopiedTable& table, std::int64_t& rows) {
    std::string digest;
    const auto add = [&](const std::vector<CopiedRow>& lot) -> Result<void> {
        for (const CopiedRow& row : lot) {
            store::append_for_digest(digest, row);
            digest = sha256_hex(digest);
        }
        rows += static_cast<std::int64_t>(lot.size());
        rows_done_ += static_cast<std::int64_t>(lot.size());
        say(table, true);
        return {};
    };
    (void)for_each_lot(database, table, std::nullopt, add);
    return digest;
}

// The settings come last, in place of all that the target had: its mark goes with the same commit.
Result<void> Copy::finish() {
    const auto settings =
        std::ranges::find_if(tables_, [](const auto& table) { return table->name() == store::setting_table; });
    if (settings == tables_.end()) return refuse("The target has no settings: partnerd check.");
    TRY(require_left_alone());
    const auto now = TRY(look_at(*source_, tables_));
    if (now.digest != state_.digest)
        return refuse(fmt::format("The source has been written to meanwhile: {}", begin_again));
    const CopiedTable& table = **settings;
    constexpr std::int64_t all = 1'000'000;
    const std::vector<CopiedRow> rows = read_lot(*source_, table, nullptr, all);
    db::write_and_wait(*target_, [&](db::Tx& tx) {
        table.delete_all(tx);
        for (const CopiedRow& row : rows) table.insert(tx, row);
        tx.invalidate_caches();
        if (table.read(tx, nullptr, all) != rows) throw db::Broken("the settings are not as they were written");
    });
    return {};
}

void Copy::say(const CopiedTable& table, bool is_comparing) {
    if (tell_) tell_({.table = table.name(), .is_comparing = is_comparing, .rows = rows_done_, .total = rows_total_});
}

}  // namespace

Result<CopiedDatabase> copy_database(const std::string& from, const std::string& to,
                                     const std::function<void(const CopyProgress&)>& tell) try {
    return Copy(from, to, tell).run();
} catch (const db::Unavailable& failure) {
    return Error{Reason::unavailable, failure.what()};
} catch (const db::Broken& failure) {
    return refuse(failure.what());
}
