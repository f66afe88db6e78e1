#include "jsonschema/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

using boost::json::value;
using jsonschema::Dialect;
using jsonschema::Options;
using jsonschema::Schema;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

value read(std::string_view text) { return boost::json::parse({text.data(), text.size()}); }

Schema compile(std::string_view schema, const Options& options = {}) {
    auto compiled = Schema::compile(read(schema), "", {}, options);
    if (!compiled.ok()) throw std::runtime_error(compiled.error().detail);
    return std::move(compiled).value();
}

std::vector<std::string> check(const Schema& schema, std::string_view instance) {
    std::vector<std::string> lines;
    for (const auto& violation : schema.validate(read(instance))) {
        lines.push_back(violation.instance_pointer + " " + violation.message + " (" + violation.schema_pointer + ")");
    }
    return lines;
}

std::vector<std::string> check(std::string_view schema, std::string_view instance, const Options& options = {}) {
    return check(compile(schema, options), instance);
}

std::string refusal(std::string_view schema, const Options& options = {}) {
    const auto compiled = Schema::compile(read(schema), "", {}, options);
    return compiled.ok() ? "" : compiled.error().detail;
}

std::string with_defaults(std::string_view schema, std::string_view instance) {
    value filled = read(instance);
    const auto outcome = compile(schema).apply_defaults(filled);
    return outcome.ok() ? boost::json::serialize(filled) : outcome.error().detail;
}

}  // namespace

TEST(Violations, NameThePlaceAndWhatIsWrong) {
    const auto schema = compile(R"({
        "type": "object", "required": ["id", "a\"b"], "additionalProperties": false, "maxProperties": 9,
        "properties": {
            "id": {"type": ["string", "null"], "minLength": 3, "pattern": "^[a-z]*$"},
            "age": {"minimum": 18, "exclusiveMaximum": 100.5, "multipleOf": 0.5},
            "tags/": {"items": {"enum": ["x", 1, null]}, "uniqueItems": true, "maxItems": 2, "contains": {"const": "x"}},
            "either": {"anyOf": [{"type": "string"}, {"required": ["k"]}]},
            "one": {"oneOf": [{"minimum": 1}, {"minimum": 2}]},
            "not": {"not": {"type": "null"}}, "never": false, "const": {"const": {"a": 1}}},
        "dependentRequired": {"age": ["id"]}})");
    EXPECT_THAT(check(schema, "[]"), ElementsAre(" must be an object, is an array (#/type)"));
    EXPECT_THAT(
        check(schema, R"({"age":17.25})"),
        ElementsAre(" must have the property \"id\" (#/required)", " must have the property \"a\\\"b\" (#/required)",
                    " must have the property \"id\", since it has \"age\" (#/dependentRequired)",
                    "/age must be at least 18, is 17.25 (#/properties/age/minimum)",
                    "/age must be a multiple of 0.5, is 17.25 (#/properties/age/multipleOf)"));
    EXPECT_THAT(check(schema, R"({"id":"A~","a\"b":1,"tags/":["x","y","x"],"never":1})"),
                ElementsAre("/id must have at least 3 characters, has 2 (#/properties/id/minLength)",
                            "/id must match the pattern ^[a-z]*$ (#/properties/id/pattern)",
                            "/a\"b is not allowed (#/additionalProperties)",
                            "/tags~1 must have at most 2 items, has 3 (#/properties/tags~1/maxItems)",
                            "/tags~1 must not have equal items, but 0 and 2 are (#/properties/tags~1/uniqueItems)",
                            "/tags~1/1 must be one of \"x\", 1, null (#/properties/tags~1/items/enum)",
                            "/never is not allowed (#/properties/never)"));
    EXPECT_THAT(
        check(
            compile(
                R"({"$ref":"#/$defs/s","$defs":{"s":{"properties":{"a":{"anyOf":[{"type":"string"},{"required":["k"]}]},
                                 "b":{"oneOf":[{"minimum":1},{"minimum":2}]},"c":{"not":{"type":"null"}},"d":{"const":{"a":1}},
                                 "e":{"contains":{"const":1},"minContains":2},"f":{"format":"date"}}}}})"),
            R"({"a":{"x":1},"b":3,"c":null,"d":1,"e":[1],"f":"x"})"),
        ElementsAre(
            "/a matches none of the alternatives; by 0, it must be a string, is an object; by 1, it must have the "
            "property \"k\" (#/$defs/s/properties/a/anyOf)",
            "/b must match only one of the alternatives, but matches 0 and 1 (#/$defs/s/properties/b/oneOf)",
            "/c must not match this schema (#/$defs/s/properties/c/not)",
            "/d must be {\"a\":1} (#/$defs/s/properties/d/const)",
            "/e must have at least 2 items that match this schema, has 1 (#/$defs/s/properties/e/contains)"));
}

