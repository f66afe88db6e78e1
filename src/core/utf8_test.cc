#include "core/utf8.h"

#include <gtest/gtest.h>

using namespace std::literals;

TEST(Utf8, WhatIsWrittenIsReadBack) {
    for (char32_t code_point : {U'\0', U'a', U'\x7F', U'\x80', U'\x7FF', U'\x800', U'\xD7FF', U'\xE000', U'\xFFFF',
                                U'\x10000', U'\x10FFFF'}) {
        std::string text = "<";
        append_utf8(text, code_point);
        const auto decoded = decode_utf8(text, 1);
        ASSERT_TRUE(decoded.has_value()) << static_cast<std::uint32_t>(code_point);
        EXPECT_EQ(decoded->value, code_point);
        EXPECT_EQ(decoded->bytes, text.size() - 1);
        EXPECT_TRUE(is_valid_utf8(text));
        EXPECT_EQ(count_code_points(text), 2u);
    }
}

TEST(Utf8, WhatIsNotWellFormedIsNotRead) {
    for (std::string_view text : {"\x80"sv, "\xC0\x80"sv, "\xC1\xBF"sv, "\xC3"sv, "\xC3("sv, "\xE0\x80\x80"sv,
                                  "\xE2\x82"sv, "\xED\xA0\x80"sv, "\xED\xBF\xBF"sv, "\xF0\x80\x80\x80"sv,
                                  "\xF4\x90\x80\x80"sv, "\xF5\x80\x80\x80"sv, "\xFF"sv, "\xF0\x9F\x98"sv}) {
        EXPECT_FALSE(decode_utf8(text, 0).has_value()) << testing::PrintToString(text);
        EXPECT_FALSE(is_valid_utf8("ok" + std::string(text)));
    }
}
