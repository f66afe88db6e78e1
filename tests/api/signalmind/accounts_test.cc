// What happens behind the answers: passwords, other APIs over the same accounts, statuses of HTTP.

#include <gtest/gtest.h>

#include <list>

#include "core/password.h"
#include "dialect/admin/admin.h"
#include "dialect/partner/partner.h"
#include "dialect/partnership/partnership.h"
#include "dialect/signalmind/signalmind.h"
#include "engine/accounts/run_due.h"
#include "engine/resellers/add_reseller.h"
#include "engine/subscriptions/plans.h"
#include "tests/testing/in_process.h"

namespace {

using enum http::Method;

class SignalMindTest : public testing::Test {
protected:
    SignalMindTest() {
        db::write_and_wait(served_.database(), [&](db::Tx& tx) {
            World& world = served_.world();
            ASSERT_TRUE(add_reseller(tx, world, {.id = 2, .name = "Skyline"}).ok());
            ASSERT_TRUE(add_promotion(tx, world, {.reseller_id = 2, .domain = "b5test.com"}).ok());
            ASSERT_TRUE(
                add_credential(tx, world, {.reseller_id = 2, .kind = CredentialKind::api_key, .secret = "key"}).ok());
            ASSERT_TRUE(add_credential(tx, world, {.reseller_id = 2, .secret = "partner"}).ok());
            ASSERT_TRUE(add_plan(tx, world, {.reseller_id = 2, .id = 1, .name = "Basic"}).ok());
        });
        token_ = member_of(served_.send(get, "/rest/v2/authentication/getapitoken?key=key").body, "Token");
    }

    static std::string member_of(const std::string& body, const std::string& name) {
        const std::string mark = '"' + name + "\":\"";
        const std::size_t begin = body.find(mark) + mark.size();
        return body.substr(begin, body.find('"', begin) - begin);
    }

    std::string ask(http::Method method, const std::string& target, const std::string& body = "") {
        const http::Response response = served_.send(method, "/rest/v2/" + target, {{"Authentication", token_}}, body);
        EXPECT_EQ(response.status, 200) << target;
        return response.body;
    }
    http::Response partner(http::Method method, const std::string& uid, const std::string& body = "") {
        return served_.send(method, "/api/v1/partners/accounts" + uid, {{"Authorization", "Bearer partner"}}, body);
    }

    // All texts of a column of the database.
    std::string column(const std::string& sql) {
        std::string all;
        queries_.push_back(sql);
        db::read_and_wait(served_.database(), [&](db::Tx& tx) {
            const db::Rows rows = tx.run({"column", queries_.back()}, {});
            for (std::size_t i = 0; i < rows.size(); ++i) all += rows[i].find_text(0).value_or("") + '\n';
        });
        return all;
    }

    std::list<std::string> queries_;
    InProcess served_{{&signalmind::dialect, &partnership::dialect, &admin::dialect, &partner::dialect}};
    std::string token_;
};

TEST_F(SignalMindTest, APasswordIsKeptAsAHashAndStandsNowhereElse) {
    served_.send(put, "/rest/v2/accounts", {{"Authentication", token_}, {"Idempotency-Key", "\"once\""}},
                 R"({"Type":"Basic","AccountPlanId":1,"Password":"some-password"})");
    const std::string hash = column("SELECT password_hash FROM subscription");
    EXPECT_TRUE(is_password(hash.substr(0, hash.size() - 1), "some-password")) << hash;
    for (const char* sql :
         {"SELECT changes FROM event", "SELECT answer || fingerprint || key_sha256 FROM stored_answer"})
        EXPECT_EQ(column(sql).find("some-password"), std::string::npos) << sql;
    EXPECT_NE(column("SELECT answer FROM stored_answer"), "");
    const std::string guid = member_of(ask(get, "accounts"), "Id");
    ask(post, "accounts/" + guid, R"({"password":"another-one"})");
    const std::string changed = column("SELECT password_hash FROM subscription");
    EXPECT_TRUE(is_password(changed.substr(0, changed.size() - 1), "another-one")) << changed;
    EXPECT_NE(column("SELECT changes FROM event").find("password\t\tchanged"), std::string::npos);
}

TEST_F(SignalMindTest, APasswordWrittenWithEscapesIsFoundToo) {
    ask(put, "accounts", R"({"Type":"Basic","AccountPlanId":1,"P\u0061ssword":"some-password"})");
    EXPECT_TRUE(column("SELECT password_hash FROM subscription").starts_with("$argon2id$"));
}

TEST_F(SignalMindTest, AnEmptyPasswordIsNone) {
    ask(put, "accounts", R"({"Type":"Basic","AccountPlanId":1,"Password":""})");
    EXPECT_EQ(column("SELECT password_hash FROM subscription"), "\n");
}

TEST_F(SignalMindTest, AHashThatIsSentIsAPasswordLikeAnyOther) {
    const std::string hash = hash_password("x", "");
    ask(put, "accounts", R"({"Type":"Basic","AccountPlanId":1,"Password":")" + hash + "\"}");
    const std::string kept = column("SELECT password_hash FROM subscription");
    EXPECT_TRUE(is_password(kept.substr(0, kept.size() - 1), hash));
}

