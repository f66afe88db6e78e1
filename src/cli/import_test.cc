#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "cli/program.h"
#include "dialect/admin/admin.h"
#include "engine/accounts/check_accounts.h"
#include "server/sandbox.h"
#include "tests/testing/in_process.h"
#include "tests/testing/temporary_folder.h"

namespace {

class ImportCommandTest : public testing::Test {
protected:
    // What becomes of a request: answered; lost on the way there; or answered, and the answer is lost.
    enum class Fate { answered, lost, answer_lost };

    class LossyTransport final : public cli::Transport {
    public:
        explicit LossyTransport(ImportCommandTest& test) : test_(test) {}
        Result<http::Response> send(http::Request request) override {
            const Fate fate = test_.fate_of(request);
            const Error lost{Reason::unavailable, "Nobody answers."};
            if (fate == Fate::lost) return lost;
            request.headers.set("Authorization", "Bearer sandbox-operator");
            auto response = test_.service_.send(std::move(request));
            if (fate == Fate::answer_lost) return lost;
            return response;
        }

    private:
        ImportCommandTest& test_;
    };

    ImportCommandTest() {
        db::write_and_wait(service_.database(), [&](db::Tx& tx) { seed_sandbox(tx, service_.world()); });
        seeded_ = checked().accounts;
    }

    int run(std::vector<std::string> words) {
        words.insert(words.begin(), "partnerd");
        std::vector<const char*> arguments;
        for (const std::string& word : words) arguments.push_back(word.c_str());
        cli::Command app("partnerd");
        std::ostringstream out, err;
        cli::Program program(app, {.out = out,
                                   .err = err,
                                   .find_variable = [](const char*) -> const char* { return nullptr; },
                                   .connect = [this](const cli::Target&) -> Result<std::unique_ptr<cli::Transport>> {
                                       return std::make_unique<LossyTransport>(*this);
                                   }});
        cli::add_all_commands(program);
        const int exit_code = cli::parse_and_run(program, static_cast<int>(arguments.size()), arguments.data());
        out_ = out.str();
        err_ = err.str();
        return exit_code;
    }

    std::string write_file(const std::string& name, const std::string& text) {
        std::ofstream(folder_.file(name)) << text;
        return folder_.file(name);
    }

