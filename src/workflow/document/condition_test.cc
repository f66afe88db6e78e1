#include "workflow/document/condition.h"

#include <gtest/gtest.h>

#include "workflow/text/text.h"

namespace workflow {
namespace {

class Conditions : public ::testing::Test {
protected:
    Conditions() {
        exchange_.status = 200;
        exchange_.method = "GET";
        exchange_.response_headers.add("X-Thing", "Thing-1");
        exchange_.response_headers.add("X-Count", "12");
        exchange_.response_bytes =
            R"({"n":5,"f":2.5,"s":"Hello","t":true,"fa":false,"nul":null,"arr":[1,2,3],"q":"it's","empty":[],"num":"10","big":9007199254740993,
                "o":{"k":1},"full name":"Ada L","a.b":"literal","i":1,"zero":0,"blank":""})";
        exchange_.read_response_body();
        inputs_ = {{"threshold", 4}, {"index", 2}, {"name", "HELLO"}};
        scope_.exchange = &exchange_;
        scope_.inputs = &inputs_;
    }

    bool holds(std::string_view text) {
        auto parsed = Condition::parse(text);
        if (const auto* error = std::get_if<SyntaxError>(&parsed)) {
            ADD_FAILURE() << text << ": " << error->message;
            return false;
        }
        return std::get<Condition>(parsed).holds(scope_);
    }

    Exchange exchange_;
    json::object inputs_;
    Scope scope_;
};

TEST_F(Conditions, compare_numbers) {
    EXPECT_TRUE(holds("$statusCode == 200"));
    EXPECT_FALSE(holds("$statusCode != 200"));
    EXPECT_TRUE(holds("$statusCode==200"));
    EXPECT_TRUE(holds("$response.body#/n>=5"));
    EXPECT_TRUE(holds("$response.body#/n > $inputs.threshold"));
    EXPECT_TRUE(holds("$response.body#/f < 3 && $response.body#/f > -1e3"));
    EXPECT_TRUE(holds("5.0 == 5"));
    EXPECT_TRUE(holds("$response.body#/big == 9007199254740993"));
    EXPECT_FALSE(holds("$response.body#/big == 9007199254740992"));
}

TEST_F(Conditions, compare_texts_without_regard_to_case) {
    EXPECT_TRUE(holds("$response.body#/s == 'hELLO'"));
    EXPECT_FALSE(holds("$response.body#/s != 'HELLO'"));
    EXPECT_TRUE(holds("$response.body#/s == $inputs.name"));
    EXPECT_TRUE(holds("$response.header.x-thing == 'THING-1'"));
    EXPECT_TRUE(holds("'alpha' < 'BETA'"));
    EXPECT_TRUE(holds("$method == 'get'"));
    EXPECT_TRUE(holds("$response.body#/q == 'It''s'"));
    EXPECT_TRUE(holds("'É' == 'é'"));
}

TEST_F(Conditions, take_a_text_that_is_a_number_for_the_number) {
    EXPECT_TRUE(holds("$response.header.x-count > 9"));
    EXPECT_TRUE(holds("$response.body#/num > '9'"));
    EXPECT_TRUE(holds("$response.body#/n == '5'"));
    EXPECT_TRUE(holds("$response.body#/n != 'five'"));
    EXPECT_FALSE(holds("$response.body#/n < 'six'"));
    EXPECT_FALSE(holds("'1.0' == '1'"));
    EXPECT_TRUE(holds("'true' == true"));
    EXPECT_FALSE(holds("1 == true"));
}

TEST_F(Conditions, compare_null_and_what_is_missing) {
    EXPECT_TRUE(holds("$response.body#/nul == null"));
    EXPECT_TRUE(holds("$response.body#/missing == null"));
    EXPECT_FALSE(holds("$response.body#/missing != null"));
    EXPECT_TRUE(holds("$response.body#/n != null"));
    EXPECT_FALSE(holds("$response.body#/n == null"));
    EXPECT_FALSE(holds("null < 1"));
    EXPECT_FALSE(holds("null >= null"));
    EXPECT_FALSE(holds("$response.body#/missing == 0"));
    EXPECT_FALSE(holds("$response.body#/missing == false"));
}

TEST_F(Conditions, compare_objects_and_arrays_as_wholes) {
    EXPECT_TRUE(holds("$response.body#/o == $response.body#/o"));
    EXPECT_TRUE(holds("$response.body#/arr != $response.body#/empty"));
    EXPECT_FALSE(holds("$response.body#/arr < $response.body#/empty"));
}

