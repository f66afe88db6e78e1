// The model: what the server should hold, by rules written down a second time and as plainly as can be. The simulation
// does to the model what it asks of the server, and compares.

#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "http/message.h"
#include "model/account.h"
#include "model/reseller.h"

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

struct ModelAccount {
    // id 0, no uid, domain or token: not known yet; the server chooses them, and its answer may get lost
    Account account;
    std::optional<std::string> owner = {};
    std::optional<ModelMoney> money = {};  // of accounts that were opened through an API with money
};

struct ModelReseller {
    Reseller reseller;
    std::set<std::pair<std::string, AccountType>> promotions;
};

struct ModelToken {
    std::int64_t id = 0;
    std::string secret;
    std::int64_t reseller_id = 0;
    std::optional<Instant> expires_at = {};
    std::optional<Instant> revoked_at = {};
};

// What an Idempotency-Key answers until it expires.
struct ModelAnswer {
    http::Request request;
    std::int64_t reseller_id = 0;  // whose clock counts
    Instant expires_at;
    std::optional<http::Response> response = {};  // absent: it got lost on its way
};

// How a request should be answered. The code is the machine's word in the body; empty: whatever it is.
struct Expected {
    int status = 0;
    std::string code = {};
    std::optional<std::size_t> account = {};  // which the body shows: its place in Model::accounts

    bool is_accepted() const { return status < 300; }
};

struct Model {
    Instant server_now;
    std::map<std::int64_t, ModelReseller> resellers;
    std::vector<ModelAccount> accounts;                                  // by id
    std::vector<ModelToken> tokens;                                      // of partners
    std::map<std::pair<std::string, std::string>, ModelAnswer> answers;  // by secret and key

    Instant now(std::int64_t reseller_id) const;
    const Reseller& reseller(std::int64_t id) const { return resellers.at(id).reseller; }
    const Reseller& reseller_of(const Account& account) const { return reseller(account.reseller_id); }

    std::optional<std::size_t> find_living(std::int64_t reseller_id, const std::string& uid) const;
    bool has_tombstone(std::int64_t reseller_id, const std::string& uid) const;
    bool is_valid(const ModelToken&) const;

    std::optional<Instant> next_due(const Account&) const;
    Account settled(Account) const;  // as it is shown; what the clock did is not written yet
    // Writes what the clock has done. Counts it, where wanted.
    struct Due {
        int frozen = 0, closed = 0, held = 0;
    };
    void settle(Account&, Due* = nullptr) const;
    void settle_all(std::int64_t reseller_id, Due* = nullptr);
    void keep_house();  // what a server does each second

    // Writes `after` if it differs, or if something beside it does.
    void change(Account& stored, Account after, Instant at, bool more_differs = false) const;
};

// Empty: they are the same. Fills in what the model does not know yet.
std::string adopt_and_compare(Model&, const std::vector<Account>& rows, const std::vector<Reseller>& resellers);

}  // namespace sim
