#include "tests/layers/layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/testing/temporary_folder.h"

namespace {

using layers::Complaint;
using layers::Rule;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto table_name = "tests/layers/table.txt";

std::vector<std::string> texts_of(const std::vector<Complaint>& complaints) {
    std::vector<std::string> texts;
    for (const Complaint& complaint : complaints) texts.push_back(complaint.text());
    return texts;
}

TEST(Layers, HoldInThisTree) {
    const std::filesystem::path top = PARTNERD_SOURCE_DIR;
    std::ifstream in(top / table_name);
    std::ostringstream text;
    text << in.rdbuf();
    const auto table = layers::read_table(text.str(), table_name);
    ASSERT_GT(table.rows.size(), 30u);
    for (const std::string& complaint : texts_of(layers::check(top, table, table_name))) ADD_FAILURE() << complaint;
}

// A tree of three layers, edge -> rules -> base, in which everything is as it should be.
class ALayeredTree : public testing::Test {
protected:
    ALayeredTree() {
        write("base/time.h", header());
        write("base/time.cc", "#include \"base/time.h\"\n\n#include <vector>\n");
        write("rules/open.h", header("#include \"base/time.h\"\n"));
        write("rules/open_test.cc", "#include \"rules/open.h\"\n\n#include <gtest/gtest.h>\n");
        write("edge/route.h", header("#include <json/value.h>\n\n#include \"rules/open.h\"\n"));
    }

    static std::string header(const std::string& rest = "") { return "// What it is for.\n\n#pragma once\n\n" + rest; }

    void write(const std::string& path, const std::string& text) {
        const auto file = std::filesystem::path(folder_.path()) / "src" / path;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }

    std::vector<std::string> check() const {
        return texts_of(layers::check(folder_.path(), layers::read_table(table_, "table"), "table"));
    }

