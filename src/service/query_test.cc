#include "service/query.h"

#include <gtest/gtest.h>

namespace {

// "a=1;b=", "refused"
std::string parse(std::string_view query) {
    const auto parameters = service::parse_query(query);
    if (!parameters.ok()) return "refused";
    std::string text;
    for (const service::QueryParameter& parameter : parameters.value())
        text += (text.empty() ? "" : ";") + parameter.name + '=' + parameter.value;
    return text;
}

TEST(Query, IsReadInTheOrderSentEachAsOftenAsSent) {
    EXPECT_EQ(parse(""), "");
    EXPECT_EQ(parse("a=1&b=2&a=3"), "a=1;b=2;a=3");
    EXPECT_EQ(parse("a"), "a=");
    EXPECT_EQ(parse("a=&=b&="), "a=;=b;=");
    EXPECT_EQ(parse("&&a=1&&"), "a=1");
    EXPECT_EQ(parse("a=b=c"), "a=b=c");
    EXPECT_EQ(parse("a=1?b"), "a=1?b");
}

TEST(Query, IsDecoded) {
    EXPECT_EQ(parse("page%5Bsize%5D=10&q=a+b%2Bc"), "page[size]=10;q=a b+c");
    EXPECT_EQ(parse("%C3%A9=%26%3d"), "é=&=");
}

TEST(Query, IsRefusedWhereItIsNotWellFormed) {
    for (const std::string_view query : {"a=%", "a=%1", "%zz=1", "a=%00", "%00", "a=%ff", "%c3%28=1", "a=1&b=%"})
        EXPECT_EQ(parse(query), "refused") << query;
    EXPECT_EQ(service::parse_query("%").error().reason, Reason::malformed);
    EXPECT_EQ(parse(std::string_view("a=\0", 3)), "refused");
}

TEST(Query, HasAtMost100Parameters) {
    std::string query;
    for (int i = 0; i < 100; ++i) query += "a&";
    EXPECT_EQ(service::parse_query(query).value().size(), 100u);
    EXPECT_EQ(parse(query + "a"), "refused");
    EXPECT_EQ(parse(std::string(100'000, '&')), "");
}

TEST(Query, GivesTheFirstParameterOfAName) {
    const auto parameters = service::parse_query("a=1&b=2&a=3").value();
    EXPECT_EQ(*service::find_parameter(parameters, "a"), "1");
    EXPECT_EQ(*service::find_parameter(parameters, "b"), "2");
    EXPECT_EQ(service::find_parameter(parameters, "A"), nullptr);
}

}  // namespace
