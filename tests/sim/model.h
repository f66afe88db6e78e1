// The model: what the server should hold, by rules written down a second time and as plainly as can be. The simulation
// does to the model what it asks of the server, and compares.

#pragma once

#include <boost/json.hpp>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "http/message.h"
#include "model/account.h"
#include "model/import.h"
#include "model/reseller.h"
#include "model/subscription.h"
#include "model/webhook.h"

namespace sim {

// The money of an account, in whole units.
struct ModelMoney {
    std::int64_t balance = 0;
    std::int64_t class_threshold = 0;
    int subzero_days = 0;
    std::optional<std::int64_t> own_threshold = {};
    std::optional<Instant> below_zero_since = {};

    bool operator==(const ModelMoney&) const = default;
};

// A PUT of SignalMind's, as far as the simulation varies it.
struct Subscribe {
    AccountType type = AccountType::individual;
    std::optional<std::int64_t> plan_id = {};
    std::optional<std::string> parent_guid = {};
    boost::json::object details = {};
    std::string password = {};

    std::string body() const;
};

// The PUT that has opened an account, until the first change after ten minutes.
struct ModelRequest {
    std::string key;  // of the API
    Subscribe subscribe;
    std::string token;  // of the last time
};

// What SignalMind knows of an account beside it.
struct ModelSubscription {
    std::optional<std::int64_t> plan_id = {};
    std::optional<std::size_t> parent = {};  // its place in Model::accounts
    boost::json::object details = {};        // whose it is, in the words of the API
    std::optional<ModelRequest> opened_by = {};
};

// What ActivePlatform knows of an account that was opened there.
struct ModelProfile {
    std::string first_name, last_name, city, email, account_class;

    bool operator==(const ModelProfile&) const = default;
};

struct ModelAccount {
    // id 0, no uid, domain or token: not known yet; the server chooses them, and its answer may get lost
    Account account;
    std::optional<std::string> owner = {};
    std::set<std::string> users = {};      // the owner among them
    std::optional<ModelMoney> money = {};  // of accounts that were opened through an API with money
    std::optional<ModelProfile> profile = {};
    ModelSubscription subscription = {};
};

inline bool is_closed(const Account& account) { return account.stage == Stage::deprovisioned; }

struct ModelReseller {
    Reseller reseller;
    std::set<std::pair<std::string, AccountType>> promotions = {};
    std::vector<Plan> plans = {};
    bool may_create_premium = false;
};

struct ModelToken {
    std::int64_t id = 0;
    std::string secret;
    std::int64_t reseller_id = 0;
    std::optional<Instant> expires_at = {};
    std::optional<Instant> revoked_at = {};
};

// What an API key of SignalMind is exchanged for.
struct ModelSession {
    std::string token;
    std::string key;
    Instant issued_at;
};

// A row of a file that is imported: what it says, and what is wrong with how it says it.
struct ModelRow {
    std::int64_t reseller_id = 0;
    std::string uid;
    AccountType type = AccountType::individual;
    std::string domain;
    std::optional<Instant> ends_at = {};
    std::string text = {};              // the row as it is sent
    std::string field = {}, code = {};  // of the first objection to its shape
};

struct ModelImport {
    Import import;  // id 0: not known yet; its times are not followed
    std::vector<ModelRow> file;
    std::vector<ImportRefusal> refusals;  // without their details
};

// Where a reseller wants its events sent. Nothing is: there is no sender here.
struct ModelEndpoint {
    std::int64_t id = 0;  // 0: not known yet
    std::int64_t reseller_id = 0;
    std::string url;
    std::vector<std::string> types = {};
    bool is_thin = false;
    std::int64_t version = 1;
    bool has_replay = false;
};

// What an Idempotency-Key answers until it expires.
struct ModelAnswer {
    http::Request request;
    std::int64_t reseller_id = 0;  // whose clock counts
    Instant expires_at;
    std::optional<http::Response> response = {};  // absent: it got lost on its way
};

struct Model;

constexpr int accounts_in_a_lot = 2;  // so that three sub-accounts are two lots

// What those beyond a first lot have still to follow of their parent.
struct Following {
    bool closes = false;
    bool holds = false;
    Instant at;
    std::optional<std::size_t> through = {};  // the last that has
};

// How a request should be answered. The code is the machine's word in the body; empty: whatever it is.
struct Expected {
    int status = 0;
    std::string code = {};
    std::optional<std::size_t> account = {};  // which the body shows: its place in Model::accounts
    std::vector<int> problems = {};           // SignalMind's codes, in order: it answers 200 whatever it has to say
    // What is wrong with the body, by what the model knows then; empty: nothing.
    std::function<std::string(const Model&, const http::Response&)> judge = {};

