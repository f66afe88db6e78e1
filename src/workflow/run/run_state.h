// The state of a Run, and its way to and from JSON. Used by run.cc and run_state.cc only.

#pragma once

#include <set>

#include "workflow/run/cookies.h"
#include "workflow/run/run.h"

namespace workflow {

// A step under execution: the one where a workflow stands, or, above it, one that runs on behalf of its retry.
struct Activation {
    std::size_t step = 0;  // index into the workflow's steps
    int attempt = 1;
    std::uint64_t visit = 0;            // the same for all attempts: names the request for idempotency
    std::vector<std::int64_t> retries;  // made so far, by failure action
    std::optional<std::size_t> retry;   // the failure action whose retry is on its way
    std::optional<Time> due;            // not to be tried again before
    Time started{};
    std::shared_ptr<Exchange> exchange;  // of the attempt that failed, while its retry is on its way; not saved
};

// A workflow under execution.
struct Frame {
    enum class Purpose {
        root,
        dependency,  // of the frame below
        call,        // of the step on top of the frame below
        recovery,    // before the step on top of the frame below is retried
    };

    const Workflow* workflow = nullptr;
    Purpose purpose = Purpose::root;
    json::object inputs;
    json::object steps;  // step id -> {"outputs": {...}, "completed": true}
    std::vector<Activation> stack;
    std::optional<Time> deadline;
    bool entered = false;
};

enum class Phase { entering, starting, sending, waiting, leaving, finished };

struct Run::State {
    RunOptions options;
    std::vector<Frame> frames;
    std::map<const Document*, json::object>
        results;  // workflow id -> {"inputs": {...}, "outputs": {...}, "steps": {...}}
    std::set<const Workflow*> completed;
    Phase phase = Phase::entering;
    std::size_t steps = 0;
    std::uint64_t visits = 0;
    bool sent_anything = false;
    CookieJar cookies;

    // How the frame on top ends, in the phase `leaving`.
    bool passed = false;
    std::string reason;

    Finished finished;

    // Not saved: a request under way is made anew.
    std::shared_ptr<Exchange> exchange;
    int redirects = 0;          // followed for it
    bool is_elsewhere = false;  // a redirect has led away from the step's server: it is shown no token or certificate
    Time sent_at{};
    std::vector<Event> events;
};

}  // namespace workflow
