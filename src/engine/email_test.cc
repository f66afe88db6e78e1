#include "engine/email.h"

#include <gtest/gtest.h>

namespace {

TEST(Email, IsALocalPartAndAHost) {
    for (const char* text : {"a@b.example", "first.last+tag@mail.example.com", "ClotildeLedner@example.com",
                             "m\u00fcller@example.com", "x@m\u00fcnchen.example", "x@xn--mnchen-3ya.example",
                             "x@\u4f8b\u3048.example", "o'brien@example.com", "a@1.example"})
        EXPECT_TRUE(is_email(text)) << text;
    for (const char* text : {"", "a", "a@", "@b.example", "a@b", "a b@c.example", ".a@b.example", "a.@b.example",
                             "a..b@c.example", "a@-b.example", "a@b_c.example", "a@b..example", "a@[192.0.2.1]",
                             "\"a\"@b.example", "a@b.example.", "a,b@c.example"})
        EXPECT_FALSE(is_email(text)) << text;
    EXPECT_FALSE(is_email(std::string(65, 'a') + "@b.example"));
    EXPECT_FALSE(is_email("a@" + std::string(64, 'b') + ".example"));
}

TEST(Email, HoldsNothingThatCannotBeSeen) {
    for (const char* text : {"a\u200bb@c.example", "ab@c\u00ad.example", "a\u200eb@c.example", "\ufeffa@b.example",
                             "a@b.example\u2060", "a\u00a0b@c.example", "a\u202eb@c.example", "a\u2800@b.example"})
        EXPECT_FALSE(is_email(text)) << text;
}

TEST(Email, ComparesAsPeopleWriteTheSameAddress) {
    EXPECT_EQ(email_key("M\u00dcLLER@EXAMPLE.COM"), email_key("m\u00fcller@example.com"));
    EXPECT_EQ(email_key("mu\u0308ller@example.com"), email_key("m\u00fcller@example.com"));
    EXPECT_EQ(email_key("a@M\u00dcNCHEN.example"), "a@xn--mnchen-3ya.example");
    EXPECT_EQ(email_key("a@XN--MNCHEN-3YA.example"), "a@xn--mnchen-3ya.example");
    EXPECT_NE(email_key("a@stra\u00dfe.example"), email_key("a@strasse.example")) << "non-transitional";
    EXPECT_EQ(email_key("Plain@Example.COM"), "plain@example.com");
    EXPECT_NE(email_key("a+b@example.com"), email_key("a@example.com"));
}

}  // namespace
