#include "engine/workflows/workflow_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "engine/access/authenticate.h"
#include "engine/access/reach.h"
#include "engine/field_errors.h"
#include "store/actor_names.h"
#include "store/credentials.h"
#include "store/resellers.h"
#include "store/workflow_runs.h"

namespace {

constexpr std::size_t name_length_max = 100;
constexpr int steps_shown_max = 2'000;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_name(std::string_view name) {
    const auto is_allowed = [](char c) { return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-'; };
    return !name.empty() && name.size() <= name_length_max && is_letter_or_digit(name.front()) &&
           std::all_of(name.begin(), name.end(), is_allowed);
}

Result<WorkflowRun> get_run(db::Tx& tx, const Caller& caller, std::int64_t id) {
    auto run = store::find_workflow_run(tx, caller.reseller.id, id);
    if (!run) return Error{Reason::not_found, "There is no such run."};
    return std::move(*run);
}

bool has_too_many_unfinished(db::Tx& tx, std::int64_t reseller_id) {
    using Max = UnfinishedRuns;
    const auto own = store::count_unfinished_workflow_runs(tx, reseller_id, Max::of_reseller_max);
    if (own < Max::always) return false;
    if (own >= Max::of_reseller_max) return true;
    return store::count_unfinished_workflow_runs(tx, Max::all_max) >= Max::all_max;
}

WorkflowRunDetails with_steps(db::Tx& tx, WorkflowRun run) {
    auto steps = store::list_workflow_run_steps(tx, run.reseller_id, run.id, 0, steps_shown_max);
    return {std::move(run), std::move(steps)};
}

}  // namespace

Result<StoredWorkflow> store_workflow(db::Tx& tx, World& world, const Caller& caller, const StoreWorkflow& command) {
    if (!is_name(command.name))
        return refuse("name", Rule::bad_format, "A name is 1 to 100 letters, digits, '.', '_' and '-'.");
    auto newest = store::find_workflow(tx, caller.reseller.id, command.name);
    if (newest && newest->document == command.document && newest->sources == command.sources) return *newest;
    StoredWorkflow workflow{.reseller_id = caller.reseller.id,
                            .name = command.name,
                            .version = newest ? newest->version + 1 : 1,
                            .document = command.document,
                            .sources = command.sources,
                            .created_at = world.now()};
    store::insert_workflow(tx, workflow);
    return workflow;
}

Result<StoredWorkflow> show_workflow(db::Tx& tx, World&, const Caller& caller, const NameWorkflow& command) {
    auto workflow = store::find_workflow(tx, caller.reseller.id, command.name);
    if (!workflow) return Error{Reason::not_found, "There is no such workflow."};
    return std::move(*workflow);
}

Result<StoredWorkflow> remove_workflow(db::Tx& tx, World&, const Caller& caller, const RemoveWorkflow& command) {
    auto workflow = store::find_workflow(tx, caller.reseller.id, command.name);
    if (!workflow) return Error{Reason::not_found, "There is no such workflow."};
    if (store::has_unfinished_runs(tx, caller.reseller.id, command.name))
        return Error{Reason::conflict,
                     "The workflow is in use.",
                     {{"workflow_runs", Rule::in_use, "Some of its runs have not ended."}}};
    store::delete_workflow(tx, caller.reseller.id, command.name);
    return std::move(*workflow);
}

Result<WorkflowPage> list_workflows(db::Tx& tx, World&, const Caller& caller, const ListWorkflows& command) {
    auto read = store::list_workflows(tx, caller.reseller.id, command.after_name, command.size + 1);
    WorkflowPage page;
    const bool has_more = read.size() > static_cast<std::size_t>(command.size);
    if (has_more) read.resize(static_cast<std::size_t>(command.size));
    if (has_more) page.next = read.back().name;
    page.items = std::move(read);
    return page;
}

Result<WorkflowRun> start_workflow_run(db::Tx& tx, World& world, const Caller& caller,
                                       const StartWorkflowRun& command) {
    auto workflow = store::find_workflow(tx, caller.reseller.id, command.name, command.version);
    if (!workflow) return refuse("workflow", Rule::unknown, "There is no such stored workflow.");
    const std::int64_t acting_for = command.acting_for.value_or(caller.reseller.id);
    if (!act_for(tx, caller, acting_for).ok())
        return refuse("reseller_id", Rule::unknown, "There is no such reseller.");
    if (has_too_many_unfinished(tx, caller.reseller.id))
        return Error{Reason::limit_exceeded, "Too many runs are unfinished; try again later."};
    const Instant now = world.now();
    WorkflowRun run{.reseller_id = caller.reseller.id,
                    .id = world.new_id(),
                    .name = workflow->name,
                    .version = workflow->version,
                    .workflow_id = command.workflow_id,
                    .acting_for = acting_for,
                    .credential_id = caller.credential_id.value_or(0),
                    .request_id = caller.request_id,
                    .trace = caller.trace,
                    .idempotency_prefix = fmt::format("{:016x}{:016x}", world.random_bits(), world.random_bits()),
                    .inputs = command.inputs,
                    .servers = command.servers,
                    .created_at = now,
                    .updated_at = now};
    store::insert_workflow_run(tx, run);
    store::put_actor_name(tx, ActorKind::workflow, run.id, run.reseller_id, now, run.name);
    return run;
}

