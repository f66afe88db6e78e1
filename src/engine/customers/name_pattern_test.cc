#include "engine/customers/name_pattern.h"

#include <gtest/gtest.h>

#include <random>

namespace {

constexpr const char* document_pattern = "%first_name %middle_name %last_name";

std::string expand(std::string_view pattern) {
    return expand_name_pattern(pattern, {.primary_name = "Mira", .first_name = "Clotilde", .last_name = "Ledner"});
}

TEST(NamePatternTest, LeavesTwoSpacesWhereTheMiddleNameIsEmpty) {
    EXPECT_EQ(expand(document_pattern), "Clotilde  Ledner");
}

TEST(NamePatternTest, LetsWhatIsNoPlaceholderStand) {
    EXPECT_EQ(expand(""), "");
    EXPECT_EQ(expand("100%"), "100%");
    EXPECT_EQ(expand("%%first_name"), "%Clotilde");
    EXPECT_EQ(expand("%nick_name, %First_name"), "%nick_name, %First_name");
    EXPECT_EQ(expand("%primary_name (%last_name)"), "Mira (Ledner)");
    EXPECT_EQ(expand("%last_names"), "Ledners");
}

TEST(NamePatternTest, DoesNotExpandWhatItHasPutIn) {
    EXPECT_EQ(expand_name_pattern("%first_name", {.first_name = "%last_name", .last_name = "x"}), "%last_name");
}

// Whatever the parts: a pattern of placeholders and literals without "%" becomes just those parts.
TEST(NamePatternTest, JoinsItsPartsAndNothingElse) {
    std::mt19937 random(5);
    const auto any_text = [&](bool has_percent) {
        std::string text;
        for (std::size_t i = random() % 6; i > 0; --i)
            text += has_percent ? " a%_é"[random() % 5] : " ab_-"[random() % 5];
        return text;
    };
    for (int round = 0; round < 5'000; ++round) {
        const Profile profile{.primary_name = any_text(true),
                              .first_name = any_text(true),
                              .middle_name = any_text(true),
                              .last_name = any_text(true)};
        const std::pair<const char*, const std::string*> parts[] = {{"%primary_name", &profile.primary_name},
                                                                    {"%first_name", &profile.first_name},
                                                                    {"%middle_name", &profile.middle_name},
                                                                    {"%last_name", &profile.last_name}};
        std::string pattern, expected;
        for (std::size_t i = random() % 6; i > 0; --i) {
            const auto& [placeholder, text] = parts[random() % 4];
            const std::string literal = any_text(false);
            pattern += placeholder + std::string(" ") + literal;
            expected += *text + " " + literal;
        }
        ASSERT_EQ(expand_name_pattern(pattern, profile), expected) << pattern;
    }
}

}  // namespace
