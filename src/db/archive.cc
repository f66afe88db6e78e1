#include "db/archive.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pthread.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "db/database.h"

namespace db {
namespace {

constexpr std::size_t salts_place = 16;
constexpr std::size_t salts_length = 8;
constexpr auto look_each = std::chrono::milliseconds(200);
constexpr auto retry_max = std::chrono::milliseconds(300'000);

// To a server, each backup would be an epoch of its own, behind which it looks for no commits.
void refuse_backups(const std::string& folder) {
    if (!archive::list_snapshots(folder).empty() && !std::filesystem::exists(archive::lock_path(folder)))
        throw Unavailable(fmt::format("{} is a folder of backups: name another for the archive", folder));
}

int lock_folder(const std::string& folder) {
    const std::string path = archive::lock_path(folder);
    const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) throw Unavailable(fmt::format("{}: {}", path, std::strerror(errno)));
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
    close(descriptor);
    throw Unavailable(fmt::format("another process archives into {}", folder));
}

}  // namespace

Archive::Archive(ArchiveOptions options) : options_(std::move(options)) {
    archive::make_folder(options_.folder);
    refuse_backups(options_.folder);
    lock_ = lock_folder(options_.folder);
    const auto generations = archive::list_generations(options_.folder);
    const auto snapshots = archive::list_snapshots(options_.folder);
    archive::remove_remnants(options_.folder);
    if (!generations.empty()) generation_ = generations.back();
    for (const archive::Snapshot& snapshot : snapshots) {
        generation_ = std::max(generation_, snapshot.generation);
        last_at_ = std::max(last_at_, snapshot.taken);
    }
    if (!generations.empty())
        if (const auto last = archive::find_generation(options_.folder, generations.back()))
            if (!last->commits.empty()) last_at_ = std::max(last_at_, last->commits.back().at);
}

Archive::~Archive() {
    detach();
    close(lock_);
}

void Archive::attach(Source source) {
    source_ = std::move(source);
    thread_ = std::thread([this] { loop(); });
}

void Archive::detach() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

// --- the writer ---

void Archive::committed(int wal_pages) {
    wal_pages_ = wal_pages;
    knows_pages_ = true;
    if (!is_recording_) return;
    try {
        capture();
    } catch (const std::exception& exception) {
        is_recording_ = false;
        const std::lock_guard lock(mutex_);
        overflow_ = exception.what();
        changed_.notify_all();
    }
}

void Archive::lost_track() {
    const auto commits_wait = begin_commit();
    knows_pages_ = false;
}

bool Archive::is_wal_empty() const {
    std::error_code error;
    const auto size = std::filesystem::file_size(source_.wal_path, error);
    return error || size == 0;
}

// What has been appended to the WAL since the last time; all of it, where it has begun anew.
void Archive::capture() {
    const archive::File wal(source_.wal_path, archive::File::Use::read);
    std::string header(archive::wal_header_bytes, '\0');
    if (wal.read(header.data(), header.size(), 0) < header.size()) return;  // emptied, and nothing written since
    std::string salts = header.substr(salts_place, salts_length);
    if (salts_ != salts) {
        ++generation_;
        salts_ = std::move(salts);
        captured_ = 0;
    }
    const std::int64_t frame_bytes = archive::wal_frame_bytes(header);
    const std::int64_t end = wal_pages_ == 0 ? 0 : archive::wal_header_bytes + wal_pages_ * frame_bytes;
    if (end <= captured_) return;
    std::string bytes(static_cast<std::size_t>(end - captured_), '\0');
    if (wal.read(bytes.data(), bytes.size(), captured_) < bytes.size())
        throw Unavailable(source_.wal_path + " is shorter than what was committed");
    last_at_ = std::max(last_at_, now());

    const std::lock_guard lock(mutex_);
    if (waiting_bytes_ + bytes.size() > options_.waiting_bytes_max)
        throw Unavailable(fmt::format("{} takes less than is written", options_.folder));
    waiting_bytes_ += bytes.size();
    waiting_.push_back({generation_, captured_, std::move(bytes), {last_at_, end}, ++last_serial_});
    captured_ = end;
    changed_.notify_all();
}

void Archive::wait_until_kept() {
    if (!options_.waits) return;
    std::unique_lock lock(mutex_);
    const std::uint64_t wanted = last_serial_;
    changed_.wait(lock, [&] { return kept_serial_ >= wanted || !failure_.empty() || !overflow_.empty() || stopping_; });
}

// --- the thread ---

bool Archive::is_stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
}

