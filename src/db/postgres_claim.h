// That one server alone writes to a database: a lock of the session on the connection of whoever looks, which ends with
// it, so that who comes after a killed server need not wait. The server's name in the row of `generation` lets each
// transaction see whether it is still so. Used by the one that looks and by the writer's threads.

#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include "db/postgres_connection.h"

namespace db::postgres {

class Claim {
public:
    enum class State {
        unwanted,
        doubtful,  // nothing is to be written until the next look
        held,
        refused,  // another server has it, and this one never will
    };
    static constexpr const char* lost =
        "another server has claimed it meanwhile; nothing is written here any more until this server is started anew";

    explicit Claim(std::string name) : name_(std::move(name)) {}

    State state() const { return state_.load(std::memory_order_acquire); }
    bool is_wanted() const { return state() != State::unwanted; }
    bool was_lost() const { return was_held_ && state() == State::refused; }  // for whoever looks

    // Before it is wanted: who looks is to do so at once when there is doubt. Any thread.
    void on_doubt(std::function<void()> hurry) { hurry_ = std::move(hurry); }

    void want();
    // The connection that had it is gone, or somebody has found another name.
    void doubt();

    // On the connection that is to keep it. Whoever never had it tries for some time: the last one may just be going.
    // Throws Lost, Unavailable.
    void look(Connection&);

private:
    bool take(Connection&);

    const std::string name_;
    std::function<void()> hurry_;
    std::atomic<State> state_ = State::unwanted;
    bool was_held_ = false;            // of whoever looks
    Clock::time_point patient_until_;  // set before it is wanted
};

}  // namespace db::postgres
