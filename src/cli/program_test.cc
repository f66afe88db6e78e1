#include "cli/program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/json/parse.hpp>
#include <set>
#include <sstream>
#include <thread>

#include "dialect/admin/admin.h"
#include "dialect/sandbox/sandbox.h"
#include "engine/accounts/count_accounts.h"
#include "server/sandbox.h"
#include "tests/testing/command_line.h"

namespace {

using boost::json::value;
using enum http::Method;

class CommandLineTest : public testing::Test {
protected:
    CommandLineTest() {
        db::write_and_wait(service_.database(), [&](db::Tx& tx) { seed_sandbox(tx, service_.world()); });
    }

    // The arguments after "partnerd", as a shell would split them at blanks.
    Ran run(const std::string& line) {
        std::vector<std::string> words;
        std::istringstream in(line);
        for (std::string word; in >> word;) words.push_back(word);
        return run_words(std::move(words));
    }

    Ran run_words(std::vector<std::string> words) {
        return run_command_line(
            std::move(words), [this](const cli::Target&) { return connect(); }, is_terminal_);
    }

    // The one JSON value that it prints.
    value run_json(const std::string& line) {
        const Ran ran = run(line + " --json");
        EXPECT_EQ(ran.exit_code, 0) << line << ": " << ran.err;
        return boost::json::parse(ran.out);
    }

    Result<std::unique_ptr<cli::Transport>> connect() {
        if (is_unreachable_) return Error{Reason::unavailable, "Nobody is there."};
        return std::make_unique<ServiceTransport>(elsewhere_ ? *elsewhere_ : service_, token_);
    }

