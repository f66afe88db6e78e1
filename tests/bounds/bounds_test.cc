// How much one request may keep an I/O thread: each GET route of each API is asked, with many rows behind it, and the
// steps of SQLite's virtual machine that it takes on the calling thread are held. Steps, not time: a million of them
// are some 20 ms on the build machine. What takes more belongs on the slow threads (service/slow_route.h), where it
// takes none here.

#include <gtest/gtest.h>

#include <future>
#include <map>
#include <set>

#include "db/statement_work.h"
#include "dialect/admin/workflows.h"
#include "dialect/pages/console.h"
#include "engine/access/authenticate.h"
#include "engine/accounts/sub_accounts.h"
#include "engine/subscriptions/account_guid.h"
#include "engine/upkeep/housekeeping.h"
#include "engine/webhooks/webhook_endpoints.h"
#include "server/dialects.h"
#include "service/service.h"
#include "tests/testing/engine_test.h"

namespace {

constexpr std::uint64_t steps_max = 150'000;

constexpr std::int64_t root_id = 1;
constexpr std::int64_t parent_id = 100'001;  // of all the others

// What to ask for beside the route alone. The path is the route's.
const std::multimap<std::string_view, std::string> queries = {
    {"/api/v3/resellers/{resellerId}/accounts", "page%5Bsize%5D=500"},
    {"/api/v3/resellers/{resellerId}/accounts", "page%5Bnumber%5D=27&page%5Bsize%5D=500"},
    {"/api/v3/resellers/{resellerId}/accounts", "sort=-created_at"},
    {"/api/v3/resellers/{resellerId}/accounts", "sort=updated_at,-id"},
    {"/api/v3/resellers/{resellerId}/accounts", "filter%5Bstatus%5D=credit_hold"},
    {"/api/v3/resellers/{resellerId}/accounts", "filter%5Bupdated_at%5D=2026-01-01"},
    {"/api/v3/resellers/{resellerId}/accounts", "filter%5Bcreated_at%5D%5Bgt%5D=2020-01-01"},
    {"/admin/v1/accounts", "limit=200"},
    {"/admin/v1/accounts", "reseller=2&domain=nowhere.example"},
    {"/admin/v1/accounts", "reseller=2&status=suspended"},
    {"/admin/v1/accounts", "reseller=2&uid_prefix=zz"},
    {"/admin/v1/accounts", "reseller=2&limit=200&owner=true"},
    {"/admin/v1/counts", "from=2023-01-01&until=2023-12-31"},
    {"/admin/v1/resellers/{resellerId}/counts", "from=2023-01-01&until=2023-12-31"},
    {"/admin/v1/resellers/{resellerId}/counts", "tree=true&by=month"},
    {"/admin/v1/events", "limit=200"},
    {"/admin/v1/events", "order=oldest&limit=200"},
    {"/admin/v1/resellers/{resellerId}/events", "limit=200"},
    {"/admin/v1/accounts/{accountId}/events", "limit=200"},
    {"/admin/v1/resellers", "limit=200"},
    {"/admin/v1/resellers", "parent=1&limit=200"},
    {"/admin/v1/imports/{importId}/refusals", "limit=200"},
    {"/admin/v1/resellers/{resellerId}/webhook-endpoints/{endpointId}/lanes", "limit=200"},
    {"/admin/v1/resellers/{resellerId}/webhook-endpoints/{endpointId}/attempts", "limit=200"},
    {"/admin/v1/search", "q=u1"},
    {"/admin/v1/search", "q=nobody-knows&limit=50"},
    {"/partner/v1/accounts", "limit=200"},
    {"/partner/v1/accounts", "domain=nowhere.example"},
    {"/partner/v1/accounts", "uid_prefix=u&domain=nowhere.example"},
    {"/partner/v1/accounts", "removed=true&limit=200"},
    {"/partner/v1/events", "limit=200"},
    {"/partner/v1/events", "type=account.closed&limit=1"},
    {"/partner/v1/events", "type=account.closed&order=oldest&limit=200"},
    {"/partner/v1/accounts/{accountId}/events", "type=account.closed&limit=200"},
    {"/rest/v2/accounts", "skip=13000&take=500"},
    {"/rest/v2/accounts", "externalid=same"},
    {"/rest/v2/accountplans", "accounttype=Basic"},
};

// 20,000 of each: accounts of which each third is a tombstone, all below the first; their events; and so on.
constexpr const char* many_rows = R"(
UPDATE reseller SET parent_id = 1 WHERE id <> 1;
CREATE TEMP TABLE number (n INTEGER PRIMARY KEY);
WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 20000)
    INSERT INTO number SELECT n FROM counted;
