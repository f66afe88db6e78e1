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
        {Reason::invalid, "", {{"plan_id", "unknown", ""}, {"email", "too_long", ""}, {"type", "required", ""}}});
    ASSERT_EQ(messages.size(), 3u);
    EXPECT_EQ(messages[0].code, 2100);
    EXPECT_EQ(messages[1].code, 1203);
    EXPECT_EQ(messages[1].text, "Email is too long.");
    EXPECT_EQ(messages[1].details, std::vector<std::string>{"Email"});
    EXPECT_EQ(messages[2].code, 1200);
}

TEST(Words, AFaultSaysNothing) {
    const auto messages = signalmind::messages_of({Reason::broken, "SELECT secret FROM /var/lib"});
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_EQ(messages[0].text, "Internal server error");
}

}  // namespace
