#include "service/identity_cache.h"

#include <future>

#include "db/statement_work.h"
#include "engine/access/console_session.h"
#include "store/credentials.h"
#include "tests/testing/engine_test.h"
#include "tests/testing/wrapped_database.h"

namespace {

class IdentityCacheTest : public EngineTest {
protected:
    IdentityCacheTest() {
        write([&](db::Tx& tx) {
            credential_ =
                add_credential(tx, world_, {.reseller_id = partner_id, .secret = "a-secret"}).value().credential;
        });
    }

    service::IdentityCache::Found find(std::string_view secret, FindIdentity how = nullptr) {
        service::IdentityCache::Found answer;
        std::exception_ptr failed;
        cache_.find(secret, how, [&](service::IdentityCache::Found identity, std::exception_ptr failure) {
            answer = std::move(identity);
            failed = failure;
        });
        if (failed) std::rethrow_exception(failed);
        return answer;
    }

    Credential credential_;
    WrappedDatabase counted_{*database_};
    service::IdentityCache cache_{counted_, world_};
};

TEST_F(IdentityCacheTest, AsksTheDatabaseOnce) {
    for (int i = 0; i < 3; ++i) {
        const auto found = find("a-secret");
        ASSERT_TRUE(found);
        EXPECT_EQ(found->identity.credential, credential_);
        EXPECT_EQ(found->identity.reseller.id, partner_id);
    }
    EXPECT_EQ(counted_.reads(), 1);
}

TEST_F(IdentityCacheTest, RemembersNobody) {
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(find("wrong"));
    EXPECT_EQ(counted_.reads(), 3);
    write([&](db::Tx& tx) {
        ASSERT_TRUE(add_credential(tx, world_, {.reseller_id = other_id, .secret = "wrong"}).ok());
    });
    EXPECT_EQ(find("wrong")->identity.reseller.id, other_id);
}

TEST_F(IdentityCacheTest, ForgetsARevokedCredentialAtOnce) {
    EXPECT_EQ(find("a-secret")->identity.credential.revoked_at, std::nullopt);
    credential_.revoked_at = world_.now();
    write([&](db::Tx& tx) { store::update_credential(tx, credential_); });
    EXPECT_EQ(find("a-secret")->identity.credential.revoked_at, world_.now());
}

TEST_F(IdentityCacheTest, FollowsAChangeOfTheReseller) {
    EXPECT_EQ(find("a-secret")->identity.reseller.clock.frozen_at, std::nullopt);
    change_reseller(partner_id, [&](Reseller& reseller) { reseller.clock.frozen_at = world_.now(); });
    EXPECT_EQ(find("a-secret")->identity.reseller.clock.frozen_at, world_.now());
}

TEST_F(IdentityCacheTest, WalksTheTreeOfResellersOnlyOnceOneHasBeenAdded) {
    write([&](db::Tx& tx) {
        for (std::int64_t id = 1'000; id < 1'500; ++id) add(tx, {.id = id, .parent_id = partner_id, .name = "R"});
        ASSERT_TRUE(
            add_credential(tx, world_,
                           {.reseller_id = partner_id, .kind = CredentialKind::operator_token, .secret = "operator"})
                .ok());
    });
    const std::string cookie = run(open_console_session, {"operator"}).value().secret;
    const auto steps_of_find = [&](FindIdentity how = nullptr) {
        const std::uint64_t before = db::statement_work_of_this_thread().steps;
        EXPECT_GE(find(how ? cookie : "operator", how)->identity.tree->size(), 501u);
        return db::statement_work_of_this_thread().steps - before;
    };
    EXPECT_GT(steps_of_find(), 2'000u);
    write([&](db::Tx& tx) { store::update_credential(tx, credential_); });
    EXPECT_LT(steps_of_find(), 500u) << "whatever else has changed";
    EXPECT_LT(steps_of_find(find_console_identity), 500u) << "in a session of the console too";
    write([&](db::Tx& tx) { add(tx, {.id = 2'000, .parent_id = 1'000, .name = "R"}); });
    EXPECT_GT(steps_of_find(), 2'000u);
    EXPECT_EQ(find("operator")->identity.tree->back(), 2'000);
}

TEST_F(IdentityCacheTest, StaysWhenOnlyAccountsChange) {
    find("a-secret");
    open("a");
    find("a-secret");
    EXPECT_EQ(counted_.reads(), 1);
}

TEST_F(IdentityCacheTest, PassesFailuresOnAndRemembersNone) {
    counted_.fail_with(failure_of<db::Unavailable>("the disk is full"));
    EXPECT_THROW(find("a-secret"), db::Unavailable);
    counted_.fail_with(nullptr);
    EXPECT_TRUE(find("a-secret"));
}

TEST_F(IdentityCacheTest, TellsSecretsOfOneBeginningApart) {
    write([&](db::Tx& tx) {
        ASSERT_TRUE(add_credential(tx, world_, {.reseller_id = other_id, .secret = "a-secret-2"}).ok());
    });
    EXPECT_EQ(find("a-secret")->identity.reseller.id, partner_id);
    EXPECT_EQ(find("a-secret-2")->identity.reseller.id, other_id);
    EXPECT_EQ(find("a-secret")->identity.reseller.id, partner_id);
}

TEST_F(IdentityCacheTest, NotesItsUseOnceAMinuteAtMost) {
    const Caller caller{.reseller = reseller(partner_id), .credential_id = credential_.id};
    const auto use = [&] {
        cache_.note_use(*find("a-secret"), caller, world_.now());
        write([](db::Tx&) {});  // behind it in the queue
        std::optional<Credential> stored;
        read([&](db::Tx& tx) { stored = store::find_credential(tx, credential_.secret_sha256); });
        return stored->last_used_at;
    };
    const Instant first = world_.now();
    EXPECT_EQ(use(), first);
    world_.advance(std::chrono::seconds(59));
    EXPECT_EQ(use(), first);
    EXPECT_EQ(counted_.writes(), 1);
    world_.advance(std::chrono::seconds(1));
    EXPECT_EQ(use(), first + std::chrono::minutes(1));
    EXPECT_EQ(counted_.writes(), 2);
}

}  // namespace
