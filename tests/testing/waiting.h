// For tests that wait: for what a database tells when it is done, and for what comes about by itself.

#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <thread>
#include <utility>

#include "db/database.h"

namespace test {

// What done was told, for those who wait for it.
struct Answer {
    std::promise<void> promise;
    std::future<void> future = promise.get_future();

    db::Database::Done done() {
        return [this](std::exception_ptr failure) {
            failure ? promise.set_exception(std::move(failure)) : promise.set_value();
        };
    }
    bool is_there() const { return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }
};

inline void wait_until(const std::function<bool()>& is_so) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!is_so() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    EXPECT_TRUE(is_so());
}

}  // namespace test
