#include "engine/accounts/list_accounts.h"

#include <limits>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "engine/access/reach.h"
#include "engine/accounts/account_change.h"
#include "engine/email.h"
#include "store/resellers.h"
#include "store/users.h"

namespace {

using store::AccountConditions;
using store::AccountRange;
using store::AccountState;
using Order = AccountRange::Order;

constexpr int rows_looked_at_max = 5'000;  // a page
constexpr int rows_a_scan_min = 200;
constexpr int accounts_a_scan_min = 8;
constexpr std::int64_t id_max = std::numeric_limits<std::int64_t>::max();

AccountState state_of(AccountStatus status) {
    switch (status) {
    case AccountStatus::entitled: return AccountState::entitled;
    case AccountStatus::provisioned: return AccountState::provisioned;
    case AccountStatus::activated: return AccountState::activated;
    case AccountStatus::suspended: return AccountState::suspended;
    case AccountStatus::deprovisioned: return AccountState::closed;
    }
    return AccountState::closed;
}

Order order_of(const ListAccounts& command) {
    if (command.email) return Order::by_id_of_user;
    if (command.removed) return Order::by_id_in_state;
    if (command.uid_prefix) return Order::by_uid;
    if (command.ends_after || command.ends_before) return Order::by_ends_at;
    return Order::by_id_in_state;
}

// The first text that no text with the prefix reaches. Uids are ASCII.
std::string end_of_prefix(std::string prefix) {
    prefix.back() = static_cast<char>(prefix.back() + 1);
    return prefix;
}

bool names_prefix(const ListAccounts& command) { return command.uid_prefix && !command.uid_prefix->empty(); }

AccountConditions conditions_of(const ListAccounts& command) {
    AccountConditions conditions{.type = command.type,
                                 .domain = command.domain,
                                 .ends_after = command.ends_after,
                                 .ends_before = command.ends_before};
    if (command.status) conditions.state = state_of(*command.status);
    if (command.removed) conditions.state = AccountState::removed;
    if (names_prefix(command)) {
        conditions.uid_from = command.uid_prefix;
        conditions.uid_before = end_of_prefix(*command.uid_prefix);
    }
    return conditions;
}

bool is_descending(const ListAccounts& command, Order order) {
    const bool is_by_age = order != Order::by_uid && order != Order::by_ends_at;
    return (is_by_age && !command.oldest_first) != command.page.backwards;
}

// The range that the command means, still without a reseller.
AccountRange range_of(const ListAccounts& command, Order order) {
    AccountRange range{.order = order, .descending = is_descending(command, order)};
    range.before.id = order == Order::by_uid || order == Order::by_ends_at ? 0 : id_max;
    if (order == Order::by_uid) {
        range.after.uid = *command.uid_prefix;
        range.before.uid = names_prefix(command) ? end_of_prefix(*command.uid_prefix) : "\x7f";
    }
    if (order == Order::by_ends_at) {
        // In whole milliseconds, just behind an instant is just before the next one: whoever ends at the instant itself
        // is not walked over, and that may be thousands.
        range.after.ends_at_ms =
            command.ends_after ? to_milliseconds(*command.ends_after) + 1 : std::numeric_limits<std::int64_t>::min();
        range.before.ends_at_ms = command.ends_before ? to_milliseconds(*command.ends_before) : id_max;
    }
    if (command.page.from) (range.descending ? range.before : range.after) = *command.page.from;
    return range;
}

using PlaceKey = std::tuple<std::string_view, std::int64_t, std::int64_t>;

PlaceKey key_of(const Account& account, Order order) {
    const bool is_by_end = order == Order::by_ends_at && account.ends_at;
    return {order == Order::by_uid ? std::string_view(account.uid) : std::string_view(),
            is_by_end ? to_milliseconds(*account.ends_at) : 0, account.id};
}

AccountPlace place_of(const Account& account, Order order) {
    const auto& [uid, ends_at_ms, id] = key_of(account, order);
    return {.uid = std::string(uid), .ends_at_ms = ends_at_ms, .id = id};
}

// Accounts of several ranges, merged into one order. Reads no more than it is asked for, and gives up in between when
// it has looked at too many rows without finding enough.
class Merge {
public:
    Merge(db::Tx& tx, const AccountConditions& conditions, std::vector<AccountRange> ranges, int wanted)
        : tx_(tx), conditions_(conditions) {
        const int count = static_cast<int>(ranges.size());
        const int accounts_a_scan = count == 1 ? wanted : wanted / std::max(count, 1) + accounts_a_scan_min;
        rows_a_scan_ = std::max(rows_a_scan_min, rows_looked_at_max / std::max(count, 1));
        wanted_ = wanted;
        for (AccountRange& range : ranges) sources_.push_back({std::move(range), accounts_a_scan, {}, 0, false});
    }

