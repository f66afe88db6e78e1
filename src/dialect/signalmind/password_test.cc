#include "dialect/signalmind/password.h"

#include <gtest/gtest.h>

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

}  // namespace
