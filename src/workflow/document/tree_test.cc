#include "workflow/document/tree.h"

#include <gtest/gtest.h>

#include "workflow/text/text.h"

namespace workflow {
namespace {

Tree read(std::string_view text, std::string_view name = {}) {
    auto result = read_tree(text, name);
    if (const auto* error = std::get_if<TreeError>(&result)) {
        ADD_FAILURE() << error->message << " at " << error->position.line << ":" << error->position.column;
        return read("{}");
    }
    return std::get<Tree>(result);
}

std::string error_of(std::string_view text, std::string_view name = {}, const TreeLimits& limits = {}) {
    auto result = read_tree(text, name, limits);
    const auto* error = std::get_if<TreeError>(&result);
    if (!error) return "no error";
    return std::to_string(error->position.line) + ":" + std::to_string(error->position.column) + " " + error->message;
}

std::string as_json(std::string_view yaml) { return to_json(read(yaml).root()); }

TEST(Tree, reads_the_core_schema_of_yaml_1_2) {
    EXPECT_EQ(as_json("[yes, no, on, off, y, n]"), R"(["yes","no","on","off","y","n"])");
    EXPECT_EQ(as_json("[true, True, TRUE, false, False, FALSE]"), "[true,true,true,false,false,false]");
    EXPECT_EQ(as_json("[null, Null, NULL, ~, ]"), "[null,null,null,null]");
    EXPECT_EQ(as_json("[12, -7, +3, 0o17, 0x1F, 0123, 18446744073709551615]"),
              "[12,-7,3,15,31,123,18446744073709551615]");
    EXPECT_EQ(as_json("[1.5, -0.25, 1e3, .5, 1., 6.02E+23]"), "[1.5,-0.25,1000.0,0.5,1.0,6.02e+23]");
    EXPECT_EQ(as_json("[.inf, .nan, 1.0.1, 2023-09-07, 12:30, 1_000, 0b1]"),
              R"([".inf",".nan","1.0.1","2023-09-07","12:30","1_000","0b1"])");
    EXPECT_EQ(as_json("['12', \"true\", !!str 12, !!int 12, !!float 1.5]"), R"(["12","true","12",12,1.5])");
}

TEST(Tree, keeps_a_number_used_as_a_key_as_it_is_written) {
    EXPECT_EQ(as_json("200: ok\n0x1F: hex\ntrue: yes\n"), R"({"200":"ok","0x1F":"hex","true":"yes"})");
}

TEST(Tree, knows_line_and_column_of_each_node) {
    auto tree = read("info:\n  title: One\n  tags:\n  - a\n  - b: 1\n");
    const auto& info = tree.root().as_object().at("info");
    const auto& tags = info.as_object().at("tags");
    EXPECT_EQ(tree.position_of(info), (Position{2, 3}));
    EXPECT_EQ(tree.position_of(info.as_object().at("title")), (Position{2, 10}));
    EXPECT_EQ(tree.name_position_of(info.as_object().at("title")), (Position{2, 3}));
    EXPECT_EQ(tree.position_of(tags.as_array()[1]), (Position{5, 5}));
    EXPECT_EQ(tree.position_of(tags.as_array()[1].as_object().at("b")), (Position{5, 8}));
    EXPECT_EQ(tree.position_of(json::value()), Position{});

    auto from_json = read("{\n \"a\": [1,\n  {\"b\": 2}]}", "x.json");
    const auto& element = from_json.root().as_object().at("a").as_array()[1];
    EXPECT_EQ(from_json.position_of(element), (Position{3, 3}));
    EXPECT_EQ(from_json.position_of(element.as_object().at("b")), (Position{3, 9}));
    EXPECT_EQ(from_json.name_position_of(element.as_object().at("b")), (Position{3, 4}));
}

TEST(Tree, follows_aliases_and_merges_mappings) {
    EXPECT_EQ(as_json("a: &x {k: 1, l: 2}\nb: *x\nc: {<<: *x, l: 3}\n"),
              R"({"a":{"k":1,"l":2},"b":{"k":1,"l":2},"c":{"l":3,"k":1}})");
    EXPECT_EQ(as_json("d:\n- &p {a: 1}\n- &q {a: 2, b: 2}\n- {<<: [*p, *q]}\n"),
              R"({"d":[{"a":1},{"a":2,"b":2},{"a":1,"b":2}]})");
    EXPECT_EQ(as_json("'<<': 1"), R"({"<<":1})");
    auto tree = read("a: &x {k: 1}\nb: {<<: *x, l: 2}\n");
    EXPECT_EQ(tree.position_of(tree.root().as_object().at("b").as_object().at("k")), (Position{1, 11}));
}

TEST(Tree, refuses_an_alias_bomb_by_counting_before_it_expands) {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int k = 0; k < 10; ++k) bomb += (k ? ", *a" : "*a") + std::to_string(i - 1);
        bomb += "]\n";
    }
    EXPECT_NE(error_of(bomb).find("more than 4000000 nodes"), std::string::npos);
    EXPECT_EQ(error_of("a: &a [*a]"), "1:8 an alias stands inside the node that it names");
}

