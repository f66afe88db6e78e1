// Keeps all that a SQLite database has been, so that it can be had again as of any moment: a snapshot of its file, and
// its write-ahead log (WAL) as it was written, generation by generation (archive_files.h says how it lies in the
// folder; restore.h reads it). Used by the driver, made by server/.
//
// The writer alone begins the WAL anew, and only with a write; so it takes a copy of what each commit has appended,
// before it does anything else, and a thread of the archive writes that to the folder and syncs it. A folder that is
// full, slow or gone costs no request: beyond so many bytes in memory, or with the first failure, a gap is declared and
// said, and once the folder takes a snapshot again, a new epoch begins with it.

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "db/archive_files.h"

namespace db {

struct ArchiveOptions {
    std::string folder;
    bool waits = false;  // what is committed is told only once it is in the folder, unless there is a gap
    std::chrono::milliseconds snapshot_each = std::chrono::hours(24);
    std::chrono::milliseconds keep = std::chrono::hours(24 * 14);  // at least: any moment since then can be had
    std::size_t waiting_bytes_max = 256 * 1024 * 1024;
    std::chrono::milliseconds retry{5'000};  // after a failure; twice as long after each that follows, to five minutes
    std::function<std::int64_t()> now;       // milliseconds since 1970
    std::function<void(std::string_view)> log = {};  // one sentence; any thread
};

class Archive {
public:
    // Makes the folder. Throws Unavailable when it cannot be written to, holds backups (restore.h), or another process
    // archives there; Broken when what describes one of its snapshots does not.
    explicit Archive(ArchiveOptions);
    ~Archive();
    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;

    // --- of the driver ---

    struct Source {
        std::string wal_path;
        std::function<std::int64_t()> file_size;
        std::function<std::size_t(char* into, std::size_t size, std::int64_t offset)> read_file;
        // While held, nothing is copied from the WAL into the file, so that the file stays as it is.
        std::function<void(bool is_held)> hold_checkpoints;
    };
    void attach(Source);
    void detach();  // once all that was committed is in the folder, if it can be

    // Held by the writer from before a COMMIT until committed() has returned.
    std::unique_lock<std::mutex> begin_commit() { return std::unique_lock(committing_); }
    void committed(int wal_pages);  // of a commit that had something to write
    void lost_track();              // what is in the WAL is known again after the next commit
    void wait_until_kept();         // where the options want it; not while a commit is held

    // --- of whoever looks; any thread ---

    struct State {
        std::int64_t snapshot_taken = 0;  // the last; 0: none yet
        std::size_t waiting_bytes = 0;    // committed, and not in the folder yet
        std::string failure;              // why there is a gap just now; empty: there is none
    };
    State state() const;
    void wait_for_snapshot() const;  // the first that is complete; for tests

private:
    struct Piece {
        std::int64_t generation;
        std::int64_t offset;
        std::string bytes;
        archive::Commit commit;
        std::uint64_t serial;
    };

    std::int64_t now() const { return options_.now(); }
    bool is_wal_empty() const;
    void capture();
    void loop();
    bool begin_epoch();
    void write_waiting();
    void write_pieces(const std::deque<Piece>&);
    void begin_generation(std::int64_t number);
    void flush(std::string& commits);
    bool take_snapshot();
    void copy_file(const std::string& path);
    void remove_old();
    void declare_gap(const std::string& reason);
    bool is_stopping() const;

    const ArchiveOptions options_;
    int lock_ = -1;  // the folder's
    Source source_;

    // Under committing_: what has been taken off the WAL.
    mutable std::mutex committing_;
    bool is_recording_ = false;
    bool knows_pages_ = false;
    int wal_pages_ = 0;
    std::int64_t epoch_ = 0;
    std::int64_t generation_ = 0;
    std::optional<std::string> salts_;  // of the generation; absent: none of this epoch has begun
    std::int64_t captured_ = 0;         // bytes of it
    std::int64_t last_at_ = 0;          // times of commits do not go back

    // The archive's thread only:
    std::optional<archive::File> wal_file_, commits_file_;
    std::int64_t open_generation_ = 0;
    std::int64_t commits_bytes_ = 0;
    std::int64_t snapshot_due_ = 0;

    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::deque<Piece> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::uint64_t last_serial_ = 0;
    std::uint64_t kept_serial_ = 0;
    std::int64_t snapshot_taken_ = 0;
    std::string overflow_;  // why a gap has to be declared: told by the writer
    std::string failure_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace db
