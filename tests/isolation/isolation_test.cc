// What belongs to others does not exist: each route of each published API is asked for every id and uid of the other
// resellers, and has to answer as it does for ids and uids that never were, byte for byte; afterwards nothing of theirs
// has changed.

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <list>
#include <map>

#include "engine/accounts/import_accounts.h"
#include "engine/accounts/remove_account.h"
#include "engine/customers/edit_managers.h"
#include "engine/customers/keep_catalogue.h"
#include "engine/customers/open_customer.h"
#include "engine/resellers/promotions.h"
#include "engine/subscriptions/account_guid.h"
#include "engine/subscriptions/api_session.h"
#include "engine/subscriptions/plans.h"
#include "engine/webhooks/webhook_endpoints.h"
#include "server/dialects.h"
#include "service/service.h"
#include "tests/testing/engine_test.h"

namespace {

// In all names, uids and domains of the others, so that they are recognised wherever they turn up.
const std::string mark = "Foreign";

// What may stand at a {name} of a route's path.
struct Values {
    std::string own;
    std::vector<std::string> foreign;
    std::string never;  // looks like them, and never was
};

// How a dialect is spoken to. A dialect that is not here fails the test: say so below.
struct Speech {
    std::string header;
    std::string prefix;
    std::vector<std::string> bodies;                       // for what is sent with one; each route gets them all
    std::vector<std::string> id_queries;                   // parameters that name a reseller or an account in lists
    std::string query = {};                                // that lists cannot do without
    std::map<std::string_view, std::string> queries = {};  // the same, of one route
};

const std::map<std::string_view, Speech> speeches = {
    {"partnership",
     {"Authorization",
      "Bearer ",
      {"", "{}", R"({"ends_at":""})", R"({"ends_at":null})", R"({"ends_at":"2040-01-01T00:00:00Z"})",
       R"({"ends_at":"2001-01-01T00:00:00Z"})", R"({"ends_at":"soon"})",
       R"({"customer_account_uid":"x","ends_at":""})"},
      {}}},
    {"admin",
     {"Authorization",
      "Bearer ",
      {"", "{}", R"({"ends_at":null})", R"({"ends_at":"2040-01-01T00:00:00Z"})", R"({"deployed_members":3})",
       R"({"name":"x"})", R"({"grace_seconds":0})", R"({"kind":"partner_token"})",
       R"({"domain":"b5test.com","type":"individual"})", R"({"uid":"x","type":"individual","domain":"b5test.com"})",
       R"({"overlap_seconds":0})", R"({"from":"2020-01-01T00:00:00Z"})", R"({"position":1,"rows":[]})",
       R"({"amount":"1.5"})", R"({"countries":"BY"})", R"({"status":"inactive"})"},
      {"reseller", "account", "after", "before"},
      "",
      {{"/admin/v1/search", "q=own"}}}},
    {"partner",
     {"Authorization",
      "Bearer ",
      {"", "{}", R"({"url":"https://example.com/"})", R"({"overlap_seconds":0})", R"({"type":"account.held"})",
       R"({"from":"2020-01-01T00:00:00Z"})"},
      {}}},
    {"activeplatform",
     {"X-Api-Token",
      "",
      {"", "{}", R"({"data":{"attributes":{}}})", R"({"data":{"attributes":{"account_type_id":2002}}})"},
      {}}},
    {"signalmind",
     {"Authentication",
      "",
      {"", "{}", R"({"FirstName":"x","PremiumAccountInfo":{}})", R"({"Type":"Basic","AccountPlanId":1})"},
      {"externalid"},
      "accounttype=Basic&key=own-2-2&"}},
};

class IsolationTest : public EngineTest {
protected:
    static constexpr std::int64_t child_id = 5;                      // of the caller
    static constexpr std::int64_t foreign_child_id = 3'333'000'001;  // of another
    static constexpr std::int64_t root_id = 1;

