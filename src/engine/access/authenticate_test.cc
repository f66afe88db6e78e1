#include "engine/access/authenticate.h"

#include "engine/customers/edit_managers.h"
#include "store/credentials.h"
#include "tests/testing/engine_test.h"

namespace {

using std::chrono::days;
using std::chrono::milliseconds;

class AuthenticateTest : public EngineTest {
protected:
    Credential add_token(AddCredential command) {
        command.reseller_id = partner_id;
        return transact<NewCredential>([&](db::Tx& tx) { return add_credential(tx, world_, command); })
            .value()
            .credential;
    }

    std::optional<Identity> find(std::string_view secret) {
        std::optional<Identity> identity;
        db::read_and_wait(*database_, [&](db::Tx& tx) { identity = find_identity(tx, secret); });
        return identity;
    }

    std::string accept(std::string_view secret, CredentialKind kind = CredentialKind::partner_token) {
        const auto identity = find(secret);
        return identity ? outcome(accept_identity(world_, *identity, kind)) : "unknown";
    }
};

TEST_F(AuthenticateTest, TurnsASecretIntoTheCallerItStandsFor) {
    const Credential credential = add_token({.secret = "a-secret", .revision = Revision::partnership_reference});
    const Caller caller = accept_identity(world_, find("a-secret").value(), CredentialKind::partner_token).value();
    EXPECT_EQ(caller.reseller, reseller(partner_id));
    EXPECT_EQ(caller.credential_id, credential.id);
    EXPECT_EQ(caller.revision, Revision::partnership_reference);
    EXPECT_EQ(caller.kind, CredentialKind::partner_token);
}

TEST_F(AuthenticateTest, KnowsTheRoleOfAnOperator) {
    constexpr CredentialKind kind = CredentialKind::operator_token;
    add_token({.kind = kind, .secret = "of old"});
    add_token({.kind = kind, .secret = "a-reader's", .role = OperatorRole::reader});
    const auto role_of = [this](std::string_view secret) {
        return accept_identity(world_, find(secret).value(), kind).value().operator_role;
    };
    EXPECT_EQ(role_of("of old"), OperatorRole::administrator);
    EXPECT_EQ(role_of("a-reader's"), OperatorRole::reader);
}

TEST_F(AuthenticateTest, KnowsNoOtherText) {
    const Credential credential = add_token({.secret = "a-secret"});
    for (const std::string_view text : {"", "a", "a-secre", "a-secret ", " a-secret", "A-SECRET", "a-secrets"})
        EXPECT_EQ(accept(text), "unknown") << text;
    EXPECT_EQ(accept(credential.secret_sha256), "unknown");
    EXPECT_EQ(accept(std::string_view("a-secret\0", 9)), "unknown");
    EXPECT_EQ(accept(std::string(100'000, 'x')), "unknown");
}

TEST_F(AuthenticateTest, RefusesAnotherKindOfCredential) {
    using enum CredentialKind;
    const Manager manager{.reseller_id = partner_id, .id = 7, .name = "Alena", .email = "alena@example.com"};
    write([&](db::Tx& tx) { ASSERT_TRUE(add_manager(tx, world_, manager).ok()); });
    for (const CredentialKind kind : {partner_token, api_key, manager_token, operator_token}) {
        const std::string secret = "secret-" + std::to_string(int(kind));
        const auto manager_id = kind == manager_token ? std::optional(manager.id) : std::nullopt;
        add_token({.kind = kind, .manager_id = manager_id, .secret = secret});
        for (const CredentialKind wanted : {partner_token, api_key, manager_token, operator_token})
            EXPECT_EQ(accept(secret, wanted), kind == wanted ? "done" : "unauthenticated");
    }
}

TEST_F(AuthenticateTest, RefusesAnExpiredCredentialFromTheMillisecondOfItsExpiry) {
    add_token({.secret = "expires", .expires_at = world_.now() + days(1)});
    world_.advance(days(1) - milliseconds(1));
    EXPECT_EQ(accept("expires"), "done");
    world_.advance(milliseconds(1));
    EXPECT_EQ(accept("expires"), "unauthenticated");
}

TEST_F(AuthenticateTest, RefusesARevokedCredentialFromTheMomentOfItsRevocation) {
    Credential credential = add_token({.secret = "revoked"});
    credential.revoked_at = world_.now() + days(1);
    write([&](db::Tx& tx) { store::update_credential(tx, credential); });
    EXPECT_EQ(accept("revoked"), "done");
    world_.advance(days(1));
    EXPECT_EQ(accept("revoked"), "unauthenticated");
}

TEST_F(AuthenticateTest, AsksTheResellersClock) {
    add_token({.secret = "expires", .expires_at = world_.now() + days(1)});
    change_reseller(partner_id, [](Reseller& reseller) { reseller.clock.offset = days(1); });
    EXPECT_EQ(accept("expires"), "unauthenticated");
    change_reseller(partner_id, [&](Reseller& reseller) { reseller.clock.frozen_at = world_.now(); });
    world_.advance(days(1000));
    EXPECT_EQ(accept("expires"), "done");
}

}  // namespace
