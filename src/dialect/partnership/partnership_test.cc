#include "dialect/partnership/partnership.h"

#include <future>

#include "dialect/partnership/revision.h"
#include "engine/accounts/hold_account.h"
#include "engine/accounts/redeem_account.h"
#include "service/service.h"
#include "tests/testing/engine_test.h"
#include "tests/testing/wrapped_database.h"

namespace {

using enum http::Method;

class PartnershipTest : public EngineTest {
protected:
    PartnershipTest() {
        write([&](db::Tx& tx) {
            ASSERT_TRUE(add_credential(tx, world_, {.reseller_id = partner_id, .secret = "t"}).ok());
        });
    }
    ~PartnershipTest() override { partnership::set_default_revision(Revision::partnership_openapi); }

    std::string send(http::Method method, std::string target, std::string body = {}, http::Headers headers = {}) {
        http::Request request{
            .method = method, .target = std::move(target), .headers = std::move(headers), .body = std::move(body)};
        request.headers.add("Authorization", "Bearer t");
        std::promise<http::Response> answered;
        service_.serve(std::move(request), [&](http::Response response) { answered.set_value(std::move(response)); });
        const http::Response response = answered.get_future().get();
        const std::string* retry_after = response.headers.find("retry-after");
        return std::to_string(response.status) + ' ' + (retry_after ? "after " + *retry_after + ' ' : "") +
               response.body;
    }

    WrappedDatabase wrapped_{*database_};
    service::Service service_{
        wrapped_, world_, {.dialects = {&partnership::dialect}, .log_access = {}, .log_failure = {}}};
};

const std::string account_path = "/api/v1/partners/accounts/a";
const http::Headers reference = {{"Partnership-Revision", "reference"}};

TEST_F(PartnershipTest, SaysNothingWhenTheMachineIsBroken) {
    wrapped_.fail_with(failure_of<std::runtime_error>("SELECT"));
    EXPECT_EQ(send(get, account_path),
              R"(500 {"status":500,"message":"Internal server error","code":"internal_server_error"})");
    EXPECT_EQ(send(get, account_path, "", reference),
              R"(500 {"description":"Internal server error","code":500,"error":"internal_server_error"})");
}

TEST_F(PartnershipTest, SaysWhenToTryAgainWhenTheMachineCannotDoItNow) {
    ASSERT_EQ(send(get, account_path).substr(0, 3), "404");  // from here on the caller is known without the database
    wrapped_.fail_with(failure_of<db::Unavailable>("the disk is full"));
    EXPECT_EQ(
        send(delete_, account_path),
        R"(503 after 1 {"status":503,"message":"The service is not available now; try again later.","code":"service_unavailable"})");
    EXPECT_EQ(
        send(patch, account_path, R"({"ends_at":""})", reference),
        R"(503 after 1 {"description":"The service is not available now; try again later.","code":503,"error":"service_unavailable"})");
}

TEST_F(PartnershipTest, AnswersInTheRevisionOfABodyThatCouldNotBeKept) {
    ASSERT_EQ(send(get, account_path).substr(0, 3), "404");
    wrapped_.fail_at_commit_with(failure_of<db::Unavailable>("the disk is full"));
    EXPECT_EQ(
        send(post, "/api/v1/partners/accounts",
             R"({"customer_account_uid":"a","account_type":"I","domain":"b5test.com"})"),
        R"(503 after 1 {"description":"The service is not available now; try again later.","code":503,"error":"service_unavailable"})");
    wrapped_.fail_at_commit_with(nullptr);
    EXPECT_EQ(send(get, account_path).substr(0, 3), "404");
}

TEST_F(PartnershipTest, TakesTheServersDefaultRevisionWhereNothingElseSays) {
    partnership::set_default_revision(Revision::partnership_reference);
    EXPECT_EQ(send(get, account_path),
              R"(404 {"description":"Failed to find the requested account.","code":404,"error":"not_found"})");
    EXPECT_EQ(send(post, "/api/v1/partners/accounts", R"({"account_type":"I","domain":"b5test.com"})"),
              R"(400 {"description":"customer_account_uid is required.","code":400,"error":"bad_request"})");
    partnership::set_default_revision(Revision::partnership_openapi);
    EXPECT_EQ(send(get, account_path).substr(0, 16), R"(404 {"status":40)");
}

// What no request of this API can bring about: the stages after redemption, and holds.
TEST_F(PartnershipTest, ShowsEachStatusInBothRevisions) {
    const auto statuses = [&] {
        const auto status_in = [](const std::string& answer) {
            const std::size_t begin = answer.find("\"status\":\"") + 10;
            return answer.substr(begin, answer.find('"', begin) - begin);
        };
        return status_in(send(get, account_path)) + ' ' + status_in(send(get, account_path, "", reference));
    };
    const Account account = open("a");
    EXPECT_EQ(statuses(), "entitled entitled");
    ASSERT_EQ(outcome(run(hold_account, {"a"})), "done");
    EXPECT_EQ(statuses(), "suspended entitled");
    ASSERT_EQ(outcome(run(lift_account, {"a"})), "done");
    const auto redeemed = transact<Account>(
        [&](db::Tx& tx) { return redeem_account(tx, world_, {}, {.token = account.activation_token}); });
    ASSERT_EQ(outcome(redeemed), "done");
    EXPECT_EQ(statuses(), "provisioned provisioned");
    ASSERT_EQ(outcome(run(report_members, {"a", 3})), "done");
    EXPECT_EQ(statuses(), "activated provisioned");
    EXPECT_NE(send(get, account_path, "", reference).find("\"deployed_members\":3"), std::string::npos);
    ASSERT_EQ(outcome(run(hold_account, {"a"})), "done");
    EXPECT_EQ(statuses(), "suspended provisioned");
}

// Accounts that another API opened have no revision of this one.
TEST_F(PartnershipTest, ShowsAccountsOfOtherApisInTheFallbacksRevision) {
    ASSERT_EQ(
        outcome(run(open_account, {.uid = "a", .domain = "b5test.com", .opened_under = Revision::activeplatform})),
        "done");
    EXPECT_EQ(send(get, account_path).substr(0, 22), R"(200 {"account_uid":"a")");
    partnership::set_default_revision(Revision::partnership_reference);
    EXPECT_EQ(send(get, account_path).substr(0, 31), R"(200 {"customer_account_uid":"a")");
    EXPECT_EQ(send(patch, account_path, "{}"),
              R"(400 {"description":"ends_at is required.","code":400,"error":"bad_request"})");
}

}  // namespace