TEST(Violations, AreBoundedInNumberAndLength) {
    boost::json::array instance(1000, value("x"));
    const auto schema = compile(R"({"items":{"type":"number"}})");
    EXPECT_EQ(schema.validate(instance).size(), 20u);
    EXPECT_EQ(schema.validate(instance, 3).size(), 3u);
    EXPECT_EQ(schema.validate(instance, 0).size(), 1u) << "never none for what is not valid";
    const value long_enum = {{"enum", boost::json::array(1000, value("0123456789"))}};
    EXPECT_LT(Schema::compile(long_enum).value().validate(1)[0].message.size(), 600u);
}

TEST(Violations, NeverQuoteAStringOfTheInstance) {
    const auto schema =
        compile(R"({"type":"number","enum":[1],"const":1,"minLength":100,"maxLength":1,"pattern":"^x$","format":"email",
        "not":{"type":"string"},"anyOf":[{"type":"number"}],"oneOf":[{"const":2},{"pattern":"x"}]})",
                Options{.asserts_formats = true});
    const auto violations = schema.validate(value("secret"));
    EXPECT_EQ(violations.size(), 10u);
    for (const auto& violation : violations) EXPECT_THAT(violation.message, testing::Not(HasSubstr("secret")));
}

TEST(Compile, ARefusalNamesThePlaceAndTheReason) {
    EXPECT_EQ(refusal("1"), "the pointer \"\" leads to what is no schema");
    EXPECT_EQ(refusal(R"({"type":"strin"})").substr(0, 24), "#/type: must be one of b");
    EXPECT_EQ(refusal(R"({"properties":{"a~":{"minLength":-1}}})"),
              "#/properties/a~0/minLength: must be an integer that is not negative.");
    EXPECT_EQ(refusal(R"({"items":[{}]})"),
              "#/items: must be one schema; a list of schemas by position is prefixItems since 2020-12.");
    EXPECT_EQ(refusal(R"({"multipleOf":0})"), "#/multipleOf: must be a number greater than 0.");
    EXPECT_EQ(refusal(R"({"pattern":"a("})"), "#/pattern: the pattern a(: ) is missing at the end.");
    EXPECT_EQ(refusal(R"({"allOf":[]})"), "#/allOf: must be a list of at least one schema.");
    EXPECT_EQ(refusal(R"({"not":1})"), "#/not: must be a schema: an object, true or false.");
    EXPECT_EQ(refusal(R"({"$ref":"#/$defs/x"})"), "#/$ref: the pointer \"/$defs/x\" leads nowhere.");
    EXPECT_EQ(refusal(R"({"$ref":"other.json"})"),
              "#/$ref: the reference other.json leads to other.json, which is not known here.");
    EXPECT_EQ(refusal(R"({"$ref":"#x"})"), "#/$ref: the reference #x names an anchor that does not exist.");
    EXPECT_EQ(refusal(R"({"$schema":"http://x/y"})"), "#: $schema names http://x/y, which is not known here.");
    EXPECT_EQ(refusal(R"({"$id":"http://x/y#z"})"), "#: $id must not have a fragment; $anchor is for that.");
    EXPECT_EQ(refusal(R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object"})"), "");
}

TEST(Compile, APatternBeyondRe2IsRefusedOrNoted) {
    const char* schema = R"({"properties":{"p":{"pattern":"^(a)\\1$","minLength":8}}})";
    EXPECT_THAT(refusal(schema), HasSubstr("#/properties/p/pattern: the pattern ^(a)\\1$: back-references"));
    const auto noted = compile(schema, {.unsupported_patterns = jsonschema::UnsupportedPatterns::note});
    EXPECT_EQ(noted.notes().size(), 1u);
    EXPECT_THAT(check(noted, R"({"p":"aaaaaaaa"})"), IsEmpty());
    EXPECT_THAT(check(noted, R"({"p":"a"})"), testing::SizeIs(1));
}

TEST(Compile, OtherDocumentsComeFromTheResolver) {
    const value other = read(R"({"$defs":{"n":{"type":"number"},"self":{"$ref":"#/$defs/n"}}})");
    std::vector<std::string> asked;
    const auto resolver = [&](std::string_view uri) {
        asked.emplace_back(uri);
        return uri == "http://host/dir/other.json" ? &other : nullptr;
    };
    const auto compiled =
        Schema::compile(read(R"({"$ref":"other.json#/$defs/self"})"), "http://host/dir/main.json", resolver);
    ASSERT_TRUE(compiled.ok()) << compiled.error().detail;
    EXPECT_THAT(check(compiled.value(), "\"x\""),
                ElementsAre(" must be a number, is a string (http://host/dir/other.json#/$defs/n/type)"));
    EXPECT_THAT(asked, ElementsAre("http://host/dir/other.json"));
}

TEST(Compile, ASchemaInsideAnotherDocumentSeesAllOfIt) {
    const value document = read(R"({"openapi":"3.1.0","$schema":"urn:editor-hint","components":{"schemas":{
        "User":{"properties":{"pet":{"$ref":"#/components/schemas/Pet"},"tag":{"$ref":"#tag"}}},
        "Pet":{"type":"object"},"Tag":{"$anchor":"tag","type":"string"}}}})");
    const auto compiled = Schema::compile(document, "", {}, {.schema_pointer = "/components/schemas/User"});
    ASSERT_TRUE(compiled.ok()) << compiled.error().detail;
    EXPECT_THAT(check(compiled.value(), R"({"pet":1,"tag":1})"),
                ElementsAre("/pet must be an object, is a number (#/components/schemas/Pet/type)",
                            "/tag must be a string, is a number (#/components/schemas/Tag/type)"));
    EXPECT_FALSE(Schema::compile(document, "", {}, {.schema_pointer = "/components/schemas/None"}).ok());
    EXPECT_FALSE(Schema::compile(document, "", {}, {.schema_pointer = "components"}).ok());
}

TEST(Compile, KeepsNothingOfTheDocument) {
    std::optional<Schema> schema;
    {
        const value document =
            read(R"({"enum":["a long enough string to be on the heap"],"default":["also on the heap, and long"]})");
        schema = Schema::compile(document).value();
    }
    EXPECT_TRUE(schema->is_valid(value("a long enough string to be on the heap")));
    EXPECT_EQ(boost::json::serialize(*schema->find_default()), R"(["also on the heap, and long"])");
}

TEST(Validate, NumbersAreExact) {
    EXPECT_THAT(check(R"({"maximum":9007199254740992})", "9007199254740993"), testing::SizeIs(1));
    EXPECT_THAT(check(R"({"maximum":18446744073709551614})", "18446744073709551615"), testing::SizeIs(1));
    EXPECT_THAT(check(R"({"const":9007199254740993})", "9007199254740992.0"), testing::SizeIs(1));
    EXPECT_THAT(check(R"({"multipleOf":0.01})", "19.99"), IsEmpty());
    EXPECT_THAT(check(R"({"multipleOf":0.01})", "19.995"), testing::SizeIs(1));
    EXPECT_THAT(check(R"({"multipleOf":0.1})", "-0.3"), IsEmpty());
    EXPECT_THAT(check(R"({"multipleOf":3})", "9223372036854775809"), IsEmpty());
    EXPECT_THAT(check(R"({"multipleOf":3})", "9223372036854775808"), testing::SizeIs(1));
    EXPECT_THAT(check(R"({"multipleOf":7})", "-9223372036854775808"), testing::SizeIs(1));
    EXPECT_THAT(check(R"({"multipleOf":1e-300})", "1e300"), IsEmpty());
    EXPECT_THAT(check(R"({"multipleOf":1e300})", "1e-300"), testing::SizeIs(1));
    EXPECT_THAT(check(R"({"multipleOf":2.5e20})", "1e21"), IsEmpty());
    EXPECT_THAT(check(R"({"type":"integer"})", "1e300"), IsEmpty());
    EXPECT_THAT(check(R"({"uniqueItems":true})", "[1,1.0]"), testing::SizeIs(1));
    EXPECT_THAT(check(R"({"uniqueItems":true})", "[9007199254740992,9007199254740993,[0],[false],\"\",null,0,false]"),
                IsEmpty());
    EXPECT_THAT(check(R"({"uniqueItems":true})", R"([{"a":[1,{"b":0}],"c":2},{"c":2,"a":[1.0,{"b":-0.0}]}])"),
                testing::SizeIs(1));
}

TEST(Validate, ASchemaThatRefersToItselfWithoutEndStops) {
    for (const char* schema : {R"({"$ref":"#"})", R"({"allOf":[{"$ref":"#"},{"$ref":"#"}]})", R"({"not":{"$ref":"#"}})",
                               R"({"anyOf":[{"$ref":"#"},{"$ref":"#"}]})", R"({"oneOf":[{"$ref":"#"},true]})",
                               R"({"if":{"$ref":"#"}})", R"({"$dynamicAnchor":"a","$dynamicRef":"#a"})",
                               R"({"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"})"}) {
        const auto violations = compile(schema).validate(1);
        ASSERT_EQ(violations.size(), 1u) << schema;
        EXPECT_THAT(violations[0].message, HasSubstr("refer to itself")) << schema;
    }
}

TEST(Validate, ARecursiveSchemaFollowsADeepInstance) {
    const auto tree = compile(R"({"$defs":{"node":{"type":"object","properties":{"child":{"$ref":"#/$defs/node"}},
                                 "additionalProperties":false}},"$ref":"#/$defs/node"})");
    std::string good = "{}", bad = "{\"x\":1}";
    for (int i = 0; i < 30; ++i) {
        good = "{\"child\":" + good + "}";
        bad = "{\"child\":" + bad + "}";
    }
    EXPECT_THAT(check(tree, good), IsEmpty());
    EXPECT_THAT(check(tree, bad), testing::SizeIs(1));
    value deep = boost::json::object{};
    for (int i = 0; i < 5000; ++i) deep = boost::json::object{{"child", std::move(deep)}};
    const auto violations = tree.validate(deep);
    ASSERT_EQ(violations.size(), 1u);
    EXPECT_THAT(violations[0].message, HasSubstr("was not checked"));
}

TEST(Validate, WhatWouldTakeExponentialTimeStops) {
    std::string schema = R"({"$ref":"#/$defs/0","$defs":{)";
    for (int i = 0; i < 60; ++i) {
        const std::string next = "{\"$ref\":\"#/$defs/" + std::to_string(i + 1) + "\"}";
        schema += "\"" + std::to_string(i) + "\":{\"allOf\":[" + next + "," + next + "]},";
    }
    schema += R"("60":{"type":"number"}}})";
    const auto violations = compile(schema).validate(1, 20, 100'000);
    ASSERT_EQ(violations.size(), 1u);
    EXPECT_THAT(violations[0].message, HasSubstr("more than 100000 steps"));
}

TEST(Validate, AlternativesInAlternativesAreToldInReasonableTime) {
    std::string schema = R"({"type":"number"})";
    for (int i = 0; i < 60; ++i) schema = R"({"anyOf":[)" + schema + R"(,{"const":0}]})";
    value document;
    boost::json::parse_options options;
    options.max_depth = 1000;
    document = boost::json::parse(schema, {}, options);
    const auto violations = Schema::compile(document).value().validate(value("x"), 20, 1'000'000);
    ASSERT_EQ(violations.size(), 1u);
    EXPECT_THAT(violations[0].message, HasSubstr("matches none"));
    EXPECT_LT(violations[0].message.size(), 600u);
}

TEST(Compile, AHostileSchemaIsRefusedOrCompiledButDoesNotExhaustTheStack) {
    value deep = boost::json::object{};
    for (int i = 0; i < 5000; ++i) deep = boost::json::object{{"not", std::move(deep)}};
    const auto compiled = Schema::compile(deep);
    ASSERT_TRUE(compiled.ok());
    EXPECT_THAT(compiled.value().validate(1)[0].message, HasSubstr("was not checked"));
    boost::json::array patterns;
    for (int i = 0; i < 20'000; ++i) patterns.push_back(value{{"pattern", "(a{1000}){0,1}" + std::to_string(i)}});
    EXPECT_FALSE(Schema::compile(value{{"allOf", std::move(patterns)}}).ok());
}

TEST(OpenApi30, NullIsAllowedByNullableBesideType) {
    const Options openapi{.dialect = Dialect::openapi_3_0};
    EXPECT_THAT(check(R"({"type":"string","nullable":true})", "null", openapi), IsEmpty());
    EXPECT_THAT(check(R"({"type":"string","nullable":false})", "null", openapi),
                ElementsAre(" must be a string, is null (#/type)"));
    EXPECT_THAT(check(R"({"type":"string"})", "null", openapi), testing::SizeIs(1));
    EXPECT_THAT(check(R"({"nullable":true,"type":"string","enum":["a"]})", "null", openapi), testing::SizeIs(1))
        << "an enum must name null too";
    EXPECT_NE(refusal(R"({"type":["string","null"]})", openapi), "");
    EXPECT_NE(refusal(R"({"type":"null"})", openapi), "");
    EXPECT_THAT(check(R"({"type":"string","nullable":true})", "null"), testing::SizeIs(1))
        << "2020-12 knows no nullable";
}

TEST(OpenApi30, ExclusiveBoundsAreFlags) {
    const Options openapi{.dialect = Dialect::openapi_3_0};
    EXPECT_THAT(check(R"({"minimum":1,"exclusiveMinimum":true})", "1", openapi),
                ElementsAre(" must be greater than 1, is 1 (#/minimum)"));
    EXPECT_THAT(check(R"({"minimum":1,"exclusiveMinimum":false})", "1", openapi), IsEmpty());
    EXPECT_THAT(check(R"({"exclusiveMaximum":true,"maximum":1})", "1", openapi), testing::SizeIs(1));
    EXPECT_NE(refusal(R"({"exclusiveMinimum":1})", openapi), "");
}

TEST(OpenApi30, NothingStandsBesideARefAndNewerKeywordsMeanNothing) {
    const Options openapi{.dialect = Dialect::openapi_3_0, .schema_pointer = "/components/schemas/A"};
    const char* document = R"({"openapi":"3.0.3","components":{"schemas":{
        "A":{"properties":{"b":{"$ref":"#/components/schemas/B","type":"string","nullable":true}},
             "const":1,"$id":"http://elsewhere/","if":false,"patternProperties":{"(":{}},"example":{"any":"thing"},"x-more":1},
        "B":{"type":"object"}}}})";
    EXPECT_THAT(check(document, R"({"b":{}})", openapi), IsEmpty());
    EXPECT_THAT(check(document, R"({"b":null})", openapi),
                ElementsAre("/b must be an object, is null (#/components/schemas/B/type)"));
}

TEST(OpenApi30, RequiredMindsTheDirection) {
    const char* schema = R"({"type":"object","required":["id","password","name"],"properties":{
        "id":{"readOnly":true},"password":{"$ref":"#/definitions/secret"},"name":{}},"definitions":{"secret":{"writeOnly":true}}})";
    const auto missing = [&](jsonschema::Direction direction) {
        return check(schema, "{}", {.dialect = Dialect::openapi_3_0, .direction = direction});
    };
    EXPECT_THAT(missing(jsonschema::Direction::either), testing::SizeIs(3));
    EXPECT_THAT(missing(jsonschema::Direction::response), ElementsAre(" must have the property \"id\" (#/required)",
                                                                      " must have the property \"name\" (#/required)"));
    EXPECT_THAT(missing(jsonschema::Direction::request),
                ElementsAre(" must have the property \"password\" (#/required)",
                            " must have the property \"name\" (#/required)"));
}

TEST(OpenApi30, FormatsOfIntegersAreChecked) {
    const Options openapi{.dialect = Dialect::openapi_3_0, .asserts_formats = true};
    for (const char* good : {"2147483647", "-2147483648", "1.0", "\"x\""})
        EXPECT_THAT(check(R"({"format":"int32"})", good, openapi), IsEmpty());
    for (const char* bad : {"2147483648", "-2147483649", "1.5", "1e10", "18446744073709551615"}) {
        EXPECT_THAT(check(R"({"format":"int32"})", bad, openapi), testing::SizeIs(1)) << bad;
    }
    EXPECT_THAT(check(R"({"format":"int64"})", "9223372036854775807", openapi), IsEmpty());
    EXPECT_THAT(check(R"({"format":"int64"})", "9223372036854775808", openapi), testing::SizeIs(1));
    EXPECT_THAT(check(R"({"format":"int64"})", "1e19", openapi), testing::SizeIs(1));
    EXPECT_THAT(check(R"({"format":"int32"})", "2147483648", {.asserts_formats = true}), IsEmpty());
}

TEST(Defaults, AreFilledInWhereAPropertyIsAbsent) {
    EXPECT_EQ(with_defaults(R"({"properties":{"a":{"default":1},"b":{"default":2},"c":{}}})", R"({"b":null})"),
              R"({"b":null,"a":1})");
    EXPECT_EQ(with_defaults(R"({"properties":{"a":{"default":1}}})", "[]"), "[]");
    EXPECT_EQ(with_defaults(R"({"default":{"a":1}})", "null"), "null");
    EXPECT_EQ(
        with_defaults(R"({"properties":{"db":{"default":{"host":"h"},"properties":{"port":{"default":5432}}}}})", "{}"),
        R"({"db":{"host":"h","port":5432}})");
    EXPECT_EQ(with_defaults(R"({"properties":{"db":{"properties":{"port":{"default":5432}}}}})", R"({"db":{}})"),
              R"({"db":{"port":5432}})");
    EXPECT_EQ(with_defaults(R"({"properties":{"db":{"properties":{"port":{"default":5432}}}}})", "{}"), "{}");
}

TEST(Defaults, AreFoundThroughReferencesAllOfAndItems) {
    EXPECT_EQ(
        with_defaults(
            R"({"$ref":"#/$defs/o","$defs":{"o":{"properties":{"a":{"$ref":"#/$defs/n"}}},"n":{"default":1}}})", "{}"),
        R"({"a":1})");
    EXPECT_EQ(
        with_defaults(
            R"({"allOf":[{"properties":{"a":{"default":1}}},{"properties":{"a":{"default":2},"b":{"default":3}}}]})",
            "{}"),
        R"({"a":1,"b":3})");
    EXPECT_EQ(with_defaults(R"({"properties":{"a":{"allOf":[{"type":"number"},{"default":7}]}}})", "{}"), R"({"a":7})");
    EXPECT_EQ(
        with_defaults(R"({"items":{"properties":{"a":{"default":1}}},"prefixItems":[true]})", "[{},{},{\"a\":2}]"),
        R"([{},{"a":1},{"a":2}])");
    EXPECT_EQ(with_defaults(R"({"patternProperties":{"^x":{"properties":{"a":{"default":1}}}},
                               "additionalProperties":{"properties":{"b":{"default":2}}}})",
                            R"({"x1":{},"y":{}})"),
              R"({"x1":{"a":1},"y":{"b":2}})");
    EXPECT_EQ(
        with_defaults(
            R"({"anyOf":[{"properties":{"a":{"default":1}}}],"if":true,"then":{"properties":{"b":{"default":1}}}})",
            "{}"),
        "{}");
}

