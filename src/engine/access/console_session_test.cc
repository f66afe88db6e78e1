#include "engine/access/console_session.h"

#include "store/console_sessions.h"
#include "store/credentials.h"
#include "tests/testing/engine_test.h"

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

class ConsoleSessionTest : public EngineTest {
protected:
    ConsoleSessionTest() { credential_ = add_token(CredentialKind::operator_token, token).credential; }

    NewCredential add_token(CredentialKind kind, const std::string& secret) {
        return transact<NewCredential>([&](db::Tx& tx) {
                   return add_credential(tx, world_,
                                         {.reseller_id = partner_id, .kind = kind, .secret = secret, .label = "desk"});
               })
            .value();
    }

    OpenedConsoleSession sign_in() { return run(open_console_session, {token}).value(); }

    std::optional<Identity> find(const std::string& secret) {
        std::optional<Identity> identity;
        read([&](db::Tx& tx) { identity = find_console_identity(tx, world_, secret); });
        return identity;
    }

    bool opens(const std::string& secret) {
        const auto identity = find(secret);
        return identity && accept_identity(world_, *identity, CredentialKind::operator_token).ok();
    }

    void use(const OpenedConsoleSession& opened) {
        write([&](db::Tx& tx) { note_use(tx, opened.shown.session, world_.now()); });
    }

    void revoke() {
        credential_.revoked_at = world_.now(reseller(partner_id));
        write([&](db::Tx& tx) { store::update_credential(tx, credential_); });
    }

    const std::string token = "an-operator-token";
    Credential credential_;
};

TEST_F(ConsoleSessionTest, StandsForTheCredentialThatWasExchanged) {
    const OpenedConsoleSession opened = sign_in();
    const auto identity = find(opened.secret);
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->credential, credential_);
    EXPECT_EQ(identity->session, opened.shown.session);
    const Caller caller = accept_identity(world_, *identity, CredentialKind::operator_token).value();
    EXPECT_EQ(caller.credential_id, credential_.id);
    EXPECT_EQ(caller.actor, (Actor{.kind = ActorKind::operator_, .id = credential_.id}));
    ASSERT_TRUE(identity->tree) << "as far down as the token itself";
}

TEST_F(ConsoleSessionTest, IsKeptAsADigestAndKnownByNothingElse) {
    const OpenedConsoleSession opened = sign_in();
    EXPECT_NE(opened.secret, sign_in().secret);
    EXPECT_EQ(opened.shown.session.secret_sha256, sha256_hex(opened.secret));
    for (const std::string& text : {std::string(), token, opened.shown.session.secret_sha256, opened.secret + "x"})
        EXPECT_FALSE(find(text)) << text;
    std::optional<Identity> as_credential;
    read([&](db::Tx& tx) { as_credential = find_identity(tx, opened.secret); });
    EXPECT_FALSE(as_credential) << "a cookie is no bearer token";
}

TEST_F(ConsoleSessionTest, RefusesWhatIsNoTokenOfAnOperator) {
    add_token(CredentialKind::partner_token, "a-partner-token");
    EXPECT_EQ(outcome(run(open_console_session, {""})), "unauthenticated token required");
    for (const std::string text : {"wrong", "a-partner-token"}) {
        EXPECT_EQ(outcome(run(open_console_session, {text})), "unauthenticated token not_valid") << text;
        EXPECT_EQ(outcome(run(look_at_console_token, {text})), "unauthenticated token not_valid") << text;
    }
    EXPECT_EQ(outcome(run(look_at_console_token, {token})), "done");
    revoke();
    EXPECT_EQ(outcome(run(open_console_session, {token})), "unauthenticated token not_valid");
}

TEST_F(ConsoleSessionTest, EndsAfterHalfAnHourWithoutUse) {
    const OpenedConsoleSession opened = sign_in();
    world_.advance(minutes(30) - milliseconds(1));
    EXPECT_TRUE(opens(opened.secret));
    use(opened);
    world_.advance(minutes(30) - milliseconds(1));
    EXPECT_TRUE(opens(opened.secret));
    world_.advance(milliseconds(1));
    EXPECT_FALSE(opens(opened.secret));
    EXPECT_EQ(outcome(run(show_console_session, {opened.secret})), "not_found");
}

TEST_F(ConsoleSessionTest, EndsAfterHalfADayHoweverMuchItIsUsed) {
    const OpenedConsoleSession opened = sign_in();
    for (int i = 0; i < 12 * 4 - 1; ++i) {
        world_.advance(minutes(15));
        use(opened);
        ASSERT_TRUE(opens(opened.secret)) << i;
    }
    world_.advance(minutes(15) - milliseconds(1));
    EXPECT_TRUE(opens(opened.secret));
    world_.advance(milliseconds(1));
    EXPECT_FALSE(opens(opened.secret));
}

TEST_F(ConsoleSessionTest, EndsWithItsCredential) {
    const OpenedConsoleSession opened = sign_in();
    revoke();
    EXPECT_FALSE(opens(opened.secret));
    EXPECT_EQ(outcome(run(show_console_session, {opened.secret})), "not_found");
}

TEST_F(ConsoleSessionTest, EndsForOneBrowserAndNotForAnother) {
    const OpenedConsoleSession opened = sign_in();
    const OpenedConsoleSession other = sign_in();
    EXPECT_EQ(outcome(run(end_console_session, {opened.secret})), "done");
    EXPECT_FALSE(opens(opened.secret));
    EXPECT_TRUE(opens(other.secret));
    EXPECT_EQ(outcome(run(end_console_session, {opened.secret})), "done") << "twice is no harm";
}

TEST_F(ConsoleSessionTest, DoesNotTravelWithTheClockOfItsReseller) {
    const OpenedConsoleSession opened = sign_in();
    change_reseller(partner_id, [](Reseller& reseller) { reseller.clock.offset = hours(24 * 90); });
    EXPECT_TRUE(opens(opened.secret));
    change_reseller(partner_id, [&](Reseller& reseller) { reseller.clock.frozen_at = world_.now(); });
    world_.advance(minutes(30));
    EXPECT_FALSE(opens(opened.secret));
}

TEST_F(ConsoleSessionTest, ForgetsThoseThatAreOver) {
    const OpenedConsoleSession opened = sign_in();
    world_.advance(minutes(31));
    const OpenedConsoleSession later = sign_in();
    read([&](db::Tx& tx) {
        EXPECT_FALSE(store::find_console_session(tx, opened.shown.session.secret_sha256));
        EXPECT_TRUE(store::find_console_session(tx, later.shown.session.secret_sha256));
    });
}

}  // namespace
