#include "dialect/pages/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "dialect/admin/admin.h"
#include "engine/resellers/add_reseller.h"
#include "engine/resellers/credentials.h"
#include "tests/testing/in_process.h"

namespace {

using enum http::Method;
using std::chrono::minutes;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ConsoleTest : public testing::Test {
protected:
    ConsoleTest() {
        db::write_and_wait(service_.database(), [&](db::Tx& tx) {
            ASSERT_TRUE(add_reseller(tx, service_.world(), {.id = 1, .name = "Meridian"}).ok());
            for (const std::string secret : {"token", "other"})
                ASSERT_TRUE(add_credential(tx, service_.world(),
                                           {.reseller_id = 1,
                                            .kind = CredentialKind::operator_token,
                                            .secret = secret,
                                            .label = "front desk"})
                                .ok());
        });
    }

    http::Response ask(http::Method method, const std::string& path, http::Headers headers = {},
                       const std::string& body = {}) {
        headers.set("Host", "partnerd.example.com");
        if (!body.empty() && !headers.find("content-type")) headers.set("Content-Type", "application/json");
        return service_.send(method, path, std::move(headers), body);
    }

    http::Response sign_in(http::Headers headers = {}, const std::string& token = "token") {
        return ask(post, "/console/session", std::move(headers), R"({"token":")" + token + R"("})");
    }

    static std::string header(const http::Response& response, std::string_view name) {
        const std::string* value = response.headers.find(name);
        return value ? *value : "";
    }

    // "partnerd_console=pdc_..."
    static std::string cookie_of(const http::Response& response) {
        const std::string set = header(response, "set-cookie");
        return set.substr(0, set.find(';'));
    }

    int status_with(const std::string& cookie, http::Headers headers = {}) {
        headers.set("Cookie", cookie);
        return ask(get, "/admin/v1/resellers", std::move(headers)).status;
    }

    console::Console console_{{.version = "1.2.3"}};
    InProcess service_{{&admin::dialect, &console_.dialect()}, {http::Network::parse("192.0.2.1").value()}};
};

TEST_F(ConsoleTest, ExchangesATokenForACookieThatNoScriptCanRead) {
    const http::Response response = sign_in();
    EXPECT_EQ(response.status, 201) << response.body;
    EXPECT_THAT(header(response, "set-cookie"), StartsWith("partnerd_console=pdc_"));
    EXPECT_THAT(header(response, "set-cookie"), EndsWith("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"));
    EXPECT_EQ(header(response, "cache-control"), "no-store");
    EXPECT_THAT(response.body, HasSubstr(R"("label":"front desk")"));
    EXPECT_THAT(response.body, Not(HasSubstr("pdc_")));
    EXPECT_EQ(status_with(cookie_of(response)), 200);
    EXPECT_EQ(status_with("a=b; " + cookie_of(response) + "; c=d"), 200);
    EXPECT_EQ(status_with("partnerd_console=pdc_wrong"), 401);
    EXPECT_EQ(status_with("x" + cookie_of(response)), 401);
}

TEST_F(ConsoleTest, TakesATokenWithWhatWasPastedAroundIt) { EXPECT_EQ(sign_in({}, "  token\\n").status, 201); }

TEST_F(ConsoleTest, TiesTheCookieToTheHostOverTls) {
    http::Request request{.method = post, .method_name = "POST"};
    request.target = "/console/session";
    request.headers = {
        {"Host", "partnerd.example.com"}, {"X-Forwarded-For", "198.51.100.7"}, {"X-Forwarded-Proto", "https"}};
    request.body = R"({"token":"token"})";
    request.remote_address = "192.0.2.1";
    const http::Response response = service_.send(std::move(request));
    EXPECT_THAT(header(response, "set-cookie"), StartsWith("__Host-partnerd_console=pdc_"));
    EXPECT_THAT(header(response, "set-cookie"), EndsWith("; SameSite=Strict; Secure"));
    EXPECT_EQ(status_with(cookie_of(response)), 401) << "not where it could be read on the way";
}

TEST_F(ConsoleTest, SaysWhatIsWrongWithAToken) {
    const http::Response wrong = sign_in({}, "wrong");
    EXPECT_EQ(wrong.status, 401);
    EXPECT_THAT(wrong.body, HasSubstr(R"("code":"not_valid")"));
    EXPECT_EQ(header(wrong, "set-cookie"), "");
    EXPECT_THAT(sign_in({}, "").body, HasSubstr(R"("code":"required")"));
    EXPECT_EQ(ask(post, "/console/session", {}, "[]").status, 400);
    EXPECT_EQ(ask(post, "/console/session", {}, "{").status, 400);
}

TEST_F(ConsoleTest, LimitsGuessesLikeOtherWrongCredentials) {
    int status = 401;
    for (int i = 0; i < 1'100 && status == 401; ++i) status = sign_in({}, "wrong").status;
    EXPECT_EQ(status, 429);
    EXPECT_EQ(sign_in().status, 201) << "a good one is always taken";
}

TEST_F(ConsoleTest, SignsNobodyInFromAnotherPage) {
    EXPECT_EQ(sign_in({{"Sec-Fetch-Site", "cross-site"}}).status, 403);
    EXPECT_EQ(sign_in({{"Sec-Fetch-Site", "same-site"}}).status, 403);
    EXPECT_EQ(sign_in({{"Origin", "https://evil.example"}}).status, 403);
    EXPECT_EQ(sign_in({{"Content-Type", "text/plain"}}).status, 415);
    EXPECT_EQ(sign_in({{"Content-Type", "application/x-www-form-urlencoded"}}).status, 415);
    EXPECT_EQ(sign_in({{"Origin", "http://partnerd.example.com"}}).status, 201);
    EXPECT_EQ(sign_in({{"Sec-Fetch-Site", "same-origin"}}).status, 201);
}

TEST_F(ConsoleTest, CountsTheCookieOnlyForItsOwnPages) {
    const std::string cookie = cookie_of(sign_in());
    EXPECT_EQ(status_with(cookie, {{"Sec-Fetch-Site", "same-origin"}}), 200);
    EXPECT_EQ(status_with(cookie, {{"Sec-Fetch-Site", "same-site"}}), 401);
    EXPECT_EQ(status_with(cookie, {{"Sec-Fetch-Site", "cross-site"}}), 401);
    EXPECT_EQ(status_with(cookie, {{"Origin", "http://127.0.0.1:3000"}}), 401);
    const http::Response form =
        ask(post, "/admin/v1/domains", {{"Cookie", cookie}, {"Origin", "null"}}, R"({"name":"example.com"})");
    EXPECT_EQ(form.status, 401);
    EXPECT_EQ(ask(post, "/admin/v1/domains", {{"Cookie", cookie}, {"Origin", "http://partnerd.example.com"}},
                  R"({"name":"example.com"})")
                  .status,
              201);
}

TEST_F(ConsoleTest, PrefersATokenToTheCookie) {
    EXPECT_EQ(status_with(cookie_of(sign_in()), {{"Authorization", "Bearer wrong"}}), 401);
    EXPECT_EQ(status_with("partnerd_console=wrong", {{"Authorization", "Bearer token"}}), 200);
}

TEST_F(ConsoleTest, LastsWhileItIsUsedAndNotWhileItOnlyLooksForNews) {
    const std::string cookie = cookie_of(sign_in());
    for (int i = 0; i < 4; ++i) {
        service_.world().advance(minutes(20));
        EXPECT_EQ(status_with(cookie), 200) << i;
    }
    service_.world().advance(minutes(20));
    EXPECT_EQ(status_with(cookie, {{"Partnerd-Background", "true"}}), 200);
    service_.world().advance(minutes(10));
    EXPECT_EQ(status_with(cookie), 401);
}

TEST_F(ConsoleTest, EndsAtOnceWhereItIsEnded) {
    const std::string cookie = cookie_of(sign_in());
    EXPECT_EQ(status_with(cookie), 200);
    EXPECT_EQ(ask(delete_, "/console/session", {{"Cookie", cookie}, {"Sec-Fetch-Site", "cross-site"}}).status, 403);
    EXPECT_EQ(status_with(cookie), 200);
    const http::Response ended = ask(delete_, "/console/session", {{"Cookie", cookie}});
    EXPECT_EQ(ended.status, 204);
    EXPECT_THAT(header(ended, "set-cookie"), StartsWith("partnerd_console=; Path=/; Max-Age=0;"));
    EXPECT_EQ(status_with(cookie), 401);
}

// A session has no entity tag.
TEST_F(ConsoleTest, RefusesAConditionThatCannotHold) {
    const http::Headers condition{{"If-Match", "\"1\""}};
    EXPECT_EQ(sign_in(condition).status, 412);
    const std::string cookie = cookie_of(sign_in());
    EXPECT_EQ(ask(delete_, "/console/session", {{"Cookie", cookie}, {"If-Match", "\"1\""}}).status, 412);
    EXPECT_EQ(status_with(cookie), 200);
}

TEST_F(ConsoleTest, EndsWithItsCredential) {
    const http::Response opened = sign_in();
    const std::string cookie = cookie_of(opened);
    EXPECT_EQ(status_with(cookie), 200);
    const auto id = boost::json::parse(opened.body).at("session").at("credential").as_int64();
    const std::string path = "/admin/v1/resellers/1/credentials/" + std::to_string(id) + "/revoke";
    EXPECT_EQ(ask(post, path, {{"Cookie", cookie}}).status, 409) << "nor does a session revoke its own credential";
    EXPECT_EQ(ask(post, path, {{"Authorization", "Bearer other"}}).status, 200);
    EXPECT_EQ(status_with(cookie), 401);
}

TEST_F(ConsoleTest, TellsWhoIsSignedIn) {
    EXPECT_EQ(ask(get, "/console/session").body, R"({"session":null,"sandbox_token":null,"version":"1.2.3"})");
    const std::string cookie = cookie_of(sign_in());
    const http::Response shown = ask(get, "/console/session", {{"Cookie", cookie}});
    EXPECT_THAT(shown.body, HasSubstr(R"("reseller":{"id":1,"name":"Meridian"})"));
    EXPECT_THAT(shown.body, HasSubstr(R"("ends_at":"2023-01-24T03:55:58.000Z")"));
    EXPECT_THAT(ask(get, "/console/session", {{"Cookie", cookie}, {"Sec-Fetch-Site", "cross-site"}}).body,
                StartsWith(R"({"session":null)"));
}

TEST_F(ConsoleTest, ASandboxTellsItsToken) {
    console::Console console{
        {.version = "1", .find_sandbox_token = [] { return std::optional<std::string>("known"); }}};
    InProcess service{{&console.dialect()}};
    EXPECT_THAT(service.send(get, "/console/session").body, HasSubstr(R"("sandbox_token":"known")"));
}

TEST_F(ConsoleTest, IsOnePageAtManyPathsThatAsksNobodyElse) {
    for (const std::string path : {"/console", "/console/", "/console/accounts", "/console/accounts/17"}) {
        const http::Response page = ask(get, path);
        EXPECT_EQ(page.status, 200) << path;
        EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
        EXPECT_EQ(header(page, "content-encoding"), "gzip");
        const std::string policy = header(page, "content-security-policy");
        EXPECT_THAT(policy, StartsWith("default-src 'none'; script-src 'self'; style-src 'self';"));
        EXPECT_THAT(policy, HasSubstr("require-trusted-types-for 'script'; trusted-types 'none'"));
        EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    }
    EXPECT_EQ(ask(get, "/console/files/console.js").content_type, "text/javascript; charset=utf-8");
    EXPECT_EQ(ask(get, "/console/files/console.css").content_type, "text/css; charset=utf-8");
    EXPECT_EQ(ask(get, "/console/files/none.js").status, 404);
    EXPECT_EQ(ask(get, "/console/a/b/c/d/e").status, 404);
}

// What shows a secret is encrypted with what was presented: nobody else reads it, and nothing is done twice.
TEST_F(ConsoleTest, RepeatsAnAnswerThatShowsASecretToItsOwnSessionAlone) {
    const auto add_token = [&](const std::string& name, const std::string& value) {
        return ask(post, "/admin/v1/resellers/1/credentials", {{name, value}, {"Idempotency-Key", "k-1"}},
                   R"({"kind":"operator_token","label":"another"})");
    };
    const std::string cookie = cookie_of(sign_in());
    const http::Response first = add_token("Cookie", cookie);
    ASSERT_EQ(first.status, 201) << first.body;
    EXPECT_EQ(header(first, "idempotency-replayed"), "");
    const http::Response again = add_token("Cookie", cookie);
    EXPECT_EQ(again.status, 201) << again.body;
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(header(again, "idempotency-replayed"), "true");
    EXPECT_EQ(add_token("Cookie", cookie_of(sign_in())).status, 409);
    EXPECT_EQ(add_token("Authorization", "Bearer token").status, 409);
    const http::Response of_other = add_token("Authorization", "Bearer other");
    EXPECT_EQ(of_other.status, 201);
    EXPECT_NE(of_other.body, first.body);
}

// What comes before anything is shown: at most 100 KB, in four requests.
TEST_F(ConsoleTest, IsSmall) {
    std::size_t bytes = ask(get, "/console").body.size();
    for (const std::string file : {"console.js", "console.css", "icon.svg"}) {
        const http::Response response = ask(get, "/console/files/" + file);
        EXPECT_EQ(response.status, 200) << file;
        bytes += response.body.size();
    }
    EXPECT_LE(bytes, 100'000u);
}

}  // namespace
