#include "engine/idempotency.h"

#include "store/stored_answers.h"

namespace {

store::KeyOwner owner_of(const Caller& caller, const KeyedRequest& request) {
    return {.reseller_id = caller.reseller.id,
            .kind = caller.kind,
            .manager_id = request.manager_id,
            .credential_id = request.belongs_to_credential ? caller.credential_id.value_or(0) : 0};
}

}  // namespace

Result<std::optional<std::string>> find_answer(db::Tx& tx, World& world, const Caller& caller,
                                               const KeyedRequest& request) {
    auto stored = store::find_stored_answer(tx, owner_of(caller, request), request.key_sha256);
    if (!stored || stored->expires_at <= world.now(caller.reseller)) return std::optional<std::string>();
    if (stored->fingerprint != request.fingerprint)
        return Error{Reason::idempotency_mismatch,
                     "The Idempotency-Key has been used with another request.",
                     {{"idempotency_key", Rule::reused, ""}}};
    return std::optional(std::move(stored->answer));
}

void keep_answer(db::Tx& tx, World& world, const Caller& caller, const KeyedRequest& request,
                 const std::string& answer) {
    store::put_stored_answer(tx, owner_of(caller, request), request.key_sha256,
                             {.fingerprint = request.fingerprint,
                              .answer = answer,
                              .expires_at = world.now(caller.reseller) + answers_are_kept_for});
}

int forget_answers(db::Tx& tx, World& world, std::int64_t parts, int limit) {
    return store::delete_expired_answers(tx, world.now(), parts, limit);
}

std::optional<std::int64_t> find_reseller_with_answers_to_forget(db::Tx& tx, World& world, std::int64_t parts) {
    return store::find_reseller_with_expired_answers(tx, world.now(), parts);
}
