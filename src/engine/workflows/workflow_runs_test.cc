#include "engine/workflows/workflow_runs.h"

#include <algorithm>

#include "store/workflow_runs.h"
#include "tests/testing/engine_test.h"

namespace {

class WorkflowRuns : public EngineTest {
protected:
    StoredWorkflow keep(const std::string& name, const std::string& document = "d") {
        return run(store_workflow, {name, document, "{}"}).value();
    }
    WorkflowRun begin(const std::string& name) { return run(start_workflow_run, {.name = name}).value(); }

    WorkflowRun stored_run(std::int64_t id) {
        std::optional<WorkflowRun> found;
        read([&](db::Tx& tx) { found = store::find_workflow_run(tx, partner_id, id); });
        return found.value();
    }

    bool record(const WorkflowRun& at, const std::vector<WorkflowRunStep>& steps) {
        bool kept = false;
        write([&](db::Tx& tx) { kept = record_workflow_run(tx, world_, at, steps); });
        return kept;
    }

    std::string find_callers(const WorkflowRun& of) {
        std::string text;
        read([&](db::Tx& tx) { text = outcome(find_run_callers(tx, world_, of)); });
        return text;
    }
};

TEST_F(WorkflowRuns, refuse_in_this_order) {
    EXPECT_EQ(outcome(run(store_workflow, {"", "d", "{}"})), "invalid name bad_format");
    EXPECT_EQ(outcome(run(store_workflow, {".a", "d", "{}"})), "invalid name bad_format");
    EXPECT_EQ(outcome(run(store_workflow, {"a/b", "d", "{}"})), "invalid name bad_format");
    EXPECT_EQ(outcome(run(store_workflow, {std::string(101, 'a'), "d", "{}"})), "invalid name bad_format");
    EXPECT_EQ(outcome(run(store_workflow, {std::string(100, 'a'), "d", "{}"})), "done");
    EXPECT_EQ(outcome(run(show_workflow, {"w"})), "not_found");
    EXPECT_EQ(outcome(run(start_workflow_run, {.name = "w", .acting_for = other_id})), "invalid workflow unknown");
    keep("w");
    EXPECT_EQ(outcome(run(show_workflow, {"w"}, other_id)), "not_found");
    EXPECT_EQ(outcome(run(start_workflow_run, {.name = "w", .version = 2})), "invalid workflow unknown");
    EXPECT_EQ(outcome(run(start_workflow_run, {.name = "w", .acting_for = other_id})), "invalid reseller_id unknown");
    EXPECT_EQ(outcome(run(show_workflow_run, {1})), "not_found");
    EXPECT_EQ(outcome(run(cancel_workflow_run, {1})), "not_found");
    const WorkflowRun begun = begin("w");
    EXPECT_EQ(outcome(run(show_workflow_run, {begun.id}, other_id)), "not_found");
    EXPECT_EQ(outcome(run(cancel_workflow_run, {begun.id}, other_id)), "not_found");
    EXPECT_EQ(outcome(run(cancel_workflow_run, {begun.id})), "done");
    EXPECT_EQ(outcome(run(cancel_workflow_run, {begun.id})), "conflict status finished");
}

TEST_F(WorkflowRuns, keep_their_document_until_they_have_ended) {
    keep("w", "one");
    keep("w", "two");
    keep("other");
    const WorkflowRun begun = run(start_workflow_run, {.name = "w", .version = 1}).value();
    EXPECT_EQ(outcome(run(remove_workflow, {"w"}, other_id)), "not_found");
    EXPECT_EQ(outcome(run(remove_workflow, {"w"})), "conflict workflow_runs in_use");
    EXPECT_EQ(outcome(run(remove_workflow, {"other"})), "done");
    ASSERT_TRUE(run(cancel_workflow_run, {begun.id}).ok());
    EXPECT_EQ(run(remove_workflow, {"w"}).value().version, 2);
    EXPECT_EQ(outcome(run(remove_workflow, {"w"})), "not_found");
    EXPECT_EQ(outcome(run(start_workflow_run, {.name = "w", .version = 1})), "invalid workflow unknown");
    EXPECT_EQ(outcome(run(show_workflow_run, {begun.id})), "done") << "it is a record";
    EXPECT_EQ(keep("w", "three").version, 1);
}

TEST_F(WorkflowRuns, count_versions_of_what_differs) {
    EXPECT_EQ(keep("w", "one").version, 1);
    EXPECT_EQ(keep("w", "one").version, 1);
    EXPECT_EQ(keep("w", "two").version, 2);
    EXPECT_EQ(keep("w", "one").version, 3);
    EXPECT_EQ(run(show_workflow, {"w"}).value().document, "one");
    EXPECT_EQ(run(start_workflow_run, {.name = "w", .version = 2}).value().version, 2);
    keep("a");
    keep("z");
    const auto first = run(list_workflows, {.size = 2}).value();
    ASSERT_EQ(first.items.size(), 2u);
    EXPECT_EQ(first.items[0].name + first.items[1].name, "aw");
    EXPECT_EQ(first.items[1].version, 3);
    const auto rest = run(list_workflows, {.after_name = first.next.value(), .size = 2}).value();
    ASSERT_EQ(rest.items.size(), 1u);
    EXPECT_FALSE(rest.next);
}

TEST_F(WorkflowRuns, are_recorded_until_they_have_ended) {
    keep("w");
    WorkflowRun begun = begin("w");
    EXPECT_EQ(begun.status, RunStatus::queued);
    EXPECT_FALSE(begun.idempotency_prefix.empty());
    EXPECT_NE(begun.idempotency_prefix, begin("w").idempotency_prefix);
    begun.status = RunStatus::running;
    begun.state = "{}";
    begun.steps = 1;
    EXPECT_TRUE(record(begun, {{1, R"({"a":1})"}}));
    world_.advance(std::chrono::seconds(1));
    begun.status = RunStatus::passed;
    begun.state.reset();
    begun.outputs = "{}";
    begun.steps = 2;
    EXPECT_TRUE(record(begun, {{2, R"({"a":2})"}}));
    EXPECT_FALSE(record(begun, {{3, R"({"a":3})"}})) << "it has ended";
    const auto shown = run(show_workflow_run, {begun.id}).value();
    EXPECT_EQ(shown.run.status, RunStatus::passed);
    EXPECT_EQ(shown.run.ended_at, world_.now());
    EXPECT_LT(shown.run.created_at, world_.now());
    EXPECT_EQ(shown.steps, (std::vector<WorkflowRunStep>{{1, R"({"a":1})"}, {2, R"({"a":2})"}}));
}

TEST_F(WorkflowRuns, are_listed_newest_first_and_in_both_directions) {
    keep("w");
    std::vector<std::int64_t> ids;
    for (int i = 0; i < 5; ++i) ids.push_back(begin("w").id);
    const auto first = run(list_workflow_runs, {{.size = 2}}).value();
    ASSERT_EQ(first.items.size(), 2u);
    EXPECT_EQ(first.items[0].id, ids[4]);
    const auto second = run(list_workflow_runs, {{.size = 2, .from = first.next}}).value();
    EXPECT_EQ(second.items[0].id, ids[2]);
    const auto back = run(list_workflow_runs, {{.size = 2, .from = second.previous, .backwards = true}}).value();
    EXPECT_EQ(back.items[0].id, ids[4]);
    EXPECT_TRUE(run(list_workflow_runs, {{.size = 2}}, other_id).value().items.empty());
}

// So many of the reseller's are queued, in one transaction.
void queue_runs(db::Tx& tx, World& world, std::int64_t reseller_id, int count) {
    for (int i = 0; i < count; ++i)
        store::insert_workflow_run(tx, {.reseller_id = reseller_id,
                                        .id = world.new_id(),
                                        .name = "w",
                                        .inputs = "{}",
                                        .servers = "{}",
                                        .status = RunStatus::queued});
}

TEST_F(WorkflowRuns, of_one_reseller_leave_room_for_those_of_others) {
    keep("w");
    ASSERT_TRUE(run(store_workflow, {"w", "d", "{}"}, other_id).ok());
    write([&](db::Tx& tx) { queue_runs(tx, world_, partner_id, UnfinishedRuns::of_reseller_max - 1); });
    const WorkflowRun last = begin("w");
    EXPECT_EQ(outcome(run(start_workflow_run, {.name = "w"})), "limit_exceeded");
    EXPECT_EQ(outcome(run(start_workflow_run, {.name = "w"}, other_id)), "done");
    ASSERT_TRUE(run(cancel_workflow_run, {last.id}).ok());
    EXPECT_EQ(outcome(run(start_workflow_run, {.name = "w"})), "done");
}

TEST_F(WorkflowRuns, of_many_resellers_shut_nobody_out) {
    keep("w");
    write([&](db::Tx& tx) {
        for (std::int64_t id = 100; id < 100 + UnfinishedRuns::all_max / UnfinishedRuns::of_reseller_max; ++id)
            queue_runs(tx, world_, id, UnfinishedRuns::of_reseller_max);
        queue_runs(tx, world_, partner_id, UnfinishedRuns::always - 1);
    });
    EXPECT_EQ(outcome(run(start_workflow_run, {.name = "w"})), "done");
    EXPECT_EQ(outcome(run(start_workflow_run, {.name = "w"})), "limit_exceeded");
}

TEST_F(WorkflowRuns, are_found_by_whose_they_are) {
    std::vector<std::int64_t> ids, resellers;
    write([&](db::Tx& tx) {
        for (const std::int64_t id : {7, 3, 5, 3}) queue_runs(tx, world_, id, 2);
        for (const WorkflowRun& of_five : list_unfinished_runs(tx, 5, 0, Instant::max(), 10)) {
            WorkflowRun ended = of_five;
            ended.status = RunStatus::passed;
            ASSERT_TRUE(record_workflow_run(tx, world_, ended, {}));
        }
        resellers = list_resellers_with_unfinished_runs(tx);
        for (const WorkflowRun& one : list_unfinished_runs(tx, 3, 0, Instant::max(), 10)) ids.push_back(one.id);
        ASSERT_EQ(ids.size(), 4u);
        EXPECT_EQ(list_unfinished_runs(tx, 3, ids[1], Instant::max(), 1).at(0).id, ids[2]);
        EXPECT_TRUE(list_unfinished_runs(tx, 3, ids[3], Instant::max(), 10).empty());
    });
    EXPECT_EQ(resellers, (std::vector<std::int64_t>{3, 7}));
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
}

// What the server that had it before still writes does not count, however late it comes.
TEST_F(WorkflowRuns, are_of_the_server_that_has_taken_them_over_last) {
    EXPECT_EQ(outcome(run(store_workflow, {"w", "d", "{}"})), "done");
    begin("w");
    const Instant start = world_.now();
    const auto take_over = [&](Instant free_at, Instant until) {
        std::vector<WorkflowRun> taken;
        write([&](db::Tx& tx) {
            taken = take_over_runs(tx, list_unfinished_runs(tx, partner_id, 0, free_at, 10), free_at, until);
        });
        return taken;
    };
    WorkflowRun first = take_over(start, start + std::chrono::seconds(20)).at(0);
    EXPECT_TRUE(record(first, {}));
    EXPECT_TRUE(take_over(start + std::chrono::seconds(19), start + std::chrono::seconds(40)).empty());

    // Who has read it before the first had it comes too late.
    WorkflowRun read_before = first;
    --read_before.epoch;
    std::vector<WorkflowRun> taken;
    write([&](db::Tx& tx) { taken = take_over_runs(tx, {read_before}, Instant::max(), Instant::max()); });
    EXPECT_TRUE(taken.empty());

    first.lease_until = start + std::chrono::seconds(30);
    write([&](db::Tx& tx) { extend_run(tx, first); });
    EXPECT_TRUE(take_over(start + std::chrono::seconds(29), start + std::chrono::seconds(40)).empty());
    const WorkflowRun second = take_over(start + std::chrono::seconds(30), start + std::chrono::seconds(50)).at(0);
    EXPECT_EQ(second.id, first.id);

    EXPECT_FALSE(record(first, {{1, "{}"}}));
    first.lease_until = Instant{};
    write([&](db::Tx& tx) {
        EXPECT_FALSE(record_workflow_run_piece(tx, first, 0, "stale"));
        EXPECT_FALSE(has_run(tx, first));
        extend_run(tx, first);
        EXPECT_TRUE(has_run(tx, second));
    });
    EXPECT_TRUE(take_over(start + std::chrono::seconds(49), start + std::chrono::seconds(60)).empty());
    EXPECT_TRUE(record(second, {{1, "{}"}}));
}

TEST_F(WorkflowRuns, are_free_where_they_are_taken_until_later_than_can_be) {
    keep("w");
    begin("w");
    const Instant start = world_.now();
    const auto take_over = [&](Instant now) {
        const auto lease = std::chrono::seconds(20);
        std::vector<WorkflowRun> taken;
        write([&](db::Tx& tx) {
            const auto seen = list_unfinished_runs(tx, partner_id, 0, now, 10, now + 2 * lease);
            taken = take_over_runs(tx, seen, now, now + lease, now + 2 * lease);
        });
        return taken;
    };
    ASSERT_EQ(take_over(start).size(), 1u);
    EXPECT_TRUE(take_over(start - std::chrono::seconds(20)).empty());
    EXPECT_EQ(take_over(start - std::chrono::seconds(21)).size(), 1u) << "the clock has been set back";
    EXPECT_TRUE(take_over(start - std::chrono::seconds(21)).empty());
}

// It had been stopped before it wrote down its step, and goes on between somebody else's look and its taking over.
TEST_F(WorkflowRuns, are_taken_over_only_where_they_stood_when_they_were_looked_at) {
    keep("w");
    begin("w");
    const Instant start = world_.now(), over = start + std::chrono::seconds(20);
    const auto list = [&](Instant free_at) {
        std::vector<WorkflowRun> runs;
        read([&](db::Tx& tx) { runs = list_unfinished_runs(tx, partner_id, 0, free_at, 10); });
        return runs;
    };
    const auto take_over = [&](const std::vector<WorkflowRun>& runs, Instant free_at) {
        std::vector<WorkflowRun> taken;
        write([&](db::Tx& tx) { taken = take_over_runs(tx, runs, free_at, free_at + std::chrono::seconds(20)); });
        return taken;
    };
    WorkflowRun first = take_over(list(start), start).at(0);
    const auto seen = list(over);
    ASSERT_EQ(seen.size(), 1u);
    first.status = RunStatus::running;
    first.state = "{}";
    ++first.state_number;
    ASSERT_TRUE(record(first, {{1, "{}"}}));
    EXPECT_TRUE(take_over(seen, over).empty());
    EXPECT_EQ(take_over(list(over), over).at(0).state, "{}");
}

TEST_F(WorkflowRuns, act_only_while_their_operator_may) {
    std::int64_t credential_id = 0;
    write([&](db::Tx& tx) {
        credential_id = add_credential(tx, world_,
                                       {.reseller_id = partner_id,
                                        .kind = CredentialKind::operator_token,
                                        .secret = "an-operator",
                                        .expires_at = world_.now() + std::chrono::hours(1)})
                            .value()
                            .credential.id;
    });
    keep("w");
    WorkflowRun begun = begin("w");
    EXPECT_EQ(find_callers(begun), "unauthenticated") << "a credential that nobody has";
    begun.credential_id = credential_id;
    EXPECT_EQ(find_callers(begun), "done");
    begun.acting_for = other_id;
    EXPECT_EQ(find_callers(begun), "not_found");
    begun.acting_for = partner_id;
    world_.advance(std::chrono::hours(1));
    EXPECT_EQ(find_callers(begun), "unauthenticated");
}

}  // namespace
