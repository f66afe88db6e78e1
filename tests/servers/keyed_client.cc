#include "tests/servers/keyed_client.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <thread>

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 2min;
constexpr auto lifetime = 5s;  // of an account that ends

std::string in_rfc3339(std::chrono::system_clock::time_point time) {
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
    return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(time)),
                       milliseconds.count() % 1000);
}

std::string partnership_account(const std::string& name, const std::string& ends_at) {
    return R"({"customer_account_uid":")" + name + R"(","account_type":"I","domain":"b5test.com")" +
           (ends_at.empty() ? "" : ",\"ends_at\":\"" + ends_at + '"') + '}';
}

std::string activeplatform_account(const std::string& name) {
    return R"({"data":{"attributes":{"account_type_id":1,"account_class_key":"prepaid","first_name":"Ada",)"
           R"("last_name":")" +
           name + R"(","email":")" + name + R"(@example.com","new_owner_first_name":"Ada","new_owner_last_name":"B",)" +
           R"("new_owner_email":"ada@example.com","country":"BY","region":"Minsk","city":"Minsk","street":"Mira",)"
           R"("building":"1","zip":"220000","phone":"+375290000000"}}})";
}

std::string workflow_run(const std::string& name) {
    return R"({"workflow":"provision","reseller_id":2,"inputs":{"accountUid":")" + name +
           R"(","endsAt":"2050-01-31T00:00:00Z"}})";
}

bool is_still_under_way(const RawClient::Answer& answer) {
    return answer.status == 409 && answer.body.find("Idempotency-Key") != std::string::npos;
}

// Its end had passed before anything was done.
bool is_too_late(const Asked& asked, const RawClient::Answer& answer) {
    return asked.what == Asked::What::account_that_ends && answer.status == 400 &&
           answer.body.find("cannot be in the past") != std::string::npos;
}

}  // namespace

void KeyedClient::work(const std::atomic<bool>& is_over) {
    while (!is_over) {
        asked_.push_back(make_next());
        settle(asked_.back());
    }
}

Asked KeyedClient::make_next() {
    using What = Asked::What;
    const int chosen = roll(100);
    Asked asked;
    asked.what = chosen < mix_.runs                                     ? What::workflow_run
                 : chosen < mix_.runs + mix_.ends                       ? What::account_that_ends
                 : chosen < mix_.runs + mix_.ends + mix_.activeplatform ? What::activeplatform_account
                                                                        : What::partnership_account;
    asked.name = fmt::format("c{}-{}", number_, asked_.size());
    const std::string key = "Idempotency-Key: " + asked.name + "\r\n";
    const std::string json = "Content-Type: application/json\r\n";
    switch (asked.what) {
    case What::partnership_account:
    case What::account_that_ends: {
        const bool ends = asked.what == What::account_that_ends;
        asked.request = {
            "POST", "/api/v1/partners/accounts", callers_.in_partnership + key + json,
            partnership_account(asked.name, ends ? in_rfc3339(std::chrono::system_clock::now() + lifetime) : "")};
        break;
    }
    case What::activeplatform_account:
        asked.request = {"POST", "/api/v3/resellers/2/accounts",
                         callers_.in_activeplatform + key + "Content-Type: application/vnd.api+json\r\n",
                         activeplatform_account(asked.name)};
        break;
    case What::workflow_run:
        asked.request = {"POST", "/admin/v1/workflow-runs", callers_.in_operator_api + key + json,
                         workflow_run(asked.name)};
    }
    return asked;
}

void KeyedClient::settle(Asked& asked) {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (int attempt = 0; std::chrono::steady_clock::now() < until; ++attempt) {
        repeated_ += attempt > 0;
        try {
            if (accept(asked, send(asked.request))) return;
        } catch (const std::runtime_error&) {
            // The connection broke, or there was none: that is what this is about.
        }
        try_another_server(attempt);
    }
    throw std::runtime_error(asked.name + ": nobody has answered for two minutes");
}

bool KeyedClient::accept(Asked& asked, const RawClient::Answer& answer) {
    if (answer.status == 503 || is_still_under_way(answer)) return false;
    if (answer.status / 100 == 2) {
        asked.is_done = true;
        asked.answer = answer.body;
        ++acknowledged_;
    } else if (!is_too_late(asked, answer)) {
        contradict(asked, answer, "it was asked for with a key of its own");
    }
    return true;
}

void KeyedClient::try_another_server(int attempt) {
    connection_.reset();
    server_ = (server_ + 1) % Servers::count;
    std::this_thread::sleep_for(std::min<std::chrono::milliseconds>(20ms * (attempt + 1), 500ms));
}

RawClient::Answer KeyedClient::send(const Request& request) {
    if (!connection_) connection_.emplace(servers_.port(server_));
    return ask(*connection_, request);
}

void KeyedClient::repeat(std::size_t count) {
    connection_.reset();
    for (std::size_t i = asked_.size() - std::min(count, asked_.size()); i < asked_.size(); ++i) {
        Asked again = asked_[i];
        if (!again.is_done) continue;
        settle(again);
        --acknowledged_;
        if (again.answer != asked_[i].answer)
            contradictions_.push_back(again.name + ": it was " + asked_[i].answer + ", and is now " + again.answer);
    }
}

void KeyedClient::contradict(const Asked& asked, const RawClient::Answer& answer, const std::string& why) {
    contradictions_.push_back(
        fmt::format("{}: {}, and the answer is {} {}", asked.name, why, answer.status, answer.body));
}
