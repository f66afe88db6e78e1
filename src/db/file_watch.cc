#include "db/file_watch.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace db {
namespace {

// Absent, with errno: there is no telling, or no such file.
std::optional<FileIdentity> identify(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) return std::nullopt;
    return FileIdentity{status.st_dev, status.st_ino};
}

std::string describe(const std::string& path, const std::optional<FileIdentity>& found, int error) {
    if (found) return fmt::format("another file stands at {} than the one that is open", path);
    return fmt::format("{} is not there any more ({})", path, std::strerror(error));
}

}  // namespace

FileWatch::FileWatch(const FileClaim& claim, std::string path, std::chrono::milliseconds interval,
                     std::function<void(std::string_view)> log, Status* status)
    : path_(std::move(path)),
      wal_path_(path_ + "-wal"),
      file_(claim.file()),
      interval_(interval),
      health_(fmt::format("serving {}", path_), std::move(log), status) {}

FileWatch::~FileWatch() { stop(); }

void FileWatch::start() {
    thread_ = std::thread([this] { loop(); });
}

void FileWatch::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stopped_.notify_one();
    if (thread_.joinable()) thread_.join();
}

bool FileWatch::look() {
    const std::lock_guard lock(looking_);
    const std::string fault = find_fault();
    is_there_.store(fault.empty(), std::memory_order_release);
    if (fault.empty())
        health_.worked();
    else
        health_.failed(0, fault + ": nothing is read or written until it is back");
    return fault.empty();
}

std::string FileWatch::find_fault() {
    const auto file = identify(path_);
    if (file != file_) return describe(path_, file, errno);
    const auto wal = identify(wal_path_);
    if (!wal_) wal_ = wal;
    if (wal != wal_) return describe(wal_path_, wal, errno);
    return "";
}

void FileWatch::loop() {
    pthread_setname_np(pthread_self(), "db-watch");
    std::unique_lock lock(mutex_);
    while (!stopped_.wait_for(lock, interval_, [this] { return stopping_; })) {
        lock.unlock();
        look();
        lock.lock();
    }
}

}  // namespace db
