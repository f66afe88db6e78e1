// Operators store workflows and run them here: what is kept of that, and who may see it. A document and a run belong to
// the reseller whose operator made them, and exist for its operators alone. Called by the routes
// in dialect/admin/, and by runner/, which executes what is queued. What the texts mean, nobody knows here.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/page.h"
#include "engine/world.h"
#include "model/workflow_run.h"

struct StoreWorkflow {
    std::string name;
    std::string document;
    std::string sources;
};

// A version of its own each time, unless document and sources are the newest version's already: then that.
// Refuses: invalid name (bad_format: 1 to 100 letters, digits, '.', '_', '-', a letter or digit first).
Result<StoredWorkflow> store_workflow(db::Tx&, World&, const Caller&, const StoreWorkflow&);

struct NameWorkflow {
    std::string name;
};

// Refuses: not_found.
Result<StoredWorkflow> show_workflow(db::Tx&, World&, const Caller&, const NameWorkflow&);

struct RemoveWorkflow {
    std::string name;
};

// All of its versions; what its runs have done stays to be seen. Stored again, it begins with version 1.
// Refuses, in this order: not_found; conflict (workflow_runs in_use: some have not ended).
Result<StoredWorkflow> remove_workflow(db::Tx&, World&, const Caller&, const RemoveWorkflow&);

using WorkflowPage = Page<StoredWorkflow, std::string>;  // places are names

struct ListWorkflows {
    std::string after_name;
    int size = 50;
};

// By name, the newest version of each, without documents.
Result<WorkflowPage> list_workflows(db::Tx&, World&, const Caller&, const ListWorkflows&);

struct StartWorkflowRun {
    std::string name;
    std::optional<std::int64_t> version;     // absent: the newest
    std::string workflow_id;                 // empty: the document's first
    std::optional<std::int64_t> acting_for;  // the reseller in whose name requests are made; absent: the caller's own
    std::string inputs = "{}";
    std::string servers = "{}";
};

// Of one reseller's runs so many may be unfinished; once there are `all` of them, of each reseller's a sixteenth.
struct UnfinishedRuns {
    static constexpr int of_reseller_max = 1'000;
    static constexpr int all_max = 10'000;
    static constexpr int always = of_reseller_max / 16;
};

// Queued: the runner takes it from there. Refuses, in this order: invalid workflow (unknown), reseller_id (unknown);
// limit_exceeded (too many are unfinished, see UnfinishedRuns).
Result<WorkflowRun> start_workflow_run(db::Tx&, World&, const Caller&, const StartWorkflowRun&);

struct NameWorkflowRun {
    std::int64_t id = 0;
};

struct WorkflowRunDetails {
    WorkflowRun run;
    std::vector<WorkflowRunStep> steps;
};

// Refuses: not_found.
Result<WorkflowRunDetails> show_workflow_run(db::Tx&, World&, const Caller&, const NameWorkflowRun&);

// What has been done stays done. Refuses, in this order: not_found; conflict (finished).
Result<WorkflowRunDetails> cancel_workflow_run(db::Tx&, World&, const Caller&, const NameWorkflowRun&);

using WorkflowRunPage = Page<WorkflowRun, std::int64_t>;  // places are ids

struct ListWorkflowRuns {
    PageRequest<std::int64_t> page;
};

// Newest first, without inputs, outputs and steps.
Result<WorkflowRunPage> list_workflow_runs(db::Tx&, World&, const Caller&, const ListWorkflowRuns&);

// --- for the runner ---

// What is queued or under way: whose, and a reseller's, oldest first, after an id.
std::vector<std::int64_t> list_resellers_with_unfinished_runs(db::Tx&);
// free_at: the lease of another server that executes a run has ended by then; where there is no other, none has one.
// free_beyond: nobody can have taken it until after that, unless the clock has been set back since.
std::vector<WorkflowRun> list_unfinished_runs(db::Tx&, std::int64_t reseller_id, std::int64_t after_id, Instant free_at,
                                              std::size_t limit, Instant free_beyond = Instant::max());

// Of runs as they have been listed: those that are this server's from now on, until lease_until, in an epoch of their
// own.
std::vector<WorkflowRun> take_over_runs(db::Tx&, std::vector<WorkflowRun>, Instant free_at, Instant lease_until,
                                        Instant free_beyond = Instant::max());
// Until run.lease_until, if nobody else has taken it over.
void extend_run(db::Tx&, const WorkflowRun&);
// Whether it has neither ended nor been taken over.
bool has_run(db::Tx&, const WorkflowRun&);

// What the run executes. Absent: its document is gone.
std::optional<StoredWorkflow> find_workflow_of_run(db::Tx&, const WorkflowRun&);

// Who makes a run's requests: its operator in the operator API, and in the others somebody who may do all that a
// reseller may, for the run's reseller.
struct RunCallers {
    Caller operating;
    Caller acting;
};

// As long as both may. Refuses: unauthenticated (the credential is not valid any more), not_found (the reseller is out
// of its reach).
Result<RunCallers> find_run_callers(db::Tx&, World&, const WorkflowRun&);

// A state that is long is written before the run itself, in pieces: each in a transaction of its own. False: as below.
bool record_workflow_run_piece(db::Tx&, const WorkflowRun&, std::int64_t number, std::string_view text);

// Writes down how far a run has come (a state in pieces is empty here), and the steps that have ended since. False: it
// has been finished or taken over by others, or is gone; nothing is written then.
bool record_workflow_run(db::Tx&, World&, const WorkflowRun&, const std::vector<WorkflowRunStep>&);
