// Rows <-> StoredWorkflow, WorkflowRun and its steps.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "model/workflow_run.h"

namespace store {

// The newest version of that name, or the one asked for.
std::optional<StoredWorkflow> find_workflow(db::Tx&, std::int64_t reseller_id, std::string_view name,
                                            std::optional<std::int64_t> version = {});
void insert_workflow(db::Tx&, const StoredWorkflow&);
void delete_workflow(db::Tx&, std::int64_t reseller_id, std::string_view name);  // all of its versions
// Whether a run of any of its versions has not ended.
bool has_unfinished_runs(db::Tx&, std::int64_t reseller_id, std::string_view name);
// The newest version of each name, by name, after a name; without documents and sources.
std::vector<StoredWorkflow> list_workflows(db::Tx&, std::int64_t reseller_id, std::string_view after_name, int limit);

void insert_workflow_run(db::Tx&, const WorkflowRun&);
std::optional<WorkflowRun> find_workflow_run(db::Tx&, std::int64_t reseller_id, std::int64_t id);

// What moves: status, steps, state (without its pieces, if it has some), outputs, reason, updated_at, ended_at,
// lease_until, and inputs (masked at the end). False: it is not there, finished already, or of another epoch.
bool update_unfinished_workflow_run(db::Tx&, const WorkflowRun&);

struct WorkflowRunRange {
    std::int64_t after_id = 0;  // without it
    std::int64_t before_id = 0;
    bool descending = true;
};
// Without state, inputs and outputs.
std::vector<WorkflowRun> list_workflow_runs(db::Tx&, std::int64_t reseller_id, const WorkflowRunRange&, int limit);

// Which runs nobody has: their leases end at `until` or before, or after `beyond`, which nobody can have made them.
struct FreeRuns {
    Instant until;
    Instant beyond = Instant::max();
};

// For whoever executes them: whose there are; a reseller's that nobody has, oldest first, after an id. States are put
// together.
std::vector<std::int64_t> list_resellers_with_unfinished_runs(db::Tx&);
std::vector<WorkflowRun> list_unfinished_workflow_runs(db::Tx&, std::int64_t reseller_id, std::int64_t after_id,
                                                       const FreeRuns&, int limit);
// The next epoch begins, until run.lease_until. False: others have been quicker, or it has gone on or ended meanwhile.
bool take_over_workflow_run(db::Tx&, const WorkflowRun&, const FreeRuns&);
// Whether the run has not ended, and is of that epoch.
bool has_workflow_run(db::Tx&, const WorkflowRun&);
// Until run.lease_until, if it is of that epoch and has not ended.
void extend_workflow_run(db::Tx&, const WorkflowRun&);
// Of all resellers, or of one. Up to limit: no more are counted.
std::int64_t count_unfinished_workflow_runs(db::Tx&, int limit);
std::int64_t count_unfinished_workflow_runs(db::Tx&, std::int64_t reseller_id, int limit);

// A piece of the run's next state, written before the run itself; once more does no harm.
void put_workflow_run_piece(db::Tx&, const WorkflowRun&, std::int64_t number, std::string_view text);
// Those that no run needs any more.
bool has_old_workflow_run_pieces(db::Tx&);
void delete_old_workflow_run_pieces(db::Tx&, int limit);

// Once more does no harm.
void insert_workflow_run_step(db::Tx&, std::int64_t reseller_id, std::int64_t run_id, const WorkflowRunStep&);
std::vector<WorkflowRunStep> list_workflow_run_steps(db::Tx&, std::int64_t reseller_id, std::int64_t run_id,
                                                     std::int64_t after_number, int limit);

}  // namespace store
