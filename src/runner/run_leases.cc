#include "runner/run_leases.h"

#include <algorithm>

namespace workflows {
namespace {

constexpr std::size_t extended_at_once = 100;  // in one transaction

}  // namespace

WorkflowRun named(const WorkflowRun& row) {
    WorkflowRun named{.reseller_id = row.reseller_id, .id = row.id};
    named.epoch = row.epoch;
    return named;
}

std::vector<WorkflowRun> RunLeases::take_over(std::int64_t reseller_id, std::size_t runs_max,
                                              const std::function<bool(std::int64_t run_id)>& has) const {
    const Instant free_at = world_.now(), free_beyond = free_at + 2 * duration_;
    std::vector<WorkflowRun> rows;
    db::read_and_wait(database_, [&](db::Tx& tx) {
        rows = list_unfinished_runs(tx, reseller_id, 0, free_at, runs_max, free_beyond);
    });
    std::erase_if(rows, [&](const WorkflowRun& row) { return has(row.id); });
    if (rows.empty()) return rows;
    std::vector<WorkflowRun> taken;
    db::write_and_wait(
        database_, [&](db::Tx& tx) { taken = take_over_runs(tx, rows, free_at, free_at + duration_, free_beyond); });
    return taken;
}

void RunLeases::extend(const std::vector<WorkflowRun>& runs, Instant until) const {
    for (std::size_t begin = 0; begin < runs.size(); begin += extended_at_once)
        db::write_and_wait(database_, [&](db::Tx& tx) {
            for (std::size_t i = begin; i < std::min(runs.size(), begin + extended_at_once); ++i) {
                WorkflowRun extended = named(runs[i]);
                extended.lease_until = until;
                extend_run(tx, extended);
            }
        });
}

}  // namespace workflows
