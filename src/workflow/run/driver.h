// Driver: gives a Run the world: requests through a Transport, waiting, the clock, and a way to stop. One run can be
// driven to its end (drive), or many side by side (drive_many).

#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "workflow/run/run.h"
#include "workflow/run/transport.h"

namespace workflow {

// Told of each event as it happens, on the thread that drives the run.
class Observer {
public:
    virtual ~Observer() = default;
    virtual void on(const Event&) = 0;
};

// Set from anywhere; a driven run ends at its next step. To end it at once, stop its transport as well.
class Cancellation {
public:
    void request(std::string why);
    bool is_requested() const { return requested_; }
    std::string why() const;

private:
    std::atomic<bool> requested_{false};
    std::shared_ptr<const std::string> why_;
};

// Calls done once, on this thread or one of the transport's. The transport, observers and cancellation must live that
// long.
void drive(std::shared_ptr<Run>, Transport&, std::vector<Observer*>, const Cancellation&,
           std::function<void(Finished)> done);

struct ManyOptions {
    std::size_t count = 1;
    std::size_t parallel = 1;
    // Makes the run number 0..count-1; called on any thread, by one at a time.
    std::function<Run(std::size_t number)> make;
};

struct ManyResult {
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t not_started = 0;                       // because of a cancellation
    std::string first_reason;                          // of the first that did not pass
    std::vector<std::chrono::microseconds> durations;  // of those that passed, in no order
    std::chrono::microseconds elapsed{0};
};

void drive_many(ManyOptions, Transport&, const Cancellation&, std::function<void(ManyResult)> done);

}  // namespace workflow
