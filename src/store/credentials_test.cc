#include "store/credentials.h"

#include <gtest/gtest.h>

#include "store/resellers.h"
#include "store/settings.h"
#include "tests/testing/fresh_database.h"

namespace {

class StoredCredentials : public testing::Test {
protected:
    StoredCredentials() {
        write([](db::Tx& tx) { store::insert_reseller(tx, {.id = 1, .name = "root"}); });
    }
    void write(const std::function<void(db::Tx&)>& work) { db::write_and_wait(*database_, work); }

    FreshDatabase database_;
};

Credential full_credential() {
    return {.id = 9,
            .reseller_id = 1,
            .kind = CredentialKind::manager_token,
            .role = OperatorRole::support,
            .secret_sha256 = std::string(64, 'a'),
            .hint = "pdm_abcd",
            .revision = Revision::partnership_reference,
            .created_at = from_milliseconds(1),
            .last_used_at = from_milliseconds(2),
            .expires_at = from_milliseconds(3),
            .revoked_at = from_milliseconds(4)};
}

TEST_F(StoredCredentials, ComeBackAsTheyWere) {
    write([](db::Tx& tx) {
        const Credential bare{.id = 8, .reseller_id = 1, .secret_sha256 = std::string(64, 'b')};
        store::insert_credential(tx, full_credential());
        store::insert_credential(tx, bare);
        EXPECT_EQ(store::find_credential(tx, std::string(64, 'a')), full_credential());
        EXPECT_EQ(store::find_credential(tx, std::string(64, 'b')), bare);
        EXPECT_EQ(store::find_credential(tx, std::string(64, 'c')), std::nullopt);
        EXPECT_EQ(store::find_credential(tx, std::string(63, 'a')), std::nullopt);
    });
}

TEST_F(StoredCredentials, AreOneOfASecret) {
    write([](db::Tx& tx) {
        store::insert_credential(tx, full_credential());
        Credential another = full_credential();
        another.id = 10;
        EXPECT_THROW(store::insert_credential(tx, another), db::Duplicate);
    });
}

TEST_F(StoredCredentials, ChangeTheirRevisionExpiryAndRevocationOnly) {
    write([](db::Tx& tx) {
        Credential credential = full_credential();
        store::insert_credential(tx, credential);
        credential.revision = Revision::partnership_openapi;
        credential.expires_at = std::nullopt;
        credential.revoked_at = from_milliseconds(40);
        Credential asked = credential;
        asked.hint = "other";
        asked.kind = CredentialKind::operator_token;
        store::update_credential(tx, asked);
        EXPECT_EQ(store::find_credential(tx, credential.secret_sha256), credential);
        asked.reseller_id = 2;
        EXPECT_THROW(store::update_credential(tx, asked), db::Broken);
    });
}

TEST_F(StoredCredentials, EndWhatCallersKeepInMemoryOnceTheyAreCommitted) {
    const std::uint64_t before = database_->generation();
    write([&](db::Tx& tx) {
        store::insert_credential(tx, full_credential());
        EXPECT_EQ(database_->generation(), before);
    });
    const std::uint64_t between = database_->generation();
    EXPECT_NE(between, before);
    write([](db::Tx& tx) { store::update_credential(tx, full_credential()); });
    EXPECT_NE(database_->generation(), between);
}

TEST_F(StoredCredentials, BelongToAReseller) {
    Credential orphan = full_credential();
    orphan.reseller_id = 99;
    EXPECT_THROW(write([&](db::Tx& tx) { store::insert_credential(tx, orphan); }), db::Broken);
}

TEST_F(StoredCredentials, AndSettingsAreNamedTexts) {
    write([](db::Tx& tx) {
        EXPECT_EQ(store::find_setting(tx, "mode"), std::nullopt);
        store::insert_setting(tx, "mode", "sandbox\n");
        EXPECT_EQ(store::find_setting(tx, "mode"), "sandbox\n");
        EXPECT_THROW(store::insert_setting(tx, "mode", "production"), db::Duplicate);
        EXPECT_EQ(store::find_setting(tx, "mode"), "sandbox\n");
    });
}

}  // namespace
