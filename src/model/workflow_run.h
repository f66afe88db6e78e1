// StoredWorkflow and WorkflowRun: a procedure that an operator has stored here, and one execution of it by the server.
// Values only. The texts (documents, inputs, outputs, states) are JSON or YAML to others; here they are texts.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

struct StoredWorkflow {
    std::int64_t reseller_id = 0;  // whose operator stored it
    std::string name;
    std::int64_t version = 1;  // counted for each name; older ones stay for the runs that began with them
    std::string document;      // Arazzo, YAML or JSON
    std::string sources;       // what the document refers to: a JSON object, url as written -> text
    Instant created_at;        // of this version

    bool operator==(const StoredWorkflow&) const = default;
};

// Stored as numbers: never renumber. Those up to `running` are unfinished.
enum class RunStatus {
    queued = 1,
    running = 2,
    passed = 3,
    failed = 4,
    not_run = 5,  // nothing was sent
    cancelled = 6,
};

inline bool is_finished(RunStatus status) { return status > RunStatus::running; }

inline std::string_view to_string(RunStatus status) {
    switch (status) {
    case RunStatus::queued: return "queued";
    case RunStatus::running: return "running";
    case RunStatus::passed: return "passed";
    case RunStatus::failed: return "failed";
    case RunStatus::not_run: return "not_run";
    case RunStatus::cancelled: return "cancelled";
    }
    return "";
}

struct WorkflowRun {
    std::int64_t reseller_id = 0;  // whose operator began it
    std::int64_t id = 0;           // grows with time
    std::string name;              // of the stored workflow
    std::int64_t version = 1;
    std::string workflow_id;         // of the workflow in its document
    std::int64_t acting_for = 0;     // the reseller in whose name requests are made
    std::int64_t credential_id = 0;  // of the operator: the run can do what it can do, as long as it can
    std::string request_id;
    std::string trace = {};                        // see Event::trace
    std::string idempotency_prefix;                // nobody else's
    std::string inputs;                            // a JSON object; with secrets only until the run has ended
    std::optional<std::string> inputs_shown = {};  // without them; absent: nobody has looked yet
    std::string servers;                           // a JSON object: source -> path of this server
    RunStatus status = RunStatus::queued;
    std::int64_t steps = 0;              // recorded
    std::optional<std::string> state;    // of an unfinished one that has begun
    std::int64_t state_number = 0;       // counted for each that is written down
    std::int64_t state_pieces = 0;       // in which it is kept; 0: it is short, and stands in the run itself
    std::int64_t epoch = 0;              // counted for each server that has taken it over
    Instant lease_until = {};            // the one of the last epoch executes it alone; where servers share a database
    std::optional<std::string> outputs;  // of a finished one: a JSON object
    std::string reason;                  // why it did not pass
    Instant created_at;
    Instant updated_at;
    std::optional<Instant> ended_at;

    bool operator==(const WorkflowRun&) const = default;
};

struct WorkflowRunStep {
    std::int64_t number = 0;  // from 1
    std::string record;       // a JSON object

    bool operator==(const WorkflowRunStep&) const = default;
};
