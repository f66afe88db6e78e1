// Opens a database for the server or for a command: locks it, brings its tables up to date, learns its key. The only
// place that chooses a driver.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "db/archive.h"
#include "db/database.h"
#include "db/postgres_address.h"
#include "db/status.h"
#include "engine/upkeep/database_identity.h"
#include "server/steady_time.h"
#include "server/system_world.h"
#include "server/webhook_sender.h"

struct OpenDatabase {
    std::unique_ptr<SystemWorld> world;
    std::unique_ptr<db::Database> database;  // ends before the world: what still waits in it needs one
    std::shared_ptr<CommitBell> committed = std::make_shared<CommitBell>();            // rung after each commit
    std::shared_ptr<CommitBell> committed_for_feeds = std::make_shared<CommitBell>();  // too
    Mode mode = Mode::production;
    bool is_new = false;        // made just now: nothing is in it but its tables, and what was seeded
    bool has_key_file = false;  // the keys of sessions and links are not in it
};

// The keys of sessions and links, where they are not in the database: out of the file of that path, which may be empty.
// Refuses: conflict (the database's are in a file, and none is named), and as read_key_file().
Result<void> use_key_file(OpenDatabase&, const std::string& path);

// What a database begins with.
using Seed = std::function<void(db::Tx&, World&)>;

// A new database is made in one transaction: its tables, its key and mode, and what `seed` puts into it; whoever is
// interrupted leaves an empty file. One without resellers is seeded, too. Seeding may run twice, in another
// transaction the second time.
// `path` may be a PostgreSQL address: the tables are made in that database then, and each refusal names it.
// Refuses (conflict): newer than this program; made for the other mode; a sandbox that another server has. Throws as
// db::open_sqlite does, Broken also for another program's database, which it leaves as it is.
Result<OpenDatabase> open_database(const std::string& path, Mode, std::function<void(std::string_view)> log = {},
                                   const Seed& seed = {},
                                   std::shared_ptr<db::Status> status = std::make_shared<db::Status>(),
                                   std::shared_ptr<db::Archive> archive = {},
                                   std::shared_ptr<SteadyTime> time = std::make_shared<SteadyTime>());

// What `work` does with the database of that path; of a PostgreSQL database, what it refuses, or throws as Broken,
// begins with where that is, without a user or a secret. A file's sentences are left as they are.
template <class Value>
Result<Value> say_where(const std::string& path, const std::function<Result<Value>()>& work) {
    const auto address = db::read_postgres_address(path);
    if (!address.ok()) return work();
    const std::string& shown = address.value().shown;
    try {
        Result<Value> result = work();
        if (result.ok()) return result;
        Error error = result.error();
        if (!error.detail.starts_with(shown)) error.detail = shown + ": " + error.detail;
        return error;
    } catch (const db::Broken& failure) {
        const std::string sentence = failure.what();
        if (sentence.starts_with(shown)) throw;
        throw db::Broken(shown + " cannot be opened: " + sentence);
    }
}

// For commands that look at what is there, in either mode. Refuses also: not_found (no such file, or never served).
Result<OpenDatabase> open_existing_database(const std::string& path);
