// Commands that reach their database themselves, from its first moment, and those that reach no server.

#include "cli/transport.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <sstream>

#include "cli/program.h"
#include "tests/testing/temporary_folder.h"

namespace {

namespace json = boost::json;

class DirectTest : public testing::Test {
protected:
    int run(std::vector<std::string> words) {
        words.insert(words.begin(), "partnerd");
        std::vector<const char*> arguments;
        for (const std::string& word : words) arguments.push_back(word.c_str());
        cli::Command app("partnerd");
        std::ostringstream out, err;
        cli::Program program(app, {.out = out,
                                   .err = err,
                                   .find_variable = [](const char*) -> const char* { return nullptr; },
                                   .connect = cli::connect});
        cli::add_all_commands(program);
        const int exit_code = cli::parse_and_run(program, static_cast<int>(arguments.size()), arguments.data());
        out_ = out.str();
        err_ = err.str();
        return exit_code;
    }

    test::TemporaryFolder folder_;
    const std::string database_ = "sqlite:" + folder_.file("p.db");
    std::string out_, err_;
};

TEST_F(DirectTest, BeginsWithAnOperatorWhoseSecretIsShownOnce) {
    ASSERT_EQ(run({"init", "--database", database_, "--name", "Meridian Software", "--json"}), 0) << err_;
    const json::value made = json::parse(out_);
    EXPECT_GT(made.at("secret").as_string().size(), 20u);
    ASSERT_EQ(run({"init", "--database", database_}), 1) << "only once";
    EXPECT_NE(err_.find("set up already"), std::string::npos) << err_;
    ASSERT_EQ(run({"credential", "list", "1", "--json", "--database", database_}), 0) << err_;
    EXPECT_EQ(json::parse(out_).at("id"), made.at("credential_id"));
    EXPECT_EQ(out_.find(made.at("secret").as_string().c_str()), std::string::npos);
}

TEST_F(DirectTest, WorksOnADatabaseThatNoServerHasOpen) {
    ASSERT_EQ(run({"init", "--database", database_}), 0) << err_;
    ASSERT_EQ(run({"domain", "add", "b5test.com", "--database", database_}), 0) << err_;
    ASSERT_EQ(run({"reseller", "create", "Northwind", "--id", "2", "--database", database_}), 0) << err_;
    ASSERT_EQ(run({"promotion", "add", "2", "b5test.com", "family", "--database", database_}), 0) << err_;
    for (int i = 0; i < 2; ++i) {
        ASSERT_EQ(run({"account", "open", "2", "a", "--type", "family", "--domain", "b5test.com", "--idempotency-key",
                       "k", "--database", database_}),
                  0)
            << err_;
    }
    ASSERT_EQ(run({"event", "list", "--json", "--database", database_}), 0) << err_;
    const json::value last = json::parse(out_.substr(0, out_.find('\n')));
    EXPECT_EQ(last.at("kind").as_string(), "account.opened");
    EXPECT_TRUE(last.at("credential_id").is_null()) << "nobody's credential";
    EXPECT_EQ(run({"clock", "show", "2", "--database", database_}), 1);
    EXPECT_NE(err_.find("no sandbox"), std::string::npos) << err_;
}

TEST_F(DirectTest, MakesAFileOfKeysAndRotatesIt) {
    const std::string key_file = folder_.file("p.key");
    const auto contents = [&] {
        std::ifstream file(key_file);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    ASSERT_EQ(run({"init", "--database", database_, "--key-file", key_file}), 0) << err_;
    const std::string made = contents();
    EXPECT_EQ(made.find("previous"), std::string::npos);
    ASSERT_EQ(run({"init", "--database", database_, "--key-file", folder_.file("other.key")}), 1);
    EXPECT_FALSE(std::filesystem::exists(folder_.file("other.key"))) << "nothing is left of what was refused";
    EXPECT_EQ(run({"key", "rotate", "--database", database_}), 1);
    EXPECT_NE(err_.find("--key-file"), std::string::npos) << err_;
    ASSERT_EQ(run({"key", "rotate", "--key-file", key_file}), 0) << err_;
    const std::string key = made.substr(made.find("current ") + 8, 32);
    EXPECT_NE(contents().find("previous " + key), std::string::npos);
    EXPECT_EQ(run({"key", "rotate", "--key-file", folder_.file("none")}), 4);
}

TEST_F(DirectTest, RotatesKeysInTheDatabaseWhereTheyAre) {
    ASSERT_EQ(run({"init", "--database", database_}), 0) << err_;
    EXPECT_EQ(run({"key", "rotate", "--database", database_}), 0) << err_;
    EXPECT_EQ(run({"key", "rotate", "--database", database_}), 0) << err_;
}

TEST_F(DirectTest, SaysWhyThereIsNobodyToTalkTo) {
    EXPECT_EQ(run({"reseller", "list", "--database", database_}), 4) << "there is no such file";
    EXPECT_EQ(run({"reseller", "list"}), 2) << "no token";
    EXPECT_NE(err_.find("PARTNERD_TOKEN"), std::string::npos);
    EXPECT_EQ(run({"reseller", "list", "--token-file", folder_.file("none")}), 2);
    std::ofstream(folder_.file("token")) << "secret\r\nmore\n";
    EXPECT_EQ(run({"reseller", "list", "--token-file", folder_.file("token"), "--server", "http://127.0.0.1:1"}), 3);
    EXPECT_NE(err_.find("127.0.0.1:1"), std::string::npos) << err_;
    EXPECT_EQ(run({"reseller", "list", "--token-file", folder_.file("token"), "--server", "ftp://x"}), 2);
    EXPECT_EQ(run({"reseller", "list", "--server", "http://127.0.0.1:1", "--database", database_}), 2);
    ASSERT_EQ(run({"init", "--database", database_}), 0) << err_;
    const auto open = cli::connect({.database = database_});
    ASSERT_TRUE(open.ok());
    EXPECT_EQ(run({"reseller", "list", "--database", database_}), 3) << "another has it open";
}

}  // namespace
