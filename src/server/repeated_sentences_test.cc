#include "server/repeated_sentences.h"

#include <gtest/gtest.h>

namespace {

using Clock = RepeatedSentences::Clock;
using std::chrono::seconds;

TEST(RepeatedSentences, AreSaidOnceAMinute) {
    RepeatedSentences sentences;
    const Clock::time_point start = Clock::now();
    int lines = 0;
    for (int i = 0; i < 4'208; ++i)
        lines += sentences.admit("database or disk is full", start + std::chrono::milliseconds(i * 40)) ? 1 : 0;
    EXPECT_EQ(lines, 3) << "in 168 seconds";
}

TEST(RepeatedSentences, TellHowManyWereKeptBack) {
    RepeatedSentences sentences;
    const Clock::time_point start = Clock::now();
    EXPECT_EQ(sentences.admit("x", start), "x");
    for (int i = 0; i < 7; ++i) EXPECT_EQ(sentences.admit("x", start + seconds(i)), std::nullopt);
    EXPECT_EQ(sentences.admit("y", start + seconds(8)), "y");
    EXPECT_EQ(sentences.admit("x", start + seconds(60)), "x (7 times more since it was said last)");
    EXPECT_EQ(sentences.admit("x", start + seconds(120)), "x");
}

TEST(RepeatedSentences, AreForgottenWhenThereAreTooMany) {
    RepeatedSentences sentences;
    const Clock::time_point start = Clock::now();
    for (int i = 0; i < 5'000; ++i) EXPECT_TRUE(sentences.admit(std::to_string(i), start));
}

}  // namespace
