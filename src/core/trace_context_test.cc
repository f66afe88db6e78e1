#include "core/trace_context.h"

#include <gtest/gtest.h>

namespace {

const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string parent = "00f067aa0ba902b7";

std::string seen(std::string_view text) {
    const auto context = parse_traceparent(text);
    return context ? render_traceparent(*context) : "none";
}

TEST(TraceContext, ComesThroughAsItWas) {
    for (const char* flags : {"00", "01", "02", "03"}) {
        const std::string text = "00-" + trace + '-' + parent + '-' + flags;
        EXPECT_EQ(seen(text), text);
    }
}

TEST(TraceContext, KnowsOfLaterVersionsWhatItKnows) {
    EXPECT_EQ(seen("cc-" + trace + '-' + parent + "-01"), "00-" + trace + '-' + parent + "-01");
    EXPECT_EQ(seen("01-" + trace + '-' + parent + "-09-what-comes"), "00-" + trace + '-' + parent + "-01");
    EXPECT_EQ(seen("01-" + trace + '-' + parent + "-01.what-comes"), "none");
}

TEST(TraceContext, IsNoneWhereItIsNotWhole) {
    const std::string good = "00-" + trace + '-' + parent + "-01";
    for (std::size_t i = 0; i < good.size(); ++i) {
        EXPECT_EQ(seen(good.substr(0, i)), "none");
        std::string bad = good;
        bad[i] = 'G';
        EXPECT_EQ(seen(bad), "none") << bad;
        bad[i] = 'A';
        EXPECT_EQ(seen(bad), "none") << bad;
    }
    EXPECT_EQ(seen(good + "-"), "none");
    EXPECT_EQ(seen("ff" + good.substr(2)), "none");
    EXPECT_EQ(seen("00-" + std::string(32, '0') + '-' + parent + "-01"), "none");
    EXPECT_EQ(seen("00-" + trace + '-' + std::string(16, '0') + "-01"), "none");
}

TEST(TraceContext, HasSpansThatAreSome) {
    EXPECT_EQ(span_id_of(0), "0000000000000001");
    EXPECT_EQ(span_id_of(0x0123456789abcdef), "0123456789abcdef");
}

}  // namespace
