#include "core/visible_text.h"

#include <gtest/gtest.h>

namespace {

TEST(VisibleText, IsBlankWhereNobodySeesAnything) {
    for (const char* text : {"",       " ",      "\t\r\n", "\u00a0", "\u200b", "\u2060", "\u3000",
                             "\ufeff", "\u00ad", "\u2800", "\u3164", "\u115f", "\uffa0", "\u202e",
                             "\u2066", "\u180e", "\u2028", "\u034f", "\x1b",   "\u0085", " \u00a0\u200b\u2800 "})
        EXPECT_TRUE(is_blank(text)) << text;
    for (const char* text : {"a", "\u00a0.", "0", "\u0301", "\u5c71", "\U0001f600", "-"})
        EXPECT_FALSE(is_blank(text)) << text;
}

TEST(VisibleText, TakesMarksAndJoinersButNothingThatTurnsTextRoundInALabel) {
    for (const char* text : {"O'Brien", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0915\u094d\u200d\u0937",
                             "abc\u200f", "\u061c1", "Mu\u0308ller", "a\u00adb", "\U0001f469\u200d\U0001f4bb"})
        EXPECT_FALSE(holds_unprintable(text)) << text;
    for (const char* text : {"a\nb", "a\tb", "\x1b[2J", "a\u0085", "a\u2028b", "a\u2029b", "\u202aa", "\u202ba",
                             "a\u202c", "\u202da", "\u202ea", "\u2066a", "\u2067a", "\u2068a", "a\u2069", "a\x7f"})
        EXPECT_TRUE(holds_unprintable(text)) << text;
    EXPECT_FALSE(holds_unprintable("a\r\n\tb", Lines::several));
    EXPECT_TRUE(holds_unprintable("a\n\u202eb", Lines::several));
}

TEST(VisibleText, KnowsEveryCharacterThatCannotBeSeen) {
    for (const char* text : {"a b", "a\u200bb", "a\u00ad", "\u200ea", "a\u061c", "a\u200d", "a\u2800"})
        EXPECT_TRUE(holds_invisible(text)) << text;
    EXPECT_FALSE(holds_invisible("m\u00fcller+x@example.com"));
}

TEST(VisibleText, FoldsWhatReadersTakeForTheSame) {
    EXPECT_EQ(fold_case("M\u00dcLLER"), "m\u00fcller");
    EXPECT_EQ(fold_case("mu\u0308ller"), "m\u00fcller");
    EXPECT_EQ(fold_case("STRASSE"), fold_case("stra\u00dfe"));
    EXPECT_EQ(fold_case("\u03a3\u03b1\u03c2"), fold_case("\u03c3\u03b1\u03c3"));
    EXPECT_EQ(fold_case("\u212bngstr\u00f6m"), fold_case("\u00e5ngstr\u00f6m"));
    EXPECT_EQ(fold_case("Plain.ASCII"), "plain.ascii");
}

}  // namespace
