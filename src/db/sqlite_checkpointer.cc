#include "db/sqlite_checkpointer.h"

#include <sqlite3.h>

namespace db::sqlite {
namespace {

bool checkpoint(Connection& connection, int mode, Health& health) {
    const int code = sqlite3_wal_checkpoint_v2(connection.handle(), "main", mode, nullptr, nullptr);
    if (code == SQLITE_OK) health.worked();
    const bool is_failure = code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY;  // busy: a reader needs the WAL
    if (is_failure) health.failed(code, sqlite3_errmsg(connection.handle()));
    return code == SQLITE_OK;
}

}  // namespace

Checkpointer::Checkpointer(const SqliteOptions& options, const ConnectionOptions& connection_options, Health& health)
    : checkpoint_pages_(options.checkpoint_pages),
      wal_limit_pages_(options.wal_limit_pages),
      connection_options_(connection_options),
      health_(health),
      connection_(std::in_place, connection_options),
      thread_([this] { copy_loop(); }) {}

Checkpointer::~Checkpointer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    due_changed_.notify_one();
    thread_.join();
}

void Checkpointer::committed(Connection& writer) {
    const auto pages = static_cast<std::size_t>(writer.wal_pages());
    if (pages < pages_at_last_copy_) pages_at_last_copy_ = 0;  // the WAL has begun anew
    if (pages - pages_at_last_copy_ < checkpoint_pages_) return;
    pages_at_last_copy_ = pages;
    if (pages < wal_limit_pages_) {
        {
            const std::lock_guard lock(mutex_);
            due_ = true;
        }
        due_changed_.notify_one();
        return;
    }
    const std::lock_guard lock(checkpointing_);
    checkpoint(writer, SQLITE_CHECKPOINT_RESTART, health_);
}

void Checkpointer::truncate(Connection& writer) {
    const std::lock_guard lock(checkpointing_);
    checkpoint(writer, SQLITE_CHECKPOINT_TRUNCATE, health_);
}

void Checkpointer::copy_loop() {
    std::unique_lock lock(mutex_);
    while (true) {
        due_changed_.wait(lock, [this] { return due_ || stopping_; });
        if (stopping_) return;
        due_ = false;
        lock.unlock();
        copy();
        lock.lock();
    }
}

void Checkpointer::copy() {
    const std::lock_guard lock(checkpointing_);
    checkpoint(*connection_, SQLITE_CHECKPOINT_PASSIVE, health_);
}

}  // namespace db::sqlite
