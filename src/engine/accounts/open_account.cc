#include "engine/accounts/open_account.h"

#include <algorithm>
#include <iterator>

#include "engine/accounts/account_change.h"
#include "engine/accounts/activation_token.h"
#include "engine/accounts/remove_account.h"
#include "engine/begin_event.h"
#include "engine/field_errors.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/resellers.h"

namespace {

struct UidRule {
    std::size_t length_max;
    bool periods;
};

// Rev A: 80 characters, alphanumerics and hyphens. All others: rev B's 200, and periods.
UidRule uid_rule(Revision revision) {
    if (revision == Revision::partnership_reference) return {.length_max = 80, .periods = false};
    return {.length_max = 200, .periods = true};
}

bool may_stand_in_uid(char character, UidRule rule) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '-' || (character == '.' && rule.periods);
}

Result<void> check_uid(const OpenAccount& command) {
    const UidRule rule = uid_rule(command.opened_under);
    if (command.uid.empty()) return refuse("uid", Rule::required, "An account needs a uid.");
    // As a part of a path these mean a folder: no ordinary client can ask for an account of this uid.
    if (command.uid == "." || command.uid == "..")
        return refuse("uid", Rule::bad_format, "The uid may not be . or .. alone.");
    if (command.uid.size() > rule.length_max)
        return refuse("uid", Rule::too_long,
                      "The uid has more than " + std::to_string(rule.length_max) + " characters.");
    for (const char character : command.uid)
        if (!may_stand_in_uid(character, rule))
            return refuse("uid", Rule::bad_characters,
                          rule.periods ? "The uid may hold letters, digits, hyphens and periods only."
                                       : "The uid may hold letters, digits and hyphens only.");
    return {};
}

Result<void> check_ends_at(const OpenAccount& command, Instant now) {
    if (command.ends_at && *command.ends_at <= now)
        return refuse("ends_at", Rule::in_past, "The end date may not lie in the past.");
    return {};
}

Result<void> check_promotion(db::Tx& tx, const Caller& caller, const OpenAccount& command, Instant now) {
    const auto promotion = store::find_promotion(tx, caller.reseller.id, command.domain, command.type);
    const bool open =
        promotion && (!promotion->from || *promotion->from <= now) && (!promotion->until || now < *promotion->until);
    if (!open) return refuse("domain", Rule::not_promoted, "There is no promotion for this domain.");
    return {};
}

Account draft_of(const OpenAccount& command) {
    return {
        .uid = command.uid,
        .type = command.type,
        .domain = command.domain,
        .opened_under = command.opened_under,
        .ends_at = command.ends_at,
    };
}

bool is_closed(db::Tx& tx, const Caller& caller, const std::string& uid, Instant now) {
    const auto account = store::find_account(tx, caller.reseller.id, uid);
    return account && settled(tx, *account, caller.reseller, now).stage == Stage::deprovisioned;
}

}  // namespace

Result<Account> open_account(db::Tx& tx, World& world, const Caller& caller, const OpenAccount& command) {
    const Instant now = world.now(caller.reseller);
    TRY(check_uid(command));
    TRY(check_ends_at(command, now));
    TRY(check_promotion(tx, caller, command, now));
    Result<Account> opened = begin_account(tx, world, caller, draft_of(command));
    const bool calls_closed_gone = command.opened_under == Revision::partnership_reference;
    const bool is_taken = !opened.ok() && opened.error().reason == Reason::conflict;
    if (!is_taken || !calls_closed_gone || !is_closed(tx, caller, command.uid, now)) return opened;
    // Whoever opens another one has said why by doing so.
    Caller replacing = caller;
    if (replacing.why.reason.empty()) replacing.why.reason = "request";
    TRY(remove_account(tx, world, replacing, {command.uid}));
    return begin_account(tx, world, caller, draft_of(command));
}

Result<Account> begin_account(db::Tx& tx, World& world, const Caller& caller, Account account,
                              std::vector<Change> more) {
    account.reseller_id = caller.reseller.id;
    if (account.id == 0) account.id = world.new_id();
    if (account.uid.empty()) account.uid = std::to_string(account.id);
    account.created_at = account.updated_at = world.now(caller.reseller);
    account.activation_token = new_activation_token(world, account);
    account.due_at = next_due(account, caller.reseller);
    Event event = begin_event(world, caller, EventKind::account_opened, account.created_at);
    account.last_event_id = event.id;
    // The index over living uids is the check: asking first would only read the same page twice.
    try {
        store::insert_account(tx, account);
    } catch (const db::Duplicate&) {
        return Error{.reason = Reason::conflict, .detail = "The uid is taken.", .fields = {{"uid", Rule::taken, ""}}};
    }
    event.account_id = account.id;
    event.changes = describe_opening(account);
    std::move(more.begin(), more.end(), std::back_inserter(event.changes));
    store::append_event(tx, event);
    return account;
}