INSERT INTO reseller (id, parent_id, name, utc_offset_minutes, end_action, grace_ms, clock_offset_ms, created_at,
        updated_at, version)
    SELECT 1000 + n, 1, 'r', 0, 1, 0, 0, 0, 0, 1 FROM number WHERE n <= 6000;
INSERT INTO account (id, reseller_id, uid, type, domain, stage, holds, activation_token, deployed_members,
        opened_under, created_at, updated_at, removed_at, version)
    SELECT 100000 + n, 2, 'u' || n, CASE n WHEN 1 THEN 2 ELSE 1 END, 'b5test.com', CASE n % 3 WHEN 2 THEN 4 ELSE 1 END,
        0, '', 0, 1, n * 1000, 20000000 - n * 1000, CASE n % 3 WHEN 2 THEN 1 END, 1 FROM number;
INSERT INTO event (id, reseller_id, account_id, kind, at, request_id, changes, recorded_at)
    SELECT 100000 + n, 2, 100000 + n % 2, 1, n, '', 'status' || char(9) || char(9) || 'entitled' || char(10), n
    FROM number;
INSERT INTO subscription (account_id, reseller_id, parent_id, external_id, is_company, company_has_list,
        external_id_changed)
    SELECT 100000 + n, 2, CASE n WHEN 1 THEN NULL ELSE 100001 END, 'same', 0, 0, 0 FROM number;
INSERT INTO credential (id, reseller_id, kind, secret_sha256, hint, created_at)
    SELECT 1000 + n, 2, 1, 's' || n, '', 0 FROM number;
INSERT INTO import (id, reseller_id, fingerprint, name, position, opened, refused, created_at, updated_at)
    SELECT n, 1, 'f' || n, '', 20000, 0, CASE n WHEN 1 THEN 20000 ELSE 0 END, 0, 0 FROM number;
INSERT INTO import_refusal (reseller_id, import_id, row_number, uid, field, code, detail)
    SELECT 1, 1, n, '', '', '', '' FROM number;
INSERT INTO status_count (reseller_id, day, status, entered, departed)
    SELECT 2, n, s.s, 1, 0 FROM number JOIN (SELECT 1 AS s UNION SELECT 2 UNION SELECT 3) s;
INSERT INTO workflow_document (reseller_id, name, version, document, sources, created_at)
    SELECT 1, 'w' || n, 1, '', '{}', 0 FROM number;
INSERT INTO workflow_run (reseller_id, id, name, version, workflow_id, acting_for, credential_id, request_id,
        idempotency_prefix, inputs, servers, status, steps, outputs, reason, created_at, updated_at, ended_at)
    SELECT 1, n, 'w1', 1, '', 1, 1, '', '', '{}', '{}', 3, 1, '{}', '', 0, 0, 0 FROM number;
INSERT INTO workflow_run_step (reseller_id, run_id, number, record) SELECT 1, 1, n, '{}' FROM number;
INSERT INTO webhook_lane (reseller_id, endpoint_id, account_id, event_id, attempts, next_at)
    SELECT 2, e.id, 100000 + n, 100000 + n, 1, 0 FROM number JOIN webhook_endpoint e;
INSERT INTO webhook_attempt (reseller_id, endpoint_id, id, event_id, account_id, number, at, recorded_at, outcome,
        status, error, answer, duration_ms)
    SELECT 2, e.id, n, 100000 + n, 100000 + n, 1, 0, 0, 2, 500, '', '', 1 FROM number JOIN webhook_endpoint e;
