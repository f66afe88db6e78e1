#include "dialect/signalmind/password.h"

#include <gtest/gtest.h>

#include <future>

#include "service/admission.h"
#include "tests/testing/engine_test.h"

namespace {

TEST(TakePassword, LeavesNoneInTheBody) {
    for (const char* body : {R"({"Password":"secret"})", R"({"password":"secret","PASSWORD":"secret"})",
                             R"({"Data":{"Password":"secret"},"Password":"secret","x":[{"password":"secret"}]})",
                             R"({"password":null,"Password":"secret"})", R"({"Password":null,"password":"secret"})"}) {
        const auto taken = signalmind::take_password(body);
        ASSERT_TRUE(taken) << body;
        EXPECT_EQ(taken->password, "secret");
        EXPECT_EQ(taken->rest.find("secret"), std::string::npos) << taken->rest;
        const std::string hashed = signalmind::put_hash(taken->rest, "$argon2id$x");
        const auto again = signalmind::take_password(hashed);
        ASSERT_TRUE(again) << hashed;
        EXPECT_EQ(again->password, "$argon2id$x") << "where it is looked for";
    }
    for (const char* body :
         {"", "{}", "[]", "\"Password\"", R"({"Password":null})", R"({"Password":1})", R"({"Password":)"})
        EXPECT_FALSE(signalmind::take_password(body)) << body;
}

using PasswordRouteTest = EngineTest;

// A call begins again where what was known of its caller is old. A hash of the hash would open to no password.
TEST_F(PasswordRouteTest, HashesOnceHoweverOftenTheCallBegins) {
    service::App app{*database_, world_, {}};
    app.admission = std::make_shared<service::Admission>(*database_, service::AdmissionLimits{});
    const auto look = [](const service::App&, const std::shared_ptr<service::Call>&, service::RenderError,
                         const http::Reply&, std::function<void()> go_on) { go_on(); };
    const auto show_body = [](const service::App&, std::shared_ptr<service::Call> call, service::RenderError,
                              http::Reply reply) { reply({.status = 200, .body = call->request.body}); };
    const service::Route route =
        signalmind::with_hashed_password(look, service::Route{http::Method::post, "/accounts", show_body});
    const auto call = std::make_shared<service::Call>();
    call->request.body = R"({"Data":{"Password":"secret"}})";
    const auto run = [&] {
        std::promise<std::string> body;
        route.run(app, call, nullptr, [&](http::Response response) { body.set_value(std::move(response.body)); });
        return body.get_future().get();
    };
    const std::string hashed = run();
    const auto taken = signalmind::take_password(hashed);
    ASSERT_TRUE(taken) << hashed;
    EXPECT_TRUE(signalmind::is_hash(taken->password)) << hashed;
    EXPECT_EQ(run(), hashed);
    app.admission->stop();
}

}  // namespace
