#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "db/archive.h"
#include "db/file_claim.h"
#include "db/file_lock.h"
#include "db/file_watch.h"
#include "db/health.h"
#include "db/sqlite_connection.h"
#include "db/sqlite_damage.h"
#include "db/sqlite_file.h"
#include "db/sqlite_readers.h"
#include "db/sqlite_writer.h"

namespace db {
namespace {

using sqlite::Access;
using sqlite::Connection;
using sqlite::ConnectionOptions;

// Small, because SQLite (3.40) walks through the writer's whole cache at each commit that has split a page, as long as
// the database is under 1 GiB: with 64 MiB that took a third of the writer's time, and reading a page anew from the
// system's cache takes 1 us.
constexpr std::int64_t writer_cache_kib = 4'096;
constexpr std::int64_t writer_spill_pages = 20'000;
// Nobody maps the file into memory: with each commit SQLite unmaps all of it in each reader, so that reads beside
// writes meet page faults (their p99 was five times as long), the mapping counts as resident (1 GiB at a million
// accounts), and a page that the disk cannot read ends the process. Read into a small cache, a point read among a
// million costs the same.
constexpr std::int64_t reader_cache_kib = 2'048;

ConnectionOptions connection_options(const SqliteOptions& options, Access access) {
    const bool writes = access == Access::read_write;
    return {
        .path = options.path,
        .vfs = options.vfs,
        .access = access,
        .cache_kib = writes ? writer_cache_kib : reader_cache_kib,
        .spill_pages = writes ? writer_spill_pages : 0,
        .wal_size_limit_bytes = static_cast<std::int64_t>(options.wal_limit_pages) * 4'096,
    };
}

[[noreturn]] void throw_cannot_open(const std::string& path, int error) {
    throw Unavailable(fmt::format("{} cannot be opened: {}", path, std::strerror(error)));
}

// One name for one file, so that its lock is the same by whatever path somebody comes.
std::string canonical(const std::string& path) {
    if (path.empty() || path == ":memory:") throw Broken("a database needs a file");
    const std::filesystem::path resolved = std::filesystem::weakly_canonical(std::filesystem::absolute(path));
    if (std::filesystem::is_directory(resolved)) throw_cannot_open(path, EISDIR);
    return resolved.string();
}

// SQLite would let everybody read a file that it makes, and does not sync the folder that it makes it in.
void make_file(const std::string& path) {
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 && errno == EEXIST) return;
    if (file < 0) throw_cannot_open(path, errno);
    close(file);
    const std::string folder = std::filesystem::path(path).parent_path().string();
    const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) throw_cannot_open(folder, errno);
    const int error = fsync(descriptor) == 0 ? 0 : errno;
    close(descriptor);
    if (error != 0) throw_cannot_open(folder, error);
}

// Before anything is written to a file that may be somebody else's.
void inspect(const FileClaim& claim, const SqliteOptions& options, const SqliteFile& file) {
    if (!file.inspect || claim.is_empty()) return;
    if (file.application_id != 0 && claim.application_id() == file.application_id) return;
    Health nobody_is_told("", {});
    sqlite::Readers readers(connection_options(options, Access::read_only), nobody_is_told);
    readers.read([&](Tx& tx) {
        file.inspect(tx);
        return Outcome::undo;
    });
}

class SqliteDatabase final : public Database {
public:
    SqliteDatabase(std::unique_ptr<const FileLock> lock, std::unique_ptr<const FileClaim> claim,
                   const SqliteOptions& options, const SqliteFile& file)
        : lock_(std::move(lock)),
          claim_(std::move(claim)),
          status_(options.status),
          archive_(options.archive),
          watch_(*claim_, options.path, file.watch, options.log, status_.get()),
          reading_(fmt::format("reading {}", options.path), options.log, status_.get()),
          writing_(fmt::format("writing {}", options.path), options.log, status_.get()),
          checkpointing_(fmt::format("checkpointing {}", options.path), options.log, status_.get()),
          reader_options_(connection_options(options, Access::read_only)),
          readers_(reader_options_, reading_),
          writer_(options, connection_options(options, Access::read_write), readers_, watch_, writing_,
                  checkpointing_) {
        watch_.start();
        if (archive_)
            archive_->attach({.wal_path = options.path + "-wal",
                              .file_size = [this] { return claim_->size(); },
                              .read_file = [this](char* into, std::size_t size,
                                                  std::int64_t offset) { return claim_->read(into, size, offset); },
                              .hold_checkpoints = [this](bool is_held) { writer_.hold_checkpoints(is_held); }});
    }

    // The writer's connection closes last: it is the one that may remove the WAL.
    ~SqliteDatabase() override {
        writer_.stop();
        if (archive_) archive_->detach();
        watch_.stop();
        readers_.close();
    }

    void write(Work work, Done done) override { writer_.write(std::move(work), std::move(done)); }

    void read(Work work, Done done) override {
        std::exception_ptr failure;
        try {
            if (!watch_.is_there()) throw Unavailable(FileWatch::refusal);
            readers_.read(work);
        } catch (...) {
            failure = std::current_exception();
        }
        done(std::move(failure));
    }

    std::uint64_t generation() const override { return writer_.generation(); }

    std::vector<std::string> check_integrity() override { return sqlite::find_damage(reader_options_); }

private:
    const std::unique_ptr<const FileLock> lock_;
    const std::unique_ptr<const FileClaim> claim_;
    const std::shared_ptr<Status> status_;
    const std::shared_ptr<Archive> archive_;
    FileWatch watch_;
    Health reading_;
    Health writing_;
    Health checkpointing_;
    const ConnectionOptions reader_options_;
    sqlite::Readers readers_;
    sqlite::Writer writer_;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(SqliteOptions options) { return open_sqlite(std::move(options), {}); }

std::unique_ptr<Database> open_sqlite(SqliteOptions options, const SqliteFile& file) {
    try {
        options.path = canonical(options.path);
    } catch (const std::filesystem::filesystem_error& failure) {
        throw_cannot_open(options.path, failure.code().value());
    }
    auto lock = std::make_unique<const FileLock>(options.path + "-lock", options.path);
    make_file(options.path);
    auto claim = std::make_unique<const FileClaim>(options.path);
    try {
        inspect(*claim, options, file);
        return std::make_unique<SqliteDatabase>(std::move(lock), std::move(claim), options, file);
    } catch (const Unavailable& failure) {
        throw Unavailable(fmt::format("{} cannot be opened: {}", options.path, failure.what()));
    } catch (const Broken& failure) {
        throw Broken(fmt::format("{} cannot be opened: {}", options.path, failure.what()));
    }
}

}  // namespace db