void Archive::loop() {
    pthread_setname_np(pthread_self(), "db-archive");
    bool has_epoch = false;
    auto try_again = std::chrono::steady_clock::now();
    auto delay = options_.retry;
    while (true) {
        std::string reason;
        {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, look_each, [this] { return stopping_ || !waiting_.empty() || !overflow_.empty(); });
            reason = std::exchange(overflow_, {});
        }
        const bool is_last = is_stopping();
        try {
            if (has_epoch && !reason.empty()) write_waiting();  // of what has been captured nothing is missing
            if (!reason.empty()) throw Unavailable(reason);
            if (!has_epoch && !is_last && std::chrono::steady_clock::now() >= try_again) has_epoch = begin_epoch();
            if (has_epoch) write_waiting();
            if (has_epoch && !is_last && now() >= snapshot_due_ && take_snapshot()) delay = options_.retry;
        } catch (const std::exception& exception) {
            declare_gap(exception.what());
            has_epoch = false;
            // Each attempt copies all of the file, and what fails once it is full is there for longer.
            try_again = std::chrono::steady_clock::now() + delay;
            delay = std::max(delay, std::min(2 * delay, retry_max));
        }
        if (is_last) return;
    }
}

// False: it is not known yet how much of the WAL counts.
bool Archive::begin_epoch() {
    const auto commits_wait = begin_commit();
    if (!knows_pages_ && !is_wal_empty()) return false;
    if (!knows_pages_) wal_pages_ = 0;
    knows_pages_ = true;
    epoch_ = last_at_ = std::max(last_at_ + 1, now());
    salts_.reset();
    captured_ = 0;
    snapshot_due_ = 0;
    wal_file_.reset();
    commits_file_.reset();
    open_generation_ = 0;
    is_recording_ = true;
    capture();
    return true;
}

void Archive::write_waiting() {
    std::deque<Piece> pieces;
    {
        const std::lock_guard lock(mutex_);
        pieces.swap(waiting_);
    }
    if (pieces.empty()) return;
    write_pieces(pieces);
    const std::lock_guard lock(mutex_);
    for (const Piece& piece : pieces) waiting_bytes_ -= piece.bytes.size();
    kept_serial_ = pieces.back().serial;
    changed_.notify_all();
}

void Archive::write_pieces(const std::deque<Piece>& pieces) {
    std::string commits;
    for (const Piece& piece : pieces) {
        if (piece.generation != open_generation_) {
            flush(commits);
            begin_generation(piece.generation);
        }
        wal_file_->write(piece.bytes, piece.offset);
        commits += render(piece.commit);
    }
    flush(commits);
}

// A commit is noted only once what it wrote is durable.
void Archive::flush(std::string& commits) {
    if (commits.empty()) return;
    wal_file_->sync();
    commits_file_->write(commits, commits_bytes_);
    commits_file_->sync();
    commits_bytes_ += static_cast<std::int64_t>(commits.size());
    commits.clear();
}

void Archive::begin_generation(std::int64_t number) {
    wal_file_.reset();
    commits_file_.reset();
    wal_file_.emplace(archive::generation_path(options_.folder, number), archive::File::Use::make);
    commits_file_.emplace(archive::commits_path(options_.folder, number), archive::File::Use::make);
    const std::string head = archive::render_epoch(epoch_);
    commits_file_->write(head, 0);
    commits_bytes_ = static_cast<std::int64_t>(head.size());
    open_generation_ = number;
    archive::sync_folder(options_.folder);
}