    // Absent: the end, or gave up: see stopped_at().
    std::optional<Account> next() {
        while (Source* first = first_source()) {
            if (first->taken < first->read.size()) {
                ++given_;
                return std::move(first->read[first->taken++]);
            }
            if (rows_looked_at_ >= rows_looked_at_max) {
                stopped_at_ = first->reached();
                return std::nullopt;
            }
            read_on(*first);
        }
        return std::nullopt;
    }

    const std::optional<AccountPlace>& stopped_at() const { return stopped_at_; }

private:
    struct Source {
        AccountRange rest;    // not yet read
        int accounts_a_scan;  // doubled with each: whoever has given so many has more than the others
        std::vector<Account> read;
        std::size_t taken;
        bool is_at_end;

        // Up to which all rows have been read.
        const AccountPlace& reached() const { return rest.descending ? rest.before : rest.after; }
        // Of the next account; or, while that is not known, of the last row looked at. Borrowed.
        PlaceKey key() const {
            if (taken < read.size()) return key_of(read[taken], rest.order);
            return {reached().uid, reached().ends_at_ms, reached().id};
        }
        bool is_done() const { return is_at_end && taken == read.size(); }
    };

    static bool comes_first(const Source& left, const Source& right) {
        return left.rest.descending ? left.key() > right.key() : left.key() < right.key();
    }

    Source* first_source() {
        Source* first = nullptr;
        for (Source& source : sources_)
            if (!source.is_done() && (!first || comes_first(source, *first))) first = &source;
        return first;
    }

    void read_on(Source& source) {
        const int accounts_max = std::min(source.accounts_a_scan, std::max(wanted_ - given_, accounts_a_scan_min));
        store::ScannedAccounts scanned = scan_accounts(tx_, source.rest, conditions_, accounts_max, rows_a_scan_);
        const bool came_short = static_cast<int>(scanned.accounts.size()) < accounts_max && !scanned.is_at_end;
        rows_looked_at_ += came_short ? rows_a_scan_ : static_cast<int>(scanned.accounts.size());
        source.is_at_end = scanned.is_at_end;
        source.read = std::move(scanned.accounts);
        source.taken = 0;
        source.accounts_a_scan = std::min(source.accounts_a_scan * 2, wanted_);
        if (!source.is_at_end) (source.rest.descending ? source.rest.before : source.rest.after) = scanned.through;
    }

    db::Tx& tx_;
    const AccountConditions& conditions_;
    std::vector<Source> sources_;
    int wanted_;
    int rows_a_scan_;
    int given_ = 0;
    int rows_looked_at_ = 0;
    std::optional<AccountPlace> stopped_at_;
};

class Lister {
public:
    Lister(db::Tx& tx, World& world, const Caller& caller, const ListAccounts& command)
        : tx_(tx),
          world_(world),
          caller_(caller),
          command_(command),
          conditions_(conditions_of(command)),
          order_(order_of(command)) {}