TEST(Tree, refuses_what_is_too_deep_or_too_large) {
    EXPECT_NE(error_of(std::string(300, '[') + std::string(300, ']')).find("deeper than 200"), std::string::npos);
    EXPECT_NE(error_of(std::string(100'000, '[')).find("deep"), std::string::npos);
    EXPECT_NE(error_of(std::string(300, '[') + std::string(300, ']'), "x.json").find("deeper than 200"),
              std::string::npos);
    std::string chain = "a0: &a0 [[[[[[[[[[x]]]]]]]]]]\n";
    for (int i = 1; i < 30; ++i)
        chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [[[[[[[[[[*a" + std::to_string(i - 1) +
                 "]]]]]]]]]]\n";
    EXPECT_NE(error_of(chain).find("deeper than 200"), std::string::npos);
    EXPECT_EQ(error_of("abcdef", {}, {.bytes_max = 5}), "0:0 the document is larger than 5 bytes");
}

TEST(Tree, refuses_what_json_cannot_hold) {
    EXPECT_EQ(error_of("? [a]\n: b\n"), "1:3 a key must be a scalar");
    EXPECT_EQ(error_of("a: 1\nb: 2\na: 3\n"), "3:1 the key \"a\" stands twice in one mapping");
    EXPECT_EQ(error_of("a: !!binary aGk=\n"), "1:4 the tag tag:yaml.org,2002:binary has no meaning in JSON");
    EXPECT_EQ(error_of("a: !!int x\n"), "1:4 \"x\" is not of the type that its tag tag:yaml.org,2002:int says");
    EXPECT_EQ(error_of("--- a\n--- b\n"), "1:1 the file holds more than one document");
    EXPECT_EQ(error_of(""), "1:1 the document is empty");
    EXPECT_EQ(error_of("a: \xff\n"), "0:0 the document is not UTF-8");
    EXPECT_EQ(error_of(std::string("a: \0\0\0b", 8)), "0:0 the document holds a NUL character");  // no UTF-32 either
    EXPECT_NE(error_of("a: [1, 2\nb: 3").find("not YAML"), std::string::npos);
}

TEST(Tree, reads_json_strictly) {
    EXPECT_EQ(to_json(read(R"({"a":"\u00e9\ud83d\ude00\n\/","n":[0,-1,1.5e2,9223372036854775807,9223372036854775808]})",
                           "a.json")
                          .root()),
              "{\"a\":\"é😀\\n/\",\"n\":[0,-1,150.0,9223372036854775807,9223372036854775808]}");
    for (const char* bad :
         {"", "{", "{\"a\":1,}", "[1,]", "[01]", "[1.]", "[.5]", "[1e]", "{\"a\":1,\"a\":2}", "[\"\\x\"]",
          "[\"\\ud800\"]", "[\"a\nb\"]", "[1] 2", "nul", "[1e999]", "[+1]", "{a:1}", "[\"\\u12g4\"]", "\"open"})
        EXPECT_NE(error_of(bad, "bad.json"), "no error") << bad;
    EXPECT_EQ(error_of("{\n  \"a\": tru\n}", "bad.json"), "2:8 not JSON: a value is missing");
}

TEST(Tree, takes_a_flow_mapping_without_quotes_as_yaml) {
    EXPECT_EQ(as_json("{a: 1, b: [x]}"), R"({"a":1,"b":["x"]})");
}

}  // namespace
}  // namespace workflow
