#include "jsonpath/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace {

using boost::json::value;
using jsonpath::Query;

value read(std::string_view text) { return boost::json::parse({text.data(), text.size()}); }

Query compile(std::string_view text) {
    auto query = Query::compile(text);
    if (!query.ok()) throw std::runtime_error(query.error().detail);
    return std::move(query).value();
}

std::string select(std::string_view query, std::string_view document) {
    const value parsed = read(document);
    const auto nodes = compile(query).select(parsed).value();
    boost::json::array found;
    for (const auto* node : nodes) found.push_back(*node);
    return boost::json::serialize(found);
}

std::string refusal(std::string_view query) {
    const auto compiled = Query::compile(query);
    return compiled.ok() ? "" : compiled.error().detail;
}

value nested(int levels) {
    value inner = boost::json::array{};
    for (int i = 0; i < levels; ++i) inner = boost::json::array{std::move(inner)};
    return inner;
}

}  // namespace

TEST(Query, ARefusalNamesTheCharacter) {
    EXPECT_EQ(refusal("$[01]"), "JSONPath $[01] is wrong at character 3: no number begins with 0, and there is no -0.");
    EXPECT_EQ(refusal("$.\xE2\x98\xBA["),
              "JSONPath $.\xE2\x98\xBA[ is wrong at character 5: a selector must be a quoted name, an index, a slice, "
              "* or a filter that "
              "begins with ?.");
    EXPECT_EQ(refusal("$[?lenght(@)==1]"),
              "JSONPath $[?lenght(@)==1] is wrong at character 4: an unknown function: there are length, "
              "count, match, search and value.");
    EXPECT_EQ(
        refusal("$[?@.a==b]"),
        "JSONPath $[?@.a==b] is wrong at character 9: an unknown word: strings are quoted, and members begin with @.");
    EXPECT_EQ(refusal("$\xFF"), "The JSONPath is not valid UTF-8.");
    EXPECT_EQ(refusal(""), "JSONPath  is wrong at character 1: it must begin with $.");
}

TEST(Query, FunctionsAreTypeChecked) {
    EXPECT_NE(refusal("$[?length(@.*)==1]"), "");
    EXPECT_NE(refusal("$[?length(@.a)]"), "");
    EXPECT_NE(refusal("$[?count(1)==1]"), "");
    EXPECT_NE(refusal("$[?count(length(@))==1]"), "");
    EXPECT_NE(refusal("$[?match(@.a,'x')==true]"), "");
    EXPECT_NE(refusal("$[?length(match(@.a,'x'))==1]"), "");
    EXPECT_NE(refusal("$[?match(@.a)]"), "");
    EXPECT_NE(refusal("$[?length((@.a))==1]"), "");
    EXPECT_EQ(refusal("$[?length(value(@..a))==1]"), "");
    EXPECT_EQ(refusal("$[?match(value($..pattern),'x')]"), "");
}

TEST(Query, NumbersAreComparedWithoutRounding) {
    EXPECT_EQ(select("$[?@==9007199254740993]", "[9007199254740992,9007199254740993,9007199254740994]"),
              "[9007199254740993]");
    EXPECT_EQ(select("$[?@>9007199254740992.0]", "[9007199254740992,9007199254740993]"), "[9007199254740993]");
    EXPECT_EQ(select("$[?@==18446744073709551615]", "[18446744073709551615,18446744073709551614]"),
              "[18446744073709551615]");
    EXPECT_EQ(select("$[?@<1e400]", "[1,18446744073709551615]"), "[1,18446744073709551615]");
    EXPECT_EQ(select("$[?@>-1e400]", "[-9223372036854775808]"), "[-9223372036854775808]");
    EXPECT_EQ(select("$[?@==-0]", "[0,-0.0,1]"), "[0,-0E0]");
    EXPECT_EQ(select("$[?@==1]", "[1,1.0,true,\"1\"]"), "[1,1E0]");
}

