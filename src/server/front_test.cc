#include "server/front.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialect/pages/documents.h"
#include "dialect/pages/visit.h"
#include "server/dialects.h"

namespace {

using testing::HasSubstr;

http::Request request_of(http::Method method, const std::string& target) {
    http::Request request;
    request.method = method;
    request.method_name = std::string(http::to_string(method));
    request.target = target;
    return request;
}

class FrontTest : public testing::Test {
protected:
    FrontTest() {
        service::ServiceOptions options;
        options.dialects = all_dialects();
        options.dialects.push_back(&visit::dialect);
        for (const service::Dialect* dialect : documents_.dialects()) options.dialects.push_back(dialect);
        options.log_access = [this](const service::AccessRecord& record) { statuses_.push_back(record.status); };
        front_.answer_for_now(options);
    }

    http::Response ask(http::Method method, const std::string& target) {
        http::Response answer{.status = 0};
        front_.serve(request_of(method, target), [&](http::Response response) { answer = std::move(response); });
        return answer;
    }

    const documents::Documents documents_{documents::DocumentsOptions{.dialects = all_dialects()}};
    std::vector<int> statuses_;
    Front front_;
};

// Also where no credential is presented, or a path that does not exist: nobody can know yet.
TEST_F(FrontTest, SaysToEachApiInItsOwnShapeThatNothingCanBeAnsweredYet) {
    const struct {
        const char* target;
        int status;
        const char* type;
        const char* words;
    } cases[] = {
        {"/admin/v1/accounts", 503, "application/problem+json", R"("status":503)"},
        {"/partner/v1/accounts", 503, "application/problem+json", R"("status":503)"},
        {"/api/v1/accounts/x", 503, "application/json", "{"},
        {"/api/v3/accounts", 503, "application/vnd.api+json", R"("errors":[)"},
        {"/rest/v2/accounts/list", 200, "application/json", "{"},  // its failures have no status of their own
        {"/visit/account", 503, "text/html", "<"},
        {"/docs/", 503, "application/problem+json", R"("status":503)"},
        {"/nowhere", 503, "application/problem+json", R"("status":503)"},
    };
    for (const auto& [target, status, type, words] : cases)
        for (const http::Method method : {http::Method::get, http::Method::post}) {
            const http::Response answer = ask(method, target);
            EXPECT_EQ(answer.status, status) << target;
            EXPECT_THAT(answer.content_type, HasSubstr(type)) << target;
            EXPECT_THAT(answer.body, HasSubstr(words)) << target;
            EXPECT_NE(answer.headers.find("retry-after"), nullptr) << target;
            EXPECT_NE(answer.headers.find("x-request-id"), nullptr) << target;
        }
    EXPECT_EQ(statuses_.size(), 2 * std::size(cases)) << "each is logged";
}

TEST_F(FrontTest, RefusesWhatIsNoRequestMeanwhile) {
    EXPECT_EQ(front_.refuse(request_of(http::Method::get, "/admin/v1/x"), 431, "Too long.").status, 431);
}

TEST_F(FrontTest, PassesAllOnOnceItIsOpen) {
    EXPECT_EQ(ask(http::Method::get, "/nowhere").status, 503);
    front_.open(
        [](const http::Request& request, const http::Reply& reply) { reply({.status = 299, .body = request.target}); },
        [](const http::Request&, int status, std::string_view) { return http::Response{.status = status + 1}; });
    const http::Response answer = ask(http::Method::get, "/nowhere");
    EXPECT_EQ(answer.status, 299);
    EXPECT_EQ(answer.body, "/nowhere");
    EXPECT_EQ(answer.headers.find("retry-after"), nullptr);
    EXPECT_EQ(front_.refuse(request_of(http::Method::get, "/"), 400, "").status, 401);
}

}  // namespace
