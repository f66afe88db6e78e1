// A database with something in front of it: counts what is asked of it, fails when told to, and says that others write
// to it.

#pragma once

#include <atomic>
#include <exception>
#include <mutex>
#include <stdexcept>

#include "db/database.h"

class WrappedDatabase final : public db::Database {
public:
    explicit WrappedDatabase(db::Database& inner) : inner_(inner) {}

    // From now on work is not run, and done is told this; null: as usual.
    void fail_with(std::exception_ptr failure) {
        const std::lock_guard lock(mutex_);
        failure_ = std::move(failure);
    }
    // From now on the work is done, and done is told this nevertheless: the commit failed after all.
    void fail_at_commit_with(std::exception_ptr failure) { commit_failure_ = std::move(failure); }

    void set_shared(bool is_shared) { is_shared_ = is_shared; }

    int reads() const { return reads_; }
    int writes() const { return writes_; }

    void write(Work work, Done done) override {
        ++writes_;
        if (const auto failure = this->failure()) return done(failure);
        if (!commit_failure_) return inner_.write(std::move(work), std::move(done));
        auto undone = [work = std::move(work)](db::Tx& tx) {
            work(tx);
            return db::Outcome::undo;
        };
        inner_.write(std::move(undone),
                     [done = std::move(done), failure = commit_failure_](std::exception_ptr) { done(failure); });
    }

    void read(Work work, Done done) override {
        ++reads_;
        if (const auto failure = this->failure()) return done(failure);
        inner_.read(std::move(work), std::move(done));
    }

    std::uint64_t generation() const override { return inner_.generation(); }
    bool is_shared() const override { return is_shared_; }
    std::vector<std::string> check_integrity() override { return inner_.check_integrity(); }

private:
    std::exception_ptr failure() {
        const std::lock_guard lock(mutex_);
        return failure_;
    }

    db::Database& inner_;
    std::atomic<bool> is_shared_ = inner_.is_shared();
    std::mutex mutex_;
    std::exception_ptr failure_;
    std::exception_ptr commit_failure_;
    std::atomic<int> reads_{0};
    std::atomic<int> writes_{0};
};

template <class Exception>
std::exception_ptr failure_of(const char* sentence) {
    return std::make_exception_ptr(Exception(sentence));
}
