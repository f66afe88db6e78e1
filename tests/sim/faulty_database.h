// A database that fails as it is told to. See Fault.

#pragma once

#include <atomic>
#include <memory>
#include <stdexcept>

#include "db/database.h"
#include "tests/sim/simulation.h"

namespace sim {

class FaultyDatabase final : public db::Database {
public:
    explicit FaultyDatabase(std::unique_ptr<db::Database> inner) : inner_(std::move(inner)) {}

    // How all writes that begin from now on fail.
    void plan(Fault fault) { fault_ = fault; }

    void write(Work work, Done done) override {
        const auto failure = std::make_exception_ptr(db::Unavailable("a simulated failure"));
        switch (fault_.load()) {
        case Fault::none:
        case Fault::power: return inner_->write(std::move(work), std::move(done));
        case Fault::refused: return done(failure);
        case Fault::undone:
            return inner_->write(undone(std::move(work)),
                                 [done = std::move(done), failure](std::exception_ptr) { done(failure); });
        case Fault::lost:
            return inner_->write(std::move(work),
                                 [done = std::move(done), failure](std::exception_ptr) { done(failure); });
        case Fault::twice:
            return inner_->write(undone(work), [this, work, done = std::move(done)](std::exception_ptr thrown) {
                if (thrown) return done(thrown);
                inner_->write(work, done);
            });
        }
    }

    void read(Work work, Done done) override { inner_->read(std::move(work), std::move(done)); }
    std::uint64_t generation() const override { return inner_->generation(); }
    std::vector<std::string> check_integrity() override { return inner_->check_integrity(); }

private:
    static Work undone(Work work) {
        return [work = std::move(work)](db::Tx& tx) {
            work(tx);
            return db::Outcome::undo;
        };
    }

    std::unique_ptr<db::Database> inner_;
    std::atomic<Fault> fault_{Fault::none};
};

}  // namespace sim
