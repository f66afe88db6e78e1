// Conditional requests, in every API alike: the table of routes says which show one thing.

#include "service/conditions.h"

#include <gtest/gtest.h>

#include <map>

#include "dialect/sandbox/sandbox.h"
#include "server/dialects.h"
#include "server/sandbox.h"
#include "tests/testing/in_process.h"

namespace {

using enum http::Method;

class Conditions : public testing::Test {
protected:
    Conditions() {
        db::write_and_wait(served_.database(), [&](db::Tx& tx) { seed_sandbox(tx, served_.world()); });
        token_ = member(ask(get, "/rest/v2/authentication/getapitoken?key=sandbox-reseller").body, "Token");
    }

    static std::string member(const std::string& body, const std::string& name) {
        const std::string mark = '"' + name + "\":";
        std::size_t at = body.find(mark);
        if (at == std::string::npos) return "";
        at += mark.size();
        if (body[at] == '"') return body.substr(at + 1, body.find('"', at + 1) - at - 1);
        return body.substr(at, body.find_first_of(",}", at) - at);
    }

    http::Response ask(http::Method method, const std::string& target, const std::string& body = "",
                       http::Headers headers = {}) {
        if (target.starts_with("/api/v1/")) headers.add("Authorization", "Bearer sandbox-partner");
        if (target.starts_with("/partner/")) headers.add("Authorization", "Bearer sandbox-partner");
        if (target.starts_with("/admin/")) headers.add("Authorization", "Bearer sandbox-operator");
        if (target.starts_with("/api/v3/")) headers.add("X-Api-Token", "sandbox-manager");
        if (target.starts_with("/rest/")) headers.add("Authentication", token_);
        if (!body.empty() && target.starts_with("/api/v3/")) headers.add("Content-Type", "application/vnd.api+json");
        return served_.send(method, target, std::move(headers), body);
    }

    static std::string tag_of(const http::Response& response) {
        const std::string* tag = response.headers.find("etag");
        return tag ? *tag : "";
    }

    // What is there, how it is changed, and what is answered to a condition that does not hold.
    struct Change {
        std::string thing;
        http::Method method;
        std::string target;
        std::string body;
    };

