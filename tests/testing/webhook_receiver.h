// Somebody to whom webhooks are sent.

#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "http/server.h"

// On loopback; answers as it is told to, and keeps what has come.
class Receiver {
public:
    using Answer = std::function<std::optional<http::Response>(const http::Request&)>;  // absent: none, ever

    static constexpr auto patience = std::chrono::seconds(20);

    explicit Receiver(Answer answer = [](const http::Request&) { return http::Response{.status = 204}; })
        : answer_(std::move(answer)), server_({.threads = 1}, [this](http::Request request, http::Reply reply) {
              auto response = answer_(request);
              {
                  const std::lock_guard lock(mutex_);
                  requests_.push_back(std::move(request));
                  if (!response) unanswered_.push_back(std::move(reply));
              }
              has_come_.notify_all();
              if (response) reply(std::move(*response));
          }) {
        server_.start();
    }

    std::string url(const std::string& path = "/hook") const {
        return "http://127.0.0.1:" + std::to_string(server_.port()) + path;
    }

    // All that have come, once there are so many.
    std::vector<http::Request> wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(has_come_.wait_for(lock, patience, [&] { return requests_.size() >= count; }));
        return requests_;
    }
    std::size_t count() {
        const std::lock_guard lock(mutex_);
        return requests_.size();
    }

private:
    const Answer answer_;
    std::mutex mutex_;
    std::condition_variable has_come_;
    std::vector<http::Request> requests_;
    std::vector<http::Reply> unanswered_;
    http::Server server_;
};

inline std::string header_of(const http::Request& request, std::string_view name) {
    const std::string* value = request.headers.find(name);
    return value ? *value : "";
}

// What a sender writes comes by and by.
template <class Is>
testing::AssertionResult comes_true(Is is) {
    const auto end = std::chrono::steady_clock::now() + Receiver::patience;
    while (!is()) {
        if (std::chrono::steady_clock::now() > end) return testing::AssertionFailure() << "it does not come true";
        std::this_thread::yield();
    }
    return testing::AssertionSuccess();
}
