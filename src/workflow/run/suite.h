// Suite: several workflows in one go, of one file or of several: each runs once, after those that it depends on, some
// side by side; one that depends on another which did not pass is not run. Used by the command line. A Run in it is as
// any other; what its dependencies came to is given to it.

#pragma once

#include <functional>
#include <vector>

#include "workflow/run/driver.h"

namespace workflow {

struct Member {
    const Workflow* workflow = nullptr;
    json::object inputs;
    bool is_asked_for = true;        // no: others depend on it
    std::vector<std::size_t> needs;  // members that come first
};

// The workflows, and those that they depend on, directly or not, each once and behind what it needs. Two Workflows with
// the same id in documents of the same URL are one. What goes round in a circle is left to the run, which says so.
std::vector<Member> plan_suite(const std::vector<const Workflow*>& asked_for);

struct SuiteOptions {
    std::size_t parallel = 1;
    RunOptions run;
    // Called before a member runs; the observers live until `ended` is called for it. Called on any thread.
    std::function<std::vector<Observer*>(std::size_t member)> begins;
    // Each member once, also those that are not run.
    std::function<void(std::size_t member, const Finished&)> ended;
};

// Calls done once, when all have ended. The members, the transport and the cancellation must live that long.
void drive_suite(const std::vector<Member>&, SuiteOptions, Transport&, const Cancellation&, std::function<void()> done);

}  // namespace workflow