TEST(Defaults, WithoutEndAreRefusedOrCutOff) {
    EXPECT_EQ(with_defaults(R"({"properties":{"a":{"$ref":"#","default":{}}}})", "{}"), R"({"a":{}})");
    EXPECT_EQ(with_defaults(R"({"$ref":"#"})", "{}"),
              "The defaults of the schema are nested without end, or too many.");
    std::string wide = R"({"$defs":{)";
    for (int i = 0; i < 40; ++i) {
        const std::string next = "{\"$ref\":\"#/$defs/" + std::to_string(i + 1) + "\",\"default\":{}}";
        wide += "\"" + std::to_string(i) + "\":{\"properties\":{\"a\":" + next + ",\"b\":" + next + "}},";
    }
    wide += R"("40":{}},"$ref":"#/$defs/0"})";
    value instance = boost::json::object{};
    const auto outcome = compile(wide).apply_defaults(instance);
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().reason, Reason::limit_exceeded);
    EXPECT_TRUE(instance.as_object().empty()) << "an instance is filled as a whole or not at all";
}

TEST(Formats, AreAnnotationsUnlessAsked) {
    EXPECT_THAT(check(R"({"format":"email"})", "\"x\""), IsEmpty());
    EXPECT_THAT(check(R"({"format":"email"})", "\"x\"", {.asserts_formats = true}),
                ElementsAre(" must be an e-mail address (#/format)"));
    EXPECT_THAT(check(R"({"format":"unheard-of"})", "\"x\"", {.asserts_formats = true}), IsEmpty());
}
