#include "store/workflow_runs.h"

#include "store/convert.h"

namespace store {
namespace {

#define WORKFLOW_COLUMNS "reseller_id, name, version, document, sources, created_at"

constexpr db::Query find_workflow_query{"find_workflow", "SELECT " WORKFLOW_COLUMNS
                                                         " FROM workflow_document WHERE reseller_id = $1 AND name = $2"
                                                         " ORDER BY version DESC LIMIT 1"};
constexpr db::Query find_version_query{"find_workflow_version",
                                       "SELECT " WORKFLOW_COLUMNS
                                       " FROM workflow_document WHERE reseller_id = $1 AND name = $2 AND version = $3"};
constexpr db::Query insert_workflow_query{
    "insert_workflow", "INSERT INTO workflow_document (" WORKFLOW_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr db::Query list_workflows_query{
    "list_workflows",
    "SELECT newest.reseller_id, newest.name, newest.version, '', '', newest.created_at FROM workflow_document AS newest"
    " WHERE newest.reseller_id = $1 AND newest.name > $2 AND NOT EXISTS (SELECT 1 FROM workflow_document AS newer"
    " WHERE newer.reseller_id = newest.reseller_id AND newer.name = newest.name AND newer.version > newest.version)"
    " ORDER BY newest.name LIMIT $3"};

constexpr db::Query delete_workflow_query{"delete_workflow",
                                          "DELETE FROM workflow_document WHERE reseller_id = $1 AND name = $2"};
constexpr db::Query has_unfinished_query{"has_unfinished_runs",
                                         "SELECT 1 FROM workflow_run WHERE status <= 2"
                                         " AND reseller_id = $1 AND name = $2 LIMIT 1"};

StoredWorkflow to_workflow(const db::Row& row) {
    return {
        .reseller_id = row.integer(0),
        .name = row.text(1),
        .version = row.integer(2),
        .document = row.text(3),
        .sources = row.text(4),
        .created_at = from_milliseconds(row.integer(5)),
    };
}

#define RUN_HEAD                                                                                                       \
    "reseller_id, id, name, version, workflow_id, acting_for, credential_id, request_id, idempotency_prefix, status, " \
    "steps, reason, created_at, updated_at, ended_at, trace"

constexpr db::Query insert_run_query{
    "insert_workflow_run",
    "INSERT INTO workflow_run (" RUN_HEAD
    ", inputs, servers, state, outputs, inputs_shown) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
    " $14, $15, $16, $17, $18, $19, $20, $21)"};
constexpr db::Query find_run_query{"find_workflow_run",
                                   "SELECT " RUN_HEAD
                                   ", inputs, servers, state, outputs, inputs_shown,"
                                   " state_number, state_pieces, epoch, lease_until FROM workflow_run"
                                   " WHERE reseller_id = $1 AND id = $2"};
constexpr db::Query update_run_query{
    "update_unfinished_workflow_run",
    "UPDATE workflow_run SET status = $3, steps = $4, state = $5, outputs = $6, reason = $7, updated_at = $8,"
    " ended_at = $9, inputs = $10, inputs_shown = $11, state_number = $12, state_pieces = $13, lease_until = $14"
    " WHERE reseller_id = $1 AND id = $2 AND epoch = $15 AND status <= 2"};
constexpr db::Query take_over_run_query{"take_over_workflow_run",
                                        "UPDATE workflow_run SET epoch = epoch + 1, lease_until = $4"
                                        " WHERE reseller_id = $1 AND id = $2 AND epoch = $3 AND state_number = $6"
                                        " AND (lease_until <= $5 OR lease_until > $7) AND status <= 2"};
constexpr db::Query has_run_query{
    "has_workflow_run", "SELECT 1 FROM workflow_run WHERE reseller_id = $1 AND id = $2 AND epoch = $3 AND status <= 2"};
constexpr db::Query extend_run_query{"extend_workflow_run",
                                     "UPDATE workflow_run SET lease_until = $4"
                                     " WHERE reseller_id = $1 AND id = $2 AND epoch = $3 AND status <= 2"};
constexpr db::Query list_newest_query{"list_newest_workflow_runs",
                                      "SELECT " RUN_HEAD
                                      ", '', '', NULL, NULL, NULL, 0, 0, 0, 0 FROM workflow_run WHERE reseller_id = $1"
                                      " AND id > $2 AND id < $3 ORDER BY id DESC LIMIT $4"};
constexpr db::Query list_oldest_query{"list_oldest_workflow_runs",
                                      "SELECT " RUN_HEAD
                                      ", '', '', NULL, NULL, NULL, 0, 0, 0, 0 FROM workflow_run WHERE reseller_id = $1"
                                      " AND id > $2 AND id < $3 ORDER BY id LIMIT $4"};
constexpr db::Query list_unfinished_query{
    "list_unfinished_workflow_runs",
    "SELECT " RUN_HEAD
    ", inputs, servers, state, outputs, inputs_shown, state_number,"
    " state_pieces, epoch, lease_until FROM workflow_run WHERE status <= 2 AND reseller_id = $1 AND id > $2"
    " AND (lease_until <= $4 OR lease_until > $5) ORDER BY id LIMIT $3"};
// From one reseller to the next, each by a look into the index.
constexpr db::Query list_resellers_query{
    "list_resellers_with_unfinished_runs",
    "WITH RECURSIVE found (reseller_id) AS (SELECT min(reseller_id) FROM workflow_run WHERE status <= 2"
    " UNION ALL SELECT (SELECT min(run.reseller_id) FROM workflow_run AS run WHERE run.status <= 2"
    " AND run.reseller_id > found.reseller_id) FROM found WHERE found.reseller_id IS NOT NULL)"
    " SELECT reseller_id FROM found WHERE reseller_id IS NOT NULL"};

constexpr db::Query count_unfinished_query{
    "count_unfinished_workflow_runs",
    "SELECT count(*) FROM (SELECT 1 FROM workflow_run WHERE status <= 2 LIMIT $1) AS unfinished"};
constexpr db::Query count_unfinished_of_query{
    "count_unfinished_workflow_runs_of",
    "SELECT count(*) FROM (SELECT 1 FROM workflow_run WHERE status <= 2 AND reseller_id = $1 LIMIT $2) AS unfinished"};

WorkflowRun to_run(const db::Row& row) {
    return {
        .reseller_id = row.integer(0),
        .id = row.integer(1),
        .name = row.text(2),
        .version = row.integer(3),
        .workflow_id = row.text(4),
        .acting_for = row.integer(5),
        .credential_id = row.integer(6),
        .request_id = row.text(7),
        .trace = row.text(15),
        .idempotency_prefix = row.text(8),
        .inputs = row.text(16),
        .inputs_shown = row.find_text(20),
        .servers = row.text(17),
        .status = RunStatus(row.integer(9)),
        .steps = row.integer(10),
        .state = row.find_text(18),
        .state_number = row.integer(21),
        .state_pieces = row.integer(22),
        .epoch = row.integer(23),
        .lease_until = from_milliseconds(row.integer(24)),
        .outputs = row.find_text(19),
        .reason = row.text(11),
        .created_at = from_milliseconds(row.integer(12)),
        .updated_at = from_milliseconds(row.integer(13)),
        .ended_at = to_instant(row.find_integer(14)),
    };
}

constexpr db::Query put_piece_query{
    "put_workflow_run_piece",
    "INSERT INTO workflow_run_piece (reseller_id, run_id, state_number, number, text) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (reseller_id, run_id, state_number, number) DO UPDATE SET text = excluded.text"};
constexpr db::Query list_pieces_query{"list_workflow_run_pieces",
                                      "SELECT text FROM workflow_run_piece WHERE reseller_id = $1 AND run_id = $2"
                                      " AND state_number = $3 AND number < $4 ORDER BY number"};
#define OLD_PIECES                                                                                      \
    " FROM workflow_run_piece AS piece JOIN workflow_run AS run ON run.reseller_id = piece.reseller_id" \
    " AND run.id = piece.run_id WHERE run.status > 2 OR piece.state_number < run.state_number LIMIT "
constexpr db::Query find_old_pieces_query{"find_old_workflow_run_pieces", "SELECT 1" OLD_PIECES "1"};
constexpr db::Query delete_old_pieces_query{
    "delete_old_workflow_run_pieces",
    "DELETE FROM workflow_run_piece WHERE (reseller_id, run_id, state_number, number) IN"
    " (SELECT piece.reseller_id, piece.run_id, piece.state_number, piece.number" OLD_PIECES "$1)"};

constexpr db::Query insert_step_query{
    "insert_workflow_run_step",
    "INSERT INTO workflow_run_step (reseller_id, run_id, number, record) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (reseller_id, run_id, number) DO NOTHING"};
constexpr db::Query list_steps_query{
    "list_workflow_run_steps",
    "SELECT number, record FROM workflow_run_step WHERE reseller_id = $1 AND run_id = $2"
    " AND number > $3 ORDER BY number LIMIT $4"};

template <class T, class Convert>
std::vector<T> all_of(const db::Rows& rows, Convert convert) {
    std::vector<T> out;
    for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(convert(rows[i]));
    return out;
}

}  // namespace

std::optional<StoredWorkflow> find_workflow(db::Tx& tx, std::int64_t reseller_id, std::string_view name,
                                            std::optional<std::int64_t> version) {
    const db::Rows rows = version ? tx.run(find_version_query, {reseller_id, name, *version})
                                  : tx.run(find_workflow_query, {reseller_id, name});
    if (rows.empty()) return std::nullopt;
    return to_workflow(rows[0]);
}

void insert_workflow(db::Tx& tx, const StoredWorkflow& workflow) {
    tx.change(insert_workflow_query,
              {workflow.reseller_id, workflow.name, workflow.version, workflow.document, workflow.sources,
               to_milliseconds(workflow.created_at)},
              db::Expect::any);
}

void delete_workflow(db::Tx& tx, std::int64_t reseller_id, std::string_view name) {
    tx.change(delete_workflow_query, {reseller_id, name}, db::Expect::any);
}

bool has_unfinished_runs(db::Tx& tx, std::int64_t reseller_id, std::string_view name) {
    return !tx.run(has_unfinished_query, {reseller_id, name}).empty();
}

std::vector<StoredWorkflow> list_workflows(db::Tx& tx, std::int64_t reseller_id, std::string_view after_name,
                                           int limit) {
    return all_of<StoredWorkflow>(tx.run(list_workflows_query, {reseller_id, after_name, limit}), to_workflow);
}

void insert_workflow_run(db::Tx& tx, const WorkflowRun& run) {
    tx.change(insert_run_query,
              {run.reseller_id,
               run.id,
               run.name,
               run.version,
               run.workflow_id,
               run.acting_for,
               run.credential_id,
               run.request_id,
               run.idempotency_prefix,
               int(run.status),
               run.steps,
               run.reason,
               to_milliseconds(run.created_at),
               to_milliseconds(run.updated_at),
               to_column(run.ended_at),
               run.trace,
               run.inputs,
               run.servers,
               run.state,
               run.outputs,
               run.inputs_shown},
              db::Expect::any);
}

std::optional<WorkflowRun> find_workflow_run(db::Tx& tx, std::int64_t reseller_id, std::int64_t id) {
    const db::Rows rows = tx.run(find_run_query, {reseller_id, id});
    if (rows.empty()) return std::nullopt;
    return to_run(rows[0]);
}

bool update_unfinished_workflow_run(db::Tx& tx, const WorkflowRun& run) {
    const db::Rows rows = tx.run(
        update_run_query, {run.reseller_id, run.id, int(run.status), run.steps, run.state, run.outputs, run.reason,
                           to_milliseconds(run.updated_at), to_column(run.ended_at), run.inputs, run.inputs_shown,
                           run.state_number, run.state_pieces, to_milliseconds(run.lease_until), run.epoch});
    return rows.changed() == 1;
}

bool take_over_workflow_run(db::Tx& tx, const WorkflowRun& run, const FreeRuns& free) {
    return tx.run(take_over_run_query, {run.reseller_id, run.id, run.epoch, to_milliseconds(run.lease_until),
                                        to_milliseconds(free.until), run.state_number, to_milliseconds(free.beyond)})
               .changed() == 1;
}

bool has_workflow_run(db::Tx& tx, const WorkflowRun& run) {
    return !tx.run(has_run_query, {run.reseller_id, run.id, run.epoch}).empty();
}

void extend_workflow_run(db::Tx& tx, const WorkflowRun& run) {
    tx.change(extend_run_query, {run.reseller_id, run.id, run.epoch, to_milliseconds(run.lease_until)},
              db::Expect::any);
}

std::vector<WorkflowRun> list_workflow_runs(db::Tx& tx, std::int64_t reseller_id, const WorkflowRunRange& range,
                                            int limit) {
    const db::Query& query = range.descending ? list_newest_query : list_oldest_query;
    return all_of<WorkflowRun>(tx.run(query, {reseller_id, range.after_id, range.before_id, limit}), to_run);
}

std::vector<std::int64_t> list_resellers_with_unfinished_runs(db::Tx& tx) {
    return all_of<std::int64_t>(tx.run(list_resellers_query, {}), [](const db::Row& row) { return row.integer(0); });
}

std::vector<WorkflowRun> list_unfinished_workflow_runs(db::Tx& tx, std::int64_t reseller_id, std::int64_t after_id,
                                                       const FreeRuns& free, int limit) {
    auto runs = all_of<WorkflowRun>(
        tx.run(list_unfinished_query,
               {reseller_id, after_id, limit, to_milliseconds(free.until), to_milliseconds(free.beyond)}),
        to_run);
    for (WorkflowRun& run : runs) {
        if (run.state_pieces == 0) continue;
        const db::Rows pieces =
            tx.run(list_pieces_query, {run.reseller_id, run.id, run.state_number, run.state_pieces});
        if (static_cast<std::int64_t>(pieces.size()) != run.state_pieces)
            throw db::Broken("a run of a workflow lacks pieces of its state");
        run.state.emplace();
        for (std::size_t i = 0; i < pieces.size(); ++i) *run.state += pieces[i].text(0);
    }
    return runs;
}

void put_workflow_run_piece(db::Tx& tx, const WorkflowRun& run, std::int64_t number, std::string_view text) {
    tx.change(put_piece_query, {run.reseller_id, run.id, run.state_number, number, text}, db::Expect::any);
}

bool has_old_workflow_run_pieces(db::Tx& tx) { return !tx.run(find_old_pieces_query, {}).empty(); }

void delete_old_workflow_run_pieces(db::Tx& tx, int limit) {
    tx.change(delete_old_pieces_query, {limit}, db::Expect::any);
}

std::int64_t count_unfinished_workflow_runs(db::Tx& tx, int limit) {
    return tx.run(count_unfinished_query, {limit})[0].integer(0);
}

std::int64_t count_unfinished_workflow_runs(db::Tx& tx, std::int64_t reseller_id, int limit) {
    return tx.run(count_unfinished_of_query, {reseller_id, limit})[0].integer(0);
}

void insert_workflow_run_step(db::Tx& tx, std::int64_t reseller_id, std::int64_t run_id, const WorkflowRunStep& step) {
    tx.change(insert_step_query, {reseller_id, run_id, step.number, step.record}, db::Expect::any);
}

std::vector<WorkflowRunStep> list_workflow_run_steps(db::Tx& tx, std::int64_t reseller_id, std::int64_t run_id,
                                                     std::int64_t after_number, int limit) {
    return all_of<WorkflowRunStep>(
        tx.run(list_steps_query, {reseller_id, run_id, after_number, limit}),
        [](const db::Row& row) { return WorkflowRunStep{.number = row.integer(0), .record = row.text(1)}; });
}

}  // namespace store
