#include "workflow/document/expression.h"

#include <gtest/gtest.h>

#include "workflow/text/text.h"

namespace workflow {
namespace {

class Expressions : public ::testing::Test {
protected:
    Expressions() {
        exchange_.method = "POST";
        exchange_.url = "https://api.example.com/pets?limit=5";
        exchange_.request_headers.add("Accept", "application/json");
        exchange_.query_parameters = {{"limit", 5}, {"a.b", "dotted"}};
        exchange_.path_parameters = {{"id", "p1"}};
        exchange_.request_body = json::value{{"user", {{"uuid", "u1"}}}};
        exchange_.status = 201;
        exchange_.response_headers.add("X-Rate-Limit", "100");
        exchange_.response_bytes =
            R"({"id":7,"a/b":{"m~n":8,"x.y":9},"list":[{"id":1},{"id":2}],"none":null,"":"empty","x":{"y":10}})";
        exchange_.read_response_body();
        inputs_ = {{"name", "Ada"}, {"user", {{"id", 3}, {"tags", {"a", "b"}}}}, {"dotted.name", true}};
        outputs_ = {{"bar", json::value{{"baz", 1}}}};
        steps_ = {{"login", {{"outputs", {{"token", "t"}, {"pets", {{{"id", 4}}}}}}}},
                  {"s.dot", {{"outputs", {{"x", 1}}}}}};
        workflows_ = {{"foo", {{"inputs", {{"u", "in"}}}, {"outputs", {{"bar", {{"name", "out"}}}}}}}};
        scope_ = {&exchange_, &inputs_, &outputs_, &steps_, &workflows_, nullptr};
    }

    std::string eval(std::string_view text, bool in_condition = false) {
        auto parsed = Expression::parse(text, in_condition);
        if (const auto* why = std::get_if<std::string>(&parsed)) return "error: " + *why;
        auto value = std::get<Expression>(parsed).evaluate(scope_);
        return value ? to_json(*value) : "none";
    }

