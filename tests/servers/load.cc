#include "tests/servers/load.h"

#include <chrono>
#include <cstdio>
#include <map>
#include <sstream>
#include <stdexcept>
#include <unordered_map>
#include <utility>

namespace {

using namespace std::chrono_literals;

// What the database has under a name.
struct Found {
    std::int64_t accounts = 0;
    std::int64_t opened = 0;  // events
    std::int64_t moved = 0;
    std::int64_t frozen = 0;
};

using FoundByName = std::unordered_map<std::string, Found>;

FoundByName find_accounts(const Sql& sql) {
    FoundByName found;
    for (const std::string& row :
         sql("SELECT COALESCE(p.last_name, a.uid), count(DISTINCT a.id), count(*) FILTER (WHERE e.kind = 1), "
             "count(*) FILTER (WHERE e.kind = 2), count(*) FILTER (WHERE e.kind = 3) FROM account a "
             "LEFT JOIN account_profile p ON p.reseller_id = a.reseller_id AND p.account_id = a.id "
             "LEFT JOIN event e ON e.reseller_id = a.reseller_id AND e.account_id = a.id GROUP BY 1")) {
        std::istringstream cells(row);
        std::string name;
        Found one;
        cells >> name >> one.accounts >> one.opened >> one.moved >> one.frozen;
        found.emplace(name, one);
    }
    return found;
}

struct Verdict {
    std::map<Asked::What, std::int64_t> done;
    std::int64_t lost = 0;
    std::int64_t twice = 0;
    std::vector<std::string> complaints;

    void judge(const Asked& asked, const Found& found) {
        using What = Asked::What;
        const bool is_to_be_there = asked.is_done;
        const std::int64_t moved = asked.what == What::workflow_run ? 1 : 0;
        const std::int64_t frozen = asked.what == What::account_that_ends ? 1 : 0;
        const bool is_lost =
            is_to_be_there && (found.accounts < 1 || found.opened < 1 || found.moved < moved || found.frozen < frozen);
        const bool is_twice = found.accounts > 1 || found.opened > 1 || found.moved > moved || found.frozen > frozen;
        done[asked.what] += asked.is_done;
        lost += is_lost;
        twice += is_twice;
        if (is_lost || is_twice || found.accounts > is_to_be_there)
            complaints.push_back(asked.name + (is_to_be_there ? ", which was acknowledged" : ", which was not done") +
                                 ", has " + std::to_string(found.accounts) +
                                 " accounts and events: " + std::to_string(found.opened) + " opened, " +
                                 std::to_string(found.moved) + " moved, " + std::to_string(found.frozen) + " frozen");
    }

    // Of each that the mix has.
    void require_some(const Mix& mix) {
        using What = Asked::What;
        const auto require = [&](What what, int share, const char* name) {
            if (share > 0 && done[what] == 0) complaints.push_back(std::string("there was not one ") + name);
        };
        require(What::activeplatform_account, mix.activeplatform, "account in Activeplatform");
        require(What::account_that_ends, mix.ends, "account that ends");
        require(What::workflow_run, mix.runs, "run");
        require(What::partnership_account, 100 - mix.activeplatform - mix.ends - mix.runs, "account in Partnership");
    }
};

std::int64_t count(const Sql& sql, const std::string& from) {
    return std::stoll(sql("SELECT count(*) FROM " + from).at(0));
}

}  // namespace

void wait_until(const std::string& what, const std::function<bool()>& is_so) {
    const auto until = std::chrono::steady_clock::now() + 2min;
    while (!is_so()) {
        if (std::chrono::steady_clock::now() > until) throw std::runtime_error("not so within two minutes: " + what);
        std::this_thread::sleep_for(20ms);
    }
}

Load::Load(std::uint64_t seed, int clients, Mix mix, const Installation& installation, const Servers& servers)
    : mix_(mix) {
    for (int i = 0; i < clients; ++i)
        clients_.emplace_back(seed + static_cast<std::uint64_t>(i), i, mix, installation.callers(), servers,
                              acknowledged_);
    for (KeyedClient& client : clients_)
        threads_.emplace_back([this, &client] {
            try {
                client.work(is_over_);
            } catch (...) {
                const std::lock_guard lock(mutex_);
                if (!first_failure_) first_failure_ = std::current_exception();
            }
        });
}

void Load::wait_for(std::int64_t more) {
    const std::int64_t enough = acknowledged() + more;
    wait_until(std::to_string(more) + " more are acknowledged", [&] {
        rethrow();
        return acknowledged() >= enough;
    });
}

void Load::end() {
    is_over_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

void Load::finish() {
    end();
    rethrow();
}

void Load::rethrow() {
    const std::lock_guard lock(mutex_);
    if (first_failure_) std::rethrow_exception(first_failure_);
}

void Load::repeat(std::size_t count) {
    for (KeyedClient& client : clients_) client.repeat(count);
}

std::vector<std::string> Load::wait_for_the_rest(const Sql& sql) const {
    std::vector<std::string> faults;
    try {
        wait_until("all runs have ended", [&] { return count(sql, "workflow_run WHERE status <= 2") == 0; });
        wait_until("whatever was due is done",
                   [&] { return count(sql, "account WHERE due_at < (extract(epoch FROM now()) + 6) * 1000") == 0; });
    } catch (const std::runtime_error& failure) {
        faults.push_back(failure.what());
    }
    return faults;
}

bool Load::judge(const Sql& sql, std::vector<std::string> faults) const {
    const FoundByName found = find_accounts(sql);
    Verdict verdict{.complaints = std::move(faults)};
    std::int64_t done = 0;
    std::int64_t repeated = 0;
    for (const KeyedClient& client : clients_) {
        repeated += client.repeated();
        for (const std::string& contradiction : client.contradictions()) verdict.complaints.push_back(contradiction);
        for (const Asked& asked : client.asked()) {
            const auto one = found.find(asked.name);
            verdict.judge(asked, one == found.end() ? Found{} : one->second);
            done += asked.is_done;
        }
    }
    verdict.require_some(mix_);
    const std::int64_t runs = verdict.done[Asked::What::workflow_run];
    if (static_cast<std::int64_t>(found.size()) > done)
        verdict.complaints.push_back("there are accounts that nobody has asked for");
    if (count(sql, "workflow_run") > runs) verdict.complaints.push_back("there are runs that nobody has asked for");
    if (const std::int64_t others = count(sql, "workflow_run WHERE status <> 3"); others > 0)
        verdict.complaints.push_back(std::to_string(others) + " runs have not passed");
    const std::size_t shown_max = 10;
    for (std::size_t i = 0; i < verdict.complaints.size() && i < shown_max; ++i)
        std::printf("FAILED %s\n", verdict.complaints[i].c_str());
    if (verdict.complaints.size() > shown_max)
        std::printf("FAILED and %zu more\n", verdict.complaints.size() - shown_max);
    std::printf("%lld requests were sent once more, %lld runs\n", static_cast<long long>(repeated),
                static_cast<long long>(runs));
    std::printf("%lld acknowledged, %lld lost, %lld twice\n", static_cast<long long>(acknowledged()),
                static_cast<long long>(verdict.lost), static_cast<long long>(verdict.twice));
    return verdict.complaints.empty() && acknowledged() > 0;
}
