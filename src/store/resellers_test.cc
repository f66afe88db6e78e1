#include "store/resellers.h"

#include <gtest/gtest.h>

#include "db/statement_work.h"
#include "store/reseller_contents.h"
#include "tests/testing/fresh_database.h"

namespace {

Reseller full_reseller() {
    return {.id = 4'294'967'295,
            .parent_id = 1,
            .name = "Név \"'\n",
            .utc_offset = std::chrono::minutes(-210),
            .end_action = EndAction::stay_frozen,
            .grace = std::chrono::milliseconds(1),
            .clock = {.offset = -std::chrono::days(400), .frozen_at = from_milliseconds(-1)},
            .created_at = from_milliseconds(1),
            .updated_at = from_milliseconds(2),
            .version = 3};
}

class StoredResellers : public testing::Test {
protected:
    void write(const std::function<void(db::Tx&)>& work) { db::write_and_wait(*database_, work); }

    FreshDatabase database_;
};

TEST_F(StoredResellers, ComeBackAsTheyWere) {
    write([](db::Tx& tx) {
        const Reseller root{.id = 1, .name = "root"};
        store::insert_reseller(tx, root);
        store::insert_reseller(tx, full_reseller());
        EXPECT_EQ(store::find_reseller(tx, 1), root);
        EXPECT_EQ(store::find_reseller(tx, full_reseller().id), full_reseller());
        EXPECT_EQ(store::find_reseller(tx, 2), std::nullopt);
        EXPECT_EQ(store::list_resellers(tx), (std::vector<Reseller>{root, full_reseller()}));
        EXPECT_THROW(store::insert_reseller(tx, root), db::Duplicate);
    });
}

TEST_F(StoredResellers, ChangeInAllButTheirPlace) {
    write([](db::Tx& tx) {
        store::insert_reseller(tx, {.id = 1, .name = "root"});
        Reseller changed = full_reseller();
        changed.id = 1;
        store::update_reseller(tx, changed);
        changed.parent_id = std::nullopt;
        changed.created_at = {};
        EXPECT_EQ(store::find_reseller(tx, 1), changed);
        EXPECT_THROW(store::update_reseller(tx, full_reseller()), db::Broken);
    });
}

TEST_F(StoredResellers, HaveOnePromotionForEachDomainAndType) {
    write([](db::Tx& tx) {
        store::insert_reseller(tx, {.id = 1, .name = "root"});
        const Promotion promotion{
            .reseller_id = 1, .domain = "b5test.com", .from = from_milliseconds(5), .until = from_milliseconds(9)};
        store::insert_promotion(tx, promotion);
        EXPECT_EQ(store::find_promotion(tx, 1, "b5test.com", AccountType::individual), promotion);
        EXPECT_EQ(store::find_promotion(tx, 1, "b5test.com", AccountType::family), std::nullopt);
        EXPECT_EQ(store::find_promotion(tx, 1, "B5TEST.COM", AccountType::individual), std::nullopt);
        EXPECT_EQ(store::find_promotion(tx, 2, "b5test.com", AccountType::individual), std::nullopt);
        EXPECT_THROW(store::insert_promotion(tx, promotion), db::Duplicate);
    });
}

// What others have, however much, is not looked at.
TEST_F(StoredResellers, AreAskedForTheirOwnContentsOnly) {
    write([](db::Tx& tx) {
        for (const std::int64_t id : {1, 2}) store::insert_reseller(tx, {.id = id, .name = "r"});
        tx.run_script(R"(
            WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 1000)
            INSERT INTO workflow_run (reseller_id, id, name, version, workflow_id, acting_for, credential_id, request_id,
                idempotency_prefix, inputs, servers, status, steps, outputs, reason, created_at, updated_at)
            SELECT 1, n, 'w', 1, '', 1, 1, '', '', '{}', '{}', 1, 0, '{}', '', 0, 0 FROM counted)");
        EXPECT_EQ(store::list_reseller_contents(tx, 1), std::vector<std::string>{"workflow_runs"});
        const std::uint64_t before = db::statement_work_of_this_thread().steps;
        EXPECT_EQ(store::list_reseller_contents(tx, 2), std::vector<std::string>());
        if (FreshDatabase::is_postgres()) return;  // steps are SQLite's
        EXPECT_LT(db::statement_work_of_this_thread().steps - before, 1'000u);
    });
}

TEST_F(StoredResellers, EndWhatCallersKeepInMemoryWithEachChange) {
    const auto changes_generation = [&](const std::function<void(db::Tx&)>& work) {
        const std::uint64_t before = database_->generation();
        write(work);
        return database_->generation() != before;
    };
    const Reseller root{.id = 1, .name = "root"};
    EXPECT_TRUE(changes_generation([&](db::Tx& tx) { store::insert_reseller(tx, root); }));
    EXPECT_TRUE(changes_generation([&](db::Tx& tx) { store::update_reseller(tx, root); }));
    EXPECT_TRUE(
        changes_generation([&](db::Tx& tx) { store::insert_promotion(tx, {.reseller_id = 1, .domain = "d"}); }));
    EXPECT_FALSE(changes_generation([&](db::Tx& tx) { store::find_reseller(tx, 1); }));
}

}  // namespace
