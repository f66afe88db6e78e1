// A client made from the vendor's page (openapi/partnership-reference.json), and from nothing else, at a server's
// default settings: in one session it is answered each status and body of that page.

#include <gtest/gtest.h>

#include <set>

#include "dialect/pages/documents.h"
#include "server/dialects.h"
#include "server/sandbox.h"
#include "tests/openapi/document.h"
#include "tests/testing/in_process.h"

namespace {

class VendorClient : public testing::Test {
protected:
    explicit VendorClient(std::string token = "sandbox-partner-b") : token_(std::move(token)) {
        db::write_and_wait(served_.database(), [&](db::Tx& tx) { seed_sandbox(tx, served_.world()); });
    }

    const test::Document::Operation& find(std::string_view id) const {
        for (const auto& operation : page_.operations())
            if (operation.node.text("operationId") == id) return operation;
        throw std::runtime_error("the page has no " + std::string(id));
    }

    // As a generated client calls: the operation's method and path, and no header that the page does not require.
    http::Response call(std::string_view id, const std::string& uid, const std::string& body, int wanted,
                        const std::string& condition = {}) {
        const auto& operation = find(id);
        http::Request request;
        request.method = http::parse_method(operation.method);
        request.method_name = operation.method;
        request.target = operation.path.substr(0, operation.path.find('{')) + uid;
        request.headers.add("Authorization", "Bearer " + token_);
        if (!body.empty()) request.headers.add("Content-Type", "application/json");
        if (!condition.empty()) request.headers.add("If-Match", condition);
        request.body = body;
        http::Response response = served_.send(request);
        EXPECT_EQ(response.status, wanted) << id << ' ' << uid << ' ' << body << '\n' << response.body;
        for (const std::string& problem : page_.check_response(operation, request, response))
            ADD_FAILURE() << id << ' ' << uid << ' ' << response.status << ": " << problem << '\n' << response.body;
        answered_.insert(std::string(id) + ' ' + std::to_string(response.status));
        return response;
    }

    static std::string opening(const std::string& uid, const std::string& more = "") {
        return R"({"customer_account_uid":")" + uid + R"(","account_type":"I","domain":"b5test.com")" + more + '}';
    }

    const test::Document page_{"partnership-reference", documents::find_document("partnership-reference")->bytes};
    InProcess served_{all_dialects()};
    std::string token_;
    std::set<std::string> answered_;
};

constexpr const char* create = "begin_provisioning_process";
constexpr const char* read = "get_account_by_uid";
constexpr const char* redate = "update_account_ends_at_by_uid";
constexpr const char* remove_it = "remove_account_from_partnership";

TEST_F(VendorClient, IsAnsweredInTheWordsOfItsPageAllTheSession) {
    call(create, "", opening("c-1"), 201);
    call(create, "", opening("c-2", R"(,"ends_at":null)"), 201);
    call(create, "", opening("c-3", R"(,"ends_at":"")"), 201);
    call(create, "", opening("c-1"), 409);
    call(create, "", R"({"customer_account_uid":"c-4","account_type":"B","domain":"b5test.com"})", 400);
    call(create, "", R"({"customer_account_uid":"c-4","account_type":"I","domain":"nowhere.example"})", 404);
    call(create, "", R"({"account_type":"I","domain":"b5test.com"})", 400);
    call(create, "", "{", 400);
    call(read, "c-1", "", 200);
    call(read, "nobody", "", 404);
    call(redate, "c-1", R"({"ends_at":"2050-02-05T13:00:00-05:00"})", 200);
    call(redate, "c-1", R"({"ends_at":""})", 200);
    call(redate, "c-1", R"({"ends_at":null})", 200);
    call(redate, "c-1", R"({"ends_at":"soon"})", 400);
    call(redate, "c-1", R"({"ends_at":"2001-01-01T00:00:00Z"})", 400);
    call(redate, "c-1", "{}", 400);
    call(redate, "nobody", R"({"ends_at":null})", 404);
    call(redate, "c-1", R"({"ends_at":null})", 412, R"("of-another-time")");
    call(remove_it, "c-1", "", 412, R"("of-another-time")");
    call(remove_it, "c-1", "", 204);
    call(remove_it, "c-1", "", 404);
    call(read, "c-1", "", 410);
    call(redate, "c-1", R"({"ends_at":null})", 400);
    call(create, "", opening("c-1"), 201);

    db::write_and_wait(served_.database(), [&](db::Tx& tx) {
        tx.run({"end_of_a_token", "UPDATE credential SET expires_at = $1 WHERE label = '' AND reseller_id = 3"},
               {to_milliseconds(served_.world().now())});
        tx.invalidate_caches();
    });
    call(create, "", opening("c-5"), 403);
    call(read, "c-1", "", 403);
    call(redate, "c-1", R"({"ends_at":null})", 403);
    call(remove_it, "c-1", "", 403);

    // Of a key, and of a reason, that no generated client sends by itself.
    const std::set<std::string> ours = {std::string(create) + " 422", std::string(redate) + " 422",
                                        std::string(remove_it) + " 422", std::string(remove_it) + " 400"};
    for (const auto& operation : page_.operations())
        for (const auto& [status, node] : operation.node.child("responses").children())
            if (status != "default" && !ours.contains(operation.node.text("operationId") + ' ' + status)) {
                EXPECT_TRUE(answered_.contains(operation.node.text("operationId") + ' ' + status))
                    << operation.node.text("operationId") << " was never answered " << status;
            }
}

// After the grace GET says that the account is gone: the customer may come back.
TEST_F(VendorClient, OpensAnAccountAgainThatIsGone) {
    const http::Response first = call(create, "", opening("r-1", R"(,"ends_at":"2023-01-24T00:00:00Z")"), 201);
    served_.world().advance(std::chrono::days(40));
    call(read, "r-1", "", 410);
    call(redate, "r-1", R"({"ends_at":null})", 400);
    const http::Response second = call(create, "", opening("r-1"), 201);
    EXPECT_NE(second.body, first.body) << "a new account, with a token of its own";
    call(read, "r-1", "", 200);
    call(create, "", opening("r-1"), 409);
    call(remove_it, "r-1", "", 204);
}

class NewVendorClient : public VendorClient {
protected:
    NewVendorClient() : VendorClient("sandbox-partner") {}
};

// The sandbox's first credential begins as one that has used the page already.
TEST_F(NewVendorClient, IsUnderstoodByTheSandboxFromTheFirstRequest) {
    call(read, "nobody", "", 404);
    call(remove_it, "nobody", "", 404);
    call(create, "", "{}", 400);
}

// Whoever speaks the other revision is answered in that one from then on.
TEST_F(NewVendorClient, MaySpeakTheOtherRevision) {
    const auto ask = [&](http::Method method, const std::string& target, const std::string& body = "") {
        return served_.send(method, target, {{"Authorization", "Bearer sandbox-partner"}}, body).body;
    };
    const std::string accounts = "/api/v1/partners/accounts";
    ask(http::Method::post, accounts, R"({"account_uid":"b-1","account_type":"I","domain":"b5test.com"})");
    EXPECT_NE(ask(http::Method::get, accounts + "/nobody").find(R"("code":"account_not_found")"), std::string::npos);
    ask(http::Method::post, accounts, opening("a-1"));
    EXPECT_NE(ask(http::Method::get, accounts + "/nobody").find(R"("error":"not_found")"), std::string::npos);
}

}  // namespace