INSERT INTO redemption_count (reseller_id, day, delay_days, redeemed)
    SELECT 2, 19300 + n / 50, n % 50, 1 FROM number;
UPDATE event_counted SET through_id = 120000;
DROP TABLE number;
)";

// A class of the first reseller, and accounts of the second that have it and a balance below zero.
constexpr const char* many_below_zero = R"(
INSERT INTO account_class (id, reseller_id, key, name, color, payment_model, financial_blocking_threshold,
        subzero_period_days, subscription_credit_limit, buy_with_negative_balance, due_order_period_days,
        due_payment_period_days, guaranteed_payment_limit, guaranteed_payment_period_days, stop_subscription,
        delete_subscription, is_denominated, is_default, created_at, updated_at, version)
    VALUES (1, 1, 'prepay', 'Prepay', '', 1, 2000000, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
INSERT INTO account_profile (account_id, reseller_id, account_type_id, account_class_id, tech_user_id, bill_user_id, name,
        primary_name, first_name, middle_name, last_name, email, country, region, city, street, building, office, zip,
        phone, attributes, balance, current_debt, below_zero_since, work_permit)
    SELECT id, 2, 1, 1, 1, 1, 'n', '', '', '', '', '', '', '', '', '', '', '', '', '', '', -1000000, 0, 1, 1
    FROM account WHERE reseller_id = 2 AND id > 100100 AND removed_at IS NULL ORDER BY id LIMIT 250;
)";

class BoundsTest : public EngineTest {
protected:
    BoundsTest() {
        write([&](db::Tx& tx) {
            add(tx, {.id = root_id, .name = "Root"});
            const Caller its_operator{.reseller = {.id = partner_id}, .kind = CredentialKind::operator_token};
            endpoint_id_ = create_webhook_endpoint(tx, world_, its_operator,
                                                   {.reseller_id = partner_id, .url = "https://hooks.example/"})
                               .value()
                               .id;
            tx.run_script(many_rows);
            tx.invalidate_caches();
        });
    }

    ~BoundsTest() override {
        if (service_) service_->stop();
        database_.close();
    }

    service::Service& service() {
        if (service_) return *service_;
        service::ServiceOptions options;
        options.dialects = all_dialects();
        options.dialects.push_back(&workflows_.dialect());
        options.dialects.push_back(&console_.dialect());
        service_.emplace(*database_, world_, std::move(options));
        return *service_;
    }

    // Somebody who may do all that there is to do.
    Caller caller_for(CredentialKind kind) {
        std::optional<Caller> caller;
        read([&](db::Tx& tx) {
            if (kind == CredentialKind::operator_token) {
                caller = act_as_operator(tx, root_id).value();
                return;
            }
            caller = Caller{.reseller = store::find_reseller(tx, partner_id).value()};
        });
        caller->kind = kind;
        if (kind != CredentialKind::operator_token) {
            caller->home_reseller_id = partner_id;
            caller->role = ManagerRole::administrator;
        }
        return *caller;
    }

    std::string fill_path(std::string_view pattern) {
        std::string path;
        while (!pattern.empty()) {
            const auto open = pattern.find('{');
            path += pattern.substr(0, open);
            if (open == std::string_view::npos) break;
            const auto close = pattern.find('}', open);
            path += value_of(pattern.substr(open + 1, close - open - 1));
            pattern.remove_prefix(close + 1);
        }
        return path;
    }

    std::string value_of(std::string_view name) {
        if (name == "resellerId") return std::to_string(partner_id);
        if (name == "accountId") return std::to_string(parent_id);
        if (name == "accountid") return account_guid(world_, partner_id, parent_id);
        if (name == "accountUid" || name == "uid") return "u1";
        if (name == "workflowName") return "w1";
        if (name == "name") return "b5test.com";
        if (name == "endpointId") return std::to_string(endpoint_id_);
        return "1";
    }