    static std::string read_file(const std::string& path) {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    // Rows first to last, each tenth of them for a domain that has no promotion.
    std::string rows(int first, int last) {
        std::string text = "uid,type,domain\n";
        for (int i = first; i <= last; ++i)
            text += "u" + std::to_string(i) + (i % 10 == 0 ? ",family,nowhere.example\n" : ",family,b5test.com\n");
        return text;
    }

    CheckedAccounts checked() {
        CheckedAccounts checked;
        db::read_and_wait(service_.database(), [&](db::Tx& tx) { checked = check_accounts(tx, service_.world()); });
        EXPECT_TRUE(checked.problems.empty()) << checked.problems[0];
        return checked;
    }

    // Beside those that the sandbox begins with.
    std::int64_t imported() { return checked().accounts - seeded_; }
    std::int64_t seeded_ = 0;

    InProcess service_{{&admin::dialect}};
    std::function<Fate(const http::Request&)> fate_of = [](const http::Request&) { return Fate::answered; };
    test::TemporaryFolder folder_;
    std::string out_, err_;
};

TEST_F(ImportCommandTest, OpensWhatItCanAndReportsTheRest) {
    const std::string file =
        write_file("a.csv", rows(1, 1'234) + "\nu1,family,b5test.com\nu-2,castle,b5test.com\n=1+1,family,b5test.com\n");
    ASSERT_EQ(run({"import", file, "--reseller", "2"}), 1) << err_;
    EXPECT_NE(err_.find("1,111 accounts opened, 126 rows refused"), std::string::npos) << err_;
    EXPECT_EQ(imported(), 1'111);
    const std::string report = read_file(file + ".refused.csv");
    EXPECT_EQ(std::count(report.begin(), report.end(), '\n'), 127);
    EXPECT_TRUE(
        report.starts_with("row,line,uid,field,code,detail\n"
                           "10,11,u10,domain,not_promoted,There is no promotion for this domain.\n"))
        << report.substr(0, 200);
    EXPECT_NE(report.find("\n1235,1237,u1,uid,taken,The uid is taken.\n"), std::string::npos) << report;
    EXPECT_NE(report.find("\n1236,1238,u-2,type,unsupported,It must be individual or family.\n"), std::string::npos)
        << report;
    EXPECT_NE(report.find("\n1237,1239,'=1+1,uid,bad_characters,"), std::string::npos)
        << "no spreadsheet computes it: " << report;
}

TEST_F(ImportCommandTest, OpensNothingOfAFileThatCannotBeReadToItsEnd) {
    std::string text = rows(1, 10'000);
    text.insert(text.find("u3,"), "\"");
    const std::string file = write_file("a.csv", text);
    for (const char* check : {"", "--check"}) {
        std::vector<std::string> words{"import", file, "--reseller", "2"};
        if (*check) words.emplace_back(check);
        ASSERT_EQ(run(words), 2) << err_;
        EXPECT_NE(
            err_.find("line 4, column 1: A quote begins here that is never closed: it would take along 9,997 lines."),
            std::string::npos)
            << err_;
        EXPECT_NE(err_.find("nothing was opened"), std::string::npos) << err_;
    }
    EXPECT_EQ(imported(), 0);
    ASSERT_EQ(run({"import", write_file("b.csv", "uid,type,domain\na,b\n" + std::string(20, '"') + "x,b,c\nd\n"),
                   "--reseller", "2", "--json"}),
              2);
    EXPECT_NE(err_.find("\"field\":\"line 4, column 1\""), std::string::npos) << err_;
}

TEST_F(ImportCommandTest, OnlyChecksWithoutAServer) {
    fate_of = [](const http::Request&) -> Fate { throw std::runtime_error("something is sent"); };
    ASSERT_EQ(run({"import", write_file("a.csv", rows(1, 1'234)), "--reseller", "2", "--check"}), 0) << err_;
    EXPECT_NE(err_.find("1,234 rows, and each can be read; nothing was opened."), std::string::npos) << err_;
}

TEST_F(ImportCommandTest, ReadsUtf16AndSaysWhereTextIsNoUtf8) {
    std::string utf16 = "\xff\xfe";
    for (const char c : std::string("uid\ttype\tdomain\r\na\tfamily\tb5test.com\r\n")) utf16 += {c, '\0'};
    ASSERT_EQ(run({"import", write_file("a.txt", utf16), "--reseller", "2"}), 0) << err_;
    EXPECT_EQ(imported(), 1);
    std::string big_endian = "\xfe\xff";
    for (const char c : std::string("uid;type;domain\nb;family;b5test.com\n")) big_endian += {'\0', c};
    ASSERT_EQ(run({"import", write_file("b.csv", big_endian), "--reseller", "2"}), 0) << err_;
    EXPECT_EQ(imported(), 2);
    ASSERT_EQ(run({"import", write_file("c.csv", "uid,type,domain\nM\xfcller,family,b5test.com\n"), "--reseller", "2"}),
              2);
    EXPECT_NE(err_.find("line 2, column 1: This is not UTF-8"), std::string::npos) << err_;
    ASSERT_EQ(run({"import", write_file("d.csv", std::string("\xff\xfe\0\0u\0\0\0", 8)), "--reseller", "2"}), 2);
    EXPECT_NE(err_.find("UTF-32"), std::string::npos) << err_;
    EXPECT_EQ(imported(), 2);
}

TEST_F(ImportCommandTest, LeavesNoOldReportBesideACleanRun) {
    const std::string file = write_file("a.csv", rows(10, 10));
    const std::string report = file + ".refused.csv";
    ASSERT_EQ(run({"import", file, "--reseller", "2"}), 1);
    EXPECT_NE(read_file(report), "");
    write_file("a.csv", rows(1, 1));
    ASSERT_EQ(run({"import", file, "--reseller", "2"}), 0) << err_;
    EXPECT_FALSE(std::ifstream(report).good());
    const std::string mine = write_file("b.csv.refused.csv", "what somebody wrote\n");
    ASSERT_EQ(run({"import", write_file("b.csv", rows(2, 2)), "--reseller", "2"}), 0) << err_;
    EXPECT_EQ(read_file(mine), "what somebody wrote\n") << "no report";
    ASSERT_EQ(run({"import", write_file("c.csv", rows(3, 3)), "--reseller", "2", "--report", mine}), 0) << err_;
    EXPECT_EQ(read_file(mine), "row,line,uid,field,code,detail\n") << "asked for by name";
    EXPECT_EQ(run({"import", file, "--reseller", "2", "--report", file}), 2);
    EXPECT_NE(read_file(file), "");
}

TEST_F(ImportCommandTest, ChangesAccountsInBulkAndGoesOnWhereItWasInterrupted) {
    ASSERT_EQ(run({"import", write_file("a.csv", rows(1, 1'299)), "--reseller", "2"}), 1);
    const auto in_status = [&](const std::string& status) {
        EXPECT_EQ(run({"account", "list", "--status", status, "--reseller", "2", "--limit", "0", "--json"}), 0) << err_;
        return std::count(out_.begin(), out_.end(), '\n');
    };
    std::string some = "uid\n";
    for (int i = 1; i <= 1'299; ++i) some += "u" + std::to_string(i) + "\n";  // a tenth of them has not been opened
    const std::string file = write_file("some.csv", some);
    int sent = 0;
    fate_of = [&](const http::Request& request) {
        if (sent == 2) throw std::runtime_error("killed");
        return request.target.ends_with("/rows") && ++sent == 2 ? Fate::answer_lost : Fate::answered;
    };
    EXPECT_EQ(run({"account", "hold", "--from", file, "--reseller", "2"}), 3);
    fate_of = [](const http::Request&) { return Fate::answered; };
    EXPECT_EQ(in_status("suspended"), 900);
    EXPECT_EQ(run({"account", "hold", "--from", file, "--reseller", "2"}), 1) << err_;
    EXPECT_NE(err_.find("Going on after row 1,000."), std::string::npos) << err_;
    EXPECT_NE(err_.find("1,170 accounts held, 129 rows refused"), std::string::npos) << err_;
    EXPECT_NE(read_file(file + ".refused.csv").find("10,11,u10,,not_found,"), std::string::npos);
    EXPECT_EQ(in_status("suspended"), 1'170);
    EXPECT_EQ(run({"account", "lift", "--from", file, "--reseller", "2"}), 1) << err_;
    EXPECT_EQ(in_status("suspended"), 0);

    const std::string dates = write_file("dates.csv", "uid,ends_at\nu1,2050-01-01\nu2,\n");
    EXPECT_EQ(run({"account", "redate", "--from", dates, "--reseller", "2"}), 0) << err_;
    EXPECT_NE(err_.find("1 date without a time: taken for the beginning of the day, UTC."), std::string::npos) << err_;
    EXPECT_EQ(run({"account", "show", "2/u1", "--json"}), 0);
    EXPECT_NE(out_.find("\"ends_at\":\"2050-01-01T00:00:00.000Z\""), std::string::npos) << out_;

    const std::string two =
        write_file("two.jsonl", "{\"reseller_id\":2,\"uid\":\"u1\"}\n{\"reseller_id\":2,\"uid\":\"u2\"}\n");
    EXPECT_EQ(run({"account", "close", "--from", two}), 0) << err_;
    EXPECT_EQ(in_status("deprovisioned"), 2);
    EXPECT_EQ(run({"account", "remove", "--from", two}), 0) << err_;
    EXPECT_EQ(in_status("deprovisioned"), 0);
    EXPECT_EQ(run({"account", "remove", "--from", two, "2/u3"}), 2) << "one or many, not both";
    EXPECT_EQ(run({"account", "remove"}), 2);
}

TEST_F(ImportCommandTest, DoesNothingWhenToldTheSameTwice) {
    const std::string file = write_file("a.csv", rows(1, 700));
    ASSERT_EQ(run({"import", file, "--reseller", "2", "--json"}), 1) << err_;
    const std::string first = out_;
    ASSERT_EQ(run({"import", file, "--reseller", "2", "--json"}), 1) << err_;
    EXPECT_EQ(out_, first);
    EXPECT_EQ(imported(), 630);
    ASSERT_EQ(run({"import", file, "--reseller", "3"}), 1) << err_;
    EXPECT_EQ(imported(), 1'260) << "for another reseller it is another import";
    ASSERT_EQ(run({"import", file, "--reseller", "2", "--again"}), 1) << err_;
    EXPECT_NE(err_.find("0 accounts opened, 700 rows refused"), std::string::npos) << err_;
}

TEST_F(ImportCommandTest, LosesAndRepeatsNothingWhenRequestsAndAnswersGetLost) {
    for (const Fate fate : {Fate::lost, Fate::answer_lost}) {
        int number = 0;
        fate_of = [&](const http::Request& request) {
            const bool is_rows = request.target.ends_with("/rows");
            return is_rows && ++number % 2 == 1 ? fate : Fate::answered;
        };
        const std::string name = fate == Fate::lost ? "there" : "back";
        const std::string reseller = fate == Fate::lost ? "2" : "3";
        const std::string file = write_file(name + ".csv", rows(1, 2'750));
        ASSERT_EQ(run({"import", file, "--reseller", reseller}), 1) << err_;
        EXPECT_NE(err_.find("2,475 accounts opened, 275 rows refused"), std::string::npos) << err_;
    }
    EXPECT_EQ(imported(), 2 * 2'475);
}

TEST_F(ImportCommandTest, GoesOnWhereItWasInterrupted) {
    const std::string file = write_file("a.csv", rows(1, 2'750));
    // As if it were killed: the third batch is done, and nobody learns of it.
    int sent = 0;
    fate_of = [&](const http::Request& request) {
        if (sent == 3) throw std::runtime_error("killed");
        return request.target.ends_with("/rows") && ++sent == 3 ? Fate::answer_lost : Fate::answered;
    };
    EXPECT_EQ(run({"import", file, "--reseller", "2"}), 3);
    EXPECT_EQ(imported(), 1'350);
    fate_of = [](const http::Request&) { return Fate::answered; };
    ASSERT_EQ(run({"import", file, "--reseller", "2"}), 1) << err_;
    EXPECT_NE(err_.find("Going on after row 1,500."), std::string::npos) << err_;
    EXPECT_NE(err_.find("2,475 accounts opened, 275 rows refused"), std::string::npos) << err_;
    EXPECT_EQ(imported(), 2'475);
    const std::string report = read_file(file + ".refused.csv");
    EXPECT_EQ(std::count(report.begin(), report.end(), '\n'), 276) << "those of before the interruption too";
}

TEST_F(ImportCommandTest, ReadsWhatItHasExported) {
    const std::string file =
        write_file("a.jsonl",
                   "{\"uid\":\"a\",\"type\":\"family\",\"domain\":\"b5test.com\",\"reseller_id\":2,"
                   "\"ends_at\":\"2050-01-01T00:00:00Z\"}\n"
                   "{\"uid\":\"b\",\"type\":\"individual\",\"domain\":\"b5test.ca\",\"reseller_id\":2}\n");
    ASSERT_EQ(run({"import", file}), 0) << err_;
    for (const std::string format : {"csv", "jsonl"}) {
        const std::string exported = folder_.file("out." + format);
        ASSERT_EQ(run({"export", "--format", format, "--output", exported, "--reseller", "2"}), 0) << err_;
        EXPECT_EQ(read_file(exported).find("PNS-"), std::string::npos) << "no tokens unless asked for";
        ASSERT_EQ(run({"export", "--output", exported, "--reseller", "2"}), 2) << "it is there already";
        EXPECT_NE(err_.find("--force"), std::string::npos) << err_;
        ASSERT_EQ(run({"import", exported, "--ignore-unknown", "--json"}), 1) << err_;
        EXPECT_NE(out_.find("\"rows\":2,\"opened\":0,\"refused\":2"), std::string::npos) << out_;
    }
    ASSERT_EQ(run({"export", "--reseller", "2"}), 0);
    EXPECT_EQ(std::count(out_.begin(), out_.end(), '\n'), 3) << out_;
    EXPECT_NE(out_.find(",2,a,family,b5test.com,entitled,entitled,,0,2050-01-01T00:00:00.000Z,"), std::string::npos)
        << out_;
}

TEST_F(ImportCommandTest, ExportsWhatIsAskedForAndTokensForTheOwnerOfTheFileAlone) {
    ASSERT_EQ(run({"import", write_file("a.csv", rows(1, 9)), "--reseller", "2"}), 0) << err_;
    ASSERT_EQ(run({"account", "show", "2/u1", "--json"}), 0);
    const std::size_t token_at = out_.find("PNS-");
    ASSERT_EQ(run({"account", "redeem", out_.substr(token_at, 30), "--email", "+ada@example.com"}), 0) << err_;
    const std::string file = folder_.file("out.csv");
    ASSERT_EQ(run({"export", "--output", file, "--email", "+ada@example.com", "--with-tokens"}), 0) << err_;
    EXPECT_NE(err_.find("1 account written to "), std::string::npos) << err_;
    const std::string text = read_file(file);
    EXPECT_NE(text.find(",owner_email,activation_token\n"), std::string::npos) << text;
    EXPECT_NE(text.find(",'+ada@example.com,PNS-"), std::string::npos) << text;
    EXPECT_EQ(std::filesystem::status(file).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    ASSERT_EQ(run({"export", "--output", file, "--uid-prefix", "u1", "--force"}), 0) << err_;
    EXPECT_EQ(read_file(file).find("PNS-"), std::string::npos);
    EXPECT_EQ(run({"export", "--ends-after", "2027-01-01", "--ends-before", "2028-01-01"}), 0) << err_;
    EXPECT_EQ(std::count(out_.begin(), out_.end(), '\n'), 1) << out_;
}

TEST_F(ImportCommandTest, RefusesAFileThatIsNone) {
    EXPECT_EQ(run({"import", folder_.file("none.csv"), "--reseller", "2"}), 2);
    EXPECT_EQ(run({"import", folder_.path(), "--reseller", "2"}), 2);
    EXPECT_EQ(run({"import", write_file("a.csv", "uid\n"), "--reseller", "2"}), 2);
    EXPECT_EQ(run({"import", write_file("b.csv", ""), "--reseller", "2"}), 2);
    EXPECT_EQ(run({"import", write_file("c.csv", rows(1, 3)), "--reseller", "77"}), 1);
    EXPECT_NE(
        read_file(folder_.file("c.csv.refused.csv")).find("1,2,u1,reseller_id,unknown,There is no such reseller."),
        std::string::npos);
}

}  // namespace
