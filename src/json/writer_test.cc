#include "json/writer.h"

#include <gtest/gtest.h>

namespace {

TEST(JsonWriter, WritesMembersInTheOrderOfTheCalls) {
    json::JsonWriter out;
    out.open_object().text("a", "x\"y").number("b", -1).boolean("c", true).null("d");
    out.open_array("e").element("f").element(2).close_array();
    out.open_object("g").close_object().text_or_null("h", "").close_object();
    EXPECT_EQ(out.finish(), R"({"a":"x\"y","b":-1,"c":true,"d":null,"e":["f",2],"g":{},"h":null})");
}

TEST(JsonWriter, WritesANameFirstAndThenWhateverFollows) {
    json::JsonWriter out;
    out.open_object();
    out.name("a").text(std::string_view("x"));
    out.key("b\"").open_object();
    out.name("c").number(1);
    out.name("d").open_array();
    out.text(std::optional<std::string>()).text(std::optional<std::string>("y")).boolean(false);
    out.number(std::optional<std::int64_t>()).raw("{}").open_object().close_object();
    out.close_array().close_object();
    out.name("e").null().text("f", ":").text("g", "");
    out.close_object();
    EXPECT_EQ(out.finish(), R"({"a":"x","b\"":{"c":1,"d":[null,"y",false,null,{},{}]},"e":null,"f":":","g":""})");
}

}  // namespace
