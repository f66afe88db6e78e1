#include "core/rule.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace {

TEST(Rules, HaveWordsThatLeadBackToThem) {
    std::set<std::string_view> words;
    for (int number = 0; !to_string(Rule(number)).empty(); ++number) {
        const std::string_view word = to_string(Rule(number));
        EXPECT_TRUE(words.insert(word).second) << word;
        EXPECT_EQ(parse_rule(word), Rule(number)) << word;
    }
    EXPECT_TRUE(words.contains(to_string(Rule::wrong_type))) << "the last";
    EXPECT_FALSE(parse_rule(""));
    EXPECT_FALSE(parse_rule("in past"));
}

}  // namespace