    IsolationTest() {
        write([&](db::Tx& tx) {
            add(tx, {.id = root_id, .name = mark + " root"});
            for (const std::int64_t id : {partner_id, other_id}) {
                tx.run({"set_parent", "UPDATE reseller SET parent_id = $1 WHERE id = $2"}, {root_id, id});
            }
            tx.run({"set_name", "UPDATE reseller SET name = $1 WHERE id = $2"}, {mark + " Bank", other_id});
            ASSERT_TRUE(add_domain(tx, world_, {.reseller = {.id = root_id}}, {"b5test.com"}).ok());
            add(tx, {.id = child_id, .parent_id = partner_id, .name = "Retail"});
            add(tx, {.id = foreign_child_id, .parent_id = other_id, .name = mark + " branch"});
        });
        for (const std::int64_t id : {partner_id, child_id, root_id, other_id, foreign_child_id}) {
            write([&](db::Tx& tx) {
                const Plan plan{.reseller_id = id, .id = 1, .name = id == partner_id ? "Own" : mark};
                ASSERT_TRUE(add_plan(tx, world_, plan).ok());
            });
            fill(id);
        }
        world_.advance(std::chrono::days(5));
    }

    // Accounts in each state, and a credential of each kind.
    void fill(std::int64_t reseller_id) {
        const bool is_own = reseller_id == partner_id || reseller_id == child_id;
        const std::string prefix = is_own ? "own-" : mark + '-';
        const std::string suffix = '-' + std::to_string(reseller_id);
        const OpenAccount family{
            .uid = prefix + "family" + suffix, .type = AccountType::family, .domain = "b5test.com"};
        ASSERT_EQ(outcome(run(open_account, family, reseller_id)), "done");
        open(prefix + "living" + suffix, {}, reseller_id);
        open(prefix + "frozen" + suffix, world_.now() + std::chrono::days(1), reseller_id);
        open(prefix + "removed" + suffix, {}, reseller_id);
        ASSERT_EQ(outcome(run(remove_account, {prefix + "removed" + suffix}, reseller_id)), "done");
        const Import import =
            run(begin_import, {.fingerprint = prefix + "file" + suffix, .name = prefix + "file"}, reseller_id)
                .value()
                .import;
        ImportRows rows{.import_id = import.id, .rows = std::vector<ImportRow>(1)};
        rows.rows[0].unreadable = ImportRefusal{.uid = prefix + "row", .code = "unreadable", .detail = prefix + "line"};
        ASSERT_EQ(outcome(run(import_rows, rows, reseller_id)), "done");
        imports_[reseller_id] = std::to_string(import.id);
        using enum CredentialKind;
        write([&](db::Tx& tx) {
            fill_catalogue(tx, reseller_id, prefix);
            for (const CredentialKind kind : {partner_token, api_key, manager_token, operator_token}) {
                const std::string secret = prefix + std::to_string(int(kind)) + suffix;
                const bool is_of_manager = kind == manager_token;
                const auto made =
                    add_credential(tx, world_,
                                   {.reseller_id = reseller_id,
                                    .kind = kind,
                                    .manager_id = is_of_manager ? std::optional(1'000 * reseller_id + 1) : std::nullopt,
                                    .secret = secret});
                credentials_[reseller_id].push_back(std::to_string(made.value().credential.id));
            }
            const Caller its_operator{.reseller = {.id = reseller_id}, .kind = operator_token};
            const auto begun = begin_import(tx, world_, its_operator, {.fingerprint = prefix, .name = prefix});
            imports_[reseller_id] = std::to_string(begun.value().import.id);
            const auto endpoint = create_webhook_endpoint(
                tx, world_, its_operator, {.reseller_id = reseller_id, .url = "https://hooks." + prefix + ".example/"});
            endpoints_[reseller_id] = endpoint.ok() ? std::to_string(endpoint.value().id) : endpoint.error().detail;
        });
    }

    // A manager, a type, a class and an attribute; an account of these. What the root has, all below it may use: it has
    // a manager only.
    void fill_catalogue(db::Tx& tx, std::int64_t reseller_id, const std::string& prefix) {
        const std::int64_t base = 1'000 * reseller_id;
        const std::string name = prefix + std::to_string(reseller_id);
        ASSERT_TRUE(add_manager(tx, world_,
                                {.reseller_id = reseller_id,
                                 .id = base + 1,
                                 .name = name,
                                 .email = name + "@example.com",
                                 .role = ManagerRole::administrator})
                        .ok());
        if (reseller_id == root_id) return;
        ASSERT_TRUE(
            add_account_type(
                tx, world_,
                {.reseller_id = reseller_id, .id = base + 2, .key = name, .name = name, .name_pattern = "%first_name"})
                .ok());
        ASSERT_TRUE(
            add_account_class(tx, world_, {.reseller_id = reseller_id, .id = base + 3, .key = name, .name = name})
                .ok());
        ASSERT_TRUE(
            add_attribute(
                tx, world_,
                {.reseller_id = reseller_id, .id = base + 4, .key = name, .name = name, .account_type_ids = {base + 2}})
                .ok());
        OpenCustomer command{.reseller_id = reseller_id, .new_owner = {name, "", name, name + "@example.com"}};
        command.fields.texts.fill(name);
        for (std::size_t i = 0; i < text_fields.size(); ++i) {
            if (text_fields[i].name == "email") command.fields.texts[i] = name + "@example.com";
            if (text_fields[i].name == "country") command.fields.texts[i] = "BY";
            if (text_fields[i].name == "phone") command.fields.texts[i] = "+375290000000";
        }
        command.fields.account_type_id = base + 2;
        command.fields.account_class_key = name;
        command.fields.attributes = {{name, name}};
        const Caller manager{.reseller = {.id = reseller_id},
                             .kind = CredentialKind::manager_token,
                             .home_reseller_id = reseller_id,
                             .role = ManagerRole::administrator};
        ASSERT_EQ(outcome(open_customer(tx, world_, manager, command)), "done");
    }

    std::vector<std::string> column(const std::string& sql) {
        std::vector<std::string> values;
        queries_.push_back(sql);
        read([&](db::Tx& tx) {
            const db::Rows rows = tx.run({"column", queries_.back()}, {});
            for (std::size_t i = 0; i < rows.size(); ++i) values.push_back(rows[i].text(0));
        });
        return values;
    }

    std::map<std::string, Values> all_values() {
        const std::string of_others = " FROM account WHERE reseller_id NOT IN (2, 5) ORDER BY id";
        const std::vector<std::string> ids = column("SELECT CAST(id AS TEXT)" + of_others);
        const std::vector<std::string> uids = column("SELECT uid" + of_others);
        const std::vector<std::string> own_ids =
            column("SELECT CAST(id AS TEXT) FROM account WHERE reseller_id = 2 ORDER BY id");
        std::vector<std::string> foreign_credentials;
        for (const std::int64_t id : {root_id, other_id, foreign_child_id})
            foreign_credentials.insert(foreign_credentials.end(), credentials_[id].begin(), credentials_[id].end());
        std::vector<std::string> all_names = uids;
        for (const auto& more : {ids, column("SELECT activation_token" + of_others)})
            all_names.insert(all_names.end(), more.begin(), more.end());
        const auto of_catalogue = [](int which, bool with_root) {
            Values values{std::to_string(1'000 * partner_id + which), {}, "987654321"};
            for (const std::int64_t id : {root_id, other_id, foreign_child_id})
                if (with_root || id != root_id) values.foreign.push_back(std::to_string(1'000 * id + which));
            return values;
        };
        Values guids{account_guid(world_, partner_id, std::stoll(own_ids[0])), foreign_guids(),
                     account_guid(world_, other_id, 987654321)};
        return {
            {"managerId", of_catalogue(1, true)},
            {"accountTypeId", of_catalogue(2, false)},
            {"accountClassId", of_catalogue(3, false)},
            {"attributeId", of_catalogue(4, false)},
            {"accountUid", {"own-living-2", all_names, mark + "-never-3"}},
            {"uid", {"own-living-2", uids, mark + "-never-3"}},
            {"accountId", {own_ids.back(), ids, "987654321"}},
            {"importId",
             {imports_.at(partner_id),
              {imports_.at(root_id), imports_.at(other_id), imports_.at(foreign_child_id)},
              "987654321"}},
            {"endpointId",
             {endpoints_.at(partner_id),
              {endpoints_.at(root_id), endpoints_.at(other_id), endpoints_.at(foreign_child_id)},
              "987654321"}},
            {"eventId",
             {column("SELECT CAST(min(id) AS TEXT) FROM event WHERE reseller_id = 2").at(0),
              column("SELECT CAST(id AS TEXT) FROM event WHERE reseller_id NOT IN (2, 5) ORDER BY id LIMIT 5"),
              "987654321"}},
            {"resellerId", {"2", {"1", "3", "3333000001"}, "3333999999"}},
            {"credentialId", {credentials_[partner_id][0], foreign_credentials, "987654321"}},
            {"importId",
             {imports_[partner_id],
              {imports_[child_id], imports_[root_id], imports_[other_id], imports_[foreign_child_id]},
              "987654321"}},
            {"domain", {"b5test.com", {}, ""}},  // these two are everybody's words
            {"type", {"individual", {}, ""}},
            {"name", {"b5test.com", {}, ""}},
            {"planType", {"individual", {}, ""}},
            {"planId", {"1", {}, ""}},
            {"accountplanid", {"1", {}, ""}},
            {"accountid", guids},
            {"destinationaccountid", guids},
            {"status", {"Active", {}, ""}},
            {"externalid", {"own-external", {}, ""}},
        };
    }

    std::vector<std::string> foreign_guids() {
        std::vector<std::string> guids;
        for (const std::string& ids :
             column("SELECT reseller_id || ' ' || id FROM account WHERE reseller_id NOT IN (2, 5) ORDER BY id"))
            guids.push_back(account_guid(world_, std::stoll(ids), std::stoll(ids.substr(ids.find(' ')))));
        return guids;
    }

    // What is presented: the credential, or what it has to be exchanged for first.
    std::string secret_for(const service::Dialect& dialect, CredentialKind kind) {
        const std::string secret = "own-" + std::to_string(int(kind)) + "-2";
        if (dialect.name != "signalmind" || kind != CredentialKind::api_key) return secret;
        std::string token;
        read([&](db::Tx& tx) { token = open_session(tx, world_, {}, {secret}).value().token; });
        return token;
    }

    struct Answer {
        int status = 0;
        std::string text;  // with status, headers and body; what was asked for is replaced by "*"
    };

    Answer ask(const service::Dialect& dialect, const http::Headers& headers, http::Method method,
               const std::string& target, const std::string& body, const std::vector<std::string>& asked_for,
               std::optional<CredentialKind> kind = {}) {
        http::Request request{.method = method, .target = target, .headers = headers, .body = body};
        request.method_name = http::to_string(method);
        request.headers.add("X-Request-Id", "r");
        const Speech& speech = speeches.at(dialect.name);
        request.headers.add(speech.header, speech.prefix + secret_for(dialect, kind.value_or(dialect.credential_kind)));
        if (method == http::Method::get) world_.count_from(9'000'000);  // reading draws nothing that has to be new
        if (!body.empty()) request.headers.add("Content-Type", dialect.media_types[0]);
        std::promise<http::Response> answered;
        service_.serve(std::move(request), [&](http::Response response) { answered.set_value(std::move(response)); });
        const http::Response response = answered.get_future().get();
        std::string text = std::to_string(response.status) + ' ' + response.content_type + '\n';
        for (const http::Header& header : response.headers) text += header.name + ": " + header.value + '\n';
        text += response.body;
        for (const std::string& value : asked_for)
            for (std::size_t at = text.find(value); value.size() > 4 && at != std::string::npos;
                 at = text.find(value, at + 1))
                text.replace(at, value.size(), "*");
        // Where every answer is 200, its envelope tells a refusal.
        const bool is_refusal = response.body.find(R"("Success":false)") != std::string::npos;
        const bool is_of_token = response.body.find(R"("Code":1101,)") != std::string::npos;
        return {is_of_token ? 401 : is_refusal ? 404 : response.status, text};
    }

    // All that is stored of the others.
    std::string everything_of_others() {
        std::string all;
        for (const char* table :
             {"account", "event", "credential", "promotion", "manager", "account_type", "account_class", "attribute",
              "account_profile", "app_user", "account_user", "reseller_setting", "import", "webhook_endpoint"})
            for (const std::string& row : rows_of(table)) all += row + '\n';
        for (const std::string& row :
             column("SELECT id || ' ' || name || ' ' || grace_ms || ' ' || version FROM reseller"
                    " WHERE id NOT IN (2, 5) ORDER BY id"))
            all += row + '\n';
        return all;
    }

    std::vector<std::string> rows_of(const std::string& table) {
        std::string columns;
        for (const std::string& name : column("SELECT name FROM pragma_table_info('" + table + "')"))
            columns += (columns.empty() ? "" : " || '|' || ") + ("coalesce(" + name + ", '')");
        return column("SELECT " + columns + " FROM " + table + " WHERE reseller_id NOT IN (2, 5) ORDER BY 1");
    }

    std::map<std::int64_t, std::vector<std::string>> credentials_;
    std::map<std::int64_t, std::string> imports_;
    std::map<std::int64_t, std::string> endpoints_;
    std::list<std::string> queries_;  // their texts have to stay where they are
    service::Service service_{*database_, world_, {.dialects = all_dialects(), .log_access = {}, .log_failure = {}}};
};

std::vector<std::string> names_in(std::string_view path) {
    std::vector<std::string> names;
    for (std::size_t open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1))
        names.push_back(std::string(path.substr(open + 1, path.find('}', open) - open - 1)));
    return names;
}

std::string fill_in(std::string_view path, const std::vector<std::string>& values) {
    std::string filled;
    std::size_t next = 0;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] != '{') {
            filled += path[i];
            continue;
        }
        filled += values[next++];
        i = path.find('}', i);
    }
    return filled;
}

std::string describe(const service::Route& route, const std::string& target, const std::string& body) {
    return std::string(http::to_string(route.method)) + ' ' + target + (body.empty() ? "" : " with " + body);
}

TEST_F(IsolationTest, EveryRouteAnswersForWhatBelongsToOthersAsForWhatNeverWas) {
    const auto values = all_values();
    const std::string before = everything_of_others();
    int asked = 0;
    for (const service::Dialect* dialect : all_dialects()) {
        ASSERT_TRUE(speeches.contains(dialect->name)) << "say above how to speak to " << dialect->name;
        const Speech& speech = speeches.at(dialect->name);
        for (const service::Route& route : *dialect->routes) {
            const std::vector<std::string> names = names_in(route.path);
            for (const std::string& name : names)
                ASSERT_TRUE(values.contains(name)) << "say above what stands at {" << name << '}';
            const bool has_body = route.method != http::Method::get && route.method != http::Method::delete_;
            const std::vector<std::string> bodies = has_body ? speech.bodies : std::vector<std::string>{""};
            for (std::size_t i = 0; i < names.size(); ++i) {
                for (const std::string& foreign : values.at(names[i]).foreign) {
                    std::vector<std::string> asked_for;
                    for (const std::string& name : names) asked_for.push_back(values.at(name).own);
                    std::vector<std::string> never = asked_for;
                    asked_for[i] = foreign;
                    never[i] = values.at(names[i]).never;
                    for (const std::string& body : bodies)
                        for (const http::Headers& headers :
                             {http::Headers{}, http::Headers{{"Partnership-Revision", "reference"}}}) {
                            const std::string target = fill_in(route.path, asked_for);
                            const Answer theirs = ask(*dialect, headers, route.method, target, body, {foreign});
                            const Answer nobodys =
                                ask(*dialect, headers, route.method, fill_in(route.path, never), body, {never[i]});
                            ASSERT_EQ(theirs.text, nobodys.text) << describe(route, target, body);
                            ASSERT_GE(theirs.status, 400) << describe(route, target, body);
                            ASSERT_LT(theirs.status, 500) << describe(route, target, body);
                            ASSERT_EQ(theirs.text.find(mark), std::string::npos) << theirs.text;
                            ++asked;
                        }
                }
            }
        }
    }
    EXPECT_GT(asked, 500);
    EXPECT_EQ(everything_of_others(), before);
}

// A credential opens its own API and no other: a partner's token is nobody to the operator API, and the other way
// round. The partner API is all resellers' and managers'.
TEST_F(IsolationTest, EveryRouteRefusesCredentialsOfOtherKinds) {
    const auto values = all_values();
    using enum CredentialKind;
    for (const service::Dialect* dialect : all_dialects())
        for (const service::Route& route : *dialect->routes) {
            if (route.access != service::Access::authenticated) continue;
            std::vector<std::string> own;
            for (const std::string& name : names_in(route.path)) own.push_back(values.at(name).own);
            for (const CredentialKind kind : {partner_token, api_key, manager_token, operator_token}) {
                const auto& others = dialect->other_credential_kinds;
                if (kind == dialect->credential_kind || std::ranges::find(others, kind) != others.end()) continue;
                const Answer answer = ask(*dialect, {}, route.method, fill_in(route.path, own), "", {}, kind);
                EXPECT_EQ(answer.status, 401) << route.path << " with a credential of kind " << int(kind);
            }
        }
}

TEST_F(IsolationTest, ListsShowNothingOfOthersWhateverIsAskedOfThem) {
    const auto values = all_values();
    for (const service::Dialect* dialect : all_dialects()) {
        const Speech& speech = speeches.at(dialect->name);
        for (const service::Route& route : *dialect->routes) {
            if (route.method != http::Method::get) continue;
            std::vector<std::string> own;
            for (const std::string& name : names_in(route.path)) own.push_back(values.at(name).own);
            const std::string target = fill_in(route.path, own) + '?' + speech.query;
            const auto needed = speech.queries.find(route.path);
            const std::string own_target = target + (needed == speech.queries.end() ? "" : needed->second);
            const Answer own_answer = ask(*dialect, {}, http::Method::get, own_target, "", {});
            EXPECT_EQ(own_answer.status, 200) << target;
            EXPECT_EQ(own_answer.text.find(mark), std::string::npos) << target;
            for (const std::string& query : speech.id_queries)
                for (const char* name : {"resellerId", "accountId", "credentialId"})
                    for (const std::string& foreign : values.at(name).foreign) {
                        const std::string& never = values.at(name).never;
                        const std::string theirs =
                            ask(*dialect, {}, http::Method::get, target + query + '=' + foreign, "", {foreign}).text;
                        EXPECT_EQ(theirs,
                                  ask(*dialect, {}, http::Method::get, target + query + '=' + never, "", {never}).text)
                            << target << query << '=' << foreign;
                        EXPECT_EQ(theirs.find(mark), std::string::npos) << theirs;
                    }
        }
    }
}

TEST_F(IsolationTest, TheSearchFindsNothingOfOthers) {
    const std::string search = "/admin/v1/search";
    const service::Dialect& admin = **std::ranges::find(all_dialects(), "admin", &service::Dialect::name);
    for (const auto& [name, value] : all_values())
        for (const std::string& foreign : value.foreign) {
            const Answer answer = ask(admin, {}, http::Method::get, search + "?q=" + foreign, "", {foreign});
            EXPECT_EQ(answer.text.find(mark), std::string::npos) << name << ' ' << answer.text;
        }
    const Answer marked = ask(admin, {}, http::Method::get, search + "?q=" + mark, "", {});
    EXPECT_NE(marked.text.find(R"("accounts":[],"resellers":[])"), std::string::npos) << marked.text;
}

TEST_F(IsolationTest, AUidThatOthersUseIsFree) {
    for (const char* uid : {"living", "frozen", "removed"})
        EXPECT_EQ(outcome(run(open_account, {.uid = mark + '-' + uid + "-3", .domain = "b5test.com"})), "done") << uid;
}

// Whoever chooses an id is not told that somebody else has it.
TEST_F(IsolationTest, AnIdThatOthersUseIsFree) {
    const auto choose = [this](const std::string& noun, const std::string& members, std::int64_t id) {
        const std::string target = "/admin/v1/resellers/2/" + noun;
        const std::string body = "{\"id\":" + std::to_string(id) + ',' + members + '}';
        const service::Dialect& admin = **std::ranges::find(all_dialects(), "admin", &service::Dialect::name);
        Answer answer = ask(admin, {}, http::Method::post, target, body, {std::to_string(id)});
        EXPECT_LT(answer.status, 300) << answer.text;
        return answer.status;
    };
    // As fill_catalogue() has them.
    for (const std::int64_t theirs : {other_id, root_id, foreign_child_id}) {
        const std::int64_t base = 1'000 * theirs;
        choose("managers",
               R"("name":"N","role":"owner","status":"active","email":"n)" + std::to_string(theirs) + "@example.com\"",
               base + 1);
        if (theirs == root_id) continue;  // what the root has, all below it see
        const std::string key = R"("name":"N","key":"k)" + std::to_string(theirs) + '"';
        choose("account_types", key + R"(,"kind":"family","name_pattern":"%{company_name}")", base + 2);
        choose("account_classes", key, base + 3);
        choose("attributes", key + R"(,"subject":"account","type":"string")", base + 4);
    }
}

}  // namespace
