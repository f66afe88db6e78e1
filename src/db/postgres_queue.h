// Works that wait for a connection, and the connection that a thread has. Where the server has fewer connections than
// there are threads, those that have one do the work of all. Used by postgres_writer.cc, postgres_readers.cc and
// postgres.cc.

#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
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
    bool is_left = false;  // to a thread that has a connection
};

inline std::exception_ptr unavailable(const std::string& why) { return std::make_exception_ptr(Unavailable(why)); }

class Queue {
public:
    explicit Queue(std::size_t limit) : limit_(limit) {}

    // False: it is full, or nothing is taken any more; the job is as it was.
    bool add(Job& job) {
        {
            const std::lock_guard lock(mutex_);
            if (jobs_.size() >= limit_ || is_stopping_) return false;
            jobs_.push_back(std::move(job));
        }
        arrived_.notify_one();  // who wakes up finds the lock free
        return true;
    }

    // Waits; empty: there is nothing left and there will be nothing more. `let_go` closes the connection that the
    // thread has, if somebody else has none at all.
    std::vector<Job> take(std::size_t most, const std::function<void()>& let_go) {
        std::unique_lock lock(mutex_);
        while (true) {
            arrived_.wait(lock, [this] { return is_stopping_ || !jobs_.empty() || is_one_wanted_; });
            if (!is_one_wanted_) break;
            is_one_wanted_ = false;
            if (connected_ < 2) continue;
            lock.unlock();
            let_go();
            lock.lock();
        }
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

    // Of those that are left to others, who come first. Takes them out.
    void give_back(std::vector<Job>& jobs) {
        const std::lock_guard lock(mutex_);
        for (auto job = jobs.rbegin(); job != jobs.rend(); ++job) {
            if (!job->is_left) continue;
            jobs_.push_front(std::move(*job));
            jobs_.front().is_left = false;
        }
        std::erase_if(jobs, [](const Job& job) { return job.is_left; });
        arrived_.notify_all();
    }

    void note_connected(bool is_connected) {
        const std::lock_guard lock(mutex_);
        connected_ += is_connected ? 1 : -1;
        if (connected_ == 0) stopped_.notify_all();
    }
    bool has_connections() const {
        const std::lock_guard lock(mutex_);
        return connected_ > 0;
    }
    // One of several is to be closed, soon.
    void want_one() {
        const std::lock_guard lock(mutex_);
        is_one_wanted_ = connected_ > 1;
        arrived_.notify_one();
    }
    // For a thread without a connection: as long as others have some, and so long at most.
    void stand_aside(std::chrono::milliseconds time) {
        std::unique_lock lock(mutex_);
        const bool was_stopping = is_stopping_;
        stopped_.wait_for(lock, was_stopping ? std::chrono::milliseconds(50) : time,
                          [&] { return connected_ == 0 || is_stopping_ != was_stopping; });
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
    int connected_ = 0;  // threads that have a connection
    bool is_one_wanted_ = false;
};

// What those who share a server's connections know of each other.
class Crowd {
public:
    explicit Crowd(std::function<void(std::string_view)> log) : log_(std::move(log)) {}

    void add(Queue& queue) {
        const std::lock_guard lock(mutex_);
        queues_.push_back(&queue);
    }
    void remove(Queue& queue) {
        const std::lock_guard lock(mutex_);
        std::erase(queues_, &queue);
    }
    // One who has none at all: whoever has several lets go of one.
    void ask_for_one() {
        const std::lock_guard lock(mutex_);
        for (Queue* queue : queues_) queue->want_one();
    }
    void tell(std::string_view reason) {
        if (!is_told_.exchange(true) && log_)
            log_(std::string(reason) + "; from here on with fewer connections, as many as there are");
    }

private:
    const std::function<void(std::string_view)> log_;
    std::mutex mutex_;
    std::vector<Queue*> queues_;
    std::atomic<bool> is_told_ = false;
};

constexpr std::chrono::seconds time_aside(5);  // of a thread for which there was no connection
constexpr std::chrono::milliseconds rest_without_connection(100);

// The earliest time by which one of them wants its answer.
inline Clock::time_point earliest_answer(const std::vector<Job*>& jobs) {
    Clock::time_point earliest = Clock::time_point::max();
    for (const Job* job : jobs) earliest = std::min(earliest, job->answer_by);
    return earliest;
}

// The connection of one thread: made when it is wanted, and made anew after it was lost.
class Line {
public:
    // queue: null where it does none of the works.
    Line(const PostgresAddress& address, Health& health, Crowd& crowd, Queue* queue = nullptr,
         Connection::Use use = Connection::Use::everything)
        : address_(address), health_(health), crowd_(crowd), queue_(queue), use_(use) {}
    ~Line() { close(); }
    Line(const Line&) = delete;

    // Null: it cannot be had now; reason() says why.
    Connection* connect(Clock::time_point deadline) {
        if (connection_) {
            connection_->set_deadline(deadline);
            return &*connection_;
        }
        is_left_out_ = false;
        try {
            connection_.emplace(address_, deadline, use_);
            recoveries_seen_ = health_.recoveries();
            if (queue_ != nullptr) queue_->note_connected(true);
            return &*connection_;
        } catch (const Crowded& failure) {
            crowd_.tell(failure.what());
            is_left_out_ = queue_ != nullptr && queue_->has_connections();
            if (is_left_out_) {
                reason_ = failure.what();
                return nullptr;
            }
            crowd_.ask_for_one();
            lose(failure.what());
        } catch (const std::exception& failure) {
            lose(failure.what());
        }
        return nullptr;
    }
    // There is no connection for it, but for others of its queue.
    bool is_left_out() const { return is_left_out_; }
    void lose(const std::string& reason) {
        reason_ = reason;
        // One that has stood idle while the database was away and came back is not news: the next one may be.
        const bool is_echo = connection_ && recoveries_seen_ != health_.recoveries();
        if (!is_echo) health_.failed(0, reason);
        close();
    }
    void close() {
        if (!connection_) return;
        connection_.reset();
        if (queue_ != nullptr) queue_->note_connected(false);
    }
    void worked() { health_.worked(); }
    const std::string& reason() const { return reason_; }

private:
    const PostgresAddress& address_;
    Health& health_;
    Crowd& crowd_;
    Queue* const queue_;
    const Connection::Use use_;
    std::optional<Connection> connection_;
    bool is_left_out_ = false;
    std::size_t recoveries_seen_ = 0;  // when the connection was made
    std::string reason_;
};

}  // namespace db::postgres
