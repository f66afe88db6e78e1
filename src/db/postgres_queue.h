// Works that wait for a connection, and the connection that a thread has. Used by postgres_writer.cc and
// postgres_readers.cc.

#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "db/database.h"
#include "db/health.h"
#include "db/postgres_connection.h"

namespace db::postgres {

struct Job {
    Database::Work work;
    Database::Done done;
    Clock::time_point answer_by;
    std::exception_ptr failure = nullptr;
};

inline std::exception_ptr unavailable(const std::string& why) { return std::make_exception_ptr(Unavailable(why)); }

class Queue {
public:
    explicit Queue(std::size_t limit) : limit_(limit) {}

    // False: it is full, or nothing is taken any more; the job is as it was.
    bool add(Job& job) {
        const std::lock_guard lock(mutex_);
        if (jobs_.size() >= limit_ || is_stopping_) return false;
        jobs_.push_back(std::move(job));
        arrived_.notify_one();
        return true;
    }

    // Waits; empty: there is nothing left and there will be nothing more.
    std::vector<Job> take(std::size_t most) {
        std::unique_lock lock(mutex_);
        arrived_.wait(lock, [this] { return is_stopping_ || !jobs_.empty(); });
        const auto end = jobs_.begin() + static_cast<std::ptrdiff_t>(std::min(most, jobs_.size()));
        std::vector<Job> taken(std::make_move_iterator(jobs_.begin()), std::make_move_iterator(end));
        jobs_.erase(jobs_.begin(), end);
        return taken;
    }

    void stop() {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
        arrived_.notify_all();
        stopped_.notify_all();
    }

    // Where nothing can be done but wait.
    void rest(std::chrono::milliseconds time) {
        std::unique_lock lock(mutex_);
        stopped_.wait_for(lock, time);
    }

    std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return jobs_.size();
    }

private:
    const std::size_t limit_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::condition_variable stopped_;
    std::deque<Job> jobs_;
    bool is_stopping_ = false;
};

// The earliest time by which one of them wants its answer.
inline Clock::time_point earliest_answer(const std::vector<Job*>& jobs) {
    Clock::time_point earliest = Clock::time_point::max();
    for (const Job* job : jobs) earliest = std::min(earliest, job->answer_by);
    return earliest;
}

// The connection of one thread: made when it is wanted, and made anew after it was lost.
class Line {
public:
    Line(const PostgresAddress& address, Health& health) : address_(address), health_(health) {}

    // Null: it cannot be had now; reason() says why.
    Connection* connect(Clock::time_point deadline) {
        if (connection_) {
            connection_->set_deadline(deadline);
            return &*connection_;
        }
        try {
            connection_.emplace(address_, deadline);
            return &*connection_;
        } catch (const std::exception& failure) {
            lose(failure.what());
            return nullptr;
        }
    }
    void lose(const std::string& reason) {
        reason_ = reason;
        health_.failed(0, reason);
        connection_.reset();
    }
    void close() { connection_.reset(); }
    void worked() { health_.worked(); }
    const std::string& reason() const { return reason_; }

private:
    const PostgresAddress& address_;
    Health& health_;
    std::optional<Connection> connection_;
    std::string reason_;
};

}  // namespace db::postgres