    struct Asked {
        int status = 0;
        http::Headers headers;
        std::string body;
        std::uint64_t steps = 0;         // on this thread
        std::uint64_t writer_steps = 0;  // of the writer
    };
    Asked ask(CredentialKind kind, const std::string& target, http::Method method = http::Method::get,
              std::string_view method_name = "GET", std::string body = "", http::Headers headers = {}) {
        http::Request request{.method = method,
                              .method_name = std::string(method_name),
                              .target = target,
                              .headers = std::move(headers),
                              .body = std::move(body)};
        if (!request.body.empty()) request.headers.add("Content-Type", "application/json");
        const Caller caller = caller_for(kind);
        std::promise<http::Response> answered;
        const std::uint64_t writer_before = writer_steps();
        const std::uint64_t before = db::statement_work_of_this_thread().steps;
        service().serve_from_inside([&](CredentialKind) { return caller; }, std::move(request),
                                    [&](http::Response response) { answered.set_value(std::move(response)); });
        const std::uint64_t steps = db::statement_work_of_this_thread().steps - before;
        const http::Response response = answered.get_future().get();
        return {response.status, response.headers, response.body, steps, writer_steps() - writer_before};
    }

    std::uint64_t writer_steps() {
        std::uint64_t steps = 0;
        write([&](db::Tx&) { steps = db::statement_work_of_this_thread().steps; });
        return steps;
    }

    template <class T>
    T number(const char* sql) {
        std::int64_t found = 0;
        read([&](db::Tx& tx) { found = tx.run({"number", sql}, {})[0].integer(0); });
        return static_cast<T>(found);
    }

    std::int64_t endpoint_id_ = 0;
    workflows::Workflows workflows_;
    console::Console console_{{.version = "1"}};
    std::optional<service::Service> service_;
};

TEST_F(BoundsTest, NoGetKeepsAnIoThread) {
    int asked = 0;
    std::set<std::string_view> queried;
    std::vector<const service::Dialect*> dialects = all_dialects();
    dialects.push_back(&workflows_.dialect());
    for (const service::Dialect* dialect : dialects)
        for (const service::Route& route : *dialect->routes) {
            if (route.method != http::Method::get || route.access != service::Access::authenticated) continue;
            const std::string path = fill_path(route.path);
            std::vector<std::string> targets = {path};
            const auto [first, last] = queries.equal_range(route.path);
            for (auto query = first; query != last; ++query) targets.push_back(path + '?' + query->second);
            if (first != last) queried.insert(route.path);
            for (const std::string& target : targets) {
                const Asked answer = ask(dialect->credential_kind, target);
                ++asked;
                EXPECT_LT(answer.status, 500) << target << '\n' << answer.body;
                if (target != path) {
                    EXPECT_EQ(answer.status, 200) << target << '\n' << answer.body;
                }
                EXPECT_LE(answer.steps, steps_max) << target;
            }
        }
    EXPECT_GT(asked, 60) << "routes and queries";
    for (const auto& [path, query] : queries) EXPECT_TRUE(queried.contains(path)) << "there is no route " << path;
}

// Who signs in, and who asks whether he is: however many resellers he reaches.
TEST_F(BoundsTest, NoSessionOfTheConsoleKeepsAThread) {
    world_.count_from(1'000'000);                       // above the rows that are there
    constexpr std::uint64_t session_steps_max = 5'000;  // one for each reseller would be more
    write([&](db::Tx& tx) {
        ASSERT_TRUE(
            add_credential(tx, world_,
                           {.reseller_id = root_id, .kind = CredentialKind::operator_token, .secret = "operator"})
                .ok());
    });
    const std::string path = "/console/session";
    const Asked opened =
        ask(CredentialKind::operator_token, path, http::Method::post, "POST", R"({"token":"operator"})");
    ASSERT_EQ(opened.status, 201) << opened.body;
    EXPECT_LE(opened.steps, session_steps_max);
    EXPECT_LE(opened.writer_steps, session_steps_max);
    const std::string cookie = *opened.headers.find("set-cookie");
    const Asked shown = ask(CredentialKind::operator_token, path, http::Method::get, "GET", "",
                            {{"Cookie", cookie.substr(0, cookie.find(';'))}});
    EXPECT_EQ(shown.status, 200) << shown.body;
    EXPECT_NE(shown.body.find("\"Root\""), std::string::npos) << shown.body;
    EXPECT_LE(shown.steps, session_steps_max);
}

