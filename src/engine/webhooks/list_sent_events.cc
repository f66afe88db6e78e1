#include "engine/webhooks/list_sent_events.h"

#include <unordered_map>

#include "engine/catalogue/catalogue.h"
#include "engine/field_errors.h"
#include "engine/webhooks/webhook_endpoints.h"
#include "store/accounts.h"
#include "store/reseller_settings.h"

namespace {

constexpr int kinds_end = 100;  // their numbers are below

// A test concerns the endpoint that it was for, and nobody else.
std::vector<EventKind> kinds_of(std::string_view pattern) {
    std::vector<EventKind> kinds;
    for (int number = 1; number < kinds_end; ++number) {
        const auto kind = EventKind(number);
        if (is_sent(kind) && kind != EventKind::webhook_tested && is_of_type(kind, pattern)) kinds.push_back(kind);
    }
    return kinds;
}

std::vector<std::string> uids_of(db::Tx& tx, const std::vector<Event>& events) {
    std::unordered_map<std::int64_t, std::string> known;
    std::vector<std::string> uids;
    uids.reserve(events.size());
    for (const Event& event : events) {
        const auto [uid, is_new] = known.try_emplace(event.account_id);
        if (is_new && event.account_id != 0)
            if (const auto account = store::find_account_by_id(tx, event.reseller_id, event.account_id))
                uid->second = account->uid;
        uids.push_back(uid->second);
    }
    return uids;
}

}  // namespace

Result<SentEvents> list_sent_events(db::Tx& tx, World& world, const Caller& caller, const ListSentEvents& command) {
    const std::vector<EventKind> kinds = kinds_of(command.type);
    if (kinds.empty()) return refuse("type", Rule::unsupported, "There are no events of such a type.");
    const ListEvents asked{.account_id = command.account_id,
                           .reseller_id = caller.reseller.id,
                           .kinds = kinds,
                           .oldest_first = command.oldest_first,
                           .starts_now = command.starts_now,
                           .page = command.page};
    SentEvents sent{.page = TRY(list_events(tx, world, caller, asked))};
    sent.account_uids = uids_of(tx, sent.page.items);
    sent.shows_reasons = store::find_inherited_setting(tx, caller.reseller.id, setting::partners_see_reasons) == "true";
    return sent;
}
