#include "json/compare.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <limits>

namespace {

boost::json::value read(std::string_view text) { return boost::json::parse({text.data(), text.size()}); }

bool are_equal(std::string_view left, std::string_view right) {
    const auto a = read(left);
    const auto b = read(right);
    const bool equal = json::are_equal(a, b);
    EXPECT_EQ(json::are_equal(b, a), equal) << "not symmetric: " << left << " and " << right;
    return equal;
}

}  // namespace

TEST(Compare, NumbersAreOrderedByTheirValueWhateverTheirType) {
    // In ascending order; no two are equal.
    const char* ascending[] = {"-1e308",
                               "-9223372036854775809.0e3",
                               "-9223372036854775808",
                               "-9223372036854775807",
                               "-1.5",
                               "-1",
                               "-0.5",
                               "0",
                               "5e-324",
                               "0.5",
                               "1",
                               "1.5",
                               "9007199254740992",
                               "9007199254740993",
                               "9223372036854774784.0",
                               "9223372036854775807",
                               "9223372036854775808.0",
                               "9223372036854775809",
                               "18446744073709549568.0",
                               "18446744073709551615",
                               "18446744073709551616.0",
                               "1e308"};
    for (std::size_t i = 0; i < std::size(ascending); ++i) {
        for (std::size_t j = 0; j < std::size(ascending); ++j) {
            const auto left = read(ascending[i]);
            const auto right = read(ascending[j]);
            const auto expected = i <=> j;
            EXPECT_TRUE(json::compare_numbers(left, right) == expected) << ascending[i] << " against " << ascending[j];
            EXPECT_EQ(json::are_equal(left, right), i == j) << ascending[i] << " against " << ascending[j];
        }
    }
}

TEST(Compare, OneIsOneInEveryType) {
    EXPECT_TRUE(are_equal("1", "1.0"));
    EXPECT_TRUE(are_equal("0", "-0.0"));
    EXPECT_TRUE(are_equal("9223372036854775808", "9223372036854775808.0"));
    EXPECT_TRUE(json::are_equal(boost::json::value(std::uint64_t{1}), boost::json::value(std::int64_t{1})));
    EXPECT_FALSE(are_equal("1", "true"));
    EXPECT_FALSE(are_equal("0", "false"));
    EXPECT_FALSE(are_equal("0", "null"));
    EXPECT_FALSE(are_equal("1", "\"1\""));
}

TEST(Compare, ObjectsAreEqualInAnyOrderAndArraysInTheirOwn) {
    EXPECT_TRUE(are_equal(R"({"a":1,"b":[{"c":null}]})", R"({"b":[{"c":null}],"a":1.0})"));
    EXPECT_FALSE(are_equal(R"({"a":1})", R"({"b":1})"));
    EXPECT_FALSE(are_equal(R"({"a":1})", R"({"a":1,"b":1})"));
    EXPECT_FALSE(are_equal("[1,2]", "[2,1]"));
    EXPECT_FALSE(are_equal("[1,2]", "[1]"));
    EXPECT_FALSE(are_equal("[]", "{}"));
    EXPECT_FALSE(are_equal("[[]]", "[{}]"));
    EXPECT_TRUE(are_equal("[[],{}]", "[[],{}]"));
}

TEST(Compare, ADeepDocumentDoesNotExhaustTheStack) {
    const auto nested = [](int levels) {
        boost::json::value value = boost::json::array{};
        for (int i = 0; i < levels; ++i) value = boost::json::array{std::move(value)};
        return value;
    };
    // The values themselves are destroyed recursively by Boost.JSON, which sets the depth that can be tested here.
    EXPECT_TRUE(json::are_equal(nested(5000), nested(5000)));
    EXPECT_FALSE(json::are_equal(nested(5000), nested(5001)));
}

TEST(Compare, EachValueComparedIsAStep) {
    std::uint64_t steps = 0;
    json::are_equal(read("[1,[2,3]]"), read("[1,[2,3]]"), &steps);
    EXPECT_EQ(steps, 5u);
}
