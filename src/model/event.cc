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
    }
    return "";
}
