#include "engine/subscriptions/repeated_request.h"

#include "core/crypto.h"
#include "engine/subscriptions/api_session.h"

std::int64_t request_key(const Caller& caller, std::string_view body) {
    std::string text = std::to_string(caller.credential_id.value_or(0));
    text += '\0';
    text += body;
    return sha256_number(text);
}

std::optional<SentRequest> identify_request(const World& world, const Caller& caller,
                                            const RepeatableRequest& request) {
    const auto session = open_session_token(world, request.session_token);
    if (!session || !caller.credential_id) return std::nullopt;
    return SentRequest{.key = request.key, .session = *session};
}

store::OpeningRequest to_opening(const SentRequest& request) {
    return {.key = request.key, .session = serial_of(request.session)};
}

std::optional<store::AccountWithSubscription> find_repeated(db::Tx& tx, World& world, const Caller& caller,
                                                            const SentRequest& request,
                                                            const std::optional<std::string>& external_id) {
    // Whatever was sent before such a session began is too old: most requests need not be looked for.
    const Instant forgotten = world.now(caller.reseller) - requests_are_recognised_for;
    if (request.session.issued_at <= forgotten) return std::nullopt;
    const auto opened = store::find_opened_by(tx, caller.reseller.id, request.key, external_id);
    if (!opened || opened->request == to_opening(request)) return std::nullopt;
    auto found = store::find_with_subscription(tx, caller.reseller.id, opened->account_id);
    if (!found || found->account.removed_at) return std::nullopt;
    const Instant first_at = found->account.created_at;
    if (first_at <= forgotten || request.session.issued_at < first_at) return std::nullopt;
    store::update_request_session(tx, caller.reseller.id, opened->account_id, serial_of(request.session));
    return found;
}

void forget_old_request(db::Tx& tx, World& world, const Caller& caller, const Account& account) {
    if (account.created_at <= world.now(caller.reseller) - requests_are_recognised_for)
        store::forget_request(tx, caller.reseller.id, account.id);
}
