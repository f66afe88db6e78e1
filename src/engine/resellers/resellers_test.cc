#include "engine/resellers/resellers.h"

#include "engine/accounts/move_end_date.h"
#include "engine/accounts/operate_account.h"
#include "engine/accounts/redate_accounts.h"
#include "engine/accounts/remove_account.h"
#include "engine/accounts/run_due.h"
#include "engine/resellers/credentials.h"
#include "engine/resellers/move_clock.h"
#include "engine/resellers/promotions.h"
#include "engine/resellers/remove_reseller.h"
#include "engine/upkeep/housekeeping.h"
#include "store/reseller_contents.h"
#include "tests/testing/engine_test.h"

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

// The root and its partners, as an operator of each sees them.
class OperatorTest : public EngineTest {
protected:
    static constexpr std::int64_t root_id = 1;

    OperatorTest() {
        write([&](db::Tx& tx) {
            add(tx, {.id = root_id, .name = "Root"});
            for (const std::int64_t id : {partner_id, other_id})
                tx.run({"set_parent", "UPDATE reseller SET parent_id = $1 WHERE id = $2"}, {root_id, id});
        });
    }

    template <class Command, class Answer>
    Result<Answer> operate(Result<Answer> (*operation)(db::Tx&, World&, const Caller&, const Command&),
                           const std::type_identity_t<Command>& command, std::int64_t as = root_id) {
        return transact<Answer>([&](db::Tx& tx) {
            const Caller caller{.reseller = store::find_reseller(tx, as).value(),
                                .credential_id = 77,
                                .kind = CredentialKind::operator_token,
                                .request_id = "a-request",
                                .tree = std::make_shared<const ResellerTree>(store::list_reseller_tree(tx, as))};
            return operation(tx, world_, caller, command);
        });
    }

    std::string last_event_of(std::int64_t reseller_id) {
        std::string text;
        read([&](db::Tx& tx) {
            const auto events =
                store::list_reseller_events(tx, reseller_id, {.before_id = INT64_MAX, .descending = true}, 1);
            if (events.empty()) return;
            text = to_string(events[0].kind);
            for (const Change& change : events[0].changes)
                text += ' ' + change.field + '=' + change.before + ">" + change.after;
        });
        return text;
    }

    void redate(std::int64_t reseller_id, int limit) {
        bool has_more = true;
        while (has_more) write([&](db::Tx& tx) { has_more = redate_accounts(tx, world_, reseller_id, limit); });
    }
};

