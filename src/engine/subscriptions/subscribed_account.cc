#include "engine/subscriptions/subscribed_account.h"

#include <algorithm>

#include "core/visible_text.h"
#include "engine/accounts/account_change.h"
#include "engine/subscriptions/account_guid.h"
#include "store/plans.h"

namespace {

constexpr std::size_t external_id_length_max = 250;
constexpr std::size_t text_length_max = 1'000;
constexpr std::size_t domains_max = 100;

// In characters, not bytes.
std::size_t length_of(const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

void check_length(std::string_view field, const std::optional<std::string>& text, std::size_t length_max,
                  FieldErrors& errors) {
    if (text && length_of(*text) > length_max)
        errors.add(field, Rule::too_long, "It has more than " + std::to_string(length_max) + " characters.");
    if (text && holds_unprintable(*text))
        errors.add(field, Rule::bad_format, "It may not hold control characters, nor what turns text round.");
}

void check_company(const Company& company, FieldErrors& errors) {
    check_length("company.short_name", company.short_name, text_length_max, errors);
    check_length("company.full_name", company.full_name, text_length_max, errors);
    check_length("company.mobile_domain", company.mobile_domain, text_length_max, errors);
    check_length("company.support_email", company.support_email, text_length_max, errors);
    check_length("company.noreply_email", company.noreply_email, text_length_max, errors);
    constexpr std::string_view domains = "company.control_panel_domains";
    if (company.control_panel_domains.size() > domains_max)
        errors.add(domains, Rule::too_long, "There are more than " + std::to_string(domains_max) + " of them.");
    for (const std::string& domain : company.control_panel_domains) {
        check_length(domains, domain, text_length_max, errors);
    }
}

bool has_room(db::Tx& tx, const Caller& caller, const store::ParentAccount& parent) {
    const std::int64_t limit = parent.sub_accounts_limit;
    return limit == no_limit || store::count_sub_accounts(tx, caller.reseller.id, parent.account.id, limit) < limit;
}

}  // namespace

SubscribedAccount present(db::Tx& tx, World& world, const Reseller& reseller, store::AccountWithSubscription found) {
    Subscription& subscription = found.subscription;
    SubscribedAccount shown;
    shown.guid =
        subscription.guid ? *subscription.guid : account_guid(world, found.account.reseller_id, found.account.id);
    if (subscription.parent_id)
        shown.parent_guid = found.parent_guid ? *found.parent_guid
                                              : account_guid(world, found.account.reseller_id, *subscription.parent_id);
    shown.account = settled(tx, std::move(found.account), reseller, world.now(reseller));
    shown.subscription = std::move(subscription);
    return shown;
}

Result<store::AccountWithSubscription> get_subscribed(db::Tx& tx, const World& world, const Caller& caller,
                                                      const std::string& guid) {
    const Error unknown{Reason::not_found, "There is no such account.", {{"account", Rule::unknown, ""}}};
    const auto id = find_account_id(tx, world, caller, guid);
    if (!id) return unknown;
    auto found = store::find_with_subscription(tx, caller.reseller.id, *id);
    if (!found || found->account.removed_at) return unknown;
    return std::move(*found);
}

Result<store::AccountWithSubscription> get_open_subscribed(db::Tx& tx, World& world, const Caller& caller,
                                                           const std::string& guid) {
    store::AccountWithSubscription found = TRY(get_subscribed(tx, world, caller, guid));
    found.account = settle_in(tx, world, caller, std::move(found.account));
    if (found.account.stage == Stage::deprovisioned) return refuse_closed();
    return found;
}

Error refuse_closed() { return {Reason::conflict, "The account is closed.", {{"status", Rule::closed, ""}}}; }

bool is_empty(const Company& company) {
    const auto says = [](const std::optional<std::string>& text) { return text && !text->empty(); };
    const auto& domains = company.control_panel_domains;
    return !says(company.short_name) && !says(company.full_name) && !says(company.mobile_domain) &&
           !says(company.support_email) && !says(company.noreply_email) &&
           std::all_of(domains.begin(), domains.end(), [](const std::string& domain) { return domain.empty(); });
}

void check_details(const SubscriberDetails& details, FieldErrors& errors) {
    check_length("external_id", details.external_id, external_id_length_max, errors);
    check_length("first_name", details.first_name, text_length_max, errors);
    check_length("last_name", details.last_name, text_length_max, errors);
    check_length("email", details.email, text_length_max, errors);
    if (details.has_long_password) errors.add("password", Rule::too_long, "It is too long.");
    if (details.company) check_company(*details.company, errors);
}

void check_plan(db::Tx& tx, const Caller& caller, AccountType type, std::int64_t plan_id, FieldErrors& errors) {
    if (store::has_plan(tx, caller.reseller.id, type, plan_id)) return;
    const AccountType other = type == AccountType::family ? AccountType::individual : AccountType::family;
    if (store::has_plan(tx, caller.reseller.id, other, plan_id))
        errors.add("plan_id", Rule::other_type, "The plan is not for accounts of this type.");
    else
        errors.add("plan_id", Rule::unknown, "There is no such plan.");
}

std::optional<store::ParentAccount> find_parent(db::Tx& tx, World& world, const Caller& caller, const std::string& guid,
                                                SuspendedParent suspended, FieldErrors& errors) {
    const auto id = find_account_id(tx, world, caller, guid);
    auto parent = id ? store::find_parent_account(tx, caller.reseller.id, *id) : std::nullopt;
    if (!parent || parent->account.removed_at) {
        errors.add("parent", Rule::unknown, "There is no such account.");
        return std::nullopt;
    }
    parent->account = settled(tx, std::move(parent->account), caller.reseller, world.now(caller.reseller));
    if (parent->account.type != AccountType::family)
        errors.add("parent", Rule::not_premium, "Sub-accounts belong to Premium accounts.");
    else if (parent->account.stage == Stage::deprovisioned)
        errors.add("parent", Rule::closed, "The account is canceled.");
    else if (parent->account.holds.any() && suspended == SuspendedParent::refused)
        errors.add("parent", Rule::suspended, "The account is suspended.");
    else if (!has_room(tx, caller, *parent))
        errors.add("parent", Rule::limit, "The account has as many sub-accounts as its plan allows.");
    return parent;
}

SubscriptionStatus subscription_status_of(const Account& account) {
    if (account.stage == Stage::deprovisioned) return SubscriptionStatus::canceled;
    if (!account.holds.any()) return SubscriptionStatus::active;
    return account.type == AccountType::family ? SubscriptionStatus::suspended : SubscriptionStatus::disabled;
}
