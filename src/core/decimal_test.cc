#include "core/decimal.h"

#include <gtest/gtest.h>

#include <random>

namespace {

std::string read_and_show(std::string_view text) {
    const auto decimal = parse_decimal(text);
    return decimal ? to_string(*decimal) : "refused";
}

TEST(DecimalTest, ShowsOneDigitOnEitherSideOfThePointAtLeast) {
    EXPECT_EQ(to_string(Decimal()), "0.0");
    EXPECT_EQ(to_string(Decimal(10000)), "10000.0");
    EXPECT_EQ(to_string(Decimal(-3)), "-3.0");
    EXPECT_EQ(to_string(Decimal::from_units(1)), "0.0001");
    EXPECT_EQ(to_string(Decimal::from_units(-1)), "-0.0001");
    EXPECT_EQ(to_string(Decimal::from_units(125000)), "12.5");
    EXPECT_EQ(to_string(Decimal::from_units(Decimal::units_max)), "99999999999999.9999");
}

TEST(DecimalTest, ReadsWhatPeopleWrite) {
    EXPECT_EQ(read_and_show("0"), "0.0");
    EXPECT_EQ(read_and_show("-0"), "0.0");
    EXPECT_EQ(read_and_show("-0.0"), "0.0");
    EXPECT_EQ(read_and_show("7"), "7.0");
    EXPECT_EQ(read_and_show("-12.50"), "-12.5");
    EXPECT_EQ(read_and_show("0.1"), "0.1");
    EXPECT_EQ(read_and_show("0.0001"), "0.0001");
    EXPECT_EQ(read_and_show("0.000100000"), "0.0001");
    EXPECT_EQ(read_and_show("99999999999999.9999"), "99999999999999.9999");
}

TEST(DecimalTest, RefusesWhatIsNoAmountOrWouldBeRounded) {
    for (const char* text : {"",
                             "-",
                             ".",
                             "1.",
                             ".5",
                             "+1",
                             " 1",
                             "1 ",
                             "1e3",
                             "01",
                             "00",
                             "1,5",
                             "--1",
                             "1.2.3",
                             "0x1",
                             "NaN",
                             "Infinity",
                             "0.00001",
                             "1.99999",
                             "100000000000000",
                             "9223372036854775808",
                             "99999999999999999999999999999999",
                             "\xd9\xa1"})
        EXPECT_EQ(read_and_show(text), "refused") << text;
}

TEST(DecimalTest, RefusesASumThatDoesNotFit) {
    const Decimal greatest = Decimal::from_units(Decimal::units_max);
    EXPECT_FALSE(add(greatest, Decimal::from_units(1)));
    EXPECT_FALSE(add(-greatest, Decimal::from_units(-1)));
    EXPECT_EQ(add(greatest, -greatest), Decimal());
}

// 0.1 + 0.2 is 0.3, ten thousand times over.
TEST(DecimalTest, AddsWithoutRounding) {
    Decimal sum;
    for (int i = 0; i < 10'000; ++i) sum = *add(sum, *parse_decimal("0.1"));
    EXPECT_EQ(to_string(sum), "1000.0");
}

TEST(DecimalTest, ReadsWhatItShowsAndAddsAsWholeNumbersDo) {
    std::mt19937_64 random(20240607);
    std::uniform_int_distribution<std::int64_t> any(-Decimal::units_max, Decimal::units_max);
    for (int i = 0; i < 20'000; ++i) {
        const Decimal left = Decimal::from_units(any(random) >> (i % 60));
        const Decimal right = Decimal::from_units(any(random) >> (i % 47));
        ASSERT_EQ(parse_decimal(to_string(left)), left) << to_string(left);
        ASSERT_EQ(left < right, left.units() < right.units());
        const auto sum = add(left, right);
        ASSERT_EQ(sum, add(right, left));
        if (!sum) continue;
        ASSERT_EQ(add(*sum, -right), left);
    }
}

}  // namespace
