#include "db/sqlite.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "db/file_lock.h"
#include "db/health.h"
#include "db/sqlite_connection.h"
#include "db/sqlite_readers.h"
#include "db/sqlite_writer.h"

namespace db {
namespace {

using sqlite::Access;
using sqlite::Connection;
using sqlite::ConnectionOptions;

// Small, because SQLite (3.40) walks through the writer's whole cache at each commit that has split a page, as long as the
// database is under 1 GiB: with 64 MiB that took a third of the writer's time, and reading a page anew from the system's
// cache takes 1 us.
constexpr std::int64_t writer_cache_kib = 4'096;
constexpr std::int64_t writer_spill_pages = 20'000;
constexpr std::int64_t reader_cache_kib = 2'048;
constexpr std::int64_t reader_mmap_bytes = std::int64_t{1} << 30;

ConnectionOptions connection_options(const SqliteOptions& options, Access access) {
    const bool writes = access == Access::read_write;
    return {
        .path = options.path,
        .vfs = options.vfs,
        .access = access,
        .cache_kib = writes ? writer_cache_kib : reader_cache_kib,
        .spill_pages = writes ? writer_spill_pages : 0,
        .mmap_bytes = writes ? 0 : reader_mmap_bytes,
        .wal_size_limit_bytes = static_cast<std::int64_t>(options.wal_limit_pages) * 4'096,
    };
}

class SqliteDatabase final : public Database {
public:
    explicit SqliteDatabase(const SqliteOptions& options)
        : lock_(options.path + "-lock", options.path),
          reading_(fmt::format("reading {}", options.path), options.log),
          writing_(fmt::format("writing {}", options.path), options.log),
          checkpointing_(fmt::format("checkpointing {}", options.path), options.log),
          reader_options_(connection_options(options, Access::read_only)),
          readers_(reader_options_, reading_),
          writer_(options, connection_options(options, Access::read_write), readers_, writing_, checkpointing_) {}

    // The writer's connection closes last: it is the one that may remove the WAL.
    ~SqliteDatabase() override {
        writer_.stop();
        readers_.close();
    }

    void write(Work work, Done done) override { writer_.write(std::move(work), std::move(done)); }

    void read(Work work, Done done) override {
        std::exception_ptr failure;
        try {
            readers_.read(work);
        } catch (...) {
            failure = std::current_exception();
        }
        done(failure);
    }

    std::uint64_t generation() const override { return writer_.generation(); }

    std::vector<std::string> check_integrity() override {
        Connection connection(reader_options_);
        std::vector<std::string> wrongs;
        const Rows damages = connection.run({"integrity_check", "PRAGMA integrity_check"});
        for (std::size_t row = 0; row < damages.size(); ++row)
            if (damages[row].text(0) != "ok") wrongs.push_back(damages[row].text(0));
        const Rows orphans = connection.run({"foreign_key_check", "PRAGMA foreign_key_check"});
        for (std::size_t row = 0; row < orphans.size(); ++row)
            wrongs.push_back(fmt::format("a row of {} refers to a row of {} that is not there", orphans[row].text(0),
                                         orphans[row].text(2)));
        return wrongs;
    }

private:
    const FileLock lock_;
    Health reading_;
    Health writing_;
    Health checkpointing_;
    const ConnectionOptions reader_options_;
    sqlite::Readers readers_;
    sqlite::Writer writer_;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(SqliteOptions options) {
    return std::make_unique<SqliteDatabase>(options);
}

}  // namespace db
