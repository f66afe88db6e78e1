#include "json/pointer.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

TEST(Pointer, EveryExampleOfRfc6901LeadsWhereItShould) {
    const auto document = boost::json::parse(
        R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8})");
    EXPECT_EQ(json::find_by_pointer(document, ""), &document);
    EXPECT_EQ(*json::find_by_pointer(document, "/foo/0"), "bar");
    const char* names[] = {"/", "/a~1b", "/c%d", "/e^f", "/g|h", "/i\\j", "/k\"l", "/ ", "/m~0n"};
    for (std::size_t i = 0; i < std::size(names); ++i) {
        const auto* found = json::find_by_pointer(document, names[i]);
        ASSERT_TRUE(found) << names[i];
        EXPECT_EQ(*found, i) << names[i];
    }
}

TEST(Pointer, WhatIsNoPointerOrLeadsNowhereFindsNothing) {
    const auto document = boost::json::parse(R"({"a":[1,2],"~":3,"b":4})");
    for (const char* pointer : {"a", "/~", "/~2", "/c", "/a/2", "/a/00", "/a/01", "/a/-", "/a/-1", "/a/ 1", "/a/1x",
                                "/a/", "/b/0", "/a/18446744073709551616", "#/a"}) {
        EXPECT_EQ(json::find_by_pointer(document, pointer), nullptr) << pointer;
    }
}

TEST(Pointer, WhatIsAppendedIsSplitAgain) {
    std::string pointer;
    const std::vector<std::string> tokens = {"", "a/b", "~1", "m~n/", "0"};
    for (const auto& token : tokens) json::append_token(pointer, token);
    EXPECT_EQ(pointer, "//a~1b/~01/m~0n~1/0");
    EXPECT_EQ(json::split_pointer(pointer), tokens);
}
