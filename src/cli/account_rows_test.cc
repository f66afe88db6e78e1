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
    EXPECT_EQ(csv("uid,type,domain\na,b\n\"x\"y,b,c\n\xff,b,c\na,b,c,d\nd,e,f\n", {.reseller_id = 2}),
              "{\"unreadable\":\"Line 2, column 3: The line ends after 2 fields; the first line names 3.\"}\n"
              "{\"unreadable\":\"Line 3, column 4: Something stands between a closing quote and the next "
              "delimiter.\"}\n"
              "{\"unreadable\":\"Line 4, column 1: This is not UTF-8, or has a character that no text has: save the "
              "file as UTF-8.\"}\n"
              "{\"unreadable\":\"Line 5, column 7: Here is a field for which the first line has no name.\"}\n"
              "{\"reseller_id\":2,\"uid\":\"d\",\"type\":\"e\",\"domain\":\"f\"}\n");
    EXPECT_EQ(jsonl("1\n{\"uid\":\"a\"}\n"),
              "{\"unreadable\":\"Line 1, column 1: This is no JSON object.\"}\n{\"uid\":\"a\"}\n");
    EXPECT_EQ(jsonl("{\"uid\":[[\"a\"]]}\n"),
              "{\"unreadable\":\"Line 1, column 1: The member uid is an object or an array.\"}\n");
    EXPECT_EQ(jsonl("{\"uid\":\"" + std::string(20'000, 'x') + "\"}"),
              "{\"unreadable\":\"Line 1, column 1: The row is too long.\"}\n");
    EXPECT_EQ(csv("uid,type,domain\n" + std::string(20'000, 'x') + ",b,c\n", {.reseller_id = 2}),
              "{\"unreadable\":\"Line 2, column 1: The row is too long.\"}\n");
    EXPECT_NE(jsonl("{\"uid\":\n").find("{\"unreadable\":\"Line 1, column 1: "), std::string::npos);
}

// A quote that takes rows along is not always against the letter of CSV.
TEST(AccountRowsTest, LetsNoQuoteTakeRowsAlong) {
    EXPECT_EQ(
        csv("uid,type,domain\n\"a,b,c\nd,e,f\ng\",h,i\nj,k,l\n", {.reseller_id = 2}),
        "{\"unreadable\":\"Line 2, column 1: A quote begins here that takes along 2 lines; no uid has more than one "
        "line.\"}\n{\"reseller_id\":2,\"uid\":\"j\",\"type\":\"k\",\"domain\":\"l\"}\n");
    EXPECT_EQ(csv("uid,address,type,domain\na,\"two\nlines\",b,c\n", {.reseller_id = 2, .ignores_unknown = true}),
              "{\"reseller_id\":2,\"uid\":\"a\",\"type\":\"b\",\"domain\":\"c\"}\n");
}

TEST(AccountRowsTest, ReadsWhatSpreadsheetsWrite) {
    constexpr std::string_view row = "{\"reseller_id\":2,\"uid\":\"a\",\"type\":\"b\",\"domain\":\"c\"}\n";
    const RowOptions options{.reseller_id = 2};
    for (const char* text : {"uid;type;domain\na;b;c\n", "uid\ttype\tdomain\na\tb\tc\n", "uid|type|domain\na|b|c\n",
                             "sep=;\nuid;type;domain\na;b;c\n", "\xef\xbb\xbfSEP=,\r\nUID,Type,DOMAIN\r\na,b,c\r\n",
                             " Uid ,type\xc2\xa0,\"Domain\"\na, b ,c \n", "uid,type,domain,,\na,b,c,,\n,,,,\n",
                             "uid,type,domain\na,b,c,,\n", "domain;uid;type\nc;a;b\n"}) {
        if (std::string_view(text).starts_with("domain"))
            EXPECT_EQ(csv(text, options), "{\"reseller_id\":2,\"domain\":\"c\",\"uid\":\"a\",\"type\":\"b\"}\n");
        else
            EXPECT_EQ(csv(text, options), row) << text;
    }
    EXPECT_EQ(csv("uid,type,domain,Reseller ID,Ends-At\na,b,c,7,2027-06-30\n"),
              "{\"uid\":\"a\",\"type\":\"b\",\"domain\":\"c\",\"reseller_id\":7,"
              "\"ends_at\":\"2027-06-30T00:00:00Z\"}\n");
    EXPECT_EQ(csv("uid,type,domain\n'=1,b,c\n", options),
              "{\"reseller_id\":2,\"uid\":\"=1\",\"type\":\"b\",\"domain\":\"c\"}\n")
        << "as our own reports and exports write it";
    EXPECT_EQ(csv("Kundennummer;Art;Domain\na;b;c\n",
                  {.reseller_id = 2, .names = {{"uid", "kundennummer"}, {"type", "ART"}}}),
              row);
    EXPECT_EQ(csv("uid#type#domain\na#b#c\n", {.reseller_id = 2, .delimiter = '#'}), row);
}

TEST(AccountRowsTest, ReadsJsonOnLinesOneAfterTheOtherAndInArrays) {
    constexpr std::string_view rows = "{\"uid\":\"a\"}\n{\"uid\":\"b\"}\n";
    for (const char* text :
         {"{\"uid\":\"a\"}\n{\"uid\":\"b\"}\n", "[{\"uid\":\"a\"},{\"uid\":\"b\"}]",
          "[\n {\"uid\":\"a\"},\n {\"uid\":\"b\"}\n]\n", "{\n  \"uid\": \"a\"\n}\n{\n  \"uid\": \"b\"\n}\n",
          "\xef\xbb\xbf[{\"UID\":\"a\"} , {\"uid\":\"b\"}]"})
        EXPECT_EQ(jsonl(text), rows) << text;
    EXPECT_EQ(jsonl("[]"), "");
    EXPECT_EQ(jsonl("[{\"uid\":\"]}, {\\\"\"}]"), "{\"uid\":\"]}, {\\\"\"}\n");
    EXPECT_EQ(jsonl("[\n {\"uid\":\"a\"},\n 7\n]"),
              "{\"uid\":\"a\"}\n{\"unreadable\":\"Line 3, column 2: This is no JSON object.\"}\n");
    EXPECT_EQ(jsonl("[\n {\"uid\":\"a\"}"),
              "{\"uid\":\"a\"}\n{\"unreadable\":\"Line 2, column 13: The array is never closed.\"}\n");
    EXPECT_EQ(jsonl("[\n {\"uid\":\"a\""),
              "{\"unreadable\":\"Line 2, column 2: What begins here is never closed.\"}\n");
    EXPECT_EQ(
        jsonl("[{\"uid\":\"a\"}]\n{\"uid\":\"b\"}"),
        "{\"uid\":\"a\"}\n{\"unreadable\":\"Line 2, column 1: Something follows behind the end of the array.\"}\n");
    EXPECT_EQ(
        jsonl("{\"uid\":\"a\",\"domian\":1}\n"),
        "{\"unreadable\":\"Line 1, column 1: Nothing is known of domian. Is domain meant? --ignore-unknown passes "
        "over it; --columns domain=domian says what it is.\"}\n");
}

TEST(AccountRowsTest, NamesAccountsThatAreChanged) {
    EXPECT_EQ(csv("id,uid,status\n1024,a,x\n,b,x\n",
                  {.reseller_id = 2, .ignores_unknown = true, .rows_for = cli::RowsFor::changing}),
              "{\"reseller_id\":2,\"id\":1024,\"uid\":\"a\"}\n{\"reseller_id\":2,\"uid\":\"b\"}\n");
    EXPECT_EQ(csv("id,ends_at\n1,2027-06-30\n2,\n", {.rows_for = cli::RowsFor::redating}),
              "{\"id\":1,\"ends_at\":\"2027-06-30T00:00:00Z\"}\n{\"id\":2,\"ends_at\":null}\n");
    EXPECT_NE(csv("id\n1\n", {.rows_for = cli::RowsFor::redating}).find("names no column ends_at"), std::string::npos);
    EXPECT_NE(csv("uid\na\n", {.rows_for = cli::RowsFor::changing}).find("--reseller ID"), std::string::npos);
}

TEST(AccountRowsTest, RefusesAFileWhoseColumnsMakeNoSense) {
    EXPECT_EQ(csv(""), "The file is empty: its first line has to name the columns.");
    EXPECT_EQ(csv("uid,type\n"),
              "The first line names no column domain. With ',' between them it names: uid, type. Another character: "
              "--delimiter; another name: --columns domain=NAME.");
    EXPECT_EQ(csv("uid,type,domain\n"), "There is no column reseller_id: --reseller ID says whose accounts they are.");
    EXPECT_EQ(csv("uid,UID,type,domain\n", {.reseller_id = 2}), "There are two columns uid.");
    EXPECT_EQ(
        csv("uid,type,domain,end_at\n", {.reseller_id = 2}),
        "The first line: Nothing is known of end_at. Is ends_at meant? --ignore-unknown passes over it; --columns "
        "ends_at=end_at says what it is.");
    EXPECT_EQ(csv("uid,colour,type,domain\na,red,b,c\n", {.reseller_id = 2, .ignores_unknown = true}),
              "{\"reseller_id\":2,\"uid\":\"a\",\"type\":\"b\",\"domain\":\"c\"}\n");
    EXPECT_EQ(jsonl("{\"uid\":\"a\",\"colour\":1}\n", {.ignores_unknown = true}), "{\"uid\":\"a\"}\n");
}

TEST(AccountRowsTest, KnowsTheLineOfEachRow) {
    const std::string_view text = "uid,type,domain\na,b\n\n\"x\",b,c\nd,e,f\n";
    const auto rows = cli::read_csv_rows(text, {.reseller_id = 2}).value();
    std::string lines, row;
    for (; rows->append_next(row); row.clear()) lines += std::to_string(rows->line()) + (rows->fault() ? "! " : " ");
    EXPECT_EQ(lines, "2! 4 5 ");
    EXPECT_EQ(rows->offset(), text.size());
}

}  // namespace
