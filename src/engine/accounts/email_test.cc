#include "engine/accounts/email.h"

#include <gtest/gtest.h>

#include <string>

namespace {

TEST(Email, TakesWhatPeopleType) {
    for (const char* email : {"ada@example.com", "a@b.c", "ada.lovelace+x@mail.example.co.uk", "o'brien@example.ie",
                              "ADA@EXAMPLE.COM", "1@2.3",
                              "d\xc3\xa4rlein@b\xc3\xbc"
                              "cher.example"})
        EXPECT_TRUE(is_email(email)) << email;
}

TEST(Email, TakesNothingThatCanBeNone) {
    const std::string longest =
        std::string(64, 'a') + "@" + std::string(63, 'b') + "." + std::string(63, 'c') + "." + std::string(61, 'd');
    ASSERT_EQ(longest.size(), email_length_max);
    EXPECT_TRUE(is_email(longest));
    EXPECT_FALSE(is_email(longest + "d"));
    EXPECT_FALSE(is_email(std::string(65, 'a') + "@example.com"));
    for (const char* email : {"",
                              "@",
                              "ada",
                              "ada@",
                              "@example.com",
                              "ada@example",
                              "ada@@example.com",
                              "a b@example.com",
                              ".ada@example.com",
                              "ada.@example.com",
                              "a..da@example.com",
                              "ada@.example.com",
                              "ada@example..com",
                              "ada@example.com.",
                              "ada@-example.com",
                              "ada@example-.com",
                              "ada@exam_ple.com",
                              "ada@example.com\n",
                              "ada@exam ple.com",
                              "\"ada\"@example.com",
                              "ada@[127.0.0.1]",
                              "<script>@example.com",
                              "ada\x01@example.com"})
        EXPECT_FALSE(is_email(email)) << email;
}

}  // namespace
