#include "cli/csv.h"

#include <gtest/gtest.h>

#include <random>

namespace {

using cli::CsvReader;

// Records by lines, fields between bars; a record that is none with its line and why.
std::string read(std::string_view text, char delimiter = ',') {
    CsvReader reader(text, delimiter);
    std::string records;
    while (const auto record = reader.next()) {
        if (!record->wrong.empty()) {
            const cli::TextPosition at = reader.position_of(*record, record->wrong_offset);
            records += std::to_string(at.line) + ':' + std::to_string(at.column) + ' ' + record->wrong;
        }
        for (std::size_t i = 0; record->wrong.empty() && i < record->fields.size(); ++i)
            records += (i > 0 ? "|" : "") + record->fields[i];
        records += ";";
    }
    return records;
}

TEST(CsvTest, ReadsFieldsWithAndWithoutQuotes) {
    EXPECT_EQ(read("a,b,c\n1,2,3\n"), "a|b|c;1|2|3;");
    EXPECT_EQ(read("a,\"b,\"\"x\"\"\",c"), "a|b,\"x\"|c;");
    EXPECT_EQ(read("\"two\nlines\",x\r\ny,\"\"\r\n"), "two\nlines|x;y|;");
    EXPECT_EQ(read("a,,\n,,b\n"), "a||;||b;");
}

TEST(CsvTest, PassesOverEmptyLinesAndAByteOrderMark) {
    EXPECT_EQ(read("\xef\xbb\xbf"
                   "a,b\n\n\r\n1,2\n\n"),
              "a|b;1|2;");
    EXPECT_EQ(read(""), "");
    EXPECT_EQ(read("\n\n"), "");
}

TEST(CsvTest, SaysWhatIsNoRecordAndGoesOnBehindIt) {
    EXPECT_EQ(read("a,b\n\"x\"y,z\n1,2\n"),
              "a|b;2:4 Something stands between a closing quote and the next delimiter.;1|2;");
    EXPECT_EQ(read("a\"b,c\n1\n"), "1:2 There is a quote inside a field that has none around it.;1;");
    EXPECT_EQ(read("\xc3\xa4,b\"\n1\n"), "1:4 There is a quote inside a field that has none around it.;1;")
        << "columns count characters";
}

TEST(CsvTest, SaysHowManyLinesAQuoteWouldTakeAlong) {
    EXPECT_EQ(read("1\n\"never closed"), "1;2:1 A quote begins here that is never closed.;");
    EXPECT_EQ(read("1\n\"never\nclosed\n"),
              "1;2:1 A quote begins here that is never closed: it would take along a line.;closed;");
    std::string many = "1\n2,\"never\n";
    for (int i = 0; i < 9'997; ++i) many += "3\n";
    EXPECT_TRUE(
        read(many).starts_with("1;2:3 A quote begins here that is never closed: it would take along 9,997 lines.;3;3;"))
        << read(many).substr(0, 200);
    EXPECT_EQ(read("\"a,1\nb,2\n\"c,3\nd,4\n"),
              "1:1 A quote begins here that is closed in the middle of line 3: it would take along 2 lines.;b|2;"
              "3:1 A quote begins here that is never closed: it would take along a line.;d|4;");
}

TEST(CsvTest, ReadsOtherDelimiters) {
    EXPECT_EQ(read("a;b,c\n\"1;2\";3\n", ';'), "a|b,c;1;2|3;");
    EXPECT_EQ(read("a\tb\n\t\n", '\t'), "a|b;|;");
}

TEST(CsvTest, WritesNothingThatASpreadsheetComputes) {
    const auto written = [](std::string_view field) {
        std::string line;
        cli::append_spreadsheet_field(line, field);
        return line;
    };
    for (const char* field : {"=1+1", "+1", "-1", "@SUM(1)", "\tx", "'=1"})
        EXPECT_TRUE(written(field).starts_with('\'') || written(field).starts_with("\"'")) << field;
    EXPECT_EQ(written("=a,b"), "\"'=a,b\"");
    for (const char* field : {"a=1", "", "'", "'a", "1-1"}) EXPECT_EQ(written(field), field);
    std::mt19937 random(11);
    const std::string characters = "'=+-@a1";
    for (int round = 0; round < 2'000; ++round) {
        std::string field;
        for (auto length = random() % 6; length > 0; --length) field += characters[random() % characters.size()];
        EXPECT_EQ(cli::without_apostrophe(written(field)), field) << "and back again";
    }
}

TEST(CsvTest, ReadsWhatItHasWritten) {
    std::mt19937 random(7);
    const std::string characters = "ab,\"\n\r ;\t";
    for (int round = 0; round < 2'000; ++round) {
        std::vector<std::string> fields(1 + random() % 4);
        for (std::string& field : fields)
            for (auto length = random() % 6; length > 0; --length) field += characters[random() % characters.size()];
        if (fields.size() == 1 && fields[0].empty()) continue;  // an empty line is no record
        std::string line;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            if (i > 0) line += ',';
            cli::append_csv_field(line, fields[i]);
        }
        line += round % 2 ? "\r\n" : "\n";
        CsvReader reader(line);
        const auto record = reader.next();
        ASSERT_TRUE(record) << line;
        EXPECT_EQ(record->wrong, "") << line;
        EXPECT_EQ(record->fields, fields) << line;
        EXPECT_FALSE(reader.next()) << line;
    }
}

}  // namespace
