// Methods that no API has, in every API alike. TRACE would show a caller what others had added to its request.

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "dialect/admin/workflows.h"
#include "dialect/sandbox/sandbox.h"
#include "server/dialects.h"
#include "tests/testing/in_process.h"

namespace {

std::vector<const service::Dialect*> served_dialects(const sandbox::Sandbox& sandbox,
                                                     const workflows::Workflows& workflows) {
    std::vector<const service::Dialect*> dialects{&sandbox.dialect(), &workflows.dialect()};
    for (const service::Dialect* dialect : all_dialects()) dialects.push_back(dialect);
    return dialects;
}

TEST(Methods, ThatNoApiHasAreRefusedAndNothingIsSentBack) {
    const sandbox::Sandbox sandbox([](db::Tx&, World&) {});
    const workflows::Workflows workflows;
    const auto dialects = served_dialects(sandbox, workflows);
    InProcess served(dialects);
    for (const service::Dialect* dialect : dialects)
        for (const service::Route& route : *dialect->routes)
            for (const char* method : {"TRACE", "CONNECT", "BREW", "get"}) {
                http::Request request;
                request.method = http::parse_method(method);
                request.method_name = method;
                request.target = std::regex_replace(std::string(route.path), std::regex("\\{[^}]*\\}"), "1");
                request.headers = {{"Cookie", "of-somebody"}};
                SCOPED_TRACE(request.method_name + ' ' + request.target);
                const http::Response response = served.send(std::move(request));
                // In SignalMind's envelope every refusal of what a client may ask has the status 200.
                if (dialect->name == "signalmind" && response.status == 200) {
                    EXPECT_STRNE(method, "TRACE");
                    EXPECT_NE(response.body.find(R"("Success":false)"), std::string::npos) << response.body;
                } else {
                    EXPECT_EQ(response.status, 405);
                    EXPECT_TRUE(response.headers.find("allow"));
                }
                EXPECT_EQ(response.body.find("of-somebody"), std::string::npos);
            }
}

}  // namespace