TEST_F(Conditions, bind_operators_as_expected) {
    EXPECT_TRUE(holds("true || false && false"));
    EXPECT_FALSE(holds("(true || false) && false"));
    EXPECT_TRUE(holds("($statusCode == 500 || $statusCode == 200) && $response.body#/n == 5"));
    EXPECT_TRUE(holds("!($statusCode == 500)"));
    EXPECT_TRUE(holds("!false == true"));
    EXPECT_TRUE(holds("!!true"));
    EXPECT_TRUE(holds("!$response.body#/missing"));
    EXPECT_TRUE(holds("$response.body#/t&&!$response.body#/fa"));
    EXPECT_TRUE(holds("{$statusCode == 200}"));
    EXPECT_TRUE(holds("{$response.body#/full name} == 'ada l'"));
    EXPECT_TRUE(holds("((($statusCode)) == (200))"));
}

TEST_F(Conditions, index_and_dereference) {
    EXPECT_TRUE(holds("$response.body#/arr[0] == 1"));
    EXPECT_TRUE(holds("$response.body#/arr[$inputs.index] == 3"));
    EXPECT_TRUE(holds("$response.body.arr[1] == 2"));
    EXPECT_TRUE(holds("$response.body.o.k == 1"));
    EXPECT_TRUE(holds("$response.body#/o.k == 1"));
    EXPECT_TRUE(holds("$response.body['s'] == 'hello'"));
    EXPECT_TRUE(holds("($response.body).o.k == 1"));
    EXPECT_TRUE(holds("$response.body#/a.b == 'literal'"));
    EXPECT_TRUE(holds("$response.body.arr.length == 3"));
    EXPECT_TRUE(holds("$response.body#/arr[9] == null"));
}

TEST_F(Conditions, know_the_truth_of_a_value) {
    EXPECT_TRUE(holds("$response.body#/t"));
    EXPECT_TRUE(holds("$response.body#/s"));
    EXPECT_TRUE(holds("$response.body#/n"));
    EXPECT_TRUE(holds("$response.body#/empty"));
    for (const char* text : {"$response.body#/fa", "$response.body#/nul", "$response.body#/missing",
                             "$response.body#/zero", "$response.body#/blank", "null", "''"})
        EXPECT_FALSE(holds(text)) << text;
}

TEST_F(Conditions, take_double_quotes_and_say_so) {
    EXPECT_TRUE(holds(R"($response.body#/s == "hello")"));
    EXPECT_TRUE(holds(R"("a\nb" != 'a')"));
    auto parsed = Condition::parse(R"($method == "GET")");
    EXPECT_TRUE(std::get<Condition>(parsed).has_double_quotes());
}

TEST_F(Conditions, explain_by_the_values_that_they_saw) {
    auto parsed = Condition::parse("$statusCode == 404 || $response.body#/s == $inputs.missing && $statusCode > 1");
    EXPECT_EQ(std::get<Condition>(parsed).explain(scope_),
              "$statusCode is 200, $response.body#/s is 'Hello', $inputs.missing has no value");
}

TEST(Condition, refuses_what_is_none) {
    const std::pair<const char*, std::size_t> wrong[] = {{"", 0},
                                                         {"$statusCode = 200", 12},
                                                         {"$statusCode == ", 15},
                                                         {"== 200", 0},
                                                         {"$statusCode == 200 and true", 19},
                                                         {"$statusCode == 500%s", 18},
                                                         {"(true", 5},
                                                         {"true)", 4},
                                                         {"'open", 0},
                                                         {"$nothing == 1", 0},
                                                         {"1 < 2 < 3", 6},
                                                         {"$statusCode == abc", 15},
                                                         {"true & false", 5},
                                                         {"true | false", 5},
                                                         {"#", 0},
                                                         {"$response.body#x == 1", 0},
                                                         {"!", 1},
                                                         {"1.5.2 == 1", 0}};
    for (const auto& [text, offset] : wrong) {
        auto parsed = Condition::parse(text);
        const auto* error = std::get_if<SyntaxError>(&parsed);
        ASSERT_TRUE(error) << text;
        EXPECT_EQ(error->offset, offset) << text << ": " << error->message;
    }
}

TEST(Condition, is_bounded_against_nesting) {
    EXPECT_TRUE(std::holds_alternative<SyntaxError>(Condition::parse(std::string(10'000, '('))));
    EXPECT_TRUE(std::holds_alternative<SyntaxError>(Condition::parse(std::string(10'000, '!'))));
    std::string postfix = "(null)";
    for (int i = 0; i < 10'000; ++i) postfix += ".a";
    EXPECT_TRUE(std::holds_alternative<SyntaxError>(Condition::parse(postfix)));
    EXPECT_TRUE(std::holds_alternative<SyntaxError>(Condition::parse(std::string(5'000, '{'))));
}

}  // namespace
}  // namespace workflow
