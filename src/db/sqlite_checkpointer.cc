#include "db/sqlite_checkpointer.h"

#include <pthread.h>
#include <sqlite3.h>

#include <algorithm>
#include <utility>

namespace db::sqlite {
namespace {

constexpr int small_rest_pages = 100;
constexpr int copies_at_most = 5;    // before the writer does the rest, however much that is
constexpr int busy_timeout_ms = 20;  // that the writer waits for readers to leave the WAL; else at the next occasion

}  // namespace

Checkpointer::Checkpointer(const SqliteOptions& options, const ConnectionOptions& connection_options, Readers& readers,
                           Health& health)
    : checkpoint_pages_(static_cast<int>(options.checkpoint_pages)),
      wal_limit_pages_(static_cast<int>(options.wal_limit_pages)),
      status_(options.status),
      readers_(readers),
      health_(health),
      force_at_pages_(2 * wal_limit_pages_),
      connection_(connection_options),
      thread_([this] { copy_loop(); }) {}

Checkpointer::~Checkpointer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_one();
    thread_.join();
}

void Checkpointer::committed(Connection& writer) {
    const int pages = writer.wal_pages();
    status_->wal_pages.store(pages, std::memory_order_relaxed);
    if (pages < pages_at_last_wake_) {  // the WAL has begun anew
        pages_at_last_wake_ = 0;
        force_at_pages_ = 2 * wal_limit_pages_;
    }
    const bool is_forced = pages >= force_at_pages_;
    if (is_forced) force_at_pages_ = 2 * pages;  // a reader that keeps the WAL for long shall not stall each commit
    if (restart_is_due_.exchange(false, std::memory_order_acq_rel) || is_forced) {
        begin_anew(writer, SQLITE_CHECKPOINT_RESTART);
        return;
    }
    if (pages - pages_at_last_wake_ < checkpoint_pages_) return;
    pages_at_last_wake_ = pages;
    wake();
}

bool Checkpointer::truncate(Connection& writer) {
    restart_is_due_.store(false, std::memory_order_release);
    const Connection::Checkpoint result = begin_anew(writer, SQLITE_CHECKPOINT_TRUNCATE);
    return !result.failure && result.pages == 0;
}

Connection::Checkpoint Checkpointer::begin_anew(Connection& writer, int mode) {
    readers_.keep_snapshots(false);
    const Connection::Checkpoint result = checkpoint(writer, mode);
    readers_.keep_snapshots(true);
    if (result.pages < 0) return result;  // held
    if (!result.failure) status_->checkpoints.fetch_add(1, std::memory_order_relaxed);
    if (mode == SQLITE_CHECKPOINT_TRUNCATE && !result.failure)
        status_->wal_pages.store(result.pages, std::memory_order_relaxed);
    return result;
}

void Checkpointer::hold(bool is_held) {
    const std::lock_guard lock(checkpointing_);
    is_held_ = is_held;
}

void Checkpointer::wake() {
    {
        const std::lock_guard lock(mutex_);
        copy_is_due_ = true;
    }
    woken_.notify_one();
}

void Checkpointer::copy_loop() {
    pthread_setname_np(pthread_self(), "db-checkpoint");
    std::unique_lock lock(mutex_);
    while (true) {
        woken_.wait(lock, [this] { return copy_is_due_ || stopping_; });
        if (stopping_) return;
        copy_is_due_ = false;
        lock.unlock();
        copy();
        lock.lock();
    }
}

void Checkpointer::copy() {
    Connection::Checkpoint before = checkpoint(connection_, SQLITE_CHECKPOINT_PASSIVE);
    if (before.pages < wal_limit_pages_) return;
    for (int copies = 1; copies < copies_at_most; ++copies) {
        const Connection::Checkpoint now = checkpoint(connection_, SQLITE_CHECKPOINT_PASSIVE);
        const int copied = now.copied - before.copied;
        const bool somebody_reads_old_pages = copied == 0 && now.copied < now.pages;
        if (now.failure || somebody_reads_old_pages) return;  // the writer could not begin anew either
        if (copied <= small_rest_pages) break;
        before = now;
    }
    restart_is_due_.store(true, std::memory_order_release);
}

Connection::Checkpoint Checkpointer::checkpoint(Connection& connection, int mode) {
    const std::lock_guard lock(checkpointing_);
    if (is_held_) return {.pages = -1, .copied = -1};
    readers_.release_snapshots();
    const Connection::Checkpoint result = connection.checkpoint(mode, busy_timeout_ms);
    if (result.failure)
        health_.failed(result.failure->code, result.failure->reason);
    else
        health_.worked();
    return result;
}

}  // namespace db::sqlite
