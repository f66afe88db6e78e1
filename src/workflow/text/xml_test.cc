#include "workflow/text/xml.h"

#include <gtest/gtest.h>

#include "workflow/text/text.h"

namespace workflow {
namespace {

Xml read(std::string_view text) { return std::get<Xml>(Xml::parse(text)); }
XPath path(std::string_view text) { return std::get<XPath>(XPath::compile(text)); }

std::string select(std::string_view xml, std::string_view xpath) {
    auto value = path(xpath).select(read(xml));
    return value ? to_json(*value) : "none";
}

constexpr std::string_view document = R"(<r><a>1</a><b n="2">x</b><b>y</b><s:e xmlns:s="u">z</s:e></r>)";

TEST(XPath, knows_the_effective_boolean_value) {
    for (const char* text : {"/r/a", "count(/r/b) > 1", "/r/a = 1", "string(/r/b)", "2", "not(/r/c)"})
        EXPECT_TRUE(path(text).holds(read(document))) << text;
    for (const char* text : {"/r/c", "count(/r/c)", "/r/a = 2", "''", "0", "number('x')", "false()"})
        EXPECT_FALSE(path(text).holds(read(document))) << text;
}

TEST(XPath, selects_values) {
    EXPECT_EQ(select(document, "/r/a"), R"("1")");
    EXPECT_EQ(select(document, "/r/b/@n"), R"("2")");
    EXPECT_EQ(select(document, "/r/b"), R"(["x","y"])");
    EXPECT_EQ(select(document, "count(/r/b)"), "2");
    EXPECT_EQ(select(document, "/r/a = 1"), "true");
    EXPECT_EQ(select(document, "/r/c"), "none");
    EXPECT_EQ(select(document, "//s:e"), R"("z")");
    EXPECT_EQ(select("<?xml version='1.0'?><e xmlns='urn:x'><f>1</f></e>", "/e/f"), R"("1")");
}

TEST(XPath, replaces_in_place) {
    auto xml = read("<?xml version=\"1.0\"?>\n<o>\n  <id n=\"1\">old</id> <!-- c -->\n</o>");
    EXPECT_EQ(path("/o/id").replace(xml, "a<b"), std::nullopt);
    EXPECT_EQ(path("/o/id/@n").replace(xml, "2"), std::nullopt);
    EXPECT_EQ(xml.text(), "<?xml version=\"1.0\"?><o>\n  <id n=\"2\">a&lt;b</id> <!-- c -->\n</o>");
    EXPECT_NE(path("/o/none").replace(xml, "x"), std::nullopt);
    EXPECT_NE(path("count(/o)").replace(xml, "x"), std::nullopt);
}

TEST(XPath, refuses_what_is_not_xpath_1_0) {
    for (const char* text : {"", "/r/[", "for $x in /r return $x", "/r/a eq 1", "unknown()"})
        EXPECT_TRUE(std::holds_alternative<std::string>(XPath::compile(text))) << text;
    EXPECT_TRUE(std::holds_alternative<std::string>(XPath::compile(std::string(100'000, '('))));
}

TEST(Xml, never_expands_entities_and_bounds_depth) {
    auto bomb = read("<!DOCTYPE r [<!ENTITY a \"xxxxxxxxxx\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]><r>&a;&b;</r>");
    EXPECT_EQ(to_json(*path("/r").select(bomb)), R"("&a;&b;")");
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "<a>";
    for (int i = 0; i < 100'000; ++i) deep += "</a>";
    EXPECT_TRUE(std::holds_alternative<std::string>(Xml::parse(deep)));
    for (const char* bad : {"", "plain", "<a>", "<a></b>", "<a"})
        EXPECT_TRUE(std::holds_alternative<std::string>(Xml::parse(bad))) << bad;
}

}  // namespace
}  // namespace workflow
