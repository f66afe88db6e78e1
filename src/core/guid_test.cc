#include "core/guid.h"

#include <gtest/gtest.h>

namespace {

TEST(Guid, IsReadAsItIsWritten) {
    const std::string text = "fa516117-9d6a-4eb0-b5c1-0ca80db618c4";
    ASSERT_TRUE(parse_guid(text));
    EXPECT_EQ(format_guid(*parse_guid(text)), text);
}

TEST(Guid, MayBeInUpperCaseAndWithoutHyphens) {
    const auto guid = parse_guid("fa516117-9d6a-4eb0-b5c1-0ca80db618c4");
    EXPECT_EQ(parse_guid("FA516117-9D6A-4EB0-B5C1-0CA80DB618C4"), guid);
    EXPECT_EQ(parse_guid("fa5161179d6a4eb0b5c10ca80db618c4"), guid);
}

TEST(Guid, IsNothingElse) {
    for (const char* text :
         {"", "fa516117", "fa516117-9d6a-4eb0-b5c1-0ca80db618c", "fa516117-9d6a-4eb0-b5c1-0ca80db618c44",
          "fa516117_9d6a_4eb0_b5c1_0ca80db618c4", "ga516117-9d6a-4eb0-b5c1-0ca80db618c4",
          "fa5161179d6a4eb0b5c10ca80db618c-", "{fa516117-9d6a-4eb0-b5c1-0ca80db618c4}"})
        EXPECT_FALSE(parse_guid(text)) << text;
}

}  // namespace
