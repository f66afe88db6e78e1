// What stands in the folder of an archive: snapshots of a database's file, and each generation of its write-ahead log
// as SQLite wrote it, with the times of its commits. Written by archive.cc, read by restore.cc.
//
//   snapshot-1800000000000.db       the file, page by page
//   snapshot-1800000000000.info     "EPOCH TAKEN GENERATION BYTES": written last, so that a snapshot without it is none
//   generation-00000001.wal         from one beginning of the log to the next
//   generation-00000001.commits     "EPOCH", then "TIME BYTES" for each commit: the log up to there has it
//   lock                            of the server that archives there; a folder of backups has none
//
// Times are milliseconds since 1970. Within an epoch nothing is missing: a snapshot with all of the log from its
// generation on, cut at any commit behind BYTES, is the database as of that commit. Where something could not be kept,
// a new epoch begins, with a snapshot of its own.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db::archive {

constexpr std::int64_t copied_at_a_time = 4 * 1024 * 1024;

// Of a log, as SQLite describes it.
constexpr std::int64_t wal_header_bytes = 32;
std::int64_t wal_frame_bytes(std::string_view header);  // of each of its frames: a page, and what goes before it

struct Snapshot {
    std::int64_t epoch = 0;
    std::int64_t taken = 0;
    std::int64_t generation = 0;  // the first that is needed; it may not be there: nothing has been committed since
    std::int64_t bytes = 0;       // of it, that are needed at least
};

struct Commit {
    std::int64_t at = 0;
    std::int64_t bytes = 0;
};

struct Generation {
    std::int64_t epoch = 0;
    std::vector<Commit> commits;  // a last line that is not whole is left out
};

std::string lock_path(const std::string& folder);
std::string snapshot_path(const std::string& folder, std::int64_t taken);
std::string snapshot_info_path(const std::string& folder, std::int64_t taken);
std::string generation_path(const std::string& folder, std::int64_t number);
std::string commits_path(const std::string& folder, std::int64_t number);

std::vector<Snapshot> list_snapshots(const std::string& folder);        // by time
std::vector<std::int64_t> list_generations(const std::string& folder);  // by number
std::optional<Generation> find_generation(const std::string& folder, std::int64_t number);
// Of snapshots that did not come to their end, or were being removed.
void remove_remnants(const std::string& folder);

std::string render(const Snapshot&);
std::string render(const Commit&);
std::string render_epoch(std::int64_t epoch);

// A file that is written, or read, in pieces. All throw Unavailable, with a sentence that names the file.
class File {
public:
    enum class Use { read, make };  // make: anew, readable by its owner only
    File(const std::string& path, Use);
    ~File();
    File(File&&) noexcept;
    File& operator=(File&&) = delete;

    void write(std::string_view bytes, std::int64_t offset);
    std::size_t read(char* into, std::size_t size, std::int64_t offset) const;  // fewer at the end
    std::int64_t size() const;
    void sync();

private:
    [[noreturn]] void fail() const;

    std::string path_;
    int descriptor_ = -1;
};

void make_folder(const std::string& path);  // durable, and what leads to it too; for its owner only
void sync_folder(const std::string& path);
void write_whole_file(const std::string& path, std::string_view bytes);  // durable, and there all at once

}  // namespace db::archive
