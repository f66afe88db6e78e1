#include "core/webhook_signature.h"

#include <gtest/gtest.h>

#include "core/base64.h"

namespace {

// The example of the specification's reference libraries.
TEST(WebhookSignature, IsThatOfTheSpecificationsExample) {
    EXPECT_EQ(sign_webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                           R"({"test": 2432232314})"),
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, NeedsASecretThatIsOne) {
    for (const char* secret : {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8", "whsec_M*KQ"})
        EXPECT_FALSE(sign_webhook(secret, "1", 1, "{}")) << secret;
}

TEST(Base64, IsThatOfRfc4648) {
    const char* const examples[][2] = {{"", ""},
                                       {"f", "Zg=="},
                                       {"fo", "Zm8="},
                                       {"foo", "Zm9v"},
                                       {"foob", "Zm9vYg=="},
                                       {"fooba", "Zm9vYmE="},
                                       {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : examples) {
        EXPECT_EQ(encode_base64(bytes), text);
        EXPECT_EQ(decode_base64(text), bytes);
    }
    for (const char* text : {"Zg=", "Zg", "Zh==", "Zg==\n", "Z===", "====", "Zm9v!mFy"})
        EXPECT_FALSE(decode_base64(text)) << text;
}

}  // namespace
