#include "server/open.h"

#include <filesystem>

#include "db/postgres.h"
#include "db/sqlite_file.h"
#include "engine/upkeep/rekey_emails.h"
#include "http/answer_batch.h"
#include "server/key_file.h"
#include "store/migrate_first.h"
#include "store/recognise.h"

namespace {

// The world is the opened database's before its driver knows of it: the driver asks it until it has ended, also where
// no slot of ids is left.
void make_world(OpenDatabase& opened, const SealingKey& key, std::shared_ptr<SteadyTime> time) {
    std::int64_t known = 0;
    db::read_and_wait(*opened.database, [&](db::Tx& tx) { known = greatest_id(tx); });
    opened.world = std::make_unique<SystemWorld>(key, known, std::move(time));
    opened.database->share_ids(
        {.settle = [world = opened.world.get()] { return world->settle_ids(); },
         .raise_above = [world = opened.world.get()](std::int64_t id) { world->raise_ids_above(id); },
         .find_greatest = [](db::Tx& tx) { return greatest_id(tx); },
         .reserve = [world = opened.world.get()](int slot, std::int64_t through) { world->reserve_ids(slot, through); },
         .reserved_ahead = SystemWorld::ids_reserved_ahead});
}

// All servers on one database live in its time.
void compare_clocks(db::Database& database, const std::shared_ptr<SteadyTime>& time) {
    database.share_clock([time](std::int64_t now_ms, std::chrono::microseconds took) { time->compare(now_ms, took); });
}

void refuse_foreign(db::Tx& tx) {
    const store::Recognised found = store::recognise(tx);
    if (!found.foreign.empty()) throw db::Broken(found.foreign);
}

const db::SqliteFile our_file{.application_id = store::application_id, .inspect = refuse_foreign};

// A transaction for so many rows; done within the first start after the schema has come to know such keys.
void rekey_all_emails(db::Database& database) {
    constexpr int rows_in_a_transaction = 500;
    bool has_more = true;
    while (has_more)
        db::write_and_wait(database, [&](db::Tx& tx) { has_more = rekey_emails(tx, rows_in_a_transaction); });
}

// Those whose writes were committed together have their answers sent together.
std::function<void(const std::function<void()>&)> answer_together(std::vector<std::shared_ptr<CommitBell>> bells) {
    return [bells = std::move(bells)](const std::function<void()>& tell_all) {
        const http::AnswerBatch batch;
        tell_all();
        for (const auto& bell : bells) bell->ring();
    };
}

std::unique_ptr<db::Database> open_driver(const std::string& where, const OpenDatabase& opened,
                                          std::function<void(std::string_view)> log, std::shared_ptr<db::Status> status,
                                          std::shared_ptr<db::Archive> archive) {
    auto tell = answer_together({opened.committed, opened.committed_for_feeds});
    if (!db::is_postgres_address(where))
        return db::open_sqlite({.path = where,
                                .tell = std::move(tell),
                                .status = std::move(status),
                                .archive = std::move(archive),
                                .log = std::move(log)},
                               our_file);
    auto address = db::read_postgres_address(where);
    if (!address.ok()) throw db::Broken(address.error().detail);
    return db::open_postgres({.address = std::move(address).value(),
                              .tell = std::move(tell),
                              .status = std::move(status),
                              .log = std::move(log)});
}

Result<OpenDatabase> open_or_make(const std::string& path, Mode mode, std::function<void(std::string_view)> log,
                                  const Seed& seed, std::shared_ptr<db::Status> status,
                                  std::shared_ptr<db::Archive> archive, std::shared_ptr<SteadyTime> time) {
    OpenDatabase opened;
    opened.database = open_driver(path, opened, std::move(log), std::move(status), std::move(archive));
    compare_clocks(*opened.database, time);
    const SealingKey new_key = new_sealing_key();
    std::optional<Result<DatabaseIdentity>> identity;
    const auto establish = [&](db::Tx& tx) {
        identity = establish_identity(tx, new_key, mode);
        if (!identity->ok() || !seed || has_resellers(tx)) return;
        SystemWorld world(identity->value().sealing_key, greatest_id(tx), time);
        seed(tx, world);
    };
    const auto migrated = TRY(store::migrate(*opened.database, store::schema_files, establish));
    if (migrated.from != 0) rekey_all_emails(*opened.database);
    if (!identity) db::write_and_wait(*opened.database, establish);
    const DatabaseIdentity established = TRY(std::move(*identity));
    if (mode == Mode::sandbox && !opened.database->claim_alone())
        return Error{Reason::conflict, "Another server has this sandbox: it is one server's at a time."};
    make_world(opened, established.sealing_key, std::move(time));
    opened.world->set_stamp_keys(own_stamp_keys(established));
    opened.has_key_file = established.has_key_file;
    opened.mode = established.mode;
    opened.is_new = established.is_new;
    return opened;
}

Result<OpenDatabase> open_existing(const std::string& path) {
    const bool is_file = !db::is_postgres_address(path);
    if (is_file && !std::filesystem::exists(path))
        return Error{Reason::not_found, "There is no database " + path + "."};
    OpenDatabase opened;
    opened.database = open_driver(path, opened, {}, std::make_shared<db::Status>(), {});
    const auto time = std::make_shared<SteadyTime>();
    compare_clocks(*opened.database, time);
    if (TRY(store::migrate(*opened.database, store::schema_files, {})).from != 0) rekey_all_emails(*opened.database);
    Result<DatabaseIdentity> identity = Error{Reason::broken, "not read"};
    db::read_and_wait(*opened.database, [&](db::Tx& tx) { identity = get_identity(tx); });
    const DatabaseIdentity established = TRY(std::move(identity));
    make_world(opened, established.sealing_key, time);
    opened.world->set_stamp_keys(own_stamp_keys(established));
    opened.has_key_file = established.has_key_file;
    opened.mode = established.mode;
    return opened;
}

}  // namespace

Result<OpenDatabase> open_database(const std::string& path, Mode mode, std::function<void(std::string_view)> log,
                                   const Seed& seed, std::shared_ptr<db::Status> status,
                                   std::shared_ptr<db::Archive> archive, std::shared_ptr<SteadyTime> time) {
    return say_where<OpenDatabase>(path, [&] {
        return open_or_make(path, mode, std::move(log), seed, std::move(status), std::move(archive), std::move(time));
    });
}

Result<OpenDatabase> open_existing_database(const std::string& path) {
    return say_where<OpenDatabase>(path, [&] { return open_existing(path); });
}

Result<void> use_key_file(OpenDatabase& open, const std::string& path) {
    if (path.empty() && open.has_key_file)
        return Error{Reason::conflict,
                     "The keys of this database's sessions are in a file of their own: name it with --key-file."};
    if (path.empty()) return {};
    open.world->set_stamp_keys(TRY(read_key_file(path)));
    if (!open.has_key_file) db::write_and_wait(*open.database, [](db::Tx& tx) { note_key_file(tx); });
    open.has_key_file = true;
    return {};
}