    std::vector<Change> changes() {
        const std::string uid = R"({"account_uid":"a-1","account_type":"I","domain":"b5test.com"})";
        EXPECT_EQ(ask(post, "/api/v1/partners/accounts", uid).status, 201);
        const std::string of_manager = member(ask(post, "/api/v3/resellers/1/accounts", customer).body, "id");
        const std::string customer_at = "/api/v3/resellers/1/accounts/" + of_manager;
        const std::string by_operator = member(
            ask(post, "/admin/v1/resellers/2/accounts", R"({"uid":"o-1","type":"individual","domain":"b5test.com"})")
                .body,
            "id");
        const std::string hook =
            "/partner/v1/webhook-endpoints/" +
            member(ask(post, "/partner/v1/webhook-endpoints", R"({"url":"https://example.com/"})").body, "id");
        const std::string premium = "/rest/v2/accounts/fa516117-9d6a-4eb0-b5c1-0ca80db618c4";
        return {
            {"/api/v1/partners/accounts/a-1", patch, "", R"({"ends_at":"2030-01-01T00:00:00Z"})"},
            {"/api/v1/partners/accounts/a-1", delete_, "", ""},
            {customer_at, patch, "", R"({"data":{"attributes":{"account_type_id":1,"city":"Brest"}}})"},
            {customer_at, post, "/administrative_hold", ""},
            {customer_at, delete_, "/administrative_hold", ""},
            {"/admin/v1/resellers/1/accounts/" + of_manager + "/balance", post, "", R"({"amount":"1"})"},
            {customer_at, delete_, "", ""},
            {premium, post, "", R"({"FirstName":"Another"})"},
            {premium, post, "/changeexternalid/e-9", ""},
            {premium, post, "/changeaccountstatus/Suspended", ""},
            {"/admin/v1/accounts/" + by_operator, patch, "", R"({"ends_at":"2030-01-01T00:00:00Z"})"},
            {"/admin/v1/accounts/" + by_operator, post, "/hold", ""},
            {"/admin/v1/accounts/" + by_operator, delete_, "", ""},
            {hook, patch, "", R"({"payload":"thin"})"},
            {hook, post, "/rotate-secret", ""},
            {hook, delete_, "", ""},
            {"/admin/v1/resellers/2", patch, "", R"({"name":"Another"})"},
            {"/admin/v1/resellers/1/settings", patch, "", R"({"countries":["BY"]})"},
            {"/admin/v1/resellers/6/rights", patch, "", R"({"may_create_premium":false})"},
            {"/admin/v1/resellers/1/account_types/1", patch, "", R"({"name":"Another"})"},
            {"/admin/v1/resellers/1/attributes/3", delete_, "", ""},
        };
    }

    static constexpr const char* customer =
        R"({"data":{"attributes":{"account_type_id":1,"first_name":"F","last_name":"L","email":"c@example.com",)"
        R"("new_owner_first_name":"A","new_owner_last_name":"S","new_owner_email":"o@example.com",)"
        R"("account_class_key":"postpaytest","country":"BY","region":"Minsk","city":"Minsk","street":"Mira",)"
        R"("zip":"220000","phone":"+375290000000"}}})";

    InProcess served_{all_dialects()};
    std::string token_;
};

// RFC 9110 13.1.1: a server must not do what the condition forbids.
TEST_F(Conditions, AreEvaluatedByEachChangeInEachApi) {
    for (const Change& change : changes()) {
        SCOPED_TRACE(std::string(http::to_string(change.method)) + ' ' + change.thing + change.target);
        const http::Response before = ask(get, change.thing);
        ASSERT_EQ(before.status, 200) << before.body;
        const std::string tag = tag_of(before);
        ASSERT_NE(tag, "");
        const std::string target = change.thing + change.target;
        EXPECT_EQ(ask(change.method, target, change.body, {{"If-Match", "\"stale\""}}).status, 412);
        EXPECT_EQ(ask(change.method, target, change.body, {{"If-Match", "W/" + tag}}).status, 412) << "a weak one";
        EXPECT_EQ(ask(change.method, target, change.body, {{"If-None-Match", "*"}}).status, 412);
        const http::Response malformed = ask(change.method, target, change.body, {{"If-Match", "stale"}});
        EXPECT_EQ(malformed.status, target.starts_with("/rest/") ? 200 : 400) << "no entity tag";
        EXPECT_NE(malformed.body.find("If-Match"), std::string::npos) << malformed.body;
        EXPECT_EQ(ask(get, change.thing).body, before.body) << "nothing has happened";
        EXPECT_LT(ask(change.method, target, change.body, {{"If-Match", "\"x\", " + tag}}).status, 300);
        EXPECT_NE(tag_of(ask(get, change.thing)), tag);
        const http::Response again = ask(change.method, target, change.body, {{"If-Match", tag}});
        const bool is_there = !tag_of(ask(get, change.thing)).empty();
        if (is_there) {
            EXPECT_EQ(again.status, 412) << "it has changed since";
        } else {
            EXPECT_TRUE(again.status == 404 || again.status == 410) << again.status << ": it is not there any more";
        }
    }
}

TEST_F(Conditions, SaveTheSendingOfWhatTheCallerHas) {
    for (const Change& change : changes()) {
        SCOPED_TRACE(change.thing);
        const http::Response first = ask(get, change.thing);
        ASSERT_EQ(first.status, 200) << first.body;
        const http::Response again = ask(get, change.thing, "", {{"If-None-Match", "W/" + tag_of(first)}});
        EXPECT_EQ(again.status, 304);
        EXPECT_EQ(again.body, "");
        EXPECT_EQ(tag_of(again), tag_of(first));
        EXPECT_EQ(ask(get, change.thing, "", {{"If-None-Match", "\"another\""}}).status, 200);
    }
}

// The tag is of what is shown: the clock changes it as a write does, and so does another revision.
TEST_F(Conditions, KnowWhatTheClockHasDone) {
    const std::string body =
        R"({"account_uid":"c-1","account_type":"I","domain":"b5test.com","ends_at":"2023-01-24T00:00:00Z"})";
    ASSERT_EQ(ask(post, "/api/v1/partners/accounts", body).status, 201);
    const std::string at = "/api/v1/partners/accounts/c-1";
    const std::string before = tag_of(ask(get, at));
    EXPECT_NE(tag_of(ask(get, at, "", {{"Partnership-Revision", "reference"}})), before);
    const http::Response shown = ask(get, "/admin/v1/resellers/2/accounts/c-1");
    const std::string by_id = "/admin/v1/accounts/" + member(shown.body, "id");
    served_.world().advance(std::chrono::hours(48));
    EXPECT_NE(tag_of(ask(get, at)), before);
    const std::string date = R"({"ends_at":"2030-01-01T00:00:00Z"})";
    EXPECT_EQ(ask(patch, at, date, {{"If-Match", before}}).status, 412);
    EXPECT_EQ(ask(patch, by_id, date, {{"If-Match", "\"1\""}}).status, 412) << "frozen, though nobody has written it";
    EXPECT_EQ(ask(patch, by_id, date, {{"If-Match", "\"2\""}}).status, 200) << "a version alone is as good as a tag";
}

// What GET would read from the query, or refuse, is nothing to the change of the same thing.
TEST_F(Conditions, AreAboutTheThingWhateverTheQueryOfTheChangeSays) {
    const std::string at = "/admin/v1/resellers/2/settings";
    int count = 0;
    for (const char* query : {"?n=1", "?inherited=perhaps", "?inherited=true"}) {
        SCOPED_TRACE(query);
        const http::Response before = ask(get, at);
        ASSERT_EQ(before.status, 200) << before.body;
        const std::string body = R"({"default_domain":"b5test)" + std::to_string(++count) + ".com\"}";
        EXPECT_EQ(ask(patch, at + query, body, {{"If-Match", "\"stale\""}}).status, 412);
        EXPECT_EQ(ask(get, at).body, before.body) << "nothing has happened";
        EXPECT_EQ(ask(patch, at + query, body, {{"If-Match", tag_of(before)}}).status, 200);
        EXPECT_NE(tag_of(ask(get, at)), tag_of(before));
    }
}

// Who asks under another condition does not ask for the same.
TEST_F(Conditions, ArePartOfWhatAnIdempotencyKeyStandsFor) {
    for (const char* name : {"If-Match", "If-None-Match"}) {
        SCOPED_TRACE(name);
        const std::string uid = std::string("k-") + name;
        const http::Response opened = ask(post, "/admin/v1/resellers/2/accounts",
                                          R"({"uid":")" + uid + R"(","type":"individual","domain":"b5test.com"})");
        ASSERT_EQ(opened.status, 201) << opened.body;
        const std::string at = "/admin/v1/accounts/" + member(opened.body, "id");
        const bool is_wanted = std::string_view(name) == "If-Match";
        const std::string holds = is_wanted ? tag_of(ask(get, at)) : "\"another\"";
        const auto hold = [&](const std::string& condition) {
            http::Headers headers{{"Idempotency-Key", uid}};
            if (!condition.empty()) headers.add(name, condition);
            return ask(post, at + "/hold", "", std::move(headers));
        };
        ASSERT_LT(hold(holds).status, 300);
        const http::Response again = hold(holds);
        EXPECT_LT(again.status, 300) << again.body;
        EXPECT_TRUE(again.headers.find("idempotency-replayed"));
        EXPECT_EQ(hold("\"one more\"").status, 422);
        EXPECT_EQ(hold("").status, 422) << "no condition is another, too";
    }
}

TEST_F(Conditions, AreNothingWhereTheRequestIsRefusedAnyway) {
    EXPECT_EQ(ask(delete_, "/api/v1/partners/accounts/nobody", "", {{"If-Match", "\"x\""}}).status, 404);
    EXPECT_EQ(ask(patch, "/admin/v1/resellers/999", R"({"name":"n"})", {{"If-Match", "\"x\""}}).status, 404);
    // An API that says no with 200.
    const std::string nobody = "/rest/v2/accounts/fa516117-0000-4eb0-b5c1-0ca80db618c4";
    const std::string name = R"({"FirstName":"Another"})";
    const http::Response refused = ask(post, nobody, name);
    const http::Response with_condition = ask(post, nobody, name, {{"If-Match", "\"x\""}});
    EXPECT_EQ(with_condition.status, 200);
    EXPECT_EQ(with_condition.body, refused.body);
}

// Of an account that no revision has opened, each caller is shown what was spoken last.
TEST_F(Conditions, KnowTheRevisionThatTheirCallerSpokeLast) {
    const std::string opened_by_operator = R"({"uid":"o-2","type":"individual","domain":"b5test.com"})";
    ASSERT_EQ(ask(post, "/admin/v1/resellers/2/accounts", opened_by_operator).status, 201);
    const std::string at = "/api/v1/partners/accounts/o-2", date = R"({"ends_at":"2030-01-01T00:00:00Z"})";
    const std::string of_reference = tag_of(ask(get, at));
    const auto open = [&](const std::string& member, const std::string& uid) {
        return ask(post, "/api/v1/partners/accounts",
                   "{\"" + member + "\":\"" + uid + R"(","account_type":"I","domain":"b5test.com"})")
            .status;
    };
    ASSERT_EQ(open("account_uid", "r-1"), 201);
    const std::string of_openapi = tag_of(ask(get, at));
    ASSERT_NE(of_openapi, of_reference);
    ASSERT_EQ(open("customer_account_uid", "r-2"), 201);
    ASSERT_EQ(tag_of(ask(get, at)), of_reference);
    EXPECT_EQ(ask(patch, at, date, {{"If-Match", of_openapi}}).status, 412);
    EXPECT_EQ(ask(patch, at, date, {{"If-Match", of_reference}}).status, 200);
}

// What ends in a name is one thing; whoever adds such a route shows it as one.
TEST(TablesOfRoutes, ShowOneThingAsOne) {
    const std::map<std::string, std::string> exceptions = {
        {"/rest/v2/accountplans/{accountid}", "a list of plans, of one account"},
    };
    for (const service::Dialect* dialect : all_dialects())
        for (const service::Route& route : *dialect->routes)
            if (route.method == get && route.path.ends_with('}') && !exceptions.contains(std::string(route.path))) {
                EXPECT_TRUE(route.show) << route.path << ": use show_route()";
            }
}

// Each change of what can be seen can be made conditional.
TEST(TablesOfRoutes, KnowWhatAChangeIsAbout) {
    for (const service::Dialect* dialect : all_dialects())
        for (const service::Route& route : *dialect->routes) {
            if (route.method != patch && route.method != delete_) continue;
            EXPECT_TRUE(service::find_shown(*dialect->routes, route)) << route.path;
            EXPECT_TRUE(route.checks_conditions) << route.path;
        }
}

// Answers name people and show tokens.
TEST_F(Conditions, LetNobodyInBetweenKeepAnAnswer) {
    for (const char* target :
         {"/api/v1/partners/accounts/nobody", "/api/v3/resellers/1/accounts", "/admin/v1/resellers", "/partner/v1/self",
          "/rest/v2/accounts", "/admin/v1/nothing", "/nothing"}) {
        const http::Response response = ask(get, target);
        const std::string* control = response.headers.find("cache-control");
        EXPECT_EQ(control ? *control : "", "no-store") << target;
    }
}

}  // namespace
