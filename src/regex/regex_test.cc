#include "regex/regex.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using regex::Regex;

Regex ecma(std::string_view pattern) {
    auto compiled = Regex::compile_ecma(pattern);
    if (!compiled.ok()) throw std::runtime_error(std::string(pattern) + ": " + compiled.error().detail);
    return std::move(compiled).value();
}

Regex iregexp(std::string_view pattern) {
    auto compiled = Regex::compile_iregexp(pattern);
    if (!compiled.ok()) throw std::runtime_error(std::string(pattern) + ": " + compiled.error().detail);
    return std::move(compiled).value();
}

struct Case {
    const char* pattern;
    std::string_view text;
    bool matches;
};

}  // namespace

using namespace std::literals;

TEST(Ecma, PatternsMatchAsInEcmaScript) {
    const Case cases[] = {
        {"^a$", "a", true},
        {"^a$", "a\n", false},
        {"^a$", "b\na", false},
        {"b", "abc", true},
        {"^.$", "\n", false},
        {"^.$", "\xE2\x80\xA8", false},
        {"^.$", "\xF0\x9F\x98\x80", true},
        {"^[^]$", "\n", true},
        {"[]", "a", false},
        {"^\\s+$", " \t\n\v\f\r\xC2\xA0\xEF\xBB\xBF\xE2\x80\x83", true},
        {"\\S", "\xC2\xA0", false},
        {"^[\\S]$", "x", true},
        {"^[\\S]$", "\xE3\x80\x80", false},
        {"^[^\\S]$", "\xE3\x80\x80", true},
        {"^\\d$", "\xD9\xA3", false},
        {"^\\w$", "\xC3\xA9", false},
        {"^[\\W]$", "\xC3\xA9", true},
        {"^\\x41\\u0042\\u{43}$", "ABC", true},
        {"^\\uD83D\\uDE00$", "\xF0\x9F\x98\x80", true},
        {"\\uD83D", "\xF0\x9F\x98\x80", false},
        {"^\\cJ$", "\n", true},
        {"^[\\b]$", "\b", true},
        {"a\\b", "a b", true},
        {"a\\B", "a b", false},
        {"^\\0$", "\0"sv, true},
        {"^(?<year>[0-9]{4})$", "2024", true},
        {"^(?:a|b|)$", "", true},
        {"^a{2,3}$", "aaaa", false},
        {"^a{2,}?$", "aaaa", true},
        {"^{$", "{", true},
        {"^a{,2}$", "a{,2}", true},
        {"^}]$", "}]", true},
        {"^\\-\\@\\_\\/\\.$", "-@_/.", true},
        {"^[a-]$", "-", true},
        {"^[-a]$", "-", true},
        {"^[\\w-.]$", "-", true},
        {"^[a\\-z]$", "b", false},
        {"^[[]$", "[", true},
        {"^[$^]$", "^", true},
        {"^[.]$", "x", false},
        {"^[a-z&&[^b]]$", "&]", true},
        {"\\p{Letter}", "\xC3\xA9", true},
        {"\\p{Lu}", "a", false},
        {"\\P{Lu}", "a", true},
        {"\\p{Script=Greek}", "\xCE\xB1", true},
        {"\\p{gc=Nd}", "5", true},
        {"^\\p{ASCII}$", "\xC3\xA9", false},
        {"^\\P{ASCII}$", "\xC3\xA9", true},
        {"^\\p{Any}$", "\n", true},
        {"^\\p{LC}$", "a", true},
        {"^\\p{Cn}$", "\xF4\x8F\xBF\xBF", true},
        {"^[^\\p{Cn}a]$", "\xF4\x8F\xBF\xBF", false},
        {"^[^\\p{Cn}a]$", "b", true},
        {"^\\p{C}$", "\x01", true},
        {"^\\P{C}$", "a", true},
        {"^[\\P{C}]$", "\x01", false},
        {"^(?:ab){0}$", "", true},
        {"^(?:ab){0}$", "ab", false},
    };
    for (const auto& [pattern, text, matches] : cases) {
        EXPECT_EQ(ecma(pattern).matches_somewhere(text), matches) << pattern << " on " << testing::PrintToString(text);
    }
}

TEST(Ecma, WhatIsNoPatternIsMalformedAndTheCharacterIsNamed) {
    for (const char* pattern :
         {"(",    ")",      "a)",     "[",     "[a",          "*",        "a**",     "+a",
          "?",    "a{2,1}", "{1}",    "^*",    "\\b+",        "\\",       "\\q",     "\\Z",
          "\\A",  "\\c1",   "\\x1",   "\\u12", "\\u{110000}", "\\u{}",    "\\00",    "\\p",
          "\\p{", "\\p{}",  "[b-a]",  "(?",    "(?i)a",       "(?P<n>a)", "(?<1>a)", "(?<n>a)(?<n>b)",
          "\\1",  "(a)\\2", "\\k<n>", "\xFF",  "a\xC3"}) {
        const auto compiled = Regex::compile_ecma(pattern);
        ASSERT_FALSE(compiled.ok()) << pattern;
        EXPECT_EQ(compiled.error().reason, Reason::malformed) << pattern << ": " << compiled.error().detail;
    }
    EXPECT_EQ(Regex::compile_ecma("ab\\q").error().detail, "an unknown escape at character 4");
    EXPECT_EQ(Regex::compile_ecma("a(?i)").error().detail, "an unknown kind of group at character 3");
}

