#include "cli/csv.h"

#include <gtest/gtest.h>

#include <random>

namespace {

using cli::CsvReader;

// Records by lines, fields between bars; a record that is none with its line and why.
std::string read(std::string_view text) {
    CsvReader reader(text);
    std::string records;
    while (const auto record = reader.next()) {
        if (!record->wrong.empty()) records += std::to_string(record->line) + ": " + record->wrong;
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
              "a|b;2: There is something between a closing quote and the next comma.;1|2;");
    EXPECT_EQ(read("a\"b,c\n1\n"), "1: There is a quote inside a field that has none around it.;1;");
    EXPECT_EQ(read("1\n\"never\nclosed"), "1;2: A quote is never closed.;");
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
