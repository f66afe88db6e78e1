// A database that may not be there yet: opened on a thread of its own, which tries again until it has been opened, or
// waiting would not help. Each reason is logged once, and so is that it works at last. serve.cc answers meanwhile.

#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>

#include "core/result.h"
#include "db/health.h"
#include "db/status.h"
#include "server/open.h"

struct AwaitedDatabaseOptions {
    std::function<void(std::string_view)> log = {};
    std::shared_ptr<db::Status> status = std::make_shared<db::Status>();  // says why it is not there yet
    std::chrono::milliseconds between_attempts{1'000};
    // For tests, in place of that time: returns when it has passed.
    std::function<void()> rest = {};
};

class AwaitedDatabase {
public:
    // Throws db::Unavailable where it is to be called again.
    using Open = std::function<Result<OpenDatabase>()>;

    AwaitedDatabase(Open, AwaitedDatabaseOptions);
    ~AwaitedDatabase();  // waits for the attempt that is under way
    AwaitedDatabase(const AwaitedDatabase&) = delete;

    // Whether it has come to an end with its first attempt, within that time.
    bool has_ended_at_once(std::chrono::milliseconds patience);
    int descriptor() const { return ended_; }  // can be read from once it has come to an end

    // What came of it, once it has come to an end. Throws what was thrown.
    Result<OpenDatabase> take();

    // There is to be no further attempt. False: the one that is under way has not ended within that time.
    bool stop(std::chrono::milliseconds patience);

private:
    void loop();
    bool attempt();

    const Open open_;
    const AwaitedDatabaseOptions options_;
    db::Health health_;
    int ended_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<Result<OpenDatabase>> result_;
    std::exception_ptr failure_;
    bool has_tried_ = false;
    bool is_stopping_ = false;
    bool has_ended_ = false;
    std::thread thread_;
};