Result<WorkflowRunDetails> show_workflow_run(db::Tx& tx, World&, const Caller& caller, const NameWorkflowRun& command) {
    return with_steps(tx, TRY(get_run(tx, caller, command.id)));
}

Result<WorkflowRunDetails> cancel_workflow_run(db::Tx& tx, World& world, const Caller& caller,
                                               const NameWorkflowRun& command) {
    WorkflowRun run = TRY(get_run(tx, caller, command.id));
    if (is_finished(run.status))
        return Error{Reason::conflict, "The run has ended.", {{"status", Rule::finished, "The run has ended."}}};
    run.status = RunStatus::cancelled;
    run.state.reset();
    run.state_pieces = 0;
    run.inputs = run.inputs_shown.value_or("{}");  // nobody needs the secrets among them any more
    run.reason = "it was cancelled";
    run.updated_at = world.now();
    run.ended_at = run.updated_at;
    store::update_unfinished_workflow_run(tx, run);
    return with_steps(tx, std::move(run));
}

Result<WorkflowRunPage> list_workflow_runs(db::Tx& tx, World&, const Caller& caller, const ListWorkflowRuns& command) {
    store::WorkflowRunRange range{.before_id = std::numeric_limits<std::int64_t>::max(),
                                  .descending = !command.page.backwards};
    if (command.page.from) (range.descending ? range.before_id : range.after_id) = *command.page.from;
    auto read = store::list_workflow_runs(tx, caller.reseller.id, range, command.page.size + 1);
    return cut_page(std::move(read), command.page, [](const WorkflowRun& run) { return run.id; });
}

std::vector<std::int64_t> list_resellers_with_unfinished_runs(db::Tx& tx) {
    return store::list_resellers_with_unfinished_runs(tx);
}

std::vector<WorkflowRun> list_unfinished_runs(db::Tx& tx, std::int64_t reseller_id, std::int64_t after_id,
                                              Instant free_at, std::size_t limit, Instant free_beyond) {
    return store::list_unfinished_workflow_runs(tx, reseller_id, after_id, {free_at, free_beyond},
                                                static_cast<int>(limit));
}

std::vector<WorkflowRun> take_over_runs(db::Tx& tx, std::vector<WorkflowRun> runs, Instant free_at, Instant lease_until,
                                        Instant free_beyond) {
    std::vector<WorkflowRun> taken;
    for (WorkflowRun& run : runs) {
        run.lease_until = lease_until;
        if (!store::take_over_workflow_run(tx, run, {free_at, free_beyond})) continue;
        ++run.epoch;
        taken.push_back(std::move(run));
    }
    return taken;
}

void extend_run(db::Tx& tx, const WorkflowRun& run) { store::extend_workflow_run(tx, run); }

bool has_run(db::Tx& tx, const WorkflowRun& run) { return store::has_workflow_run(tx, run); }

std::optional<StoredWorkflow> find_workflow_of_run(db::Tx& tx, const WorkflowRun& run) {
    return store::find_workflow(tx, run.reseller_id, run.name, run.version);
}

Result<RunCallers> find_run_callers(db::Tx& tx, World& world, const WorkflowRun& run) {
    const Error refusal{Reason::unauthenticated, "the operator's credential that began the run is not valid any more"};
    auto credential = store::find_credential_by_id(tx, run.reseller_id, run.credential_id);
    if (!credential || !store::find_reseller(tx, run.reseller_id)) return refusal;
    Identity identity = identify_alone(tx, std::move(*credential));
    add_tree(tx, identity, nullptr);
    auto operating = accept_identity(world, identity, CredentialKind::operator_token);
    if (!operating.ok()) return refusal;
    auto acting = act_for(tx, operating.value(), run.acting_for);
    if (!acting.ok()) return Error{Reason::not_found, "the reseller for which the run acts is not there any more"};
    RunCallers callers{operating.value(), std::move(acting).value()};
    callers.operating.actor = callers.acting.actor = {.kind = ActorKind::workflow, .id = run.id};
    callers.acting.tree = nullptr;  // it is that reseller, not an operator with a view of others
    callers.acting.home_reseller_id = run.acting_for;
    callers.acting.role = ManagerRole::administrator;
    return callers;
}

bool record_workflow_run_piece(db::Tx& tx, const WorkflowRun& run, std::int64_t number, std::string_view text) {
    if (!store::has_workflow_run(tx, run)) return false;
    store::put_workflow_run_piece(tx, run, number, text);
    return true;
}

bool record_workflow_run(db::Tx& tx, World& world, const WorkflowRun& run, const std::vector<WorkflowRunStep>& steps) {
    WorkflowRun now = run;
    now.updated_at = world.now();
    if (is_finished(now.status)) now.ended_at = now.updated_at;
    if (!store::update_unfinished_workflow_run(tx, now)) return false;
    for (const WorkflowRunStep& step : steps) store::insert_workflow_run_step(tx, run.reseller_id, run.id, step);
    return true;
}
