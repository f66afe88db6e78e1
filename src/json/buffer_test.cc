#include "json/buffer.h"

#include <gtest/gtest.h>

#include <limits>

#include "json/read.h"

namespace {

using ::json::JsonBuffer;

std::string as_string(std::string_view text) {
    JsonBuffer buffer(0);
    buffer.put_string(text);
    return buffer.finish();
}

TEST(JsonBuffer, EscapesACharacterWhereverItStands) {
    for (int character = 1; character < 0x80; ++character)
        for (std::size_t length = 0; length < 20; ++length)
            for (std::size_t place = 0; place < length; ++place) {
                std::string text(length, 'a');
                text[place] = static_cast<char>(character);
                std::string expected;
                ::json::append_json_string(expected, text);
                ASSERT_EQ(as_string(text), expected) << character << " at " << place << " of " << length;
            }
}

TEST(JsonBuffer, LeavesOtherTextAsItIs) {
    EXPECT_EQ(as_string({}), "\"\"");
    EXPECT_EQ(as_string("\u00a0\u017f\U0001f600\u07ff, \x7f!#[]"), "\"\u00a0\u017f\U0001f600\u07ff, \x7f!#[]\"");
}

TEST(JsonBuffer, GrowsWithWhatIsPut) {
    JsonBuffer buffer(0);
    EXPECT_TRUE(buffer.empty());
    std::string expected;
    for (int i = 0; i < 1'000; ++i) {
        buffer.put_name("name");
        buffer.put_number(i);
        buffer.put(',');
        expected += "\"name\":" + std::to_string(i) + ',';
        ASSERT_EQ(buffer.back(), ',');
    }
    buffer.put(std::string_view());
    buffer.put(std::string(5'000, 'x'));
    EXPECT_EQ(buffer.finish(), expected + std::string(5'000, 'x'));
}

TEST(JsonBuffer, WritesNumbersAndInstantsToTheLastDigit) {
    JsonBuffer buffer(1);
    buffer.put_number(std::numeric_limits<std::int64_t>::min());
    buffer.put_number(std::numeric_limits<std::int64_t>::max());
    buffer.put_instant(from_milliseconds(1'674'489'358'007));
    EXPECT_EQ(buffer.finish(), "-92233720368547758089223372036854775807\"2023-01-23T15:55:58.007Z\"");
}

}  // namespace
