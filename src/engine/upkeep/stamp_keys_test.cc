#include "engine/upkeep/stamp_keys.h"

#include <gtest/gtest.h>

namespace {

const SealingKey first = {0, 1, 2, 0xff};
const SealingKey second = {9};

bool same(const StampKeys& a, const StampKeys& b) { return format_stamp_keys(a) == format_stamp_keys(b); }

TEST(StampKeys, AreReadAsTheyWereWritten) {
    const StampKeys alone{.current = first, .previous = {}};
    EXPECT_TRUE(same(parse_stamp_keys(format_stamp_keys(alone)).value(), alone));
    const StampKeys rotated = rotate(alone, second, *parse_rfc3339("2026-03-01T09:30:00.123Z"));
    EXPECT_EQ(rotated.current, second);
    EXPECT_EQ(rotated.previous->key, first);
    const StampKeys read = parse_stamp_keys(format_stamp_keys(rotated)).value();
    EXPECT_TRUE(same(read, rotated));
    EXPECT_EQ(read.previous->until, rotated.previous->until);
}

TEST(StampKeys, AreNothingElse) {
    const std::string key(32, 'a');
    for (const std::string& text :
         {std::string(), std::string("partnerd stamp keys\n"), "current " + key + "\n",
          "partnerd stamp keys\ncurrent " + key.substr(1) + "\n", "partnerd stamp keys\ncurrent " + key + "g\n",
          "partnerd stamp keys\nprevious " + key + "\n",
          "partnerd stamp keys\ncurrent " + key + "\nprevious " + key + " yesterday\n",
          "partnerd stamp keys\ncurrent " + key + "\nprevious " + key + "\n",
          "partnerd stamp keys\ncurrent " + key + "\nprevious " + key + " 2026-03-01T09:30:00Z\nmore\n"})
        EXPECT_FALSE(parse_stamp_keys(text)) << text;
}

}  // namespace