    test::TemporaryFolder folder_;
    std::string table_ = "folder base:\nfolder rules: base\nfolder edge: rules | json # the edge speaks JSON\n";
};

TEST_F(ALayeredTree, IsLeftAlone) { EXPECT_THAT(check(), IsEmpty()); }

TEST_F(ALayeredTree, MayNotBeClimbed) {
    write("rules/close.cc", "#include <string>\n\n#include \"edge/route.h\"\n");
    EXPECT_THAT(check(), ElementsAre("src/rules/close.cc:3: [folder] rules may not include edge/route.h (table:2 says "
                                     "what it may)"));
}

TEST_F(ALayeredTree, HasNoShortCuts) {
    write("edge/answer.cc", "#include \"base/time.h\"\n");
    EXPECT_THAT(check(), ElementsAre("src/edge/answer.cc:1: [folder] edge may not include base/time.h (table:3 says "
                                     "what it may)"));
}

TEST_F(ALayeredTree, LetsOneFileOfAFolderBeNamed) {
    table_ = "folder base:\nfolder rules: base\nfolder edge: rules base/time.h | json\n";
    write("base/secret.h", header());
    write("edge/answer.cc", "#include \"base/secret.h\"\n#include \"base/time.h\"\n");
    EXPECT_THAT(check(), ElementsAre("src/edge/answer.cc:1: [folder] edge may not include base/secret.h (table:3 says "
                                     "what it may)"));
}

TEST_F(ALayeredTree, KeepsLibrariesToThoseWhoMayUseThem) {
    write("rules/close.cc", "#include <json/value.h>\n#include <unistd.h>\n");
    EXPECT_THAT(check(),
                ElementsAre("src/rules/close.cc:1: [third_party] rules may not include <json/value.h> (table:2 says "
                            "what it may)",
                            "src/rules/close.cc:2: [third_party] rules may not include <unistd.h> (table:2 says what "
                            "it may)"));
}

TEST_F(ALayeredTree, SeesAnIncludeHoweverItIsWritten) {
    write("rules/close.cc", "#if 1\n  #  include   <json.hpp>\n#endif\n#include<json/kind.hpp> // why not\n");
    const auto complaints = check();
    ASSERT_EQ(complaints.size(), 2u);
    EXPECT_TRUE(complaints[0].starts_with("src/rules/close.cc:2: [third_party]")) << complaints[0];
    EXPECT_TRUE(complaints[1].starts_with("src/rules/close.cc:4: [third_party]")) << complaints[1];
}

TEST_F(ALayeredTree, LetsNobodyNameWhatAHeaderInBetweenBrings) {
    table_ += "name time: base\n";
    write("edge/answer.cc", "// time::now() is not meant\nint timetime::x;\nint x = time::now();\n");
    write("rules/close.cc", "int x = time::now();\n");
    EXPECT_THAT(check(), ElementsAre("src/edge/answer.cc:3: [name] edge may not name time::, which belongs to base"));
}

TEST_F(ALayeredTree, LetsTestsSeeAllThatLiesBelowAndTheTestsOwnLibraries) {
    write("edge/route_test.cc", "#include <gmock/gmock.h>\n#include <sys/stat.h>\n\n#include \"base/time.h\"\n");
    EXPECT_THAT(check(), IsEmpty());
    write("rules/open_test.cc", "#include \"edge/route.h\"\n");
    EXPECT_THAT(check(), ElementsAre("src/rules/open_test.cc:1: [folder] rules may not include edge/route.h (table:2 "
                                     "says what it may)"));
}

TEST_F(ALayeredTree, LetsTheTableSayWhatElseAFoldersTestsMaySee) {
    table_ = "folder base:\nfolder rules: base | | edge\nfolder edge: rules | json\n";
    write("rules/open_test.cc", "#include \"edge/route.h\"\n");
    EXPECT_THAT(check(), IsEmpty());
}

TEST_F(ALayeredTree, KeepsWhatServesTestsOutOfTheProgram) {
    std::filesystem::create_directories(folder_.file("tests"));
    std::ofstream(folder_.file("tests/fake.h")) << header();
    write("rules/close.cc", "#include \"tests/fake.h\"\n");
    EXPECT_THAT(check(), ElementsAre("src/rules/close.cc:1: [folder] only tests include tests/fake.h"));
}

TEST_F(ALayeredTree, NamesFilesFromItsTop) {
    write("base/time.cc", "#include \"time.h\"\n");
    EXPECT_THAT(check(), ElementsAre("src/base/time.cc:1: [path] there is no time.h in src/"));
}

TEST_F(ALayeredTree, WantsARowForEachFolder) {
    write("base/deep/time.h", header());
    EXPECT_THAT(check(), ElementsAre("src/base/deep/time.h:1: [no_row] table has no row for the folder base/deep"));
}

TEST_F(ALayeredTree, WantsAFolderForEachRow) {
    table_ += "folder attic: base\n";
    EXPECT_THAT(check(), ElementsAre("table:4: [table] there is no folder src/attic"));
}

TEST_F(ALayeredTree, IsWrittenDownFromTheBottomUp) {
    table_ = "folder base: rules\nfolder rules: base\nfolder edge: rules | json\n";
    EXPECT_THAT(check(), ElementsAre("table:1: [table] base may include only what stands above it in this table, and "
                                     "rules does not"));
}

TEST_F(ALayeredTree, CannotBeMisreadInSilence) {
    table_ += "edge may include everything\nlong edge/route.h:\nfolder rules: base\n";
    EXPECT_THAT(check(), ElementsAre("table:4: [table] this is no row: edge may include everything",
                                     "table:5: [table] a reason is missing", "table:6: [table] rules has two rows"));
}

TEST_F(ALayeredTree, OpensHeadersWithAComment) {
    write("base/bare.h", "#pragma once\n");
    EXPECT_THAT(check(), ElementsAre("src/base/bare.h:1: [comment] a header opens with a comment: what it is for, who "
                                     "calls it"));
}

TEST_F(ALayeredTree, IncludesHeadersOnce) {
    write("base/bare.h", "// What it is for.\n");
    EXPECT_THAT(check(), ElementsAre("src/base/bare.h:1: [pragma] a header says #pragma once"));
}

TEST_F(ALayeredTree, HasNoLongFilesWithoutAReason) {
    std::string lines(500, '\n');
    write("base/long.cc", lines);
    EXPECT_THAT(check(), IsEmpty());
    write("base/long.cc", lines + "\n");
    EXPECT_THAT(check(), ElementsAre("src/base/long.cc:501: [length] the file has 501 lines; more than 500 need a "
                                     "reason in table"));
    table_ += "long base/long.cc: one grammar\n";
    EXPECT_THAT(check(), IsEmpty());
    write("base/long.cc", lines);
    EXPECT_THAT(check(), ElementsAre("table:4: [table] src/base/long.cc needs no reason for its length"));
}

TEST_F(ALayeredTree, HasNoCircleOfFiles) {
    write("base/a.h", header("#include \"base/b.h\"\n"));
    write("base/b.h", header("#include \"base/a.h\"\n"));
    EXPECT_THAT(check(), ElementsAre("src/base/a.h:5: [file_circle] these files include each other: base/a.h -> "
                                     "base/b.h -> base/a.h",
                                     "src/base/a.h:5: [unit_circle] these include each other: base/a -> base/b -> "
                                     "base/a"));
}

TEST_F(ALayeredTree, HasNoCircleOfUnitsWithoutAReason) {
    write("base/a.h", header());
    write("base/b.h", header());
    write("base/a.cc", "#include \"base/a.h\"\n\n#include \"base/b.h\"\n");
    write("base/b.cc", "#include \"base/b.h\"\n\n#include \"base/a.h\"\n");
    EXPECT_THAT(check(),
                ElementsAre("src/base/a.cc:3: [unit_circle] these include each other: base/a -> base/b -> base/a"));
    table_ += "circle base/a base/b: two halves of one thing\n";
    EXPECT_THAT(check(), IsEmpty());
    write("base/b.cc", "#include \"base/b.h\"\n");
    EXPECT_THAT(check(), ElementsAre("table:4: [table] there is no circle of base/a, base/b"));
}

}  // namespace
