// Looking at a database without changing anything: see sqlite.h.

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "db/archive_files.h"
#include "db/file_claim.h"
#include "db/health.h"
#include "db/sqlite_connection.h"
#include "db/sqlite_damage.h"
#include "db/sqlite_file.h"
#include "db/sqlite_readers.h"

namespace db {
namespace {

using sqlite::Access;
using sqlite::Connection;
using sqlite::ConnectionOptions;

struct FileState {
    FileIdentity identity;
    nlink_t names = 0;
    off_t size = 0;
    timespec changed{};

    bool operator==(const FileState& other) const {
        return identity == other.identity && size == other.size && changed.tv_sec == other.changed.tv_sec &&
               changed.tv_nsec == other.changed.tv_nsec;
    }
};

std::optional<FileState> find_state(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) return std::nullopt;
    return FileState{{status.st_dev, status.st_ino}, status.st_nlink, status.st_size, status.st_mtim};
}

// Beside a server SQLite's own locks and its index of the WAL are used. Without one there is nobody to come to terms
// with, and what is not there is not made.
Access choose_access(const std::string& path) {
    const auto wal = find_state(path + "-wal");
    if (is_claimed(path)) {
        if (!wal && find_state(path)->names > 1)
            throw Unavailable(
                fmt::format("{} is open in another process under another name: look at it by that one", path));
        return Access::read_only;
    }
    return wal && wal->size > 0 ? Access::read_only_alone : Access::read_only_immutable;
}

ConnectionOptions options_for(const std::string& path) {
    if (!find_state(path)) throw Unavailable(fmt::format("{} cannot be opened: {}", path, std::strerror(errno)));
    return {.path = path, .access = choose_access(path), .cache_kib = 16'384};
}

class ReadOnlyDatabase final : public Database {
public:
    explicit ReadOnlyDatabase(ConnectionOptions options)
        : options_(std::move(options)),
          health_(fmt::format("reading {}", options_.path), {}),
          readers_(options_, health_) {}

    void write(Work, Done done) override {
        done(std::make_exception_ptr(Broken(fmt::format("{} is open for reading only", options_.path))));
    }

    void read(Work work, Done done) override {
        std::exception_ptr failure;
        try {
            readers_.read(work);
        } catch (...) {
            failure = std::current_exception();
        }
        done(std::move(failure));
    }

    std::uint64_t generation() const override { return 0; }

    std::vector<std::string> check_integrity() override { return sqlite::find_damage(options_); }

private:
    const ConnectionOptions options_;
    Health health_;
    sqlite::Readers readers_;
};

// Alone, nobody keeps a server from beginning; then what was read is worth nothing.
std::function<bool()> remember(const ConnectionOptions& options) {
    if (options.access == Access::read_only) return [] { return true; };
    const std::string& path = options.path;
    return [path, file = find_state(path), wal = find_state(path + "-wal")] {
        return !is_claimed(path) && find_state(path) == file && find_state(path + "-wal") == wal;
    };
}

}  // namespace

ReadOnlySqlite open_sqlite_read_only(const std::string& path) {
    const std::string resolved = std::filesystem::weakly_canonical(std::filesystem::absolute(path)).string();
    const ConnectionOptions options = options_for(resolved);
    ReadOnlySqlite opened{nullptr, remember(options)};
    try {
        opened.database = std::make_unique<ReadOnlyDatabase>(options);
        read_and_wait(*opened.database, [](Tx& tx) { tx.run({"look", "SELECT count(*) FROM sqlite_schema"}, {}); });
    } catch (const Unavailable& failure) {
        throw Unavailable(fmt::format("{} cannot be opened: {}", path, failure.what()));
    } catch (const Broken& failure) {
        throw Broken(fmt::format("{} cannot be opened: {}", path, failure.what()));
    }
    return opened;
}

void copy_sqlite(const std::string& path, const std::string& into) {
    Connection connection(options_for(std::filesystem::weakly_canonical(std::filesystem::absolute(path)).string()));
    connection.run({"copy", "VACUUM INTO $1"}, {into});
}

void copy_pages_of_sqlite(const std::string& path, const std::string& into) {
    Connection connection(options_for(std::filesystem::weakly_canonical(std::filesystem::absolute(path)).string()));
    archive::File(into, archive::File::Use::make);  // readable by its owner only
    connection.back_up(into);
    archive::File(into, archive::File::Use::read).sync();
}

}  // namespace db