TEST(Query, NormalizedPathsAreEscaped) {
    const value document = read(R"({"a'b\\\n\u0001":[{"\u263a":1}]})");
    const auto located = compile("$..*").select_located(document).value();
    ASSERT_EQ(located.size(), 3u);
    EXPECT_EQ(located[0].path, R"($['a\'b\\\n\u0001'])");
    EXPECT_EQ(located[1].path, R"($['a\'b\\\n\u0001'][0])");
    EXPECT_EQ(located[2].path, "$['a\\'b\\\\\\n\\u0001'][0]['\xE2\x98\xBA']");
    for (const auto& node : located)
        EXPECT_EQ(compile(node.path).select(document).value(), jsonpath::Nodelist{node.value});
}

TEST(Query, PathsStayRightAcrossSiblingsAndFilters) {
    const value document = read(R"({"a":{"x":{"k":1}},"b":[{"k":2},3,{"k":{"k":4}}]})");
    const auto located = compile("$..[?@.k || @==3]").select_located(document).value();
    std::vector<std::string> paths;
    for (const auto& node : located) paths.push_back(node.path);
    EXPECT_THAT(paths,
                testing::UnorderedElementsAre("$['a']['x']", "$['b'][0]", "$['b'][1]", "$['b'][2]", "$['b'][2]['k']"));
}

TEST(Query, ASingularQueryIsKnownAsSuch) {
    EXPECT_TRUE(compile("$").is_singular());
    EXPECT_TRUE(compile("$.a['b'][-1]").is_singular());
    EXPECT_FALSE(compile("$.*").is_singular());
    EXPECT_FALSE(compile("$..a").is_singular());
    EXPECT_FALSE(compile("$[0,1]").is_singular());
    EXPECT_FALSE(compile("$[0:1]").is_singular());
    EXPECT_FALSE(compile("$[?@.a]").is_singular());
}

TEST(Query, APatternMayComeFromTheDocument) {
    EXPECT_EQ(select("$.list[?match(@, $.pattern)]", R"({"pattern":"a.*","list":["abc","b",1]})"), "[\"abc\"]");
    EXPECT_EQ(select("$.list[?match(@, $.pattern)]", R"({"pattern":"(","list":["abc"]})"), "[]");
    EXPECT_EQ(select("$[?search(@.s, @.p)]", R"([{"s":"xay","p":"a"},{"s":"xay","p":"b"},{"s":"a","p":1},{"s":"a"}])"),
              R"([{"s":"xay","p":"a"}])");
    EXPECT_EQ(select("$[?search(@, '[')]", R"(["["])"), "[]");
}

TEST(Query, AQueryThatMeansTooManyNodesIsRefused) {
    std::string explosive = "$";
    for (int i = 0; i < 40; ++i) explosive += "[*,*]";
    value document = 1;
    for (int i = 0; i < 40; ++i) document = boost::json::array{std::move(document)};
    const auto selected = compile(explosive).select(document, 100'000);
    ASSERT_FALSE(selected.ok());
    EXPECT_EQ(selected.error().reason, Reason::limit_exceeded);
    EXPECT_FALSE(compile(explosive).select_located(document, 1000).ok());
    EXPECT_TRUE(compile(explosive).selects_any(document).value()) << "the first node is found in a few steps";
    EXPECT_FALSE(compile("$[?count($..*..*..*)>1]").select(nested(1000), 1'000'000).ok());
}

TEST(Query, ADeepDocumentDoesNotExhaustTheStack) {
    const value document = nested(5000);
    EXPECT_EQ(compile("$..*").select(document).value().size(), 5000u);
    EXPECT_EQ(compile("$..[?@..[0]]").selects_any(document).value(), true);
    EXPECT_EQ(compile("$[?@ == $]").select(document).value().size(), 0u);
}

TEST(Query, ADeepQueryIsRefused) {
    const auto repeat = [](std::string_view part, int times) {
        std::string text;
        for (int i = 0; i < times; ++i) text += part;
        return text;
    };
    for (int times : {100, 20'000}) {
        EXPECT_NE(refusal("$[?" + repeat("(", times)), "");
        EXPECT_NE(refusal("$" + repeat("[?@", times) + repeat("]", times)), "");
        EXPECT_NE(refusal("$[?" + repeat("length(", times)), "");
    }
    EXPECT_NE(refusal("$" + repeat(".a", 1001)), "");
    EXPECT_EQ(refusal("$" + repeat(".a", 1000)), "");
    EXPECT_EQ(refusal("$[?" + repeat("(", 60) + "@" + repeat(")", 60) + "]"), "");
    EXPECT_EQ(refusal("$[?" + repeat("@.a||", 500) + "@]"), "");
    EXPECT_NE(refusal("$['" + std::string(70'000, 'a') + "']"), "");
    const value document = nested(1000);
    EXPECT_EQ(compile("$" + repeat("[0]", 999)).select(document).value().size(), 1u);
    EXPECT_EQ(compile("$" + repeat("[0]", 500) + repeat("[*]", 499)).select(document).value().size(), 1u);
    EXPECT_TRUE(compile("$" + repeat("..[*]", 900)).selects_any(document).value());
}

TEST(Query, HostilePatternsInADocumentAreCharged) {
    boost::json::array patterns;
    for (int i = 0; i < 2000; ++i)
        patterns.push_back(boost::json::string("(a{1000}b{" + std::to_string(i % 1000) + "})*"));
    const value document = {{"text", std::string(100'000, 'a')}, {"patterns", std::move(patterns)}};
    const auto selected = compile("$.patterns[?match($.text, @)]").select(document);
    ASSERT_FALSE(selected.ok());
    EXPECT_EQ(selected.error().reason, Reason::limit_exceeded);
}
