// Which proxies are believed: asked for each request on all threads, replaced while the server runs. service.cc holds
// it.
//
// A request that reads a list goes on with it: a list lives as long as this, and one that comes again is the same. So
// the reader takes no lock, and what is kept is as many lists as there ever were different ones.

#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "http/forwarded.h"

namespace service {

class TrustedProxies {
public:
    using Networks = std::vector<http::Network>;

    explicit TrustedProxies(Networks networks) { set(std::move(networks)); }
    TrustedProxies(const TrustedProxies&) = delete;

    const Networks& get() const { return *current_.load(std::memory_order_acquire); }

    void set(Networks networks) {
        const std::scoped_lock lock(setting_);
        const auto known =
            std::find_if(lists_.begin(), lists_.end(), [&](const auto& list) { return *list == networks; });
        if (known != lists_.end()) return current_.store(known->get(), std::memory_order_release);
        lists_.push_back(std::make_unique<const Networks>(std::move(networks)));
        current_.store(lists_.back().get(), std::memory_order_release);
    }

private:
    std::mutex setting_;
    std::vector<std::unique_ptr<const Networks>> lists_;
    std::atomic<const Networks*> current_ = nullptr;
};

}  // namespace service
