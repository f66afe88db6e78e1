// A disk that fails on command, as a SQLite VFS around the default one: give its name to db::SqliteOptions::vfs. It
// numbers every step that SQLite takes on files (a read, a write, a sync ...), lets a test refuse any of them, runs out
// of space, and can lose power: then the files hold what had been synced and, as real disks do, some of what had not.
// It also counts, so that a test can say how many syncs something took. Any thread; files are real ones on the real
// disk.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct sqlite3_vfs;

namespace test {

class FaultyVfs {
public:
    enum class Operation { open, remove, access, read, write, truncate, sync, size, lock, map_memory };

    struct Step {
        std::uint64_t number;  // from 1
        Operation operation;
        std::string_view path;  // may be empty: a temporary file
        std::int64_t bytes;     // read or written
    };

    // SQLITE_OK lets the step happen; any other of SQLite's codes is its failure. A write that fails has written one
    // half.
    using Judge = std::function<int(const Step&)>;

    struct Options {
        bool syncs_for_real = false;  // else syncs are only remembered, and SQLite does not sleep when it waits
    };

    // Registers under the name.
    explicit FaultyVfs(std::string name) : FaultyVfs(std::move(name), Options()) {}
    FaultyVfs(std::string name, Options);
    ~FaultyVfs();  // all files have been closed by now
    FaultyVfs(const FaultyVfs&) = delete;
    FaultyVfs& operator=(const FaultyVfs&) = delete;

    const std::string& name() const { return name_; }

    std::uint64_t steps() const;
    std::uint64_t count(Operation, std::string_view path_ends_with) const;
    std::uint64_t bytes_written(std::string_view path_ends_with) const;

    void judge_by(Judge);
    void fail_step(std::uint64_t number, std::uint64_t how_many = 1);  // counted from now, the next one being 1
    void fail_all_from(std::uint64_t number);                          // until heal()
    void limit_space(std::int64_t bytes);  // by which files may still grow together; shrinking gives space back
    void heal();                           // nothing fails any more

    // Called between the two halves of each change of the WAL's index, and of each look at it. Set while nobody works.
    void at_barriers(std::function<void()> call) { at_barriers_ = std::move(call); }
    static int error_of(Operation);  // what a failing disk answers, in SQLite's codes

    // Power. Call remember_synced() before the first file is opened. After the cut every step fails; once all files
    // have been closed, restore_power() makes them what the disk held. Seed 0: nothing that was not synced; any other:
    // a random half of it, by sectors.
    void remember_synced();
    void cut_power_at(std::uint64_t number);  // counted as in fail_step()
    void cut_power();
    bool has_power() const;
    void restore_power(std::uint64_t seed);

private:
    struct File;
    struct Methods;
    friend struct Methods;

    struct Change {
        std::int64_t offset;
        std::string bytes;
        bool truncates;  // at offset
    };

    struct Disk {  // one file as the medium has it
        bool exists = false;
        std::string synced;
        std::vector<Change> changes;
        bool is_removed = false;
    };

    int begin_step(Operation, const char* path, std::int64_t bytes);
    bool take_space(std::int64_t growth);
    Disk* disk_of(const char* path);
    void remember(const char* path, Change);
    std::size_t count_changes(const char* path);
    void remember_sync(const char* path, std::size_t changes);
    static void apply(std::string& content, const Change&);

    const std::string name_;
    const Options options_;
    sqlite3_vfs* const base_;
    std::unique_ptr<sqlite3_vfs> vfs_;

    mutable std::mutex mutex_;
    std::uint64_t steps_ = 0;
    std::map<std::pair<Operation, std::string>, std::uint64_t> counts_;
    std::map<std::string, std::uint64_t> bytes_written_;
    Judge judge_;
    std::function<void()> at_barriers_;
    std::optional<std::int64_t> space_;
    bool remembers_ = false;
    bool has_power_ = true;
    std::uint64_t cut_at_ = 0;
    std::map<std::string, Disk> disks_;
};

}  // namespace test
