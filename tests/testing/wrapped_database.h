// A database with something in front of it: counts what is asked of it, and fails when told to.

#pragma once

#include <atomic>
#include <exception>
#include <stdexcept>

#include "db/database.h"

class WrappedDatabase final : public db::Database {
public:
    explicit WrappedDatabase(db::Database& inner) : inner_(inner) {}

    // From now on work is not run, and done is told this; null: as usual.
    void fail_with(std::exception_ptr failure) { failure_ = std::move(failure); }
    // From now on the work is done, and done is told this nevertheless: the commit failed after all.
    void fail_at_commit_with(std::exception_ptr failure) { commit_failure_ = std::move(failure); }

    int reads() const { return reads_; }
    int writes() const { return writes_; }

    void write(Work work, Done done) override {
        ++writes_;
        if (failure_) return done(failure_);
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
        if (failure_) return done(failure_);
        inner_.read(std::move(work), std::move(done));
    }

    std::uint64_t generation() const override { return inner_.generation(); }
    std::vector<std::string> check_integrity() override { return inner_.check_integrity(); }

private:
    db::Database& inner_;
    std::exception_ptr failure_;
    std::exception_ptr commit_failure_;
    std::atomic<int> reads_{0};
    std::atomic<int> writes_{0};
};

template <class Exception>
std::exception_ptr failure_of(const char* sentence) {
    return std::make_exception_ptr(Exception(sentence));
}