// Each of them is answered, and none of it on this thread.
TEST_F(BoundsTest, WhatWalksOverManyRowsIsDoneOnThreadsOfItsOwn) {
    for (const auto& [kind, target] :
         {std::pair(CredentialKind::manager_token, "/api/v3/resellers/2/accounts?sort=-created_at"),
          std::pair(CredentialKind::operator_token, "/admin/v1/accounts?reseller=2&domain=nowhere.example"),
          std::pair(CredentialKind::operator_token, "/admin/v1/counts"),
          std::pair(CredentialKind::operator_token, "/admin/v1/resellers/2/counts"),
          std::pair(CredentialKind::operator_token, "/admin/v1/resellers/1/counts?tree=true&by=month"),
          std::pair(CredentialKind::operator_token, "/admin/v1/events"),
          std::pair(CredentialKind::operator_token, "/admin/v1/search?q=nobody-knows"),
          std::pair(CredentialKind::partner_token, "/partner/v1/accounts?uid_prefix=u&domain=nowhere.example"),
          std::pair(CredentialKind::api_key, "/rest/v2/accounts?externalid=same")}) {
        const Asked answer = ask(kind, target);
        EXPECT_EQ(answer.status, 200) << target << '\n' << answer.body;
        EXPECT_EQ(answer.steps, 0u) << target;
    }
}

// With tens of thousands of rows to follow, a request takes the writer for a lot of them, and no turn of housekeeping
// takes more.
TEST_F(BoundsTest, NoRequestKeepsTheWriter) {
    constexpr std::uint64_t writer_steps_max = 150'000;
    const std::string parent = "/rest/v2/accounts/" + account_guid(world_, partner_id, parent_id);
    const Asked suspended =
        ask(CredentialKind::api_key, parent + "/changeaccountstatus/Suspended", http::Method::post, "POST");
    EXPECT_EQ(suspended.status, 200) << suspended.body;
    EXPECT_NE(suspended.body.find("\"Success\":true"), std::string::npos) << suspended.body;
    EXPECT_LE(suspended.writer_steps, writer_steps_max);
    constexpr const char* held = "SELECT count(*) FROM account WHERE reseller_id = 2 AND holds = 8";
    constexpr const char* living = "SELECT count(*) FROM account WHERE reseller_id = 2 AND removed_at IS NULL";
    EXPECT_GT(number<int>(held), 0);
    EXPECT_LE(number<int>(held), accounts_at_once());
    const std::uint64_t before_lot = writer_steps();
    write([&](db::Tx& tx) { EXPECT_TRUE(follow_further(tx, world_, partner_id, parent_id)); });
    EXPECT_LE(writer_steps() - before_lot, writer_steps_max);

    const Asked forgotten = ask(CredentialKind::operator_token, "/admin/v1/imports/1", http::Method::delete_, "DELETE");
    EXPECT_LT(forgotten.status, 300) << forgotten.body;
    EXPECT_LE(forgotten.writer_steps, writer_steps_max);
    EXPECT_EQ(number<int>("SELECT count(*) FROM import_refusal"), 20'000);

    run_housekeeping(*database_, world_);
    EXPECT_EQ(number<int>(held), number<int>(living) - 1) << "all but the parent itself";
    EXPECT_EQ(number<int>("SELECT count(*) FROM import_refusal"), 0);

    write([](db::Tx& tx) { tx.run_script(many_below_zero); });
    const Asked changed = ask(CredentialKind::operator_token, "/admin/v1/resellers/1/account_classes/1",
                              http::Method::patch, "PATCH", R"({"financial_blocking_threshold":"50"})");
    EXPECT_EQ(changed.status, 200) << changed.body;
    EXPECT_LE(changed.writer_steps, writer_steps_max);
    EXPECT_EQ(number<int>("SELECT count(*) FROM account WHERE reseller_id = 2 AND holds = 12"), accounts_at_once());
}

}  // namespace