TEST_F(OperatorTest, SetsUpResellersBelowItsOwn) {
    const Reseller made = operate(create_reseller, {.parent_id = partner_id, .name = "Retail"}).value();
    EXPECT_EQ(made.id, 4);
    EXPECT_EQ(made.parent_id, partner_id);
    EXPECT_EQ(last_event_of(made.id), "reseller.added name=>Retail parent_id=>2");
    EXPECT_EQ(operate(create_reseller, {.name = "Mine"}, partner_id).value().parent_id, partner_id);
    EXPECT_EQ(operate(create_reseller, {.id = 4'294'967'295, .name = "Chosen"}).value().id, 4'294'967'295);
}

TEST_F(OperatorTest, RefusesResellersInOrderOfPrecedence) {
    const minutes far{19 * 60};
    const std::string long_name(201, 'n');
    const auto create = [&](const CreateReseller& command, std::int64_t as = root_id) {
        return outcome(operate(create_reseller, command, as));
    };
    EXPECT_EQ(create({.id = 0, .parent_id = 99, .name = "", .utc_offset = far, .grace = days(9'999)}),
              "invalid name required");
    EXPECT_EQ(create({.id = 0, .name = long_name, .utc_offset = far}), "invalid name too_long");
    EXPECT_EQ(create({.id = 0, .name = "n", .utc_offset = far, .grace = days(9'999)}),
              "invalid utc_offset out_of_range");
    EXPECT_EQ(create({.id = 0, .parent_id = 99, .name = "n", .grace = days(9'999)}), "invalid grace out_of_range");
    EXPECT_EQ(create({.id = 0, .parent_id = 99, .name = "n"}), "invalid id out_of_range");
    EXPECT_EQ(create({.id = 1, .parent_id = 99, .name = "n"}), "invalid parent_id unknown");
    EXPECT_EQ(create({.id = 1, .parent_id = other_id, .name = "n"}, partner_id), "invalid id not_yours");
    EXPECT_EQ(create({.parent_id = other_id, .name = "n"}, partner_id), "invalid parent_id unknown");
    EXPECT_EQ(create({.id = partner_id, .name = "n"}), "conflict id taken");
}

TEST_F(OperatorTest, KeepsTheTreeFromGrowingTooDeep) {
    std::int64_t parent_id = root_id;
    for (int depth = 1; depth <= reseller_depth_max; ++depth)
        parent_id = operate(create_reseller, {.parent_id = parent_id, .name = "n"}).value().id;
    EXPECT_EQ(outcome(operate(create_reseller, {.parent_id = parent_id, .name = "n"})), "invalid parent_id too_deep");
}

TEST_F(OperatorTest, CountsEachChangeOfAReseller) {
    const Reseller seen = operate(show_reseller, {partner_id}).value();
    ASSERT_EQ(outcome(operate(::change_reseller, {.id = partner_id, .name = "First"})), "done");
    EXPECT_EQ(reseller(partner_id).name, "First");
    EXPECT_EQ(last_event_of(partner_id), "reseller.changed name=Northwind>First");
    EXPECT_EQ(outcome(operate(::change_reseller, {.id = partner_id, .name = "First"})), "done");
    EXPECT_EQ(reseller(partner_id).version, seen.version + 1) << "nothing has changed";
    EXPECT_EQ(outcome(operate(::change_reseller, {.id = other_id, .name = "x"}, partner_id)), "not_found");
}

TEST_F(OperatorTest, RemovesResellersInWhichThereIsNothing) {
    const std::int64_t made = operate(create_reseller, {.parent_id = partner_id, .name = "Retail"}).value().id;
    const std::int64_t below = operate(create_reseller, {.parent_id = made, .name = "Shop"}).value().id;
    write([&](db::Tx& tx) {
        ASSERT_TRUE(add_promotion(tx, world_, {.reseller_id = below, .domain = "b5test.com"}).ok());
        ASSERT_TRUE(add_credential(tx, world_, {.reseller_id = below, .secret = "below"}).ok());
        tx.run({"add_setting", "INSERT INTO reseller_setting VALUES ($1, 'countries', 'BY')"}, {below});
        tx.run({"add_right", "INSERT INTO reseller_right VALUES ($1, 1)"}, {below});
        tx.run({"add_answer", "INSERT INTO stored_answer VALUES ($1, 1, 0, 0, 'k', 'f', 'a', 1)"}, {below});
    });
    EXPECT_EQ(outcome(operate(remove_reseller, {made})), "conflict resellers in_use");
    EXPECT_EQ(outcome(operate(remove_reseller, {below}, other_id)), "not_found");
    EXPECT_EQ(outcome(operate(remove_reseller, {root_id})), "conflict reseller in_use");
    EXPECT_EQ(outcome(operate(remove_reseller, {partner_id}, partner_id)), "conflict reseller in_use") << "its own";
    EXPECT_EQ(outcome(operate(remove_reseller, {below}, partner_id)), "done");
    EXPECT_EQ(outcome(operate(remove_reseller, {below})), "not_found");
    EXPECT_EQ(last_event_of(made), "reseller.changed reseller=" + std::to_string(below) + '>');
    EXPECT_EQ(last_event_of(below), "reseller.added name=>Shop parent_id=>" + std::to_string(made)) << "it stays";
    run_housekeeping(*database_, world_);
    read([&](db::Tx& tx) {
        for (const char* sql :
             {"SELECT 1 FROM credential WHERE reseller_id = $1", "SELECT 1 FROM promotion WHERE reseller_id = $1",
              "SELECT 1 FROM reseller_setting WHERE reseller_id = $1",
              "SELECT 1 FROM reseller_right WHERE reseller_id = $1",
              "SELECT 1 FROM stored_answer WHERE reseller_id = $1"})
            EXPECT_TRUE(tx.run({sql, sql}, {below}).empty()) << sql;
    });
    // What has happened there is nobody else's.
    EXPECT_EQ(outcome(operate(create_reseller, {.id = below, .name = "Shop"})), "conflict id taken");
    EXPECT_EQ(operate(create_reseller, {.name = "Next"}).value().id, below + 1);
}

TEST_F(OperatorTest, ForgetsWhatIsLeftOfARemovedResellerInLots) {
    const std::int64_t made = operate(create_reseller, {.parent_id = partner_id, .name = "Retail"}).value().id;
    const auto count = [&] {
        std::int64_t rows = 0;
        read([&](db::Tx& tx) {
            rows = tx.run({"count_rest",
                           "SELECT (SELECT count(*) FROM stored_answer WHERE reseller_id = $1) +"
                           " (SELECT count(*) FROM workflow_run_step WHERE reseller_id = $1) +"
                           " (SELECT count(*) FROM workflow_run_piece WHERE reseller_id = $1) +"
                           " (SELECT count(*) FROM workflow_run WHERE reseller_id = $1)"},
                          {made})[0]
                       .integer(0);
        });
        return rows;
    };
    write([&](db::Tx& tx) {
        for (std::int64_t i = 0; i < 7; ++i) {
            tx.run({"add_answer", "INSERT INTO stored_answer VALUES ($1, 1, 0, 0, $2, 'f', 'a', 1)"},
                   {made, std::to_string(i)});
            tx.run({"add_step", "INSERT INTO workflow_run_step VALUES ($1, 1, $2, '{}')"}, {made, i});
            tx.run({"add_piece", "INSERT INTO workflow_run_piece VALUES ($1, 1, 1, $2, '')"}, {made, i});
        }
        tx.run({"add_run",
                "INSERT INTO workflow_run (reseller_id, id, name, version, workflow_id, acting_for, credential_id,"
                " request_id, idempotency_prefix, inputs, servers, status, steps, reason, created_at, updated_at)"
                " VALUES ($1, 1, 'n', 1, '', $1, 1, '', '', '{}', '{}', 3, 0, '', 0, 0)"},
               {made});
    });
    ASSERT_EQ(outcome(operate(remove_reseller, {made})), "done");
    EXPECT_EQ(count(), 22) << "the request itself has not waited for them";
    for (const int left : {17, 12, 7, 2, 0}) {
        write([&](db::Tx& tx) { store::delete_rest_of_reseller(tx, made, 5); });
        EXPECT_EQ(count(), left);
        read([&](db::Tx& tx) {
            EXPECT_EQ(store::find_forgotten_reseller(tx), left > 0 ? std::optional(made) : std::nullopt);
        });
    }
}

TEST_F(OperatorTest, OnlyAnAdministratorRemovesAResellerWithOperatorsInIt) {
    const std::int64_t made = operate(create_reseller, {.parent_id = partner_id, .name = "Retail"}).value().id;
    const auto remove_as = [&](OperatorRole role) {
        return outcome(transact<Reseller>([&](db::Tx& tx) {
            const Caller caller{.reseller = store::find_reseller(tx, root_id).value(),
                                .kind = CredentialKind::operator_token,
                                .operator_role = role,
                                .tree = std::make_shared<const ResellerTree>(store::list_reseller_tree(tx, root_id))};
            return remove_reseller(tx, world_, caller, {made});
        }));
    };
    write([&](db::Tx& tx) {
        const NewCredential issued =
            add_credential(tx, world_, {.reseller_id = made, .kind = CredentialKind::operator_token}).value();
        ASSERT_EQ(issued.credential.reseller_id, made);
    });
    EXPECT_EQ(remove_as(OperatorRole::operator_), "forbidden");
    EXPECT_EQ(remove_as(OperatorRole::administrator), "done");
}

TEST_F(OperatorTest, KeepsResellersInWhichThereIsAnything) {
    open("gone", {}, other_id);
    ASSERT_EQ(outcome(run(remove_account, {"gone"}, other_id)), "done");
    EXPECT_EQ(outcome(operate(remove_reseller, {other_id})), "conflict accounts in_use") << "a tombstone counts";

    const std::pair<const char*, const char*> contents[] = {
        {"managers", "INSERT INTO manager VALUES (1, $1, 'n', 'e', 1, 1, NULL, NULL, '', 0, 0, 1)"},
        {"account_types", "INSERT INTO account_type VALUES (1, $1, 'k', 'n', 1, 'p', '', NULL, 0, 0, 0, 1)"},
        {"account_classes",
         "INSERT INTO account_class VALUES (1, $1, 'k', 'n', '', 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0,"
         " NULL, 0, 0, 0, 1)"},
        {"attributes",
         "INSERT INTO attribute VALUES (1, $1, 1, 'k', 'n', 1, '', '', '', '', 1, 0, 1, 0, 0, 0, 0, 0, 1)"},
        {"plans", "INSERT INTO plan VALUES ($1, 1, 1, 'n', '', -1, -1, -1, -1, 1)"},
        {"webhook_endpoints",
         "INSERT INTO webhook_endpoint VALUES ($1, 1, 'u', '', 1, 1, 0, 's', NULL, NULL, 1, '', 0,"
         " NULL, 0, NULL, 0, 0, 1)"},
        {"imports",
         "INSERT INTO import (id, reseller_id, fingerprint, name, position, opened, refused, created_at,"
         " updated_at) VALUES (1, $1, 'f', 'n', 0, 0, 0, 0, 0)"},
        {"workflows", "INSERT INTO workflow_document VALUES ($1, 'n', 1, 'd', '{}', 0)"},
        {"workflow_runs",
         "INSERT INTO workflow_run (reseller_id, id, name, version, workflow_id, acting_for,"
         " credential_id, request_id, idempotency_prefix, inputs, servers, status, steps, reason,"
         " created_at, updated_at) VALUES ($1, 1, 'n', 1, '', $1, 1, '', '', '{}', '{}', 1, 0, '', 0,"
         " 0)"},
    };
    std::int64_t id = 0;
    for (const auto& [noun, sql] : contents) {
        id = operate(create_reseller, {.name = noun}).value().id;
        write([&, sql = sql](db::Tx& tx) { tx.run({sql, sql}, {id}); });
        EXPECT_EQ(outcome(operate(remove_reseller, {id})), std::string("conflict ") + noun + " in_use");
    }
    // Runs that have ended go with it.
    write([&](db::Tx& tx) { tx.run({"end_runs", "UPDATE workflow_run SET status = 3 WHERE reseller_id = $1"}, {id}); });
    EXPECT_EQ(outcome(operate(remove_reseller, {id})), "done");
}

TEST_F(OperatorTest, GivesFrozenAccountsNewDueTimesWhenSettingsChange) {
    std::vector<Account> frozen;
    for (int i = 0; i < 7; ++i) frozen.push_back(open("f" + std::to_string(i), world_.now() + days(1)));
    const Account running = open("running", world_.now() + days(10));
    const Instant end = world_.now() + days(1);
    world_.advance(days(2));
    write([&](db::Tx& tx) { run_due(tx, world_, partner_id, 100); });

    ASSERT_EQ(outcome(operate(::change_reseller, {.id = partner_id, .grace = days(60)})), "done");
    // A part of the way: what is not yet done is no fault.
    write([&](db::Tx& tx) { redate_accounts(tx, world_, partner_id, 3); });
    EXPECT_EQ(problems(), std::vector<std::string>{});
    redate(partner_id, 3);
    EXPECT_EQ(reseller(partner_id).redated_through, std::nullopt);
    for (const Account& account : frozen) EXPECT_EQ(stored(account).due_at, end + days(60));
    EXPECT_EQ(stored(running).due_at, running.ends_at);

    ASSERT_EQ(outcome(operate(::change_reseller, {.id = partner_id, .end_action = EndAction::stay_frozen})), "done");
    redate(partner_id, 100);
    for (const Account& account : frozen) EXPECT_EQ(stored(account).due_at, std::nullopt);

    // What stayed for good falls due again, and at once.
    ASSERT_EQ(outcome(operate(::change_reseller, {.id = partner_id, .end_action = EndAction::close, .grace = days(0)})),
              "done");
    redate(partner_id, 2);
    write([&](db::Tx& tx) { EXPECT_EQ(run_due(tx, world_, partner_id, 100), 7); });
    for (const Account& account : frozen) EXPECT_EQ(stored(account).stage, Stage::deprovisioned);
    EXPECT_EQ(problems(), std::vector<std::string>{});
}

TEST_F(OperatorTest, RotatesCredentialsWithAnOverlap) {
    const NewCredential first = operate(issue_credential, {.reseller_id = partner_id, .label = "ci"}).value();
    EXPECT_EQ(first.secret.size(), 36u);
    EXPECT_TRUE(first.secret.starts_with("pdp_"));
    EXPECT_EQ(last_event_of(partner_id).find(first.secret), std::string::npos);
    const NewCredential second =
        operate(rotate_credential, {.reseller_id = partner_id, .id = first.credential.id, .overlap = hours(1)}).value();
    EXPECT_EQ(second.credential.label, "ci");
    const auto status = [&](std::int64_t id) {
        return operate(show_credential, {.reseller_id = partner_id, .id = id}).value().status;
    };
    EXPECT_EQ(status(first.credential.id), CredentialStatus::active);
    EXPECT_EQ(status(second.credential.id), CredentialStatus::active);
    world_.advance(hours(1));
    EXPECT_EQ(status(first.credential.id), CredentialStatus::expired);
    EXPECT_EQ(status(second.credential.id), CredentialStatus::active);
    const NameCredential name{.reseller_id = partner_id, .id = second.credential.id};
    EXPECT_EQ(operate(revoke_credential, name).value().status, CredentialStatus::revoked);
    EXPECT_EQ(outcome(operate(revoke_credential, name)), "done");
    EXPECT_EQ(last_event_of(partner_id), "credential.revoked credential=" + std::to_string(name.id) + ">");
}

TEST_F(OperatorTest, RefusesCredentialsInOrderOfPrecedence) {
    const auto issue = [&](const IssueCredential& command, std::int64_t as = root_id) {
        return outcome(operate(issue_credential, command, as));
    };
    const std::string long_label(101, 'l');
    using enum CredentialKind;
    EXPECT_EQ(issue({.reseller_id = other_id, .kind = manager_token}, partner_id), "not_found");
    EXPECT_EQ(issue({.reseller_id = partner_id, .kind = manager_token, .label = long_label}),
              "invalid kind unsupported");
    EXPECT_EQ(issue({.reseller_id = partner_id,
                     .kind = api_key,
                     .label = long_label,
                     .revision = Revision::partnership_openapi}),
              "invalid label too_long");
    EXPECT_EQ(issue({.reseller_id = partner_id,
                     .kind = api_key,
                     .revision = Revision::partnership_openapi,
                     .expires_at = world_.now()}),
              "invalid revision unsupported");
    EXPECT_EQ(issue({.reseller_id = partner_id, .expires_at = world_.now()}), "invalid expires_at in_past");

    const std::int64_t id = operate(issue_credential, {.reseller_id = partner_id}).value().credential.id;
    const auto rotate = [&](const RotateCredential& command) { return outcome(operate(rotate_credential, command)); };
    EXPECT_EQ(rotate({.reseller_id = other_id, .id = id, .overlap = days(91)}), "not_found");
    EXPECT_EQ(rotate({.reseller_id = partner_id, .id = id, .overlap = days(91)}), "invalid overlap out_of_range");
    ASSERT_EQ(outcome(operate(revoke_credential, {.reseller_id = partner_id, .id = id})), "done");
    EXPECT_EQ(rotate({.reseller_id = partner_id, .id = id, .overlap = days(91)}), "invalid overlap out_of_range");
    EXPECT_EQ(rotate({.reseller_id = partner_id, .id = id}), "conflict credential revoked");
    write([](db::Tx& tx) { tx.run({"own", "UPDATE credential SET id = 77, revoked_at = NULL"}, {}); });
    EXPECT_EQ(outcome(operate(revoke_credential, {.reseller_id = partner_id, .id = 77})), "conflict credential in_use");
}

// Whoever hands out operators' credentials, exchanges them or takes them back could make itself an administrator.
TEST_F(OperatorTest, LeavesCredentialsOfOperatorsToAdministrators) {
    using enum CredentialKind;
    const auto as = [this](OperatorRole role, const auto& work) {
        return outcome(transact<bool>([&](db::Tx& tx) -> Result<bool> {
            Caller caller{.reseller = store::find_reseller(tx, root_id).value(),
                          .kind = operator_token,
                          .operator_role = role,
                          .tree = std::make_shared<const ResellerTree>(store::list_reseller_tree(tx, root_id))};
            const auto done = work(tx, caller);
            if (!done.ok()) return done.error();
            return true;
        }));
    };
    const std::int64_t theirs =
        operate(issue_credential, {.reseller_id = partner_id, .kind = operator_token, .role = OperatorRole::support})
            .value()
            .credential.id;
    const std::int64_t partners = operate(issue_credential, {.reseller_id = partner_id}).value().credential.id;
    for (const auto& [role, wanted] :
         {std::pair(OperatorRole::operator_, "forbidden"), std::pair(OperatorRole::administrator, "done")}) {
        EXPECT_EQ(as(role,
                     [&](db::Tx& tx, const Caller& caller) {
                         return issue_credential(tx, world_, caller,
                                                 {.reseller_id = partner_id, .kind = operator_token});
                     }),
                  wanted);
        EXPECT_EQ(as(role,
                     [&](db::Tx& tx, const Caller& caller) {
                         return rotate_credential(tx, world_, caller, {.reseller_id = partner_id, .id = theirs});
                     }),
                  wanted);
        EXPECT_EQ(as(role,
                     [&](db::Tx& tx, const Caller& caller) {
                         return revoke_credential(tx, world_, caller, {.reseller_id = partner_id, .id = theirs});
                     }),
                  wanted);
        EXPECT_EQ(as(role,
                     [&](db::Tx& tx, const Caller& caller) {
                         return revoke_credential(tx, world_, caller, {.reseller_id = partner_id, .id = partners});
                     }),
                  "done");
    }
}

TEST_F(OperatorTest, KeepsTheRoleOfACredentialThatIsExchanged) {
    const IssueCredential command{
        .reseller_id = partner_id, .kind = CredentialKind::operator_token, .role = OperatorRole::reader};
    const NewCredential first = operate(issue_credential, command).value();
    EXPECT_EQ(first.credential.role, OperatorRole::reader);
    const NewCredential second =
        operate(rotate_credential, {.reseller_id = partner_id, .id = first.credential.id}).value();
    EXPECT_EQ(second.credential.role, OperatorRole::reader);
    EXPECT_EQ(outcome(operate(issue_credential, {.reseller_id = partner_id, .role = OperatorRole::reader})),
              "invalid role unsupported");
}

TEST_F(OperatorTest, OpensDomainsToResellersByPromotions) {
    EXPECT_EQ(outcome(operate(add_domain, {"example.test"}, partner_id)), "forbidden");
    for (const char* name : {"Example.test", "example", "exa mple.test", "-a.test", "a..test", ".test", "a.test."})
        EXPECT_EQ(outcome(operate(add_domain, {name})), "invalid name bad_format") << name;
    EXPECT_EQ(outcome(operate(add_domain, {""})), "invalid name required");
    ASSERT_EQ(outcome(operate(add_domain, {"example.test"})), "done");
    EXPECT_EQ(outcome(operate(add_domain, {"example.test"})), "conflict name taken");

    const Promotion promotion{.reseller_id = partner_id, .domain = "example.test"};
    Promotion backwards = promotion;
    backwards.from = world_.now();
    backwards.until = world_.now();
    Promotion unknown = backwards;
    unknown.domain = "nowhere.test";
    EXPECT_EQ(outcome(operate(create_promotion, promotion, other_id)), "not_found");
    EXPECT_EQ(outcome(operate(create_promotion, unknown)), "invalid domain unknown");
    EXPECT_EQ(outcome(operate(create_promotion, backwards)), "invalid until before_from");
    EXPECT_EQ(outcome(run(open_account, {.uid = "a", .domain = "example.test"})), "invalid domain not_promoted");
    ASSERT_EQ(outcome(operate(create_promotion, promotion)), "done");
    EXPECT_EQ(outcome(operate(create_promotion, promotion)), "conflict domain taken");
    EXPECT_EQ(outcome(run(open_account, {.uid = "a", .domain = "example.test"})), "done");
    EXPECT_EQ(outcome(operate(remove_domain, {"example.test"})), "conflict name promoted");

    const NamePromotion name{.reseller_id = partner_id, .domain = "example.test"};
    ASSERT_EQ(outcome(operate(change_promotion, {.name = name, .until = std::optional(world_.now() + days(1))})),
              "done");
    ASSERT_EQ(outcome(operate(remove_promotion, {.name = name})), "done");
    EXPECT_EQ(outcome(run(open_account, {.uid = "b", .domain = "example.test"})), "invalid domain not_promoted");
    EXPECT_EQ(outcome(operate(remove_domain, {"example.test"})), "done");
}

TEST_F(OperatorTest, OperatesAccountsByIdWithinItsReach) {
    const Account account = open("a", {}, other_id);
    const OperateAccount command{.account_id = account.id};
    EXPECT_EQ(outcome(operate(hold_account_by_id, command, partner_id)), "not_found");
    EXPECT_EQ(outcome(operate(show_account_by_id, {account.id}, partner_id)), "not_found");
    EXPECT_EQ(operate(hold_account_by_id, command).value().account.holds.administrative, true);
    EXPECT_EQ(events_of(account).back().credential_id, 77);
    EXPECT_EQ(outcome(operate(lift_account_by_id, {.account_id = account.id})), "done");
    EXPECT_EQ(operate(close_account_by_id, command).value().account.stage, Stage::deprovisioned);
    EXPECT_EQ(outcome(operate(close_account_by_id, command)), "done");
    EXPECT_EQ(outcome(operate(hold_account_by_id, command)), "conflict status closed");
    ASSERT_EQ(outcome(operate(remove_account_by_id, command)), "done");
    // Another account of that uid is another account.
    const Account next = open("a", {}, other_id);
    EXPECT_EQ(outcome(operate(hold_account_by_id, command)), "gone");
    EXPECT_EQ(stored(next).holds, Holds());
    EXPECT_EQ(operate(show_account_by_id, {account.id}).value().account.id, account.id);
    EXPECT_EQ(operate(show_account_by_uid, {.reseller_id = other_id, .uid = "a"}).value().account.id, next.id);
    EXPECT_EQ(problems(), std::vector<std::string>{});
}

TEST_F(OperatorTest, MovesOneClockAndNoOther) {
    const Account mine = open("a", world_.now() + days(1));
    const Account theirs = open("a", world_.now() + days(1), other_id);
    const Instant start = world_.now();
    EXPECT_EQ(operate(move_clock, {.reseller_id = partner_id, .by = days(2)}).value().now, start + days(2));
    EXPECT_EQ(status_of(show("a")), AccountStatus::suspended);
    EXPECT_EQ(status_of(show("a", other_id)), AccountStatus::entitled);
    world_.advance(hours(1));
    EXPECT_EQ(operate(show_clock, {partner_id}).value().now, start + days(2) + hours(1));

    EXPECT_EQ(operate(move_clock, {.reseller_id = partner_id, .freeze = true}).value().is_frozen, true);
    world_.advance(hours(1));
    EXPECT_EQ(operate(show_clock, {partner_id}).value().now, start + days(2) + hours(1));
    EXPECT_EQ(operate(move_clock, {.reseller_id = partner_id, .by = days(1)}).value().is_frozen, true);
    ASSERT_EQ(outcome(operate(move_clock, {.reseller_id = partner_id, .freeze = false})), "done");
    world_.advance(hours(1));
    EXPECT_EQ(operate(show_clock, {partner_id}).value().now, start + days(3) + hours(2))
        << "it goes on from where it stood";
    ASSERT_EQ(outcome(operate(move_clock, {.reseller_id = partner_id, .freeze = true})), "done");
    world_.advance(days(10));
    EXPECT_EQ(operate(move_clock, {.reseller_id = partner_id, .back_to_normal = true}).value().now, world_.now());
    EXPECT_EQ(last_event_of(partner_id).substr(0, 11), "clock.moved");
    EXPECT_EQ(last_event_of(other_id),
              "account.opened uid=>a type=>individual domain=>b5test.com status=>entitled ends_at=>" +
                  format_rfc3339(*theirs.ends_at));
}

TEST_F(OperatorTest, RefusesToMoveClocksWhereTheyCannotGo) {
    const auto move = [&](const MoveClock& command, std::int64_t as = root_id) {
        return outcome(operate(move_clock, command, as));
    };
    EXPECT_EQ(move({.reseller_id = other_id, .to = at("0001-01-01T00:00:00Z")}, partner_id), "not_found");
    EXPECT_EQ(move({.reseller_id = partner_id, .to = at("1969-12-31T23:59:59Z")}), "invalid now out_of_range");
    EXPECT_EQ(move({.reseller_id = partner_id, .to = at("9000-01-01T00:00:00Z")}), "invalid now out_of_range");
    EXPECT_EQ(move({.reseller_id = partner_id, .to = world_.now() - hours(1)}), "invalid now in_past");
    EXPECT_EQ(move({.reseller_id = partner_id, .to = world_.now() + hours(1)}), "done");
    EXPECT_EQ(move({.reseller_id = partner_id, .to = world_.now()}), "invalid now in_past") << "its own time counts";
    EXPECT_EQ(move({.reseller_id = partner_id, .back_to_normal = true}), "invalid now in_past");
    EXPECT_EQ(move({.reseller_id = partner_id, .to = at("8999-12-31T00:00:00Z")}), "done");
    EXPECT_EQ(move({.reseller_id = partner_id, .by = days(365)}), "invalid now out_of_range");
}

}  // namespace
