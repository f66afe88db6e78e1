#include "engine/access/console_session.h"

#include "store/console_sessions.h"
#include "store/credentials.h"

namespace {

constexpr int sessions_removed_at_once = 100;

Error refuse(Rule rule, std::string detail) {
    return {Reason::unauthenticated, std::move(detail), {{"token", rule, ""}}};
}

Result<Identity> find_operator(db::Tx& tx, World& world, const std::string& token) {
    if (token.empty()) return refuse(Rule::required, "An operator token is required.");
    auto identity = find_identity_alone(tx, token);
    if (!identity || !accept_identity(world, *identity, CredentialKind::operator_token).ok())
        return refuse(Rule::not_valid, "The operator token is not valid.");
    return std::move(*identity);
}

// Whose session it is, without what it reaches.
std::optional<Identity> find_holder(db::Tx& tx, World& world, std::string_view secret) {
    const std::string digest = sha256_hex(secret);
    auto session = store::find_console_session(tx, digest);
    if (!session || !equal_in_constant_time(session->secret_sha256, digest)) return std::nullopt;
    if (!is_lasting(*session, session->seen_at, world.now())) return std::nullopt;
    auto credential = store::find_credential_by_id(tx, session->reseller_id, session->holder_id);
    if (!credential) return std::nullopt;
    Identity identity = identify_alone(tx, std::move(*credential));
    identity.session = std::move(session);
    return identity;
}

}  // namespace

Result<void> look_at_console_token(db::Tx& tx, World& world, const Caller&, const OpenConsoleSession& command) {
    TRY(find_operator(tx, world, command.token));
    return {};
}

Result<OpenedConsoleSession> open_console_session(db::Tx& tx, World& world, const Caller&,
                                                  const OpenConsoleSession& command) {
    Identity identity = TRY(find_operator(tx, world, command.token));
    const Instant now = world.now();
    store::delete_idle_console_sessions(tx, now - console_session_idle_max, sessions_removed_at_once);
    const std::string secret = new_secret(world, "pdc_");
    const ConsoleSession session{.secret_sha256 = sha256_hex(secret),
                                 .holder = SessionHolder::credential,
                                 .reseller_id = identity.reseller.id,
                                 .holder_id = identity.credential.id,
                                 .created_at = now,
                                 .seen_at = now};
    store::insert_console_session(tx, session);
    return OpenedConsoleSession{secret, {session, std::move(identity.credential), std::move(identity.reseller)}};
}

Result<ShownConsoleSession> show_console_session(db::Tx& tx, World& world, const Caller&,
                                                 const NameConsoleSession& command) {
    auto identity = find_holder(tx, world, command.secret);
    if (!identity || !accept_identity(world, *identity, CredentialKind::operator_token).ok())
        return Error{Reason::not_found, "There is no session."};
    return ShownConsoleSession{std::move(*identity->session), std::move(identity->credential),
                               std::move(identity->reseller)};
}

Result<ConsoleSessionEnded> end_console_session(db::Tx& tx, World&, const Caller&, const NameConsoleSession& command) {
    const std::string digest = sha256_hex(command.secret);
    if (store::find_console_session(tx, digest)) store::delete_console_session(tx, digest);
    return ConsoleSessionEnded{};
}

std::optional<Identity> find_console_identity(db::Tx& tx, World& world, std::string_view secret, ReachCache* reach) {
    auto identity = find_holder(tx, world, secret);
    if (identity) add_tree(tx, *identity, reach);
    return identity;
}

bool is_lasting(const ConsoleSession& session, Instant seen_at, Instant now) {
    return now - seen_at < console_session_idle_max && now < end_of(session);
}

Instant end_of(const ConsoleSession& session) { return session.created_at + console_session_life; }

void note_use(db::Tx& tx, const ConsoleSession& session, Instant at) {
    store::note_use_of_console_session(tx, session.secret_sha256, at);
}
