#include "dialect/signalmind/words.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace {

using signalmind::all_words;
using signalmind::other_words;

// docs/signalmind.md promises that these never change: each code stands there, with nothing else.
TEST(Words, AreAllDocumented) {
    std::ifstream file(PARTNERD_SOURCE_DIR "/docs/signalmind.md");
    std::stringstream text;
    text << file.rdbuf();
    const std::string page = text.str();
    for (const auto* words : {&all_words(), &other_words()})
        for (const signalmind::Word& word : *words) {
            std::string sentence(word.text);
            if (sentence.starts_with("{}")) sentence = "*Name*" + sentence.substr(2);
            const std::string row = "| " + std::to_string(word.code) + " | " + sentence + " |";
            EXPECT_NE(page.find(row), std::string::npos) << row;
        }
}

TEST(Words, EachThingThatIsWrongIsAMessageOfItsOwn) {
    const auto messages = signalmind::messages_of(
        {Reason::invalid,
         "",
         {{"plan_id", Rule::unknown, ""}, {"email", Rule::too_long, ""}, {"type", Rule::required, ""}}});
    ASSERT_EQ(messages.size(), 3u);
    EXPECT_EQ(messages[0].code, 2100);
    EXPECT_EQ(messages[1].code, 1203);
    EXPECT_EQ(messages[1].text, "Email is too long.");
    EXPECT_EQ(messages[1].details, std::vector<std::string>{"Email"});
    EXPECT_EQ(messages[2].code, 1200);
}

TEST(Words, OfAnyFieldFollowTheRule) {
    const std::pair<Rule, int> codes[] = {
        {Rule::required, 1200},    {Rule::wrong_type, 1201},   {Rule::bad_format, 1202},  {Rule::too_long, 1203},
        {Rule::unsupported, 1204}, {Rule::out_of_range, 1205}, {Rule::not_allowed, 1206}, {Rule::fixed, 1207},
    };
    for (const auto& [rule, code] : codes) {
        const auto messages = signalmind::messages_of({Reason::invalid, "", {{"email", rule, ""}}});
        ASSERT_EQ(messages.size(), 1u);
        EXPECT_EQ(messages[0].code, code) << to_string(rule);
    }
    const auto unworded = signalmind::messages_of({Reason::invalid, "As it is.", {{"email", Rule::in_past, ""}}});
    ASSERT_EQ(unworded.size(), 1u);
    EXPECT_EQ(unworded[0].text, "As it is.") << "the whole, where a rule has no words here";
}

TEST(Words, AFaultSaysNothing) {
    const auto messages = signalmind::messages_of({Reason::broken, "SELECT secret FROM /var/lib"});
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_EQ(messages[0].text, "Internal server error");
}

}  // namespace
