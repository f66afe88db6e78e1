#include "engine/accounts/import_accounts.h"

#include "engine/upkeep/housekeeping.h"
#include "store/imports.h"
#include "store/subscriptions.h"
#include "tests/testing/engine_test.h"

namespace {

class ImportAccountsTest : public EngineTest {
protected:
    Import begin(const std::string& fingerprint = "f") {
        return run(begin_import, {.fingerprint = fingerprint, .name = "a.csv"}).value().import;
    }

    static ImportRow row(const std::string& uid, std::int64_t reseller_id = partner_id) {
        return {.reseller_id = reseller_id,
                .open = {.uid = uid, .domain = "b5test.com", .opened_under = Revision::admin}};
    }

    Result<Import> send(const Import& import, std::vector<ImportRow> rows) {
        return run(import_rows, {.import_id = import.id, .position = import.position, .rows = std::move(rows)});
    }

    // "1 uid taken, 3 domain not_promoted"
    std::string refusals_of(const Import& import) {
        std::string text;
        const auto page = run(list_import_refusals, {.import_id = import.id}).value();
        for (const ImportRefusal& refusal : page.items)
            text += (text.empty() ? "" : ", ") + std::to_string(refusal.row) + ' ' + refusal.field + ' ' + refusal.code;
        return text;
    }
};

TEST_F(ImportAccountsTest, OpensRowsInOrderAndNotesWhatItRefuses) {
    Import import = begin();
    ImportRow unpromoted = row("c");
    unpromoted.open.domain = "nowhere.example";
    ImportRow unreadable;
    unreadable.unreadable = ImportRefusal{.uid = "x", .code = "unreadable", .detail = "Why."};
    import = send(import, {row("a"), row("a"), unpromoted}).value();
    import = send(import, {unreadable, row("d"), row("e", other_id), row("what?")}).value();
    EXPECT_EQ(import.position, 7);
    EXPECT_EQ(import.opened, 2);
    EXPECT_EQ(import.refused, 5);
    EXPECT_EQ(refusals_of(import),
              "2 uid taken, 3 domain not_promoted, 4  unreadable, 6 reseller_id unknown, 7 uid bad_characters");
    EXPECT_EQ(show("a").opened_under, Revision::admin);
    EXPECT_EQ(story_of(show("d")), "account.opened");
    EXPECT_EQ(events_of(show("d"))[0].credential_id, 77);
    EXPECT_EQ(outcome(run(show_account, {"e"}, other_id)), "not_found") << "out of the caller's reach";
    EXPECT_TRUE(problems().empty());
}

TEST_F(ImportAccountsTest, DoesNoRowTwice) {
    const Import import = begin();
    ASSERT_EQ(outcome(send(import, {row("a"), row("b")})), "done");
    EXPECT_EQ(outcome(send(import, {row("a"), row("b")})), "conflict position out_of_step");
    const Import now = run(show_import, {import.id}).value();
    EXPECT_EQ(now.position, 2);
    EXPECT_EQ(now.opened, 2);
    EXPECT_EQ(outcome(send(now, {})), "done") << "nothing, at the right place";
    EXPECT_EQ(refusals_of(import), "");
}

TEST_F(ImportAccountsTest, KnowsTheSameFileAgain) {
    const BegunImport first = run(begin_import, {.fingerprint = "f", .name = "a.csv"}).value();
    EXPECT_TRUE(first.is_new);
    ASSERT_EQ(outcome(send(first.import, {row("a")})), "done");
    const BegunImport again = run(begin_import, {.fingerprint = "f", .name = "b.csv"}).value();
    EXPECT_FALSE(again.is_new);
    EXPECT_EQ(again.import.id, first.import.id);
    EXPECT_EQ(again.import.position, 1);
    EXPECT_TRUE(run(begin_import, {.fingerprint = "g"}).value().is_new);
    EXPECT_TRUE(run(begin_import, {.fingerprint = "f"}, other_id).value().is_new) << "others know other files";
}

TEST_F(ImportAccountsTest, RefusesInOrder) {
    EXPECT_EQ(outcome(run(begin_import, {})), "invalid fingerprint required");
    EXPECT_EQ(outcome(run(begin_import, {.fingerprint = std::string(201, 'f')})), "invalid fingerprint too_long");
    EXPECT_EQ(outcome(run(begin_import, {.fingerprint = "f", .name = std::string(201, 'n')})), "invalid name too_long");
    const Import import = begin();
    EXPECT_EQ(outcome(run(import_rows, {.import_id = import.id}, other_id)), "not_found");
    EXPECT_EQ(outcome(send(import, std::vector<ImportRow>(1'001))), "invalid rows too_many");
    ASSERT_EQ(outcome(send(import, {row("a")})), "done");
    const Import finished = run(finish_import, {import.id}).value();
    EXPECT_TRUE(finished.finished_at);
    world_.advance(std::chrono::seconds(5));
    EXPECT_EQ(run(finish_import, {import.id}).value(), finished);
    EXPECT_EQ(outcome(send(finished, {row("b")})), "conflict");
    for (const auto operation : {show_import, finish_import, remove_import})
        EXPECT_EQ(outcome(run(operation, {import.id}, other_id)), "not_found");
    EXPECT_EQ(outcome(run(list_import_refusals, {.import_id = import.id}, other_id)), "not_found");
}

TEST_F(ImportAccountsTest, ListsRefusalsByPagesAndImportsOfTheCaller) {
    Import import = begin();
    std::vector<ImportRow> rows(7);
    for (ImportRow& one : rows) one.unreadable = ImportRefusal{.code = "unreadable"};
    import = send(import, rows).value();
    std::string seen;
    for (std::optional<std::int64_t> from = 0; from;) {
        const auto page =
            run(list_import_refusals, {.import_id = import.id, .page = {.size = 3, .from = from}}).value();
        for (const ImportRefusal& refusal : page.items) seen += std::to_string(refusal.row) + ' ';
        seen += "| ";
        from = page.next;
    }
    EXPECT_EQ(seen, "1 2 3 | 4 5 6 | 7 | ");
    begin("g");
    EXPECT_EQ(run(list_imports, {}).value().items.size(), 2u);
    EXPECT_TRUE(run(list_imports, {}, other_id).value().items.empty());
    EXPECT_EQ(outcome(run(remove_import, {import.id})), "done");
    EXPECT_EQ(run(list_imports, {}).value().items.size(), 1u);
    EXPECT_EQ(outcome(run(show_import, {import.id})), "not_found");
}

TEST_F(ImportAccountsTest, IsForgottenAtOnceAndItsRefusalsInLots) {
    Import import = begin();
    std::vector<ImportRow> rows(600);
    for (ImportRow& one : rows) one.unreadable = ImportRefusal{.code = "unreadable"};
    import = send(send(import, rows).value(), rows).value();
    Import other = send(begin("g"), {rows[0]}).value();
    const auto count_refusals = [&](const Import& of) {
        std::size_t number = 0;
        read([&](db::Tx& tx) { number = store::list_import_refusals(tx, {of.reseller_id, of.id}, 0, 5'000).size(); });
        return number;
    };
    ASSERT_EQ(outcome(run(remove_import, {import.id})), "done");
    EXPECT_EQ(count_refusals(import), 1'200u) << "the request deletes none: there may be any number of them";
    EXPECT_EQ(outcome(run(list_import_refusals, {.import_id = import.id})), "not_found");
    for (const std::size_t left : {700u, 200u, 0u}) {
        write([&](db::Tx& tx) { store::delete_import_refusals(tx, {import.reseller_id, import.id}, 500); });
        EXPECT_EQ(count_refusals(import), left);
        read([&](db::Tx& tx) { EXPECT_EQ(store::find_forgotten_import(tx).has_value(), left > 0); });
        database_.reopen();
    }
    EXPECT_EQ(count_refusals(other), 1u);
    ASSERT_EQ(outcome(run(remove_import, {other.id})), "done");
    run_housekeeping(*database_, world_);
    EXPECT_EQ(count_refusals(other), 0u);
    read([](db::Tx& tx) { EXPECT_FALSE(store::find_forgotten_import(tx)); });
}

TEST_F(ImportAccountsTest, LeavesWhatFollowsFromARowToLotsOfItsOwn) {
    ImportRow family = row("family");
    family.open.type = AccountType::family;
    send(begin(), {family, row("child"), row("other")}).value();
    const Account parent = show("family");
    const Account child = show("child");
    write([&](db::Tx& tx) {
        store::insert_subscription(tx, {.reseller_id = partner_id, .account_id = child.id, .parent_id = parent.id});
    });
    const Import holding = run(begin_import, {.fingerprint = "h", .action = ImportAction::hold}).value().import;
    ImportRow held{.reseller_id = partner_id, .open = {.uid = "family"}, .says_what_to_open = false};
    EXPECT_EQ(send(holding, {held}).value().opened, 1);
    EXPECT_TRUE(stored(parent).holds.administrative);
    EXPECT_FALSE(stored(child).holds.parent) << "not in this transaction";
    EXPECT_TRUE(show("child").holds.parent) << "but shown so from now on";
    EXPECT_EQ(problems(), std::vector<std::string>());
    run_housekeeping(*database_, world_);
    EXPECT_TRUE(stored(child).holds.parent);
    EXPECT_EQ(events_of(child).back().actor, (Actor{.kind = ActorKind::import, .id = holding.id}));
    EXPECT_EQ(story_of(show("other")), "account.opened");
}

// Its rows may be a thousand parents whose time has come, and none has been written yet.
TEST_F(ImportAccountsTest, LeavesWhatFollowsFromTheClockToLotsOfItsOwnToo) {
    ImportRow family = row("family");
    family.open.type = AccountType::family;
    family.open.ends_at = world_.now() + std::chrono::hours(1);
    send(begin(), {family, row("child")}).value();
    const Account parent = show("family");
    const Account child = show("child");
    write([&](db::Tx& tx) {
        store::insert_subscription(tx, {.reseller_id = partner_id, .account_id = child.id, .parent_id = parent.id});
    });
    world_.advance(std::chrono::hours(2));
    const Import holding = run(begin_import, {.fingerprint = "h", .action = ImportAction::hold}).value().import;
    ImportRow held{.reseller_id = partner_id, .open = {.uid = "family"}, .says_what_to_open = false};
    EXPECT_EQ(send(holding, {held}).value().opened, 1);
    EXPECT_TRUE(stored(parent).holds.ended);
    EXPECT_FALSE(stored(child).holds.parent) << "not in this transaction";
    EXPECT_TRUE(show("child").holds.parent) << "but shown so from now on";
    EXPECT_EQ(problems(), std::vector<std::string>());
    run_housekeeping(*database_, world_);
    EXPECT_TRUE(stored(child).holds.parent);
    EXPECT_EQ(stored(child).updated_at, *parent.ends_at) << "when it was, not when written";
    EXPECT_EQ(events_of(child).back().actor, Actor{}) << "the clock";
}

TEST_F(ImportAccountsTest, CutsNoCharacterInTwo) {
    Import import = begin();
    ImportRow long_one = row(std::string(199, 'u') + "\xc3\xa4");
    import = send(import, {long_one}).value();
    EXPECT_EQ(run(list_import_refusals, {.import_id = import.id}).value().items[0].uid, std::string(199, 'u'));
}

}  // namespace
