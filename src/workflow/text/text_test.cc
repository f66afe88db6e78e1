#include "workflow/text/text.h"

#include <gtest/gtest.h>

namespace workflow {
namespace {

TEST(Text, writes_numbers_as_people_do) {
    EXPECT_EQ(to_json(json::value(5.0)), "5.0");
    EXPECT_EQ(to_json(json::value(0.1)), "0.1");
    EXPECT_EQ(to_json(json::value(1e300)), "1e+300");
    EXPECT_EQ(to_json(json::value(std::uint64_t{18446744073709551615u})), "18446744073709551615");
    EXPECT_EQ(to_text(json::value(5.0)), "5");
    EXPECT_EQ(to_text(json::value("x")), "x");
    EXPECT_EQ(to_text(json::value(nullptr)), "null");
    EXPECT_EQ(to_text(json::array{1, "a"}), R"([1,"a"])");
}

TEST(Text, escapes_json_strings) { EXPECT_EQ(to_json(json::value("a\"\\\n\x01é")), "\"a\\\"\\\\\\n\\u0001é\""); }

TEST(Text, compares_without_regard_to_case_in_all_of_unicode) {
    EXPECT_TRUE(equal_ignoring_case("Straße É ПРИВЕТ ΣΑΣ", "sTRAßE é привет σας"));
    EXPECT_FALSE(equal_ignoring_case("a", "ab"));
    EXPECT_FALSE(equal_ignoring_case("a", "b"));
    EXPECT_LT(compare_ignoring_case("ALPHA", "beta"), 0);
    EXPECT_GT(compare_ignoring_case("gamma", "BETA"), 0);
}

TEST(Text, finds_a_number_only_where_there_is_nothing_else) {
    EXPECT_EQ(number_in("12"), 12);
    EXPECT_EQ(number_in("-1.5e2"), -150);
    for (const char* text : {"", " 1", "1 ", "1x", "inf", "nan", "+1", "-", ".5", "1.", "0x10"})
        EXPECT_FALSE(number_in(text)) << text;
}

TEST(Text, encodes_for_urls_and_forms) {
    EXPECT_EQ(percent_encode("a b/c?d~é"), "a%20b%2Fc%3Fd~%C3%A9");
    EXPECT_EQ(percent_encode("a/b", "/"), "a/b");
    EXPECT_EQ(form_encode("a b&c=d~*"), "a+b%26c%3Dd%7E*");
    EXPECT_EQ(percent_decode("a%20b+c%zz%2"), "a b+c%zz%2");
    EXPECT_EQ(percent_decode("a+b", true), "a b");
    EXPECT_EQ(base64("user:pass"), "dXNlcjpwYXNz");
    EXPECT_EQ(base64("ab"), "YWI=");
    EXPECT_EQ(base64("a"), "YQ==");
    EXPECT_EQ(base64(""), "");
}

TEST(Text, shortens_and_disarms_for_a_terminal) {
    EXPECT_EQ(shorten("a\nb\x1b[31m\xc2\x9b", 100), "a\\nb\\x1b[31m\\x9b");
    EXPECT_EQ(shorten("éééé", 5), "éé…");
}

TEST(Text, tells_valid_from_invalid_utf8) {
    EXPECT_TRUE(is_utf8("aé😀\xEF\xBF\xBD"));
    for (const char* bad : {"\x80", "\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xFF"})
        EXPECT_FALSE(is_utf8(bad)) << bad;
}

TEST(Text, suggests_the_nearest_name) {
    EXPECT_EQ(nearest("getpet", {"getPet", "putPet", "listPets"}), "getPet");
    EXPECT_EQ(nearest("createAcount", {"createAccount", "x"}), "createAccount");
    EXPECT_EQ(nearest("something", {"else", "entirely"}), "");
}

}  // namespace
}  // namespace workflow
