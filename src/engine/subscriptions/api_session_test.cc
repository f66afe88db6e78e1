#include "engine/subscriptions/api_session.h"

#include "core/guid.h"
#include "engine/resellers/credentials.h"
#include "store/credentials.h"
#include "tests/testing/engine_test.h"

namespace {

class SessionTest : public EngineTest {
protected:
    SessionTest() {
        write([&](db::Tx& tx) {
            credential_ =
                add_credential(tx, world_,
                               {.reseller_id = partner_id, .kind = CredentialKind::api_key, .secret = "a-key"})
                    .value()
                    .credential;
            ASSERT_TRUE(add_credential(tx, world_, {.reseller_id = partner_id, .secret = "a-token"}).ok());
        });
    }

    std::string token() { return run(open_session, {"a-key"}).value().token; }

    // "done" while the token can be used.
    std::string use(const std::string& token) {
        std::optional<Identity> identity;
        read([&](db::Tx& tx) { identity = find_session_identity(tx, world_, token); });
        if (!identity) return "unknown";
        return outcome(accept_identity(world_, *identity, CredentialKind::api_key));
    }

    Credential credential_;
};

TEST_F(SessionTest, AKeyBecomesAGuidThatLastsFor240Minutes) {
    const std::string session = token();
    EXPECT_TRUE(parse_guid(session)) << session;
    EXPECT_EQ(use(session), "done");
    world_.advance(session_life - std::chrono::milliseconds(1));
    EXPECT_EQ(use(session), "done");
    world_.advance(std::chrono::milliseconds(1));
    EXPECT_EQ(use(session), "unknown");
}

TEST_F(SessionTest, OfTheFutureIsNone) {
    const auto issued_in = [this](std::chrono::milliseconds ahead) {
        const Stamp stamp{.id = credential_.id, .issued_at = world_.now() + ahead, .nonce = 1};
        return seal_stamp(world_, "partnerd session token", stamp);
    };
    EXPECT_EQ(use(issued_in(std::chrono::seconds(0))), "done");
    EXPECT_EQ(use(issued_in(stamp_skew)), "done") << "another server's clock is a little ahead";
    EXPECT_EQ(use(issued_in(stamp_skew + std::chrono::milliseconds(1))), "unknown");
    EXPECT_EQ(use(issued_in(std::chrono::days(300 * 365))), "unknown");
}

TEST_F(SessionTest, OutlivesARotationOfTheKeyAndNoMore) {
    const std::string session = token();
    const Stamp forged{.id = credential_.id, .issued_at = world_.now() + std::chrono::seconds(2), .nonce = 1};
    const std::string by_the_old_key = seal_stamp(world_, "partnerd session token", forged);
    world_.advance(std::chrono::seconds(1));
    world_.rotate_stamp_key({7, 7, 7});
    EXPECT_EQ(use(session), "done");
    world_.advance(std::chrono::seconds(1));
    EXPECT_EQ(use(by_the_old_key), "unknown") << "the old key seals nothing after it has been replaced";
    EXPECT_EQ(use(token()), "done");
    world_.rotate_stamp_key({8, 8, 8});
    EXPECT_EQ(use(session), "unknown") << "two keys are known, no more";
}

TEST_F(SessionTest, OnlyAnApiKeyIsTaken) {
    EXPECT_EQ(outcome(run(open_session, {""})), "unauthenticated key required");
    EXPECT_EQ(outcome(run(open_session, {"nobody"})), "unauthenticated key not_valid");
    EXPECT_EQ(outcome(run(open_session, {"a-token"})), "unauthenticated key not_valid");
}

TEST_F(SessionTest, LivesByTheClockOfItsReseller) {
    const std::string session = token();
    change_reseller(partner_id, [](Reseller& reseller) { reseller.clock.offset = session_life; });
    EXPECT_EQ(use(session), "unknown");
    EXPECT_EQ(use(token()), "done");
}

TEST_F(SessionTest, EndsWithItsKey) {
    const std::string session = token();
    credential_.revoked_at = world_.now();
    write([&](db::Tx& tx) { store::update_credential(tx, credential_); });
    EXPECT_EQ(use(session), "unauthenticated");
    EXPECT_EQ(outcome(run(open_session, {"a-key"})), "unauthenticated key not_valid");
}

TEST_F(SessionTest, EndsWhenItsKeyExpires) {
    const std::string session = token();
    credential_.expires_at = world_.now() + std::chrono::minutes(1);
    write([&](db::Tx& tx) { store::update_credential(tx, credential_); });
    EXPECT_EQ(use(session), "done");
    world_.advance(std::chrono::minutes(1));
    EXPECT_EQ(use(session), "unauthenticated");
}

TEST_F(SessionTest, EachTokenIsAnother) { EXPECT_NE(token(), token()); }

TEST_F(SessionTest, WhatWasNeverIssuedIsNoToken) {
    std::string session = token();
    EXPECT_EQ(use(""), "unknown");
    EXPECT_EQ(use("a-key"), "unknown");
    for (std::size_t i = 0; i < session.size(); ++i) {
        if (session[i] == '-') continue;
        std::string other = session;
        other[i] = other[i] == '0' ? '1' : '0';
        EXPECT_EQ(use(other), "unknown") << other;
    }
}

TEST_F(SessionTest, WhatWasSealedForAnotherPurposeIsNoToken) {
    const Stamp stamp{.id = credential_.id, .issued_at = world_.now(), .nonce = 1};
    EXPECT_EQ(use(seal_stamp(world_, "something else", stamp)), "unknown");
}

TEST(Stamp, IsReadAsItWasSealed) {
    TestWorld world;
    const Stamp stamp{.id = (std::int64_t{1} << 53) - 1, .issued_at = at("9999-12-31T23:59:59Z"), .nonce = 4095};
    EXPECT_EQ(open_stamp(world, "purpose", seal_stamp(world, "purpose", stamp)), stamp);
}

}  // namespace
