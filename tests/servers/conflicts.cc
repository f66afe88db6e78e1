#include <barrier>
#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>

#include "tests/servers/installation.h"
#include "tests/servers/scenarios.h"
#include "tests/testing/postgres_cluster.h"

namespace {

constexpr int rounds_in_turn = 5;  // before those at the same moment

using Answers = std::pair<RawClient::Answer, RawClient::Answer>;
using Outcomes = std::map<std::string, std::map<std::string, int>>;  // by kind: how often which pair of answers

bool is_refusal(const RawClient::Answer& answer) {
    return answer.status >= 400 || answer.body.find("\"Success\":false") != std::string::npos;
}

// Its status and, of a refusal, its code.
std::string label(const RawClient::Answer& answer) {
    std::string text = std::to_string(answer.status);
    for (const char* name : {"code", "Code"})
        if (const std::string code = member_of(answer.body, name); is_refusal(answer) && !code.empty())
            return text + '/' + code;
    return text;
}

std::string label(const Answers& answers) {
    const std::multiset<std::string> both = {label(answers.first), label(answers.second)};
    return *both.begin() + " and " + *both.rbegin();
}

std::string account_in_activeplatform(const std::string& last_name, const std::string& inn) {
    return R"({"data":{"attributes":{"account_type_id":1,"account_class_key":"prepaid","first_name":"Ada","last_name":")" +
           last_name +
           R"(","email":"ada@example.com","new_owner_first_name":"Ada","new_owner_last_name":"B",)"
           R"("new_owner_email":"ada@example.com","country":"BY","region":"Minsk","city":"Minsk","street":"Mira",)"
           R"("building":"1","zip":"220000","phone":"+375290000000")" +
           (inn.empty() ? "" : R"(,"custom_attributes":{"data":[{"key":"inn","value":")" + inn + R"("}]})") + "}}}";
}

// Two callers of one installation, each with a connection.
class Contest {
public:
    Contest(const Installation& installation, std::uint16_t port, std::uint16_t other_port)
        : callers_(installation.callers()), first_(port), second_(other_port) {
        const auto token =
            ask(first_, {"GET", "/rest/v2/authentication/getapitoken?key=" + callers_.signalmind_key, "", ""});
        signalmind_ = "Authentication: " + member_of(token.body, "Token") + "\r\n" + json_;
        account_ = member_of(succeed(in_activeplatform("Balance", "")).body, "id");
    }

    Outcomes run(int rounds) {
        for (round_ = 0; round_ < rounds_in_turn + rounds; ++round_) {
            contend_for_key();
            contend_for_uid();
            contend_for_attribute();
            contend_for_sub_account();
            contend_for_balance();
            contend_for_version();
            contend_for_import_lot();
        }
        return std::move(outcomes_);
    }

private:
    void contend_for_key() {
        Request request = in_activeplatform("Key" + name(), "");
        request.headers += "Idempotency-Key: key" + name() + "\r\n";
        const Answers answers = contend("key", request, request);
        if (!is_refusal(answers.first) && !is_refusal(answers.second) && answers.first.body != answers.second.body)
            throw std::runtime_error("one key, two answers: " + answers.first.body + " and " + answers.second.body);
    }

    void contend_for_uid() {
        const Request request = {
            "POST", "/api/v1/partners/accounts", callers_.in_partnership + json_,
            R"({"customer_account_uid":"uid)" + name() + R"(","account_type":"I","domain":"b5test.com"})"};
        contend("uid", request, request);
    }

    void contend_for_attribute() {
        contend("unique attribute", in_activeplatform("One", name()), in_activeplatform("Other", name()));
    }

    // The plan allows one.
    void contend_for_sub_account() {
        const auto parent =
            succeed(in_signalmind(R"("Type":"Premium","PremiumAccountInfo":{"MobileDomain":"a.example"})"));
        const std::string basic =
            R"("Type":"Basic","ParentAccountId":")" + member_of(parent.body, "Id") + R"(","ExternalId":)";
        contend("sub-account limit", in_signalmind(basic + "\"1\""), in_signalmind(basic + "\"2\""));
    }

    // Both have their way: nothing of it is lost.
    void contend_for_balance() {
        const std::int64_t before = balance();
        contend("balance", adjustment("1", ""), adjustment("2", ""));
        if (balance() != before + 3)
            throw std::runtime_error("a balance of " + std::to_string(before) + " has become " +
                                     std::to_string(balance()) + ", by 1 and 2");
    }

    void contend_for_version() {
        const auto shown = succeed({"GET", balance_path(), callers_.in_operator_api, ""});
        const std::string* tag = shown.headers.find("ETag");
        if (tag == nullptr) throw std::runtime_error("a balance has no ETag");
        const std::string condition = "If-Match: " + *tag + "\r\n";
        contend("version", adjustment("1", condition), adjustment("2", condition));
    }

