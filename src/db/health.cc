#include "db/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace db {

Health::Health(std::string activity, std::function<void(std::string_view)> log, Status* status)
    : activity_(std::move(activity)), log_(std::move(log)), status_(status) {}

void Health::failed(int code, std::string_view reason) {
    const std::lock_guard lock(mutex_);
    failing_.store(true, std::memory_order_relaxed);
    ++failures_;
    if (status_) status_->set_failing(activity_, reason);
    if (std::find(told_codes_.begin(), told_codes_.end(), code) != told_codes_.end()) return;
    told_codes_.push_back(code);
    if (log_) log_(fmt::format("{} fails: {}", activity_, reason));
}

void Health::recover() {
    const std::lock_guard lock(mutex_);
    if (!failing_.exchange(false)) return;
    recoveries_.fetch_add(1, std::memory_order_relaxed);
    told_codes_.clear();
    if (status_) status_->set_working(activity_);
    if (log_) log_(fmt::format("{} works again after {} failed attempts", activity_, failures_));
    failures_ = 0;
}

}  // namespace db
