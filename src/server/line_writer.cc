#include "server/line_writer.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <utility>

namespace {

constexpr auto gathering_time = std::chrono::milliseconds(50);
constexpr std::size_t bytes_worth_a_write = 64 * 1024;
constexpr std::size_t bytes_waiting_max = 4 * 1024 * 1024;

}  // namespace

LineWriter::LineWriter(int descriptor) : descriptor_(descriptor), thread_([this] { write_loop(); }) {}

LineWriter::~LineWriter() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void LineWriter::append(std::string_view line, When when) {
    bool wakes = when == When::at_once;
    {
        const std::lock_guard lock(mutex_);
        if (pending_.size() + line.size() > bytes_waiting_max) {
            ++left_out_;
            return;
        }
        const bool was_worth_it = pending_.size() >= bytes_worth_a_write;
        wakes = wakes || pending_.empty() || (!was_worth_it && pending_.size() + line.size() >= bytes_worth_a_write);
        hurry_ = hurry_ || when == When::at_once;
        pending_.append(line).append(1, '\n');
    }
    if (wakes) changed_.notify_one();
}

void LineWriter::flush() {
    std::unique_lock lock(mutex_);
    hurry_ = true;
    changed_.notify_one();
    written_.wait_for(lock, std::chrono::seconds(1), [this] { return pending_.empty() && !writing_; });
}

void LineWriter::write_loop() {
    pthread_setname_np(pthread_self(), "log");
    std::string bytes;
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || !pending_.empty(); });
        changed_.wait_for(lock, gathering_time,
                          [this] { return stopping_ || hurry_ || pending_.size() >= bytes_worth_a_write; });
        if (pending_.empty()) return;
        bytes.clear();
        bytes.swap(pending_);
        if (left_out_ != 0) bytes += "(" + std::to_string(std::exchange(left_out_, 0)) + " lines are left out here)\n";
        hurry_ = false;
        writing_ = true;
        lock.unlock();
        write_out(bytes);
        lock.lock();
        writing_ = false;
        written_.notify_all();
    }
}

void LineWriter::write_out(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t count = write(descriptor_, bytes.data(), bytes.size());
        if (count >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno == EAGAIN) {
            pollfd writable{descriptor_, POLLOUT, 0};
            poll(&writable, 1, -1);
        } else if (errno != EINTR) {
            return;  // nobody reads it, or there is no room: there is nobody else to tell
        }
    }
}