    Exchange exchange_;
    json::object inputs_, outputs_, steps_, workflows_;
    Scope scope_;
};

TEST_F(Expressions, read_the_request) {
    EXPECT_EQ(eval("$url"), R"("https://api.example.com/pets?limit=5")");
    EXPECT_EQ(eval("$method"), R"("POST")");
    EXPECT_EQ(eval("$request.header.accept"), R"("application/json")");
    EXPECT_EQ(eval("$request.header.missing"), "none");
    EXPECT_EQ(eval("$request.query.limit"), "5");
    EXPECT_EQ(eval("$request.query.a.b"), R"("dotted")");
    EXPECT_EQ(eval("$request.path.id"), R"("p1")");
    EXPECT_EQ(eval("$request.body"), R"({"user":{"uuid":"u1"}})");
    EXPECT_EQ(eval("$request.body#/user/uuid"), R"("u1")");
}

TEST_F(Expressions, read_the_response_and_keep_types) {
    EXPECT_EQ(eval("$statusCode"), "201");
    EXPECT_EQ(eval("$response.header.x-RATE-limit"), R"("100")");
    EXPECT_EQ(eval("$response.body#/id"), "7");
    EXPECT_EQ(eval("$response.body#/a~1b/m~0n"), "8");
    EXPECT_EQ(eval("$response.body#/a~1b/x.y"), "9");
    EXPECT_EQ(eval("$response.body#/list/1/id"), "2");
    EXPECT_EQ(eval("$response.body#/none"), "null");
    EXPECT_EQ(eval("$response.body#/missing"), "none");
    EXPECT_EQ(eval("$response.body#/list/01/id"), "none");
    EXPECT_EQ(eval("$response.body#/list/-"), "none");
    EXPECT_EQ(eval("$response.body#/"), R"("empty")");
    EXPECT_EQ(eval("$response.query.x"), "none");
    EXPECT_EQ(eval("$message.payload"), "none");
}

TEST_F(Expressions, read_inputs_outputs_steps_and_workflows) {
    EXPECT_EQ(eval("$inputs.name"), R"("Ada")");
    EXPECT_EQ(eval("$inputs.user#/id"), "3");
    EXPECT_EQ(eval("$inputs.dotted.name"), "true");
    EXPECT_EQ(eval("$outputs.bar#/baz"), "1");
    EXPECT_EQ(eval("$steps.login.outputs.token"), R"("t")");
    EXPECT_EQ(eval("$steps.login.outputs.pets#/0/id"), "4");
    EXPECT_EQ(eval("$steps.s.dot.outputs.x"), "1");
    EXPECT_EQ(eval("$steps.absent.outputs.x"), "none");
    EXPECT_EQ(eval("$workflows.foo.inputs.u"), R"("in")");
    EXPECT_EQ(eval("$workflows.foo.outputs.bar#/name"), R"("out")");
}

TEST_F(Expressions, dereference_where_the_grammar_leaves_no_other_meaning) {
    EXPECT_EQ(eval("$response.body.list[1].id"), "2");
    EXPECT_EQ(eval("$response.body.list.0.id"), "1");
    EXPECT_EQ(eval("$response.body.list.length"), "2");
    EXPECT_EQ(eval("$inputs.user.tags[1]"), R"("b")");
    EXPECT_EQ(eval("$inputs.name.length"), "3");
    EXPECT_EQ(eval("$steps.login.outputs.pets.0.id"), "4");
}

TEST_F(Expressions, dereference_behind_a_pointer_only_in_a_condition) {
    EXPECT_EQ(eval("$response.body#/x.y"), "none");
    EXPECT_EQ(eval("$response.body#/x.y", true), "10");
    EXPECT_EQ(eval("$response.body#/list[0]", true), R"({"id":1})");
    EXPECT_EQ(eval("$response.body#/a~1b/x.y", true), "9");
}

TEST_F(Expressions, have_no_value_before_there_is_a_response) {
    exchange_.status = 0;
    EXPECT_EQ(eval("$statusCode"), "none");
    EXPECT_EQ(eval("$response.body"), "none");
    EXPECT_EQ(eval("$response.header.x-rate-limit"), "none");
    scope_ = {};
    for (const char* text :
         {"$url", "$method", "$request.body", "$inputs.a", "$outputs.a", "$steps.a.outputs.b", "$workflows.a.outputs.b",
          "$self", "$sourceDescriptions.a.url", "$components.parameters.a"})
        EXPECT_EQ(eval(text), "none") << text;
}

TEST(Expression, says_why_a_text_is_none) {
    for (const char* text : {"",
                             "$",
                             "url",
                             "$urls",
                             "$statuscode",
                             "$request",
                             "$request.",
                             "$request.cookie.a",
                             "$request.header.",
                             "$request.header.a b",
                             "$response.body#id",
                             "$response.body#/a~2",
                             "$response.bodyx",
                             "$inputs",
                             "$inputs.",
                             "$steps.a",
                             "$steps.a.b",
                             "$steps..outputs.x",
                             "$steps.a.outputs.",
                             "$workflows.a",
                             "$workflows.a.b.c",
                             "$sourceDescriptions.a",
                             "$components.a",
                             "$datetime.iso8601",
                             "$inputs.a{b",
                             "$inputs.a}"})
        EXPECT_TRUE(std::holds_alternative<std::string>(Expression::parse(text))) << text;
}

TEST(Exchange, reads_a_body_by_its_content_type) {
    auto read = [](const char* type, const char* bytes) {
        Exchange exchange;
        if (*type) exchange.response_headers.add("Content-Type", type);
        exchange.response_bytes = bytes;
        exchange.read_response_body();
        return exchange.response_body ? to_json(*exchange.response_body) : "none";
    };
    EXPECT_EQ(read("application/json; charset=utf-8", "{\"a\":1}"), "{\"a\":1}");
    EXPECT_EQ(read("application/problem+json", "[1]"), "[1]");
    EXPECT_EQ(read("", "[1]"), "[1]");
    EXPECT_EQ(read("text/plain", "[1]"), "\"[1]\"");
    EXPECT_EQ(read("application/json", "{oops"), "\"{oops\"");
    EXPECT_EQ(read("application/json", "1e999"), "\"1e999\"");
    EXPECT_EQ(read("application/json", ""), "none");
}

}  // namespace
}  // namespace workflow