    AccountPage list() {
        const int wanted = command_.page.size + 1;
        Merge merge(tx_, conditions_, ranges(), wanted);
        std::vector<Account> read;
        while (static_cast<int>(read.size()) < wanted) {
            auto account = merge.next();
            if (!account) break;
            *account = settle_now(std::move(*account));
            if (is_still_meant(*account)) read.push_back(std::move(*account));
        }
        return cut(std::move(read), merge.stopped_at());
    }

private:
    struct ResellerNow {
        Reseller reseller;
        Instant now;  // the same for all accounts of a page
    };

    std::vector<AccountRange> ranges() const {
        const AccountRange range = range_of(command_, order_);
        const bool means_everything = !command_.reseller_id && !caller_.reseller.parent_id && !conditions_.state;
        if (order_ == Order::by_id_in_state && means_everything) {
            AccountRange all = range;
            all.order = Order::by_id_of_all;
            return {all};
        }
        std::vector<AccountRange> ranges;
        for (const std::int64_t reseller_id : resellers()) add_ranges_of(reseller_id, range, ranges);
        return ranges;
    }

    std::vector<std::int64_t> resellers() const {
        if (command_.reseller_id) return {*command_.reseller_id};
        return caller_.tree ? *caller_.tree : std::vector<std::int64_t>{caller_.reseller.id};
    }

    void add_ranges_of(std::int64_t reseller_id, AccountRange range, std::vector<AccountRange>& ranges) const {
        range.reseller_id = reseller_id;
        if (order_ == Order::by_id_of_user) {
            const auto user = store::find_user(tx_, reseller_id, email_key(*command_.email));
            if (!user) return;
            range.user_id = user->id;
        }
        if (order_ != Order::by_id_in_state) return ranges.push_back(range);
        for (const AccountState state : {AccountState::entitled, AccountState::provisioned, AccountState::activated,
                                         AccountState::suspended, AccountState::closed, AccountState::removed}) {
            if (conditions_.state ? *conditions_.state != state : state == AccountState::removed) continue;
            range.state = state;
            ranges.push_back(range);
        }
    }

    Account settle_now(Account account) {
        auto found = resellers_.find(account.reseller_id);
        if (found == resellers_.end()) {
            auto reseller = store::find_reseller(tx_, account.reseller_id);
            if (!reseller) throw db::Broken("an account without a reseller");
            const Instant now = world_.now(*reseller);
            found = resellers_.emplace(account.reseller_id, ResellerNow{std::move(*reseller), now}).first;
        }
        return settled(tx_, std::move(account), found->second.reseller, found->second.now);
    }

    bool is_still_meant(const Account& account) const {
        return !command_.status || status_of(account) == *command_.status;
    }

    AccountPage cut(std::vector<Account> read, const std::optional<AccountPlace>& stopped_at) const {
        AccountPage page = cut_page(std::move(read), command_.page,
                                    [this](const Account& account) { return place_of(account, order_); });
        auto& onwards = command_.page.backwards ? page.previous : page.next;
        auto& backwards = command_.page.backwards ? page.next : page.previous;
        if (stopped_at) onwards = stopped_at;
        if (page.items.empty() && command_.page.from) backwards = just_behind(*command_.page.from);
        return page;
    }

    // Going the other way from here finds what is at the place.
    AccountPlace just_behind(AccountPlace place) const {
        place.id += is_descending(command_, order_) ? -1 : 1;
        return place;
    }

    db::Tx& tx_;
    World& world_;
    const Caller& caller_;
    const ListAccounts& command_;
    const AccountConditions conditions_;
    const Order order_;
    std::unordered_map<std::int64_t, ResellerNow> resellers_;
};

}  // namespace

Result<AccountPage> list_accounts(db::Tx& tx, World& world, const Caller& caller, const ListAccounts& command) {
    if (command.reseller_id && !reaches(caller, *command.reseller_id))
        return Error{Reason::not_found, "There is no such reseller."};
    return Lister(tx, world, caller, command).list();
}
