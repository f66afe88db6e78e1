#include "engine/repeated_request.h"

#include "engine/session.h"
#include "store/stored_answers.h"

namespace {

// Kept among the answers to requests with an Idempotency-Key: a key of a client that sends none. No such key holds
// U+0000.
std::string key_of(const RepeatableRequest& request) { return sha256_hex(std::string("request\0", 8) + request.body); }

struct FirstTime {
    std::int64_t account_id = 0;
    Instant at;
};

std::string encode(const FirstTime& first) {
    return std::to_string(first.account_id) + ' ' + std::to_string(to_milliseconds(first.at));
}

FirstTime decode(const std::string& text) {
    const std::size_t space = text.find(' ');
    return {.account_id = std::stoll(text), .at = from_milliseconds(std::stoll(text.substr(space + 1)))};
}

}  // namespace

std::optional<std::int64_t> find_repeated(db::Tx& tx, World& world, const Caller& caller,
                                          const RepeatableRequest& request) {
    const auto stamp = open_session_token(world, request.session_token);
    if (!stamp || !caller.credential_id) return std::nullopt;
    auto stored = store::find_stored_answer(tx, *caller.credential_id, key_of(request));
    if (!stored || stored->expires_at <= world.now(caller.reseller)) return std::nullopt;
    const std::string token_digest = sha256_hex(request.session_token);
    const FirstTime first = decode(stored->answer);
    if (stored->fingerprint == token_digest || stamp->issued_at < first.at) return std::nullopt;
    stored->fingerprint = token_digest;
    store::put_stored_answer(tx, *stored);
    return first.account_id;
}

void remember_request(db::Tx& tx, World& world, const Caller& caller, const RepeatableRequest& request,
                      std::int64_t account_id) {
    if (request.session_token.empty() || !caller.credential_id) return;
    const Instant now = world.now(caller.reseller);
    store::put_stored_answer(tx, {.credential_id = *caller.credential_id,
                                  .key_sha256 = key_of(request),
                                  .reseller_id = caller.reseller.id,
                                  .fingerprint = sha256_hex(request.session_token),
                                  .answer = encode({.account_id = account_id, .at = now}),
                                  .expires_at = now + requests_are_recognised_for});
}
