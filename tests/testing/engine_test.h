// What tests of the engine begin with: a database in which two resellers have promotions, a world in hand, and a short
// way to run an operation as one of them and to say how it ended.

#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/accounts/check_accounts.h"
#include "engine/accounts/open_account.h"
#include "engine/accounts/show_account.h"
#include "engine/resellers/add_reseller.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/resellers.h"
#include "tests/testing/fresh_database.h"
#include "tests/testing/test_world.h"

inline std::string name_of(Reason reason) {
    switch (reason) {
    case Reason::malformed: return "malformed";
    case Reason::unauthenticated: return "unauthenticated";
    case Reason::forbidden: return "forbidden";
    case Reason::not_found: return "not_found";
    case Reason::gone: return "gone";
    case Reason::invalid: return "invalid";
    case Reason::conflict: return "conflict";
    case Reason::idempotency_mismatch: return "idempotency_mismatch";
    case Reason::limit_exceeded: return "limit_exceeded";
    case Reason::unavailable: return "unavailable";
    case Reason::broken: return "broken";
    }
    return "?";
}

// "invalid ends_at in_past", "not_found", or "done".
template <class T>
std::string outcome(const Result<T>& result) {
    if (result.ok()) return "done";
    std::string text = name_of(result.error().reason);
    for (const FieldError& field : result.error().fields)
        text += ' ' + field.field + ' ' + std::string(to_string(field.rule));
    return text;
}

inline Instant at(std::string_view text) { return parse_rfc3339(text).value(); }

class EngineTest : public testing::Test {
public:
    static constexpr std::int64_t partner_id = 2;
    static constexpr std::int64_t other_id = 3;

    EngineTest() {
        write([&](db::Tx& tx) {
            add(tx, {.id = partner_id, .name = "Northwind"});
            add(tx, {.id = other_id, .name = "Lakeside"});
        });
    }

    // Runs an operation as the joiner does: what it wrote is kept, or undone when it refused.
    template <class Command, class Answer>
    Result<Answer> run(Result<Answer> (*operation)(db::Tx&, World&, const Caller&, const Command&),
                       const std::type_identity_t<Command>& command, std::int64_t reseller_id = partner_id) {
        return transact<Answer>([&](db::Tx& tx) { return operation(tx, world_, caller(tx, reseller_id), command); });
    }

    template <class Answer>
    Result<Answer> transact(const std::function<Result<Answer>(db::Tx&)>& work) {
        Result<Answer> answer = Error{Reason::broken, "has not run"};
        std::promise<void> finished;
        database_->write(
            [&](db::Tx& tx) {
                answer = work(tx);
                return answer.ok() ? db::Outcome::keep : db::Outcome::undo;
            },
            [&](std::exception_ptr failure) { failure ? finished.set_exception(failure) : finished.set_value(); });
        finished.get_future().get();
        return answer;
    }

    void write(const std::function<void(db::Tx&)>& work) { db::write_and_wait(*database_, work); }
    void read(const std::function<void(db::Tx&)>& work) { db::read_and_wait(*database_, work); }

    Account open(const std::string& uid, std::optional<Instant> ends_at = {}, std::int64_t reseller_id = partner_id) {
        return run(open_account, {.uid = uid, .domain = "b5test.com", .ends_at = ends_at}, reseller_id).value();
    }

    // As it stands now; the test fails if there is none.
    Account show(const std::string& uid, std::int64_t reseller_id = partner_id) {
        return run(show_account, {uid}, reseller_id).value();
    }

    // The row as it is stored.
    Account stored(const Account& account) {
        std::optional<Account> found;
        read([&](db::Tx& tx) { found = store::find_account_by_id(tx, account.reseller_id, account.id); });
        return found.value();
    }

    std::vector<Event> events_of(const Account& account) {
        std::vector<Event> events;
        read([&](db::Tx& tx) { events = store::list_account_events(tx, account.reseller_id, account.id); });
        return events;
    }

    // "account.opened account.frozen"
    std::string story_of(const Account& account) {
        std::string story;
        for (const Event& event : events_of(account))
            story += (story.empty() ? "" : " ") + std::string(to_string(event.kind));
        return story;
    }

    // "status: entitled -> suspended, holds:  -> ended"
    std::string last_changes_of(const Account& account) {
        std::string text;
        const Event last = events_of(account).back();
        for (const Change& change : last.changes)
            text += (text.empty() ? "" : ", ") + change.field + ": " + change.before + " -> " + change.after;
        return text;
    }

    std::vector<std::string> problems() {
        CheckedAccounts checked;
        read([&](db::Tx& tx) { checked = check_accounts(tx, world_); });
        return checked.problems;
    }

    Reseller reseller(std::int64_t id) {
        std::optional<Reseller> found;
        read([&](db::Tx& tx) { found = store::find_reseller(tx, id); });
        return found.value();
    }

    void change_reseller(std::int64_t id, const std::function<void(Reseller&)>& change) {
        write([&](db::Tx& tx) {
            Reseller reseller = store::find_reseller(tx, id).value();
            change(reseller);
            store::update_reseller(tx, reseller);
        });
    }

    void add(db::Tx& tx, const Reseller& reseller) {
        ASSERT_TRUE(add_reseller(tx, world_, reseller).ok());
        for (const AccountType type : {AccountType::individual, AccountType::family})
            ASSERT_TRUE(
                add_promotion(tx, world_, {.reseller_id = reseller.id, .domain = "b5test.com", .type = type}).ok());
    }

    Caller caller(db::Tx& tx, std::int64_t reseller_id) {
        return {
            .reseller = store::find_reseller(tx, reseller_id).value(), .credential_id = 77, .request_id = "a-request"};
    }

    TestWorld world_;
    FreshDatabase database_;  // ends before the world: what still waits in it needs one
};