// False: not now.
bool Archive::take_snapshot() {
    if (source_.file_size() == 0) return false;
    source_.hold_checkpoints(true);
    const std::unique_ptr<void, std::function<void(void*)>> held(this,
                                                                 [this](void*) { source_.hold_checkpoints(false); });
    archive::Snapshot snapshot;
    {
        // No commit is under way: all that may have been copied into the file has been captured.
        const auto commits_wait = begin_commit();
        if (!knows_pages_) return false;
        last_at_ = std::max(last_at_ + 1, now());
        snapshot = {.epoch = epoch_,
                    .taken = last_at_,
                    .generation = salts_ ? generation_ : generation_ + 1,
                    .bytes = salts_ ? captured_ : 0};
    }
    remove_old();  // before: its room may be needed
    const std::string path = archive::snapshot_path(options_.folder, snapshot.taken);
    try {
        copy_file(path);
    } catch (...) {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
        throw;
    }
    if (is_stopping()) {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
        return false;
    }
    write_waiting();  // what has been captured up to then is needed with it
    archive::write_whole_file(archive::snapshot_info_path(options_.folder, snapshot.taken), render(snapshot));
    snapshot_due_ = now() + options_.snapshot_each.count();
    const std::lock_guard lock(mutex_);
    snapshot_taken_ = snapshot.taken;
    if (!std::exchange(failure_, {}).empty() && options_.log)
        options_.log(fmt::format("{} is complete again from now on", options_.folder));
    changed_.notify_all();
    return true;
}

// What is committed meanwhile is written in between.
void Archive::copy_file(const std::string& path) {
    archive::File copy(path, archive::File::Use::make);
    std::vector<char> piece(archive::copied_at_a_time);
    const std::int64_t size = source_.file_size();
    for (std::int64_t done = 0; done < size && !is_stopping();) {
        const auto wanted = static_cast<std::size_t>(std::min(size - done, archive::copied_at_a_time));
        const std::size_t count = source_.read_file(piece.data(), wanted, done);
        if (count == 0) throw Unavailable("the database's file is shorter than it was");
        copy.write({piece.data(), count}, done);
        done += static_cast<std::int64_t>(count);
        write_waiting();
    }
    copy.sync();
}

// A snapshot is of no use any more once the next is older than all that is to be kept; nor is what only it needs.
void Archive::remove_old() {
    const std::vector<archive::Snapshot> snapshots = archive::list_snapshots(options_.folder);
    if (snapshots.empty()) return;
    const std::int64_t since = now() - options_.keep.count();
    std::size_t first = 0;
    while (first + 1 < snapshots.size() && snapshots[first + 1].taken <= since) ++first;
    for (std::size_t i = 0; i < first; ++i) {
        std::filesystem::remove(archive::snapshot_info_path(options_.folder, snapshots[i].taken));
        std::filesystem::remove(archive::snapshot_path(options_.folder, snapshots[i].taken));
    }
    for (const std::int64_t number : archive::list_generations(options_.folder)) {
        if (number >= snapshots[first].generation) break;
        std::filesystem::remove(archive::commits_path(options_.folder, number));
        std::filesystem::remove(archive::generation_path(options_.folder, number));
    }
}

void Archive::declare_gap(const std::string& reason) {
    {
        const auto commits_wait = begin_commit();
        is_recording_ = false;
    }
    bool is_new = false;
    {
        const std::lock_guard lock(mutex_);
        waiting_.clear();
        waiting_bytes_ = 0;
        kept_serial_ = last_serial_;
        overflow_.clear();
        is_new = failure_.empty();
        failure_ = reason;
        changed_.notify_all();
    }
    if (is_new && options_.log)
        options_.log(fmt::format("what is committed from now on is not in {}: {}", options_.folder, reason));
}

// --- whoever looks ---

Archive::State Archive::state() const {
    const std::lock_guard lock(mutex_);
    return {snapshot_taken_, waiting_bytes_, failure_};
}

void Archive::wait_for_snapshot() const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return snapshot_taken_ != 0 || stopping_; });
}

}  // namespace db