    // One file by two people: its import is the same, and each of its accounts is opened once.
    void contend_for_import_lot() {
        const Request begin = {"POST", "/admin/v1/imports", callers_.in_operator_api + json_,
                               R"({"fingerprint":"file)" + name() + "\"}"};
        const Answers begun = contend("import", begin, begin);
        const std::string path = "/admin/v1/imports/" + member_of(begun.first.body, "id");
        if (member_of(begun.second.body, "id") != member_of(begun.first.body, "id"))
            throw std::runtime_error("one file, two imports: " + begun.first.body + " and " + begun.second.body);
        std::string rows;
        for (const char* row : {"a", "b", "c"})
            rows += (rows.empty() ? "" : ",") + (R"({"reseller_id":2,"uid":"row)" + name()) + row +
                    R"(","type":"individual","domain":"b5test.com"})";
        const Request lot = {"POST", path + "/rows", callers_.in_operator_api + json_,
                             R"({"position":0,"rows":[)" + rows + "]}"};
        contend("import lot", lot, lot);
        const auto shown = succeed({"GET", path, callers_.in_operator_api, ""});
        if (member_of(shown.body, "opened") != "3" || member_of(shown.body, "position") != "3")
            throw std::runtime_error("three rows were given twice: " + shown.body);
    }

    // At the same moment; the first rounds in turn.
    Answers contend(const std::string& kind, const Request& one, const Request& other) {
        Answers answers;
        if (round_ < rounds_in_turn) {
            answers.first = ask(first_, one);
            answers.second = ask(second_, other);
        } else {
            std::barrier at_the_same_moment(2);
            std::exception_ptr failure, failure_of_other;
            std::thread thread([&] {
                at_the_same_moment.arrive_and_wait();
                try {
                    answers.second = ask(second_, other);
                } catch (...) {
                    failure_of_other = std::current_exception();
                }
            });
            at_the_same_moment.arrive_and_wait();
            try {
                answers.first = ask(first_, one);
            } catch (...) {
                failure = std::current_exception();
            }
            thread.join();
            for (const auto& either : {failure, failure_of_other})
                if (either) std::rethrow_exception(either);
        }
        ++outcomes_[kind][label(answers)];
        return answers;
    }

    RawClient::Answer succeed(const Request& request) {
        auto answer = ask(first_, request);
        if (is_refusal(answer))
            throw std::runtime_error(request.target + ": " + std::to_string(answer.status) + ' ' + answer.body);
        return answer;
    }

    Request in_activeplatform(const std::string& last_name, const std::string& inn) const {
        return {"POST", "/api/v3/resellers/2/accounts",
                callers_.in_activeplatform + "Content-Type: application/vnd.api+json\r\n",
                account_in_activeplatform(last_name, inn)};
    }

    Request in_signalmind(const std::string& members) const {
        return {"PUT", "/rest/v2/accounts", signalmind_, R"({"AccountPlanId":1,)" + members + '}'};
    }

    Request adjustment(const std::string& amount, const std::string& condition) const {
        return {"POST", balance_path(), callers_.in_operator_api + json_ + condition,
                R"({"amount":")" + amount + "\"}"};
    }

    std::int64_t balance() {
        return std::stoll(member_of(succeed({"GET", balance_path(), callers_.in_operator_api, ""}).body, "balance"));
    }

    std::string balance_path() const { return "/admin/v1/resellers/2/accounts/" + account_ + "/balance"; }
    std::string name() const { return std::to_string(round_); }

    const std::string json_ = "Content-Type: application/json\r\n";
    const Callers& callers_;
    RawClient first_;
    RawClient second_;
    std::string signalmind_;
    std::string account_;
    int round_ = 0;
    Outcomes outcomes_;
};

struct Played {
    Outcomes outcomes;
    std::string counted;  // what `partnerd check` says: how many accounts and events
};

Played run_on(const Options& options, const std::string& database, int servers, const std::string& folder) {
    std::filesystem::create_directory(options.folder / folder);
    const Installation installation(options.program, database, options.folder / folder);
    const auto first = installation.start_server("first");
    const auto second = servers == 1 ? nullptr : installation.start_server("second");
    const std::uint16_t port = first->wait_until_ready();
    Played played;
    played.outcomes = Contest(installation, port, second ? second->wait_until_ready() : port).run(options.rounds);
    played.counted = installation.check();
    return played;
}

}  // namespace

bool run_conflicts(const Options& options) {
    test::PostgresCluster cluster;
    cluster.ask("postgres", "CREATE DATABASE partnerd");
    Played one = run_on(options, "sqlite:" + (options.folder / "partnerd.db").string(), 1, "sqlite");
    const Played many = run_on(options, cluster.url("partnerd"), 2, "postgres");
    bool is_good = one.counted == many.counted;
    if (!is_good)
        std::printf("FAILED one server on SQLite has in the end %stwo on PostgreSQL %s", one.counted.c_str(),
                    many.counted.c_str());
    int contended = 0;
    for (const auto& [kind, pairs] : many.outcomes)
        for (const auto& [pair, times] : pairs) {
            const int on_sqlite = one.outcomes[kind][pair];
            std::printf("%s%s: %s, %d times; on SQLite %d times\n", on_sqlite == 0 ? "FAILED " : "", kind.c_str(),
                        pair.c_str(), times, on_sqlite);
            is_good = is_good && on_sqlite > 0;
            contended += times;
        }
    std::printf("%d conflicts, %s\n", contended,
                is_good ? "each answered as one server does" : "not all answered as one server does");
    return is_good;
}
