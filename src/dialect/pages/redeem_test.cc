#include "dialect/pages/redeem.h"

#include <gtest/gtest.h>

#include "dialect/pages/redeem_page.h"
#include "engine/accounts/open_account.h"
#include "engine/resellers/add_reseller.h"
#include "store/accounts.h"
#include "store/resellers.h"
#include "tests/testing/in_process.h"

namespace {

using enum http::Method;

class RedeemPageTest : public testing::Test {
protected:
    static constexpr std::int64_t partner_id = 2;

    RedeemPageTest() {
        db::write_and_wait(service_.database(), [&](db::Tx& tx) {
            ASSERT_TRUE(add_reseller(tx, service_.world(), {.id = partner_id, .name = "<b>R&D</b> \"Telecom\""}).ok());
            for (const AccountType type : {AccountType::individual, AccountType::family})
                ASSERT_TRUE(add_promotion(tx, service_.world(),
                                          {.reseller_id = partner_id, .domain = "b5test.com", .type = type})
                                .ok());
        });
    }

    Account open(const std::string& uid) {
        Account account;
        db::write_and_wait(service_.database(), [&](db::Tx& tx) {
            const Caller caller{.reseller = store::find_reseller(tx, partner_id).value()};
            account = open_account(tx, service_.world(), caller, {.uid = uid, .domain = "b5test.com"}).value();
        });
        return account;
    }

    AccountStatus status_now(const Account& account) {
        std::optional<Account> found;
        db::read_and_wait(service_.database(),
                          [&](db::Tx& tx) { found = store::find_account_by_id(tx, partner_id, account.id); });
        return status_of(found.value());
    }

    http::Response get(const std::string& query, const std::string& address = "192.0.2.1",
                       const std::string& host = "localhost:8080") {
        http::Request request{.method = http::Method::get, .method_name = "GET"};
        request.target = "/partnership/redeem?" + query;
        request.headers.set("Host", host);
        request.remote_address = address;
        return service_.send(std::move(request));
    }

    http::Response post(const std::string& body, http::Headers headers = {}) {
        http::Request request{.method = http::Method::post, .method_name = "POST"};
        request.target = "/partnership/redeem";
        request.headers = std::move(headers);
        request.headers.set("Host", "localhost:8080");
        if (!request.headers.find("content-type"))
            request.headers.set("Content-Type", "application/x-www-form-urlencoded");
        request.body = body;
        request.remote_address = "192.0.2.1";
        return service_.send(std::move(request));
    }

    static std::string link(const Account& account) { return "t=I&c=" + account.activation_token; }

    static std::string header(const http::Response& response, std::string_view name) {
        const std::string* value = response.headers.find(name);
        return value ? *value : "";
    }