TEST_F(SignalMindTest, WhatWasOpenedHereIsReadHeldReDatedAndClosedThroughThePartnershipApi) {
    const std::string guid = member_of(ask(put, "accounts", R"({"Type":"Basic","AccountPlanId":1})"), "Id");
    const http::Response shown = partner(get, '/' + guid);
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(member_of(shown.body, "account_uid"), guid);
    EXPECT_EQ(member_of(shown.body, "account_type"), "I");
    EXPECT_EQ(member_of(shown.body, "domain"), "");
    EXPECT_EQ(member_of(shown.body, "status"), "entitled");

    ask(post, "accounts/" + guid + "/changeaccountstatus/Disabled");
    EXPECT_EQ(member_of(partner(get, '/' + guid).body, "status"), "suspended");
    ask(post, "accounts/" + guid + "/changeaccountstatus/Active");
    EXPECT_EQ(member_of(partner(get, '/' + guid).body, "status"), "entitled");

    EXPECT_EQ(partner(patch, '/' + guid, R"({"ends_at":"2023-02-01T00:00:00Z"})").status, 200);
    served_.world().set(*parse_rfc3339("2023-02-01T00:00:00Z"));
    token_ = member_of(served_.send(get, "/rest/v2/authentication/getapitoken?key=key").body, "Token");
    EXPECT_EQ(member_of(ask(get, "accounts/" + guid), "Status"), "Disabled");

    EXPECT_EQ(partner(delete_, '/' + guid).status, 204);
    EXPECT_NE(ask(get, "accounts/" + guid).find(R"("Code":2000)"), std::string::npos);
}

TEST_F(SignalMindTest, WhatWasOpenedThroughThePartnershipApiIsReadAndHeldHereWithNullsLeftOut) {
    partner(post, "", R"({"account_uid":"a-1","account_type":"I","domain":"b5test.com"})");
    const std::string list = ask(get, "accounts");
    const std::string guid = member_of(list, "Id");
    EXPECT_EQ(list, R"({"Data":{"Items":[{"Id":")" + guid +
                        R"(","Type":"Basic","Status":"Active"}],"AllCount":1},"Success":true,"Messages":[]})");
    ask(post, "accounts/" + guid + "/changeaccountstatus/Disabled");
    EXPECT_EQ(member_of(partner(get, "/a-1").body, "status"), "suspended");
    EXPECT_EQ(member_of(ask(get, "accounts/" + guid), "Status"), "Disabled");
    ask(post, "accounts/" + guid + "/changeaccountplan/1");
    EXPECT_NE(ask(get, "accounts/" + guid).find(R"("AccountPlanId":1)"), std::string::npos);
    ask(delete_, "accounts/" + guid + "/deletebasicaccount");
    EXPECT_EQ(partner(get, "/a-1").status, 404);
}

TEST_F(SignalMindTest, ASubAccountThatIsHeldWithTheAccountAboveItSaysSoInOtherApis) {
    db::write_and_wait(served_.database(), [&](db::Tx& tx) {
        World& world = served_.world();
        ASSERT_TRUE(set_rights(tx, world, 2, {.may_create_premium = true}).ok());
        ASSERT_TRUE(
            add_plan(tx, world, {.reseller_id = 2, .type = AccountType::family, .id = 2, .name = "Premium"}).ok());
        ASSERT_TRUE(
            add_credential(tx, world, {.reseller_id = 2, .kind = CredentialKind::operator_token, .secret = "operator"})
                .ok());
    });
    const std::string premium = member_of(
        ask(put, "accounts",
            R"({"Type":"Premium","AccountPlanId":2,"PremiumAccountInfo":{"ControlPanelDomains":["a.example"]}})"),
        "Id");
    ask(put, "accounts", R"({"Type":"Basic","AccountPlanId":1,"ParentAccountId":")" + premium + R"("})");
    ask(post, "accounts/" + premium + "/changeaccountstatus/Suspended");
    for (const auto& [path, secret] :
         {std::pair("/admin/v1/accounts", "operator"), std::pair("/partner/v1/accounts", "partner")}) {
        const std::string list = served_.send(get, path, {{"Authorization", "Bearer " + std::string(secret)}}).body;
        EXPECT_NE(list.find(R"("holds":["administrative"])"), std::string::npos) << list;
        EXPECT_NE(list.find(R"("holds":["parent"])"), std::string::npos) << list;
    }
}

// What clients cannot take for an answer keeps its status; all else is 200.
TEST_F(SignalMindTest, OnlyWhatIsNoHttpHasAnotherStatus) {
    http::Request request;
    request.target = "/rest/v2/accounts";
    for (const int status : {400, 408, 411, 413, 414, 417, 431, 501, 505})
        EXPECT_EQ(served_.service().refuse(request, status, "no").status, status);
    for (const int status : {404, 405, 415, 500, 503})
        EXPECT_EQ(served_.service().refuse(request, status, "no").status, 200) << status;
    EXPECT_EQ(
        served_.service().refuse(request, 500, "/secret/path").body,
        R"({"Data":null,"Success":false,"Messages":[{"Error":"Internal server error","Code":1005,"Details":[]}]})");
}

}  // namespace