TEST(Ecma, WhatIsAPatternButNotRegularIsToldApart) {
    for (const char* pattern :
         {"(?=a)", "(?!a)b", "(?<=a)b", "(?<!a)b", "(a)\\1", "(?<n>a)\\k<n>", "\\p{Alphabetic}", "(?=.*[A-Z]).{8,}",
          "^a(?=b)", "^(?:(?!a).)*$", "^(?=(?!a)b)", "^(?=a)*b", "^(?=a)b|(?=c)d"}) {
        const auto compiled = Regex::compile_ecma(pattern);
        ASSERT_FALSE(compiled.ok()) << pattern;
        EXPECT_EQ(compiled.error().reason, Reason::invalid) << pattern << ": " << compiled.error().detail;
    }
    // Malformed goes first, wherever it stands.
    EXPECT_EQ(Regex::compile_ecma("(?=a)b(").error().reason, Reason::malformed);
}

TEST(Ecma, RepetitionsBeyondWhatRe2TakesAreWrittenOut) {
    const auto long_text = ecma("^.{1,2048}$");
    EXPECT_TRUE(long_text.matches_somewhere(std::string(2048, 'x')));
    EXPECT_FALSE(long_text.matches_somewhere(std::string(2049, 'x')));
    for (std::size_t max : {999u, 1000u, 1001u, 1999u, 2000u, 2001u, 2999u, 3500u}) {
        const auto optional = ecma("^a{0," + std::to_string(max) + "}$");
        for (std::size_t length : {std::size_t{0}, max / 2, std::size_t{1000}, max - 1, max, max + 1}) {
            EXPECT_EQ(optional.matches_somewhere(std::string(length, 'a')), length <= max) << max << ", " << length;
        }
    }
    const auto pieces = ecma("^(?:a{600}){0,3}$");
    for (std::size_t length : {0u, 599u, 600u, 1200u, 1500u, 1800u, 2400u}) {
        EXPECT_EQ(pieces.matches_somewhere(std::string(length, 'a')), length % 600 == 0 && length <= 1800) << length;
    }
    const auto nested = ecma("^(?:[a-f]{40}){50}$");
    EXPECT_TRUE(nested.matches_somewhere(std::string(2000, 'a')));
    EXPECT_FALSE(nested.matches_somewhere(std::string(1999, 'a')));
    EXPECT_FALSE(Regex::compile_ecma("((a{1000}){1000}){1000}").ok());
    EXPECT_FALSE(Regex::compile_ecma("a{99999999999999999999}").ok());
    EXPECT_EQ(Regex::compile_ecma("a{99999999999999999999}").error().reason, Reason::invalid);
}

TEST(Ecma, LookaheadAtTheBeginningIsAnotherPatternThatMustMatchOrMustNot) {
    const Case cases[] = {
        {"^(?!\\$).+$", "abc", true},
        {"^(?!\\$).+$", "$abc", false},
        {"^(?!\\$).+$", "", false},
        {"^(?=.*[A-Z])(?=.*\\d).{4,}$", "abC1", true},
        {"^(?=.*[A-Z])(?=.*\\d).{4,}$", "abc1", false},
        {"^(?=.*[A-Z])(?=.*\\d).{4,}$", "A1", false},
        {"(?!^\\d+$)^.+$", "12", false},
        {"(?!^\\d+$)^.+$", "12a", true},
        {"^(?!a|b)c|^d", "c", true},
        {"^(?!a|b).|^bd", "bd", true},
        {"^(?!a|b).|^bd", "bc", false},
        {"^(?!x)", "yx", true},
        {"^(?!.*--)[a-z-]+$", "a-b", true},
        {"^(?!.*--)[a-z-]+$", "a--b", false},
        {"^(?=a)", "ba", false},
        {"x|^(?!a)b", "ax", true},
        {"^^(?!)", "", false},
        {"^(?=)a", "a", true},
    };
    for (const auto& [pattern, text, matches] : cases) {
        EXPECT_EQ(ecma(pattern).matches_somewhere(text), matches) << pattern << " on " << testing::PrintToString(text);
    }
    EXPECT_TRUE(ecma("^(?!b)a+").matches_whole("aa"));
    EXPECT_FALSE(ecma("^(?!aa)a+").matches_whole("aa"));
    EXPECT_FALSE(ecma("^(?!b)a+").matches_whole("aab"));
}

