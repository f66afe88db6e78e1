#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "server/open.h"
#include "server/sandbox.h"
#include "tests/testing/command_line.h"
#include "tests/testing/fresh_database.h"

namespace {

using testing::HasSubstr;

class CopyCommand : public testing::Test {
protected:
    CopyCommand() { (void)open_database(from_, Mode::sandbox, {}, seed_sandbox).value(); }

    static Ran run(std::vector<std::string> words) { return run_command_line(std::move(words), {}); }

    TemporaryFolder folder_;
    const std::string from_ = folder_.file("from.db"), to_ = folder_.file("to.db");
};

TEST_F(CopyCommand, SaysWhatItHasMoved) {
    const Ran ran = run({"copy", "--from", from_, "--to", "sqlite:" + to_});
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_THAT(ran.out + ran.err, HasSubstr(" tables: both databases have the same."));
    EXPECT_TRUE(open_existing_database(to_).ok());
    const auto json = boost::json::parse(run({"copy", "--json", "--from", from_, "--to", to_ + "2"}).out);
    EXPECT_GT(json.at("rows").as_int64(), 10);
    EXPECT_EQ(json.at("has_gone_on").as_bool(), false);
}

TEST_F(CopyCommand, RefusesWithASentenceAndTheCodeOfAllCommands) {
    const Ran absent = run({"copy", "--from", to_, "--to", from_});
    EXPECT_EQ(absent.exit_code, cli::exit_not_found);
    EXPECT_EQ(absent.err, "partnerd: There is no database " + to_ + ".\n");
    EXPECT_EQ(run({"copy", "--from", from_, "--to", from_}).exit_code, cli::exit_refused);
    EXPECT_EQ(run({"copy", "--from", from_}).exit_code, cli::exit_usage);
    const Ran unknown = run({"copy", "--from", from_, "--to", "mysql://db1/partnerd"});
    EXPECT_EQ(unknown.exit_code, cli::exit_usage);
    EXPECT_THAT(unknown.err, HasSubstr("--to: "));
    const Ran secret = run({"copy", "--from", from_, "--to", "postgresql://partnerd:hunter2@127.0.0.1/partnerd"});
    EXPECT_EQ(secret.exit_code, cli::exit_usage);
    EXPECT_THAT(secret.err, testing::Not(HasSubstr("hunter2")));
    const OpenDatabase served = open_existing_database(from_).value();
    EXPECT_EQ(run({"copy", "--from", from_, "--to", to_}).exit_code, cli::exit_unreachable);
}

}  // namespace
