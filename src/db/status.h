// What somebody who looks after a database may ask of it while it runs: what fails just now, how much waits, what each
// commit took. Filled by the driver, read by whoever shows it; any thread.

#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace db {

class Status {
public:
    // `activity` names what fails ("writing partnerd.db"), until it works again.
    void set_failing(std::string_view activity, std::string_view reason) {
        const std::lock_guard lock(mutex_);
        failing_.insert_or_assign(std::string(activity), std::string(reason));
    }
    void set_working(std::string_view activity) {
        const std::lock_guard lock(mutex_);
        if (const auto found = failing_.find(activity); found != failing_.end()) failing_.erase(found);
    }
    // Of a driver that has gone.
    void forget_failures() {
        const std::lock_guard lock(mutex_);
        failing_.clear();
    }
    // One sentence each; empty: all works.
    std::vector<std::string> failures() const {
        std::vector<std::string> sentences;
        const std::lock_guard lock(mutex_);
        for (const auto& [activity, reason] : failing_) sentences.push_back(activity + " fails: " + reason);
        return sentences;
    }

    std::atomic<std::size_t> works_waiting = 0;
    std::atomic<std::uint64_t> commits = 0;  // that were durable
    std::atomic<std::uint64_t> batches_run_twice = 0;
    std::atomic<std::int64_t> wal_pages = 0;     // after the last commit
    std::atomic<std::uint64_t> checkpoints = 0;  // after which the log began anew
    // Set before the database is opened: called after each commit, on the thread that writes.
    std::function<void(std::size_t works, std::chrono::microseconds)> on_commit;

private:
    mutable std::mutex mutex_;
    std::map<std::string, std::string, std::less<>> failing_;
};

}  // namespace db
