// Where servers share a database: which runs are this server's, and until when. A run's row says so; whoever takes it
// over begins another epoch of it. Waits for the database, and throws as it does. Used by runner.cc.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "engine/workflows/workflow_runs.h"

namespace workflows {

// A run by its ids and its epoch, with nothing else of it.
WorkflowRun named(const WorkflowRun&);

class RunLeases {
public:
    RunLeases(db::Database& database, World& world, std::chrono::milliseconds duration)
        : database_(database), world_(world), duration_(duration) {}

    Instant until() const { return world_.now() + duration_; }  // if it is taken or extended now

    // Of this reseller, oldest first: what nobody has, and is this server's from now on. Leaves out those that it has.
    std::vector<WorkflowRun> take_over(std::int64_t reseller_id, std::size_t runs_max,
                                       const std::function<bool(std::int64_t run_id)>& has) const;

    // Of these, those that are this server's still; an instant that has passed gives them back.
    void extend(const std::vector<WorkflowRun>&, Instant until) const;

private:
    db::Database& database_;
    World& world_;
    const std::chrono::milliseconds duration_;
};

}  // namespace workflows
