#include "model/event.h"

std::string_view to_string(EventKind kind) {
    switch (kind) {
    case EventKind::account_opened: return "account.opened";
    case EventKind::account_end_date_moved: return "account.end_date_moved";
    case EventKind::account_frozen: return "account.frozen";
    case EventKind::account_thawed: return "account.thawed";
    case EventKind::account_closed: return "account.closed";
    case EventKind::account_removed: return "account.removed";
    case EventKind::account_redeemed: return "account.redeemed";
    case EventKind::account_activated: return "account.activated";
    case EventKind::account_members_reported: return "account.members_reported";
    case EventKind::account_held: return "account.held";
    case EventKind::account_lifted: return "account.lifted";
    case EventKind::account_token_reissued: return "account.token_reissued";
    case EventKind::account_profile_changed: return "account.profile_changed";
    case EventKind::account_plan_changed: return "account.plan_changed";
    case EventKind::account_moved: return "account.moved";
    case EventKind::account_noted: return "account.noted";
    case EventKind::reseller_added: return "reseller.added";
    case EventKind::reseller_changed: return "reseller.changed";
    case EventKind::credential_added: return "credential.added";
    case EventKind::credential_rotated: return "credential.rotated";
    case EventKind::credential_revoked: return "credential.revoked";
    case EventKind::promotion_added: return "promotion.added";
    case EventKind::promotion_changed: return "promotion.changed";
    case EventKind::promotion_removed: return "promotion.removed";
    case EventKind::domain_added: return "domain.added";
    case EventKind::domain_removed: return "domain.removed";
    case EventKind::clock_moved: return "clock.moved";
    case EventKind::account_balance_adjusted: return "account.balance_adjusted";
    case EventKind::manager_added: return "manager.added";
    case EventKind::manager_changed: return "manager.changed";
    case EventKind::catalogue_changed: return "catalogue.changed";
    case EventKind::plan_added: return "plan.added";
    case EventKind::plan_changed: return "plan.changed";
    case EventKind::plan_removed: return "plan.removed";
    case EventKind::rights_changed: return "rights.changed";
    case EventKind::webhook_added: return "webhook.added";
    case EventKind::webhook_changed: return "webhook.changed";
    case EventKind::webhook_removed: return "webhook.removed";
    case EventKind::webhook_disabled: return "webhook.disabled";
    case EventKind::webhook_tested: return "webhook.tested";
    case EventKind::event_erased: return "event.erased";
    }
    return "";
}

std::string_view to_string(ActorKind kind) {
    switch (kind) {
    case ActorKind::clock: return "clock";
    case ActorKind::operator_: return "operator";
    case ActorKind::manager: return "manager";
    case ActorKind::partner: return "partner";
    case ActorKind::customer: return "customer";
    case ActorKind::workflow: return "workflow";
    case ActorKind::import: return "import";
    }
    return "";
}

std::optional<EventKind> parse_event_kind(std::string_view text) {
    constexpr int kinds_end = 100;
    for (int number = 1; number < kinds_end && !text.empty(); ++number)
        if (to_string(EventKind(number)) == text) return EventKind(number);
    return std::nullopt;
}