TEST(Ecma, CaseMayBeIgnored) {
    const auto regex = Regex::compile_ecma("^(?!x)[a-f]\xC3\x89|^zz", regex::Case::ignored).value();
    EXPECT_TRUE(regex.matches_somewhere("C\xC3\xA9"));
    EXPECT_TRUE(regex.matches_somewhere("Zz"));
    EXPECT_FALSE(regex.matches_somewhere("G\xC3\xA9"));
    EXPECT_FALSE(Regex::compile_ecma("^(?!x).", regex::Case::ignored).value().matches_somewhere("X"));
    EXPECT_FALSE(ecma("^a").matches_somewhere("A"));
}

TEST(Ecma, HostilePatternsEndSoon) {
    EXPECT_FALSE(Regex::compile_ecma(std::string(50'000, '(')).ok());
    EXPECT_FALSE(Regex::compile_ecma(std::string(100'000, 'a')).ok());
    std::string optionals, alternatives;
    for (int i = 0; i < 20'000; ++i) {
        optionals += "a?";
        alternatives += "(|a)";
    }
    EXPECT_EQ(Regex::compile_ecma(optionals).error().reason, Reason::invalid);
    EXPECT_EQ(Regex::compile_ecma(alternatives.substr(0, 60'000)).error().reason, Reason::invalid);
    EXPECT_EQ(Regex::compile_ecma("x{42200002}?").error().reason, Reason::invalid);
    EXPECT_EQ(Regex::compile_iregexp("(a?b?c?){9000}").error().reason, Reason::invalid);
    EXPECT_FALSE(ecma("^(a+)+$").matches_somewhere(std::string(10'000, 'a') + "b"));
    EXPECT_FALSE(ecma("^(a|aa|a?)*$").matches_somewhere(std::string(10'000, 'a') + "b"));
}

TEST(IRegexp, PatternsMatchTheWholeTextOrAPart) {
    const Case whole[] = {
        {"a.c", "abc", true},
        {"a.c", "a\nc", false},
        {"a.c", "a\rc", false},
        {"a.c",
         "a\xE2\x80\xA8"
         "c",
         true},
        {"b", "abc", false},
        {"^a$", "^a$", false},
        {"^a$", "a", true},
        {"\\^a[$]", "^a$", true},
        {"a^*b", "ab", true},
        {"a|bc|", "", true},
        {"|", "", true},
        {"()", "", true},
        {"a||b", "", true},
        {"[a-c]{2,}", "abca", true},
        {"a{2}", "aaa", false},
        {"a{0,1}b", "b", true},
        {"[-a]+", "a-a", true},
        {"[a-]+", "a-", true},
        {"[^-a]", "-", false},
        {"[--]", "-", true},
        {"[\\--0]", "/", true},
        {"\\p{Lu}", "A", true},
        {"\\P{Lu}", "A", false},
        {"[\\p{L}\\p{N}]+", "a1", true},
        {"[^\\p{L}]", "1", true},
        {"\\p{Cn}", "\xF4\x8F\xBF\xBF", true},
        {"\\P{C}", "a", true},
        {"[^\\P{C}]", "a", false},
        {"\\n\\r\\t", "\n\r\t", true},
        {"\\(\\)\\*\\+\\-\\.\\?\\[\\\\\\]\\^\\{\\|\\}", "()*+-.?[\\]^{|}", true},
        {"[$.*]", "*", true},
        {"a,-/b", "a,-/b", true},
        {"\xF0\x9F\x98\x80+", "\xF0\x9F\x98\x80\xF0\x9F\x98\x80", true},
        {"(ab)*", "ababa", false},
        {"\xE2\x82\xAC.", "\xE2\x82\xAC\xF0\x9F\x98\x80", true},
    };
    for (const auto& [pattern, text, matches] : whole) {
        EXPECT_EQ(iregexp(pattern).matches_whole(text), matches) << pattern << " on " << testing::PrintToString(text);
    }
    EXPECT_TRUE(iregexp("b").matches_somewhere("abc"));
    EXPECT_TRUE(iregexp("^b").matches_somewhere("bc"));
    EXPECT_FALSE(iregexp("^b").matches_somewhere("abc"));
}

TEST(IRegexp, EverythingElseIsRefused) {
    for (const char* pattern :
         {"(",       ")",       "a)",      "[",      "[]",    "[^]",     "[a",         "*",
          "a**",     "a*?",     "a+?",     "{1}",    "a{",    "a{}",     "a{,2}",      "a{2,1}",
          "a{1",     "a{1,",    "a{x}",    "}",      "]",     "\\d",     "\\w",        "\\s",
          "\\b",     "\\x41",   "\\u0041", "\\$",    "\\/",   "\\",      "\\p{Greek}", "\\p{IsBasicLatin}",
          "\\p{LC}", "\\p{}",   "\\p{L",   "\\pL",   "[b-a]", "[a-b-c]", "[[a]]",      "(?:a)",
          "(?=a)",   "a{1}{2}", "[\\d]",   "[a--b]", "\xFF"}) {
        EXPECT_FALSE(Regex::compile_iregexp(pattern).ok()) << pattern;
    }
}