    redeem::Redemption redemption_{{.of_network = 3, .network_regains = 1, .of_all = 6, .all_regain = 1}};
    InProcess service_{{&redemption_.dialect()}};
};

TEST_F(RedeemPageTest, ShowsNamesAsTextAndNothingElse) {
    const http::Response page = get(link(open("a")));
    EXPECT_EQ(page.status, 200);
    EXPECT_NE(page.body.find("&lt;b&gt;R&amp;D&lt;/b&gt; &quot;Telecom&quot;"), std::string::npos);
    EXPECT_EQ(page.body.find("<b>"), std::string::npos);
    EXPECT_EQ(page.body.find("<script"), std::string::npos);
    EXPECT_EQ(page.body.find("://"), std::string::npos) << "nothing is asked of anybody else";
    const std::string policy = header(page, "Content-Security-Policy");
    EXPECT_EQ(policy.find("unsafe"), std::string::npos) << policy;
    EXPECT_EQ(policy.substr(0, 38), "default-src 'none'; style-src 'sha256-") << policy;
    EXPECT_NE(policy.find("form-action 'self'; base-uri 'none'; frame-ancestors 'none'"), std::string::npos);
    EXPECT_EQ(header(page, "Cache-Control"), "no-store");
    EXPECT_EQ(header(page, "Referrer-Policy"), "same-origin");
}

TEST_F(RedeemPageTest, KeepsWhatWasTypedEvenIfItIsHostile) {
    const Account account = open("a");
    const http::Response page = post(link(account) + "&account=existing&email=%22%3E%3Cscript%3Ealert(1)%3C/script%3E");
    EXPECT_EQ(page.status, 422);
    EXPECT_NE(page.body.find("value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\""), std::string::npos)
        << page.body;
    EXPECT_NE(page.body.find("value=\"existing\" checked"), std::string::npos);
    EXPECT_EQ(status_now(account), AccountStatus::entitled);
}

TEST_F(RedeemPageTest, RedeemsOnceAndSaysSoAgainToTheSamePerson) {
    const Account account = open("a");
    const std::string form = link(account) + "&account=new&email=+ada%40example.com+";
    EXPECT_EQ(post(form).status, 200);
    EXPECT_EQ(status_now(account), AccountStatus::provisioned);
    EXPECT_EQ(post(form).status, 200) << "people press buttons twice";
    EXPECT_EQ(post(link(account) + "&email=eve%40example.com").status, 404);
}

TEST_F(RedeemPageTest, AnswersWhateverIsWrongWithALinkByteForByteAlike) {
    const Account account = open("a");
    const Account used = open("b");
    ASSERT_EQ(post(link(used) + "&email=ada%40example.com").status, 200);
    const http::Response expected = get("t=I&c=PNS-" + std::string(26, 'A'), "192.0.2.7");
    EXPECT_EQ(expected.status, 404);
    int address = 10;
    for (const std::string& query :
         {link(used), "t=F&c=" + account.activation_token, std::string("t=I"), std::string("c=x"), std::string(),
          "t=X&c=" + account.activation_token, std::string("t=I&c=%ff"), "t=I&c=" + std::string(5'000, 'A')}) {
        const http::Response answer = get(query, "192.0.2." + std::to_string(++address));
        EXPECT_EQ(answer.status, expected.status) << query;
        EXPECT_EQ(answer.body, expected.body) << query;
        EXPECT_EQ(answer.headers.size(), expected.headers.size()) << query;
        service_.world().advance(std::chrono::seconds(10));
    }
}

TEST_F(RedeemPageTest, LimitsGuessesOfAnAddressWithoutLockingOthersOut) {
    const Account account = open("a");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(get("t=I&c=guess", "192.0.2.8").status, 404);
    const http::Response limited = get("t=I&c=guess", "192.0.2.8");
    EXPECT_EQ(limited.status, 429);
    EXPECT_EQ(header(limited, "Retry-After"), "60");
    EXPECT_EQ(get("t=I&c=guess", "192.0.2.9").status, 404);
    service_.world().advance(std::chrono::seconds(2));
    EXPECT_EQ(get("t=I&c=guess", "192.0.2.8").status, 404);
}

TEST_F(RedeemPageTest, LimitsGuessesOfAllAddressesTogether) {
    const Account account = open("a");
    for (int i = 0; i < 6; ++i) EXPECT_EQ(get("t=I&c=guess", "192.0.2." + std::to_string(100 + i)).status, 404);
    EXPECT_EQ(get("t=I&c=guess", "192.0.2.200").status, 429);
    EXPECT_EQ(get(link(account), "192.0.2.200").status, 200);
}

TEST_F(RedeemPageTest, OpensEveryGoodLinkHoweverManyWereWrong) {
    const Account account = open("a");
    const Account other = open("b");
    for (int i = 0; i < 30; ++i) get("t=I&c=guess", "192.0.2.8");
    for (int i = 0; i < 30; ++i) post("t=I&c=guess&email=eve%40example.com");
    EXPECT_EQ(post("t=I&c=guess&email=eve%40example.com").status, 429);
    EXPECT_EQ(get(link(account), "192.0.2.8").status, 200) << "from the same address";
    EXPECT_EQ(post(link(other) + "&email=ada%40example.com").status, 200);
    EXPECT_EQ(status_now(other), AccountStatus::provisioned);
}

TEST_F(RedeemPageTest, TakesFormsFromItsOwnPageOnly) {
    const Account account = open("a");
    const std::string form = link(account) + "&email=ada%40example.com";
    EXPECT_EQ(post(form, {{"Sec-Fetch-Site", "cross-site"}}).status, 403);
    EXPECT_EQ(post(form, {{"Sec-Fetch-Site", "same-site"}}).status, 403);
    EXPECT_EQ(post(form, {{"Origin", "https://evil.example"}}).status, 403);
    EXPECT_EQ(post(form, {{"Origin", "null"}}).status, 403);
    EXPECT_EQ(post(form, {{"Content-Type", "application/json"}}).status, 415);
    EXPECT_EQ(status_now(account), AccountStatus::entitled);
    EXPECT_EQ(post(form, {{"Origin", "http://localhost:8080"}}).status, 200);
}

TEST_F(RedeemPageTest, SaysOfAConditionThatCannotHoldThatItIsNotTheLink) {
    const Account account = open("a");
    const http::Response response = post(link(account) + "&email=ada%40example.com", {{"If-Match", "\"1\""}});
    EXPECT_EQ(response.status, 412);
    EXPECT_NE(response.body.find("This request cannot be answered"), std::string::npos) << response.body;
    EXPECT_EQ(status_now(account), AccountStatus::entitled);
}

TEST_F(RedeemPageTest, HoldsTheHostAgainstTheAccountsDomain) {
    const Account account = open("a");
    EXPECT_EQ(get(link(account), "192.0.2.1", "start.b5test.com").status, 200);
    EXPECT_EQ(get(link(account), "192.0.2.1", "START.B5test.com:8443").status, 200);
    EXPECT_EQ(get(link(account), "192.0.2.1", "start.b5test.eu").status, 404);
    EXPECT_EQ(get(link(account), "192.0.2.1", "partnerd.example.com").status, 200);
}

TEST(RedeemTemplates, NameOnlyWhatThereIs) {
    EXPECT_EQ(redeem::fill_template("wrong.html", {{"sentence", "<&>"}}),
              "<p class=\"wrong\" id=\"wrong\" role=\"alert\">&lt;&amp;&gt;</p>\n");
    EXPECT_THROW(redeem::fill_template("wrong.html", {}), std::logic_error);
    EXPECT_THROW(redeem::fill_template("none.html", {}), std::logic_error);
}

}  // namespace
