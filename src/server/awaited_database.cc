#include "server/awaited_database.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace {

int make_event() {
    const int made = eventfd(0, EFD_CLOEXEC);
    if (made < 0) throw std::system_error(errno, std::generic_category(), "no descriptor is left");
    return made;
}

}  // namespace

AwaitedDatabase::AwaitedDatabase(Open open, AwaitedDatabaseOptions options)
    : open_(std::move(open)),
      options_(std::move(options)),
      health_("opening the database", options_.log, options_.status.get()),
      ended_(make_event()),
      thread_([this] { loop(); }) {}

AwaitedDatabase::~AwaitedDatabase() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
    close(ended_);
}

bool AwaitedDatabase::has_ended_at_once(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [this] { return has_tried_; });
    return has_ended_;
}

Result<OpenDatabase> AwaitedDatabase::take() {
    const std::lock_guard lock(mutex_);
    if (failure_) std::rethrow_exception(failure_);
    return std::move(result_).value();
}

bool AwaitedDatabase::stop(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
    return changed_.wait_for(lock, patience, [this] { return has_ended_; });
}

void AwaitedDatabase::loop() {
    pthread_setname_np(pthread_self(), "db-open");
    while (true) {
        const bool is_over = attempt();
        std::unique_lock lock(mutex_);
        has_tried_ = true;
        has_ended_ = is_over || is_stopping_;
        changed_.notify_all();
        if (has_ended_) break;
        if (options_.rest) {
            lock.unlock();
            options_.rest();
            lock.lock();
        } else {
            changed_.wait_for(lock, options_.between_attempts, [this] { return is_stopping_; });
        }
        if (is_stopping_) {
            has_ended_ = true;
            changed_.notify_all();
            break;
        }
    }
    const std::uint64_t one = 1;
    (void)!write(ended_, &one, sizeof one);
}

// False: it is to be tried again.
bool AwaitedDatabase::attempt() {
    try {
        Result<OpenDatabase> opened = open_();
        health_.worked();
        const std::lock_guard lock(mutex_);
        result_.emplace(std::move(opened));
    } catch (const db::Unavailable& reason) {
        // What was opened in part has said what failed in it, and is gone.
        options_.status->forget_failures();
        health_.failed(static_cast<int>(std::hash<std::string_view>()(reason.what())), reason.what());
        return false;
    } catch (...) {
        const std::lock_guard lock(mutex_);
        failure_ = std::current_exception();
    }
    return true;
}
