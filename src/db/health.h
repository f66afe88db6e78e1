// Says once that something fails, and once that it works again, however many requests see it. Any thread.

#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "db/status.h"

namespace db {

class Health {
public:
    // `activity` begins the sentences: "writing to partnerd.db". status: may be null, else outlives this.
    Health(std::string activity, std::function<void(std::string_view)> log, Status* status = nullptr);

    // Each reason is told once while the failure lasts; the code tells reasons apart.
    void failed(int code, std::string_view reason);
    void worked() {
        if (failing_.load(std::memory_order_relaxed)) recover();
    }
    // How often it has worked again.
    std::size_t recoveries() const { return recoveries_.load(std::memory_order_relaxed); }

private:
    void recover();

    const std::string activity_;
    const std::function<void(std::string_view)> log_;
    Status* const status_;
    std::atomic<bool> failing_ = false;
    std::atomic<std::size_t> recoveries_ = 0;
    std::mutex mutex_;
    std::vector<int> told_codes_;
    std::size_t failures_ = 0;
};

}  // namespace db