    sandbox::Sandbox sandbox_{seed_sandbox};
    InProcess service_{{&sandbox_.dialect(), &admin::dialect}};
    std::string token_ = "sandbox-operator";
    bool is_terminal_ = false;
    bool is_unreachable_ = false;
    InProcess* elsewhere_ = nullptr;  // another server than service_
};

TEST_F(CommandLineTest, ShowsATableWithAHeadAndAlignedColumns) {
    const Ran ran = run("reseller list");
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_EQ(ran.out.substr(0, ran.out.find('\n')),
              "ID  PARENT  NAME               OFFSET  AT THE END  GRACE (S)  CREATED");
    EXPECT_NE(ran.out.find("\n 2       1  Northwind Telecom  +00:00  close         2592000  2"), std::string::npos)
        << ran.out;
    EXPECT_EQ(ran.out.find('\x1b'), std::string::npos) << "no colours where no terminal is";
}

TEST_F(CommandLineTest, ShowsListsAsOneObjectOnEachLineForPrograms) {
    const Ran ran = run("reseller list --parent 1 --json");
    ASSERT_EQ(ran.exit_code, 0) << ran.err;
    std::istringstream lines(ran.out);
    std::string ids;
    for (std::string line; std::getline(lines, line);)
        ids += ' ' + std::to_string(boost::json::parse(line).at("id").as_int64());
    EXPECT_EQ(ids, " 2 3 4 6 7");
}

TEST_F(CommandLineTest, CountsATreeOfResellersByMonth) {
    run_json("account open 2 a --domain b5test.com");
    const std::string token(run_json("account open 5 b --domain b5test.com").at("activation_token").as_string());
    run_json("account redeem " + token + " --email ada@example.com");
    db::write_and_wait(service_.database(), [](db::Tx& tx) { count_events(tx, 1'000); });
    const auto last_of = [&](const std::string& line) {
        const Ran ran = run(line + " --json");
        EXPECT_EQ(ran.exit_code, 0) << ran.err;
        EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 12) << ran.out;
        return boost::json::parse(ran.out.substr(ran.out.rfind('\n', ran.out.size() - 2) + 1));
    };
    EXPECT_EQ(last_of("count --reseller 2 --by month").at("opened").as_int64(), 1);
    const value tree = last_of("count --reseller 2 --tree --by month");
    EXPECT_EQ(tree.at("opened").as_int64(), 2);
    EXPECT_EQ(tree.at("converted").as_int64(), 1);
    EXPECT_EQ(tree.at("median_days").as_int64(), 0);
    const Ran shown = run("count --reseller 2 --tree --by month");
    EXPECT_NE(shown.out.find("MEDIAN DAYS"), std::string::npos) << shown.out;
    EXPECT_NE(run("count --tree").exit_code, 0) << "of which reseller?";
    EXPECT_EQ(run("count --by year").exit_code, 1);
}

TEST_F(CommandLineTest, LeadsAnAccountThroughItsLife) {
    const value opened =
        run_json("account open 2 customer-17 --type family --domain b5test.com --ends-at 2050-01-01T00:00:00Z");
    EXPECT_EQ(opened.at("status").as_string(), "entitled");
    const std::string id = std::to_string(opened.at("id").as_int64());
    EXPECT_EQ(run_json("account show 2/customer-17"), run_json("account show " + id));
    EXPECT_EQ(run_json("account hold 2/customer-17").at("holds").as_array().at(0).as_string(), "administrative");
    EXPECT_EQ(run_json("account list --status suspended").at("id"), opened.at("id"));
    EXPECT_EQ(run_json("account lift " + id).at("status").as_string(), "entitled");
    EXPECT_TRUE(run_json("account redate " + id + " --never").at("ends_at").is_null());
    const std::string token(run_json("account reissue-token " + id).at("activation_token").as_string());
    EXPECT_EQ(run_json("account redeem " + token + " --email ada@example.com").at("status").as_string(), "provisioned");
    EXPECT_EQ(run_json("account list --email ada@example.com").at("id"), opened.at("id"));
    EXPECT_EQ(run_json("account members " + id + " 3").at("status").as_string(), "activated");
    EXPECT_EQ(run_json("account note " + id + " callback --reason request").at("status").as_string(), "activated");
    EXPECT_EQ(run_json("account close " + id + " --reason legal --comment ruling-5").at("status").as_string(),
              "deprovisioned");
    const std::string story = run("account show " + id).out;
    for (const char* part : {"closed", "operator", "legal: ruling-5", "status: activated -> deprovisioned", "noted",
                             "request: callback", "owner: ada@example.com"})
        EXPECT_NE(story.find(part), std::string::npos) << part << " in " << story;
    EXPECT_EQ(run("account remove " + id).exit_code, 0);
    EXPECT_EQ(run("account show 2/customer-17").exit_code, 4);
    const Ran events = run("event list --account " + id);
    EXPECT_EQ(std::count(events.out.begin(), events.out.end(), '\n'), 11) << events.out;
    EXPECT_NE(events.out.find("status: entitled -> suspended"), std::string::npos) << events.out;
}

// Ends what would go on for ever: its output takes so many lines, and no more.
class FewLines final : public std::streambuf {
public:
    explicit FewLines(int lines_max) : lines_left_(lines_max) {}
    const std::string& text() const { return text_; }

protected:
    int_type overflow(int_type c) override {
        if (c == '\n' && lines_left_-- == 0) return traits_type::eof();
        text_ += traits_type::to_char_type(c);
        return c;
    }

private:
    std::string text_;
    int lines_left_;
};

TEST_F(CommandLineTest, FollowsWhatHappensFromNowOn) {
    run_json("account open 2 earlier --domain b5test.com");
    FewLines few(2);
    std::ostream out(&few);
    std::ostringstream err;
    cli::Command app("partnerd");
    cli::Program program(app, {.out = out,
                               .err = err,
                               .find_variable = [](const char*) -> const char* { return nullptr; },
                               .connect = [this](const cli::Target&) { return connect(); }});
    cli::add_all_commands(program);
    std::atomic<bool> is_over = false;
    std::thread customers([&] {
        for (int i = 0; !is_over && i < 5'000; ++i)
            service_.send(post, "/admin/v1/resellers/2/accounts", {{"Authorization", "Bearer sandbox-operator"}},
                          R"({"type":"family","domain":"b5test.com","uid":"after-)" + std::to_string(i) + "\"}");
    });
    const char* const words[] = {"partnerd", "event", "follow", "--reseller", "2", "--json", "--every", "0.001"};
    EXPECT_EQ(cli::parse_and_run(program, 8, words), 0) << err.str();
    is_over = true;
    customers.join();
    std::istringstream lines(few.text());
    for (std::string line; std::getline(lines, line) && !lines.eof();)
        EXPECT_EQ(boost::json::parse(line).at("kind").as_string(), "account.opened") << line;
    EXPECT_EQ(few.text().find("earlier"), std::string::npos);
    EXPECT_NE(few.text().find("after-"), std::string::npos) << few.text();
}

TEST_F(CommandLineTest, OpensNoSecondAccountForTheSameKey) {
    const std::string line = "account open 2 keyed --domain b5test.com --idempotency-key k1";
    EXPECT_EQ(run_json(line), run_json(line));
    EXPECT_EQ(run("account open 2 keyed --domain b5test.com").exit_code, 1);
}

TEST_F(CommandLineTest, TellsTwoPeopleWhoEditAtOnce) {
    const std::string version = std::to_string(run_json("reseller show 2").at("version").as_int64());
    EXPECT_EQ(run("reseller change 2 --grace-seconds 60 --if-version " + version).exit_code, 0);
    const Ran second = run("reseller change 2 --grace-seconds 90 --if-version " + version);
    EXPECT_EQ(second.exit_code, 1);
    EXPECT_NE(second.err.find("changed since"), std::string::npos) << second.err;
    EXPECT_EQ(run_json("reseller show 2").at("grace_seconds").as_int64(), 60);
}

TEST_F(CommandLineTest, SetsUpAResellerFromNothing) {
    const value reseller = run_json("reseller create Fabrikam --parent 1 --utc-offset +03:00");
    const std::string id = std::to_string(reseller.at("id").as_int64());
    EXPECT_EQ(run("domain add example.net").exit_code, 0);
    EXPECT_EQ(run("promotion add " + id + " example.net individual").exit_code, 0);
    const value credential = run_json("credential create " + id + " --label billing");
    EXPECT_GT(credential.at("secret").as_string().size(), 20u);
    const std::string credential_id = std::to_string(credential.at("id").as_int64());
    EXPECT_EQ(
        run_json("credential rotate " + id + ' ' + credential_id + " --overlap-seconds 0").at("label").as_string(),
        "billing");
    EXPECT_EQ(run_json("credential revoke " + id + ' ' + credential_id).at("status").as_string(), "revoked");
    EXPECT_EQ(run("account open " + id + " first --domain example.net").exit_code, 0);
    const Ran taken = run("domain remove example.net");
    EXPECT_EQ(taken.exit_code, 1) << "a promotion needs it";
    EXPECT_EQ(run("promotion change " + id + " example.net individual --until 2050-01-01T00:00:00Z").exit_code, 0);
    EXPECT_EQ(run("promotion remove " + id + " example.net individual").exit_code, 0);
    EXPECT_EQ(run("domain remove example.net").exit_code, 0);
}

TEST_F(CommandLineTest, RemovesAResellerInWhichThereIsNothing) {
    const value reseller = run_json("reseller create Fabrikam --parent 1");
    const std::string id = std::to_string(reseller.at("id").as_int64());
    const std::string credential_id =
        std::to_string(run_json("credential create " + id + " --label billing").at("id").as_int64());
    EXPECT_EQ(run_json("credential remove " + id + ' ' + credential_id).at("status").as_string(), "revoked");
    EXPECT_EQ(run("plan add " + id + " family 9 --name Studio").exit_code, 0);
    const Ran in_use = run("reseller remove " + id);
    EXPECT_EQ(in_use.exit_code, 1);
    EXPECT_NE(in_use.err.find("The reseller has plans."), std::string::npos) << in_use.err;
    EXPECT_EQ(run("plan remove " + id + " family 9").exit_code, 0);
    EXPECT_EQ(run("reseller remove " + id + " --if-version 7").exit_code, 1) << "it never was";
    EXPECT_EQ(run("reseller remove " + id + " --if-version 1").exit_code, 0);
    EXPECT_EQ(run("reseller show " + id).exit_code, 4);
    EXPECT_EQ(run("reseller remove " + id).exit_code, 4);
}

TEST_F(CommandLineTest, LooksAfterManagers) {
    const value manager =
        boost::json::parse(run_words({"manager", "create", "2", "Ada L", "--email", "ada@example.com", "--json"}).out);
    const std::string id = std::to_string(manager.at("id").as_int64());
    EXPECT_EQ(manager.at("role").as_string(), "sales");
    EXPECT_EQ(
        run_json("manager change 2 " + id + " --status inactive --role owner --if-version 1").at("role").as_string(),
        "owner");
    EXPECT_EQ(run("manager change 2 " + id + " --phone +12025550123 --if-version 1").exit_code, 1);
    EXPECT_GT(run_json("manager token 2 " + id).at("secret").as_string().size(), 20u);
    EXPECT_NE(run("manager list 2").out.find("Ada L"), std::string::npos);
    EXPECT_EQ(run("manager show 3 " + id).exit_code, 4);
    EXPECT_EQ(run("manager remove 2 " + id + " --if-version 1").exit_code, 1) << "changed since";
    EXPECT_EQ(run("manager remove 2 " + id).exit_code, 0);
    EXPECT_EQ(run("manager show 2 " + id).exit_code, 4);
}

TEST_F(CommandLineTest, TravelsToTheDayAnAccountEnds) {
    run_json("clock set 2 2049-12-31T00:00:00Z --frozen");
    run_json("account open 2 c --domain b5test.com --ends-at 2050-01-01T00:00:00Z");
    const value moved = run_json("clock advance 2 --days 2");
    EXPECT_EQ(moved.at("due").at("frozen").as_int64(), 1);
    EXPECT_EQ(run_json("account show 2/c").at("status").as_string(), "suspended");
    EXPECT_EQ(run("clock unfreeze 2").exit_code, 0);
    const Ran back = run("clock reset 2");
    EXPECT_EQ(back.exit_code, 1);
    EXPECT_NE(back.err.find("A clock never goes back"), std::string::npos) << back.err;
    EXPECT_EQ(run("clock advance 2").exit_code, 2);
    EXPECT_EQ(run("sandbox reset").exit_code, 0);
    EXPECT_EQ(run("account show 2/c").exit_code, 4);
}

TEST_F(CommandLineTest, KeepsPlansAndRights) {
    EXPECT_EQ(run("plan add 6 family 9 --name Studio --sub-accounts 5").exit_code, 0);
    EXPECT_EQ(run("plan add 6 family 9 --name Studio").exit_code, 1) << "taken";
    EXPECT_EQ(run("plan change 6 family 9 --sub-accounts -1 --description Any").exit_code, 0);
    EXPECT_NE(run("plan show 6 family 9").out.find("Any"), std::string::npos);
    EXPECT_NE(run("plan list 6").out.find("Studio"), std::string::npos);
    EXPECT_EQ(run("plan change 6 family 9 --name x --if-version 1").exit_code, 1) << "changed since";
    EXPECT_EQ(run("plan remove 6 family 9").exit_code, 0);
    EXPECT_EQ(run("plan show 6 family 9").exit_code, 4);
    EXPECT_EQ(run("right change 7 --may-create-premium true").exit_code, 0);
    EXPECT_NE(run("right show 7 --json").out.find("true"), std::string::npos);
    EXPECT_EQ(run("credential create 6 --kind api_key").exit_code, 0);
}

TEST_F(CommandLineTest, SaysWithItsExitCodeWhatWentWrong) {
    EXPECT_EQ(run("reseller show 77").exit_code, 4);
    EXPECT_EQ(run("reseller show").exit_code, 2);
    EXPECT_EQ(run("reseller frobnicate").exit_code, 2);
    EXPECT_EQ(run("account redate 1").exit_code, 2);
    const Ran refused = run("account open 2 what?ever --domain b5test.com");
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.err.find("The uid may hold letters"), std::string::npos) << refused.err;
    token_ = "sandbox-partner";
    EXPECT_EQ(run("reseller list").exit_code, 1);
    is_unreachable_ = true;
    const Ran unreachable = run("reseller list --json");
    EXPECT_EQ(unreachable.exit_code, 3);
    EXPECT_EQ(boost::json::parse(unreachable.err).at("detail").as_string(), "Nobody is there.");
}

TEST_F(CommandLineTest, PassesOnTheWordOfARuleThatOnlyANewerServerKnows) {
    class NewerServer final : public cli::Transport {
    public:
        Result<http::Response> send(http::Request) override {
            return http::Response{
                .status = 422,
                .body = R"({"detail":"No.","errors":[{"field":"a","code":"too_new","detail":"It is of tomorrow."},)"
                        R"({"field":"b","code":"too_long","detail":""},{"field":"c","code":"too_new","detail":""}]})"};
        }
    };
    const auto run_there = [](std::vector<std::string> words) {
        return run_command_line(std::move(words), [](const cli::Target&) -> Result<std::unique_ptr<cli::Transport>> {
            return std::unique_ptr<cli::Transport>(std::make_unique<NewerServer>());
        });
    };
    EXPECT_EQ(run_there({"reseller", "show", "2"}).err,
              "partnerd: No.\n  a: It is of tomorrow. (too_new)\n  b: It is too long.\n  c: too_new\n");
    const value shown = boost::json::parse(run_there({"reseller", "show", "2", "--json"}).err);
    EXPECT_EQ(shown.at("errors").at(0).at("code").as_string(), "not_valid");
    EXPECT_EQ(shown.at("errors").at(1).at("code").as_string(), "too_long");
}

TEST_F(CommandLineTest, NeverLetsANameSpeakToTheTerminal) {
    is_terminal_ = true;
    const Ran refused = run_words({"reseller", "create", "evil\x1b[2Jname\xc2\x9b", "--parent", "1", "--id", "50"});
    EXPECT_EQ(refused.exit_code, 1) << "no name holds such a thing";
    EXPECT_EQ(refused.err.find("\x1b[2J"), std::string::npos) << refused.err;
    const Ran ran = run("reseller list --parent 1");
    EXPECT_NE(ran.out.find("\x1b[1m"), std::string::npos) << "colours on a terminal";
}

TEST_F(CommandLineTest, GoesThroughAllPages) {
    for (int i = 0; i < 205; ++i)
        ASSERT_EQ(run("account open 2 many-" + std::to_string(i) + " --domain b5test.com").exit_code, 0);
    const auto lines = [](const Ran& ran) { return std::count(ran.out.begin(), ran.out.end(), '\n'); };
    EXPECT_EQ(lines(run("account list --limit 0 --json --reseller 2")), 205);
    const Ran some = run("account list --limit 201 --oldest");
    EXPECT_EQ(lines(some), 202);
    EXPECT_NE(some.err.find("There are more"), std::string::npos);
}

TEST_F(CommandLineTest, NamesAnAccountByResellerAndUidEverywhere) {
    const std::string id = std::to_string(run_json("account open 2 c-17 --domain b5test.com").at("id").as_int64());
    EXPECT_EQ(run("event list --account 2/c-17 --json").out, run("event list --account " + id + " --json").out);
    EXPECT_NE(run("event list --account 2/c-17").out.find("opened"), std::string::npos);
    EXPECT_EQ(run("balance show 2 2/c-17").out, run("balance show 2 " + id).out);
    EXPECT_EQ(run("event list --account 2/none").exit_code, 4);
}

TEST_F(CommandLineTest, SaysWhoDidItByName) {
    const value credential = run_json("credential create 1 --kind operator_token --label night-shift");
    token_ = std::string(credential.at("secret").as_string());
    run_json("account open 2 c-17 --domain b5test.com");
    const Ran events = run("event list --reseller 2 --limit 1");
    EXPECT_NE(events.out.find("night-shift"), std::string::npos) << events.out;
}

TEST_F(CommandLineTest, TakesADayForItsBeginning) {
    const Ran opened = run("account open 2 c-17 --domain b5test.com --ends-at 2050-06-30");
    EXPECT_NE(opened.err.find("2050-06-30 is taken for 2050-06-30T00:00:00Z: the beginning of the day, UTC."),
              std::string::npos)
        << opened.err;
    EXPECT_EQ(run_json("account show 2/c-17").at("ends_at").as_string(), "2050-06-30T00:00:00.000Z");
    EXPECT_EQ(run("account list --ends-before 2050-07-01 --json").err, "") << "programs are told nothing";
    EXPECT_EQ(run("account redate 2/c-17 --ends-at tomorrow").exit_code, 2);
    EXPECT_EQ(run("promotion change 2 b5test.com family --until none").exit_code, 0);
}

TEST_F(CommandLineTest, ClearsAFaultThatIsNot) {
    const std::string id = std::to_string(run_json("credential create 2").at("id").as_int64());
    EXPECT_EQ(run("fault clear 2 " + id).exit_code, 0);
    ASSERT_EQ(run("fault set 2 " + id + " 503 --rate 0.5").exit_code, 0);
    EXPECT_NE(run("fault show 2 " + id + " --json").out.find("\"rate\":0.5,"), std::string::npos)
        << "as people write it";
    EXPECT_EQ(run("fault clear 2 " + id).exit_code, 0);
    EXPECT_EQ(run("fault clear 2 77").exit_code, 4);
}

TEST_F(CommandLineTest, SetsFaultsOfDeliveries) {
    const std::string id = std::to_string(run_json("webhook create 2 https://example.com/hook").at("id").as_int64());
    ASSERT_EQ(run("fault set 2 " + id + " 500 --webhook --next 3").exit_code, 0);
    const value shown = run_json("fault show 2 " + id + " --webhook");
    EXPECT_EQ(shown.at("kind").as_string(), "500");
    EXPECT_EQ(shown.at("next").as_int64(), 3);
    EXPECT_EQ(run("fault show 2 " + id).exit_code, 4) << "there is no such credential";
    EXPECT_EQ(run("fault clear 2 " + id + " --webhook").exit_code, 0);
    EXPECT_EQ(run("fault show 2 " + id + " --webhook").exit_code, 4);
}

TEST_F(CommandLineTest, SaysThatAServerIsNoSandbox) {
    InProcess production{{&admin::dialect}};
    db::write_and_wait(production.database(), [&](db::Tx& tx) { seed_sandbox(tx, production.world()); });
    elsewhere_ = &production;
    for (const char* line : {"clock show 2", "fault show 2 1", "sandbox reset"}) {
        const Ran ran = run(line);
        EXPECT_EQ(ran.exit_code, 1) << line;
        EXPECT_NE(ran.err.find("This server is no sandbox"), std::string::npos) << ran.err;
    }
}

TEST_F(CommandLineTest, SpeaksInSentences) {
    const Ran taken = run("domain add b5test.com");
    EXPECT_EQ(taken.err, "partnerd: The domain is there already.\n");
    EXPECT_EQ(run("reseller frobnicate").err,
              "partnerd: There is no command reseller frobnicate.\n  partnerd reseller --help lists them.\n");
    EXPECT_EQ(run("acount list").err,
              "partnerd: There is no command acount. Is account meant?\n  partnerd --help lists them.\n");
    EXPECT_NE(run("redate 1").err.find("There is account redate."), std::string::npos);
    EXPECT_NE(run("account list --limit -1")
                  .err.find("it must be a whole number, not -1: at most so many are shown; 0 shows all."),
              std::string::npos)
        << run("account list --limit -1").err;
    EXPECT_NE(run("account list --status suspnded")
                  .err.find("it must be entitled, provisioned, activated, suspended or deprovisioned, not suspnded. Is "
                            "suspended meant?"),
              std::string::npos)
        << run("account list --status suspnded").err;
    EXPECT_NE(run("account show").err.find("Example: partnerd account show 2/customer-17"), std::string::npos)
        << run("account show").err;
    EXPECT_NE(run("account show 1 2").err.find("`partnerd account show` has no use for 2."), std::string::npos)
        << run("account show 1 2").err;
    EXPECT_EQ(run("account").exit_code, 0) << "a group's help is what is wanted";
}

TEST_F(CommandLineTest, DescribesEachOption) {
    cli::Command app("partnerd");
    std::ostringstream out, err;
    cli::Program program(app, {.out = out, .err = err, .find_variable = {}, .connect = {}});
    cli::add_all_commands(program);
    std::string without;
    const std::function<void(const cli::Command*, const std::string&)> visit = [&](const cli::Command* command,
                                                                                   const std::string& path) {
        // The nouns of others are described where they are at home.
        if (path == " workflow-run" || path == " stored-workflow") return;
        for (const cli::Command* next : command->commands()) visit(next, path + ' ' + next->name());
        for (const cli::Option* option : command->options())
            if (option->description().empty()) without += path + ' ' + option->name() + '\n';
    };
    visit(&app, "");
    EXPECT_EQ(without, "");
}

TEST_F(CommandLineTest, ShowsAndRemovesWhateverItMakes) {
    cli::Command app("partnerd");
    std::ostringstream out, err;
    cli::Program program(app, {.out = out, .err = err, .find_variable = {}, .connect = {}});
    cli::add_all_commands(program);
    int nouns = 0;
    for (const cli::Command* group : app.commands()) {
        std::set<std::string> verbs;
        for (const cli::Command* command : group->commands()) verbs.insert(command->name());
        if (!verbs.contains("create") && !verbs.contains("add") && !verbs.contains("open") && !verbs.contains("store"))
            continue;
        ++nouns;
        EXPECT_TRUE(verbs.contains("show") && verbs.contains("remove")) << group->name();
    }
    EXPECT_GE(nouns, 12);
}

TEST_F(CommandLineTest, GivesAnExampleWithEachCommand) {
    cli::Command app("partnerd");
    std::ostringstream out, err;
    cli::Program program(app, {.out = out, .err = err, .find_variable = {}, .connect = {}});
    cli::add_all_commands(program);
    int leaves = 0;
    const std::function<void(const cli::Command*)> visit = [&](const cli::Command* command) {
        const auto below = command->commands();
        for (const cli::Command* next : below) visit(next);
        if (!below.empty()) return;
        ++leaves;
        EXPECT_NE(command->footer().find("Example: partnerd "), std::string::npos) << command->name();
        EXPECT_FALSE(command->description().empty()) << command->name();
    };
    visit(&app);
    EXPECT_GT(leaves, 40);
}

}  // namespace