    bool is_accepted() const { return status < 300 && problems.empty(); }
    // Whether an Idempotency-Key goes on answering so.
    bool is_final() const { return status != 401 && status != 403 && (problems.empty() || problems[0] / 100 != 11); }
};

struct Model {
    Instant server_now;
    std::map<std::int64_t, ModelReseller> resellers;
    std::vector<ModelAccount> accounts;  // by id
    std::vector<ModelToken> tokens;      // of partners
    std::vector<ModelToken> keys;        // of SignalMind's clients
    std::vector<ModelSession> sessions;
    std::vector<ModelImport> imports;                                    // by id
    std::vector<ModelEndpoint> endpoints;                                // by id
    std::map<std::pair<std::string, std::string>, ModelAnswer> answers;  // by secret and key

    Instant now(std::int64_t reseller_id) const;
    const Reseller& reseller(std::int64_t id) const { return resellers.at(id).reseller; }
    const Reseller& reseller_of(const Account& account) const { return reseller(account.reseller_id); }

    std::optional<std::size_t> find_living(std::int64_t reseller_id, const std::string& uid) const;
    bool has_tombstone(std::int64_t reseller_id, const std::string& uid) const;
    bool is_valid(const ModelToken&) const;
    bool is_valid(const ModelSession&) const;
    const ModelToken& key_of(const ModelSession&) const;
    const Plan* find_plan(std::int64_t reseller_id, AccountType, std::int64_t id) const;
    std::vector<std::size_t> sub_accounts(std::size_t parent) const;  // that have not been removed
    std::int64_t count_open_sub_accounts(std::size_t parent) const;

    std::optional<Instant> next_due(const Account&) const;
    Account settled(Account) const;  // as it is shown; what the clock did is not written yet

    // Writes what the clock has done by now, or by another time. Counts it, where wanted.
    struct Due {
        int frozen = 0, closed = 0, held = 0;
    };
    void settle(std::size_t account, Due* = nullptr);
    void settle_all(std::int64_t reseller_id, Due* = nullptr);
    void keep_house();  // what a server does each second

    // What a change of a parent has left to further lots. Until then a later hold, or end of one, overtakes it.
    void follow_rest();

    // Writes `after` if it differs, or if something beside it does. Sub-accounts follow.
    void change(std::size_t account, Account after, Instant at, bool more_differs = false);

private:
    Account step(Account, Instant due, Due&) const;
    void settle_until(std::size_t account, Instant until, Due&);
    void settle_alone_until(std::size_t account, Instant until, Due&);
    void write(std::size_t account, Account after, Instant at);
    void follow(std::size_t parent, const Account& before, Instant at);
    void follow_now(std::size_t account);

    std::map<std::size_t, std::vector<Following>> following_;  // by the parent's place; in order
};

struct Rows {
    std::vector<Account> accounts;  // each by id
    std::vector<Reseller> resellers;
    std::vector<Import> imports;
    std::vector<WebhookEndpoint> endpoints;
};

// Empty: they are the same. Fills in what the model does not know yet.
std::string adopt_and_compare(Model&, const Rows&);

}  // namespace sim
