// The command line as a person meets it: the program itself, in a pseudo-terminal of 80 or of 200 columns, against a
// sandbox of its own.

#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "http/client.h"
#include "tests/crash/server_process.h"
#include "tests/testing/temporary_folder.h"

namespace {

const std::string program = PARTNERD_PROGRAM;

// A shell's command in a pseudo-terminal; both streams, as they come.
class Terminal {
public:
    Terminal(const std::string& command, unsigned short columns) {
        const winsize size{.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
        pid_ = forkpty(&descriptor_, nullptr, nullptr, &size);
        if (pid_ != 0) return;
        unsetenv("COLUMNS");
        execl("/bin/bash", "bash", "-c", command.c_str(), nullptr);
        _exit(127);
    }
    ~Terminal() {
        if (pid_ > 0) end();
    }
    Terminal(const Terminal&) = delete;

    // Until it has said so, or ends.
    const std::string& read_until(const std::string& text) {
        std::array<char, 4096> block;
        while (output_.find(text) == std::string::npos) {
            const ssize_t count = read(descriptor_, block.data(), block.size());
            if (count <= 0) break;
            output_.append(block.data(), static_cast<std::size_t>(count));
        }
        return output_;
    }
    std::string read_all() { return without_carriage_returns(read_until("\x01 never said")); }

    int wait() {
        int status = 0;
        waitpid(pid_, &status, 0);
        pid_ = -1;
        close(descriptor_);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    int end() {
        kill(pid_, SIGTERM);
        read_all();
        return wait();
    }

    static std::string without_carriage_returns(std::string text) {
        std::erase(text, '\r');
        return text;
    }

private:
    pid_t pid_ = -1;
    int descriptor_ = -1;
    std::string output_;
};

struct Ran {
    int exit_code = -1;
    std::string output;
};

std::size_t columns_of(const std::string& line) {
    std::string bare = std::regex_replace(line, std::regex("\x1b\\[[0-9;]*[mK]"), "");
    return static_cast<std::size_t>(
        std::count_if(bare.begin(), bare.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

class TerminalTest : public testing::Test {
protected:
    Ran run(const std::string& arguments, unsigned short columns, const std::string& variables = "") {
        Terminal terminal(
            variables + " PARTNERD_SERVER=" + url() + " PARTNERD_TOKEN=sandbox-operator " + program + ' ' + arguments,
            columns);
        Ran ran{.output = terminal.read_all()};
        ran.exit_code = terminal.wait();
        return ran;
    }

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

    test::TemporaryFolder folder_;
    ServerProcess server_{program, folder_.file("sandbox.db"), folder_.file("log")};
    std::uint16_t port_ = server_.wait_until_ready();
};

TEST_F(TerminalTest, ShowsTablesAsWideAsTheTerminal) {
    for (const char* uid : {"aabee51b-0be2-4a0c-aa39-5bbcbb903d1b", "c-17"})
        ASSERT_EQ(run(std::string("account open 2 ") + uid + " --domain b5test.com --ends-at 2050-01-31", 80).exit_code,
                  0);
    for (const char* list : {"account list", "event list", "reseller list", "count", "credential list 2",
                             "manager list 1", "plan list 6", "account-type list 1", "account-class list 1",
                             "attribute list 1", "promotion list 2", "domain list", "event list --account 2/c-17"})
        for (const unsigned short columns : {80, 200}) {
            const Ran ran = run(list, columns);
            EXPECT_EQ(ran.exit_code, 0) << ran.output;
            std::istringstream lines(ran.output);
            for (std::string line; std::getline(lines, line);)
                EXPECT_LE(columns_of(line), columns) << list << ": " << line;
        }
    const Ran narrow = run("account list --reseller 2", 80);
    for (const char* kept : {"ID", "UID", "STATUS", "aabee51b-0be2-4a0c-aa39-5bbcbb903d1b", "entitled"})
        EXPECT_NE(narrow.output.find(kept), std::string::npos) << narrow.output;
    EXPECT_EQ(narrow.output.find("b5test.com"), std::string::npos) << narrow.output;
    EXPECT_NE(narrow.output.find("--wide shows"), std::string::npos) << narrow.output;
    for (const Ran& all :
         {run("account list --reseller 2 --wide", 80), run("account list --reseller 2", 80, "COLUMNS=300"),
          run("account list --reseller 2 | cat", 80)}) {
        EXPECT_NE(all.output.find("b5test.com"), std::string::npos) << all.output;
        EXPECT_NE(all.output.find("2050-01-31T00:00:00.000Z"), std::string::npos) << all.output;
    }
}

TEST_F(TerminalTest, HelpsWhoeverIsLost) {
    const Ran bare = run("", 80);
    EXPECT_EQ(bare.exit_code, 0);
    EXPECT_NE(bare.output.find("Subcommands:"), std::string::npos) << bare.output;
    const Ran group = run("account", 80);
    EXPECT_EQ(group.exit_code, 0);
    EXPECT_NE(group.output.find("redate"), std::string::npos) << group.output;
    const Ran misspelt = run("acount list", 80);
    EXPECT_EQ(misspelt.exit_code, 2);
    EXPECT_NE(misspelt.output.find("There is no command acount. Is account meant?"), std::string::npos)
        << misspelt.output;
    EXPECT_NE(run("account lst", 80).output.find("Is list meant?"), std::string::npos);
    EXPECT_NE(run("account list --resller 2", 80).output.find("Is --reseller meant?"), std::string::npos);
    EXPECT_NE(run("account list --status suspnded", 80).output.find("Is suspended meant?"), std::string::npos);
    EXPECT_NE(run("account list --limit -1", 80).output.find("0 shows all"), std::string::npos);
    EXPECT_NE(run("workflow runn", 80).output.find("Is run meant?"), std::string::npos);
}

TEST_F(TerminalTest, SaysWhereACustomerRedeemsAnAccount) {
    const Ran opened = run("account open 2 linked --domain b5test.com --ends-at 2050-06-30", 200);
    EXPECT_NE(opened.output.find("2050-06-30 is taken for 2050-06-30T00:00:00Z"), std::string::npos) << opened.output;
    const Ran shown = run("account show 2/linked", 200);
    const std::size_t at = shown.output.find(url() + "/partnership/redeem?t=individual&c=PNS-");
    ASSERT_NE(at, std::string::npos) << shown.output;
    http::Client client;
    http::Request request{.method = http::Method::get, .method_name = "GET"};
    const auto outcome = client.send(shown.output.substr(at, shown.output.find('\n', at) - at), std::move(request));
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(outcome.response().status, 200);
    EXPECT_NE(run("event list --account 2/linked", 200).output.find("operator"), std::string::npos)
        << "who did it, not a number";
}

class BannerTest : public testing::Test {
protected:
    std::string serve(const std::string& more) const {
        return "exec " + program + " serve --sandbox --database sqlite:" + folder_.file("sandbox.db") + ' ' + more;
    }
    test::TemporaryFolder folder_;
};

TEST_F(BannerTest, IsOnePieceWhateverIsLogged) {
    for (int start = 0; start < 10; ++start) {
        Terminal terminal(serve("--listen 127.0.0.1:0"), 80);
        const std::string text = Terminal::without_carriage_returns(terminal.read_until("Ctrl-C ends it."));
        const std::size_t begin = text.find("partnerd sandbox, listening on");
        ASSERT_NE(begin, std::string::npos) << text;
        const std::string banner = text.substr(begin, text.find("Ctrl-C ends it.") - begin);
        EXPECT_EQ(banner.find("listening on", 30), std::string::npos) << banner;
        EXPECT_EQ(banner.find(" info"), std::string::npos) << banner;
        EXPECT_EQ(terminal.end(), 0);
    }
}

TEST_F(BannerTest, NamesAnAddressThatWorks) {
    Terminal terminal(serve("--allow-remote-sandbox --listen 0.0.0.0:0"), 80);
    const std::string text = Terminal::without_carriage_returns(terminal.read_until("Ctrl-C ends it."));
    std::smatch found;
    ASSERT_TRUE(std::regex_search(text, found, std::regex("listening on (http://127\\.0\\.0\\.1:[0-9]+)\n"))) << text;
    http::Client client;
    http::Request request{.method = http::Method::get, .method_name = "GET"};
    const auto outcome = client.send(found[1].str() + "/openapi", std::move(request));
    ASSERT_TRUE(outcome.ok()) << text;
    EXPECT_EQ(outcome.response().status, 200);
    EXPECT_NE(text.find("The customer's link: " + found[1].str() + "/partnership/redeem?"), std::string::npos) << text;
}

TEST_F(BannerTest, SaysHowFarClocksHaveTravelledAndHowToReset) {
    {
        Terminal terminal(serve("--listen 127.0.0.1:0"), 80);
        const std::string text = Terminal::without_carriage_returns(terminal.read_until("Ctrl-C ends it."));
        EXPECT_NE(text.find("all resellers live in the server's time"), std::string::npos) << text;
        std::smatch found;
        ASSERT_TRUE(std::regex_search(text, found, std::regex("listening on (http://[^\n]+)"))) << text;
        Terminal travel(
            "PARTNERD_TOKEN=sandbox-operator " + program + " clock advance 2 --days 35 --server " + found[1].str(), 80);
        travel.read_all();
        EXPECT_EQ(travel.wait(), 0);
    }
    Terminal terminal(serve("--listen 127.0.0.1:0"), 80);
    const std::string text = Terminal::without_carriage_returns(terminal.read_until("Ctrl-C ends it."));
    EXPECT_NE(text.find("Northwind Telecom (reseller 2) lives 35 days ahead"), std::string::npos) << text;
    std::smatch found;
    ASSERT_TRUE(std::regex_search(text, found, std::regex("reset +PARTNERD_TOKEN=sandbox-operator partnerd ([^\n]+)")))
        << text;
    Terminal reset("PARTNERD_TOKEN=sandbox-operator " + program + ' ' + found[1].str(), 80);
    EXPECT_NE(reset.read_all().find("as it was when it was new"), std::string::npos);
    EXPECT_EQ(reset.wait(), 0);
}

// Blocks of README.md between ``` that hold the text: their commands.
std::vector<std::string> readme_commands(const std::string& text) {
    std::ifstream file(PARTNERD_SOURCE_DIR "/README.md");
    const std::string readme{std::istreambuf_iterator<char>(file), {}};
    const std::size_t at = readme.find(text);
    const std::size_t begin = readme.rfind("```\n", at) + 4;
    std::istringstream block(readme.substr(begin, readme.find("```", at) - begin));
    std::vector<std::string> commands;
    for (std::string line; std::getline(block, line);)
        if (line.starts_with("$ ")) commands.push_back(line.substr(2));
    return commands;
}

TEST(ReadmeTest, SetsUpProductionAsItSays) {
    const test::TemporaryFolder folder;
    const std::string path =
        "export PATH=" + program.substr(0, program.rfind('/')) + ":$PATH; cd " + folder.path() + "; set -e; ";
    auto commands = readme_commands("$ partnerd init --database");
    ASSERT_GE(commands.size(), 5u);
    ASSERT_TRUE(commands.back().starts_with("partnerd serve")) << commands.back();
    std::string setup = path;
    for (std::size_t i = 0; i + 1 < commands.size(); ++i) setup += commands[i] + "\n";
    Terminal first(setup, 80);
    const std::string said = first.read_all();
    ASSERT_EQ(first.wait(), 0) << said;
    struct stat status {};
    ASSERT_EQ(stat(folder.file("operator.token").c_str(), &status), 0) << said;
    EXPECT_EQ(status.st_mode & 0777, 0600u);

    Terminal server(path + "PARTNERD_LISTEN=127.0.0.1:0 exec " + commands.back(), 80);
    const std::string log = Terminal::without_carriage_returns(server.read_until("listening on http://127.0.0.1:") +
                                                               server.read_until(", database"));
    std::smatch found;
    ASSERT_TRUE(std::regex_search(log, found, std::regex("listening on (http://127\\.0\\.0\\.1:[0-9]+)"))) << log;
    std::string use = path + "export PARTNERD_SERVER=" + found[1].str() + "\n";
    for (const std::string& command : readme_commands("$ export PARTNERD_TOKEN=$(cat operator.token)"))
        use += command + "\n";
    Terminal second(use, 80);
    const std::string table = second.read_all();
    EXPECT_EQ(second.wait(), 0) << table;
    EXPECT_NE(table.find("customer-17"), std::string::npos) << table;
    EXPECT_EQ(server.end(), 0);
}

TEST(ReadmeTest, IsToldWhatToDoWhereProductionHasNoOperator) {
    const test::TemporaryFolder folder;
    Terminal server("exec " + program + " serve --listen 127.0.0.1:0 --database sqlite:" + folder.file("new.db"), 200);
    EXPECT_NE(server.read_until("partnerd init --database sqlite:").find("there is no operator"), std::string::npos);
    EXPECT_EQ(server.end(), 0);
}

}  // namespace
