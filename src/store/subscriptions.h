// Rows <-> Subscription, alone and beside their accounts. Each look-up carries the reseller. Lists leave out accounts
// that have been removed.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "model/subscription.h"

namespace store {

struct AccountWithSubscription {
    Account account;
    Subscription subscription;               // with its ids only when there is no row
    std::optional<std::string> parent_guid;  // that the parent brought along
};

// Removed or not; absent: no such account.
std::optional<AccountWithSubscription> find_with_subscription(db::Tx&, std::int64_t reseller_id,
                                                              std::int64_t account_id);

// As far as it matters to those that are to stand below it.
struct ParentAccount {
    Account account;
    std::optional<std::string> guid;             // that it brought along
    std::int64_t sub_accounts_limit = no_limit;  // of its plan; without a plan: none
};
std::optional<ParentAccount> find_parent_account(db::Tx&, std::int64_t reseller_id, std::int64_t account_id);

// Of the accounts that brought their ids along.
std::optional<std::int64_t> find_account_id_by_guid(db::Tx&, std::int64_t reseller_id, std::string_view guid);

// The request that opened an account, and the session in which it was sent, or repeated.
struct OpeningRequest {
    std::int64_t key = 0;
    std::int64_t session = 0;

    bool operator==(const OpeningRequest&) const = default;
};

void insert_subscription(db::Tx&, const Subscription&, const std::optional<OpeningRequest>& = std::nullopt);
// Inserts or writes over; the guid and the request stay.
void put_subscription(db::Tx&, const Subscription&);

// The account that the request has opened, the newest of several. external_id: as it stands in the request.
struct OpenedAccount {
    std::int64_t account_id = 0;
    OpeningRequest request;
};
std::optional<OpenedAccount> find_opened_by(db::Tx&, std::int64_t reseller_id, std::int64_t request_key,
                                            const std::optional<std::string>& external_id);
void update_request_session(db::Tx&, std::int64_t reseller_id, std::int64_t account_id, std::int64_t session);
void forget_request(db::Tx&, std::int64_t reseller_id, std::int64_t account_id);

// A part of a list, by account id: all of the reseller's that have not been removed. Neither number is negative; they
// may be as great as they can.
struct Slice {
    std::int64_t skip = 0;
    std::int64_t take = 0;
};
std::vector<AccountWithSubscription> list_with_subscriptions(db::Tx&, std::int64_t reseller_id, const Slice&);

std::vector<AccountWithSubscription> list_by_external_id(db::Tx&, std::int64_t reseller_id,
                                                         std::string_view external_id, const Slice&);
std::int64_t count_by_external_id(db::Tx&, std::int64_t reseller_id, std::string_view external_id);

std::vector<AccountWithSubscription> list_sub_accounts(db::Tx&, std::int64_t reseller_id, std::int64_t parent_id,
                                                       std::int64_t after_id, std::int64_t limit);
// Those that are not closed; counts no further than to count_max.
std::int64_t count_sub_accounts(db::Tx&, std::int64_t reseller_id, std::int64_t parent_id, std::int64_t count_max);

}  // namespace store
