#include "core/ascii.h"

#include <gtest/gtest.h>

TEST(Ascii, KnowsNoLetterBeyondItself) {
    int letters = 0, digits = 0, changed = 0;
    for (int c = 0; c < 256; ++c) {
        letters += is_ascii_letter(static_cast<char>(c));
        digits += is_ascii_digit(static_cast<char>(c));
        changed += to_lower_ascii(static_cast<char>(c)) != static_cast<char>(c);
    }
    EXPECT_EQ(letters, 52);
    EXPECT_EQ(digits, 10);
    EXPECT_EQ(changed, 26);
    EXPECT_EQ(to_lower_ascii("ÄZ@[`{"), "Äz@[`{");
}

TEST(Ascii, ComparesWithoutRegardToTheCaseOfItsLetters) {
    EXPECT_TRUE(equal_ignoring_ascii_case("Content-Type", "cONTENT-tYPE"));
    EXPECT_TRUE(equal_ignoring_ascii_case("", ""));
    EXPECT_FALSE(equal_ignoring_ascii_case("a", "ab"));
    EXPECT_FALSE(equal_ignoring_ascii_case("ab", "a"));
    EXPECT_FALSE(equal_ignoring_ascii_case("@", "`"));  // one bit apart, as letters are
    EXPECT_FALSE(equal_ignoring_ascii_case("\xc4", "\xe4"));
}

TEST(Ascii, MakesAWordOfAPhrase) {
    EXPECT_EQ(to_snake_case("Not Found"), "not_found");
    EXPECT_EQ(to_snake_case("Non-Authoritative Information"), "non_authoritative_information");
}
