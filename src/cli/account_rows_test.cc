#include "cli/account_rows.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using cli::RowOptions;

std::string all_of(cli::AccountRows& rows) {
    std::string text;
    for (std::string row; rows.append_next(row); row.clear()) text += row + "\n";
    return text;
}

std::string csv(std::string_view text, RowOptions options = {}) {
    const auto rows = cli::read_csv_rows(text, options);
    return rows.ok() ? all_of(*rows.value()) : rows.error().detail;
}

std::string jsonl(std::string_view text, RowOptions options = {}) {
    return all_of(*cli::read_json_rows(text, options));
}

TEST(AccountRowsTest, MakesAnObjectOfEachLine) {
    EXPECT_EQ(csv("uid,type,domain,ends_at,reseller_id\na,family,b5test.com,2050-01-01T00:00:00Z,2\n"
                  "\"b \"\"x\"\"\",individual,b5test.com,,3\n"),
              "{\"uid\":\"a\",\"type\":\"family\",\"domain\":\"b5test.com\",\"ends_at\":\"2050-01-01T00:00:00Z\","
              "\"reseller_id\":2}\n"
              "{\"uid\":\"b \\\"x\\\"\",\"type\":\"individual\",\"domain\":\"b5test.com\",\"reseller_id\":3}\n");
    EXPECT_EQ(csv("uid,type,domain\na,b,c\n", {.reseller_id = 7}),
              "{\"reseller_id\":7,\"uid\":\"a\",\"type\":\"b\",\"domain\":\"c\"}\n");
    EXPECT_EQ(csv("reseller_id,uid,type,domain\n,a,b,c\nx,a,b,c\n", {.reseller_id = 7}),
              "{\"reseller_id\":7,\"uid\":\"a\",\"type\":\"b\",\"domain\":\"c\"}\n"
              "{\"reseller_id\":\"x\",\"uid\":\"a\",\"type\":\"b\",\"domain\":\"c\"}\n");
    EXPECT_EQ(jsonl("{\"uid\":\"a\",\"reseller_id\":2}\n\n  \r\n{\"uid\":\"b\"}", {.reseller_id = 9}),
              "{\"uid\":\"a\",\"reseller_id\":2}\n{\"uid\":\"b\",\"reseller_id\":9}\n");
}

TEST(AccountRowsTest, LetsNoLineThatCannotBeReadGetLost) {
    EXPECT_EQ(csv("uid,type,domain\na,b\n\"x\"y,b,c\n\xff,b,c\nd,e,f\n", {.reseller_id = 2}),
              "{\"unreadable\":\"Line 2: It has 2 fields, and the first line 3.\"}\n"
              "{\"unreadable\":\"Line 3: There is something between a closing quote and the next comma.\"}\n"
              "{\"unreadable\":\"Line 4: It is not UTF-8, or has a character that no text has.\"}\n"
              "{\"reseller_id\":2,\"uid\":\"d\",\"type\":\"e\",\"domain\":\"f\"}\n");
    EXPECT_EQ(jsonl("[1]\n{\"uid\":\"a\"}\n"), "{\"unreadable\":\"Line 1: It is no JSON object.\"}\n{\"uid\":\"a\"}\n");
    EXPECT_EQ(jsonl("{\"uid\":[[\"a\"]]}\n"), "{\"unreadable\":\"Line 1: A member is an object or an array.\"}\n");
    EXPECT_EQ(jsonl("{\"uid\":\"" + std::string(20'000, 'x') + "\"}"),
              "{\"unreadable\":\"Line 1: It is too long.\"}\n");
    EXPECT_EQ(csv("uid,type,domain\n" + std::string(20'000, 'x') + ",b,c\n", {.reseller_id = 2}),
              "{\"unreadable\":\"Line 2: It is too long.\"}\n");
    EXPECT_NE(jsonl("{\"uid\":\n").find("{\"unreadable\":\"Line 1: "), std::string::npos);
}

TEST(AccountRowsTest, RefusesAFileWhoseColumnsMakeNoSense) {
    EXPECT_EQ(csv(""), "The file is empty: its first line has to name the columns.");
    EXPECT_EQ(csv("uid,type\n"), "The first line names no column domain.");
    EXPECT_EQ(csv("uid,type,domain\n"), "There is no column reseller_id: --reseller ID says whose accounts they are.");
    EXPECT_EQ(csv("uid,uid,type,domain\n", {.reseller_id = 2}), "There are two columns uid.");
    EXPECT_EQ(csv("uid,type,domain,colour\n", {.reseller_id = 2}),
              "Nothing is known of a column colour: --ignore-unknown passes over it.");
    EXPECT_EQ(csv("uid,colour,type,domain\na,red,b,c\n", {.reseller_id = 2, .ignores_unknown = true}),
              "{\"reseller_id\":2,\"uid\":\"a\",\"type\":\"b\",\"domain\":\"c\"}\n");
    EXPECT_EQ(jsonl("{\"uid\":\"a\",\"colour\":1}\n", {.ignores_unknown = true}), "{\"uid\":\"a\"}\n");
}

TEST(AccountRowsTest, SkipsAsManyRowsAsItReads) {
    const std::string_view text = "uid,type,domain\na,b\n\n\"x\ny\",b,c\nd,e,f\n";
    for (int skipped = 0; skipped <= 3; ++skipped) {
        const auto rows = cli::read_csv_rows(text, {.reseller_id = 2}).value();
        for (int i = 0; i < skipped; ++i) EXPECT_TRUE(rows->skip_next());
        const std::string rest = all_of(*rows);
        EXPECT_EQ(std::count(rest.begin(), rest.end(), '\n'), 3 - skipped) << rest;
        EXPECT_EQ(rows->offset(), text.size());
    }
}

}  // namespace
