#include "engine/resellers/add_reseller.h"

#include <algorithm>
#include <set>

#include "engine/access/authenticate.h"
#include "tests/testing/engine_test.h"

namespace {

class AddResellerTest : public EngineTest {
protected:
    Result<Reseller> add(const Reseller& reseller) {
        return transact<Reseller>([&](db::Tx& tx) { return add_reseller(tx, world_, reseller); });
    }
    Result<Promotion> add(const Promotion& promotion) {
        return transact<Promotion>([&](db::Tx& tx) { return add_promotion(tx, world_, promotion); });
    }
    Result<NewCredential> add(const AddCredential& credential) {
        return transact<NewCredential>([&](db::Tx& tx) { return add_credential(tx, world_, credential); });
    }
};

TEST_F(AddResellerTest, KeepsAllThatIsSaidOfAReseller) {
    const Reseller wanted{.id = 4'294'967'295,
                          .parent_id = partner_id,
                          .name = "Northwind Retail \"East\"",
                          .utc_offset = std::chrono::minutes(-210),
                          .end_action = EndAction::stay_frozen,
                          .grace = std::chrono::milliseconds(1),
                          .clock = {.offset = -std::chrono::days(3), .frozen_at = at("2030-01-01T00:00:00.001Z")}};
    const Reseller added = add(wanted).value();
    EXPECT_EQ(reseller(wanted.id), added);
    EXPECT_EQ(added.created_at, world_.now());
    EXPECT_EQ(added.version, 1);
    EXPECT_EQ(added.grace, wanted.grace);
    EXPECT_EQ(added.clock, wanted.clock);
}

// Each row breaks its own rule and all the later ones.
TEST_F(AddResellerTest, RefusesAResellerInOrderOfPrecedence) {
    EXPECT_EQ(outcome(add(Reseller{.id = 0, .parent_id = 99, .name = ""})), "invalid name required");
    EXPECT_EQ(outcome(add(Reseller{.id = 0, .parent_id = 99, .name = "x"})), "invalid id out_of_range");
    EXPECT_EQ(outcome(add(Reseller{.id = -1, .parent_id = 99, .name = "x"})), "invalid id out_of_range");
    EXPECT_EQ(outcome(add(Reseller{.id = 4'294'967'296, .parent_id = 99, .name = "x"})), "invalid id out_of_range");
    EXPECT_EQ(outcome(add(Reseller{.id = partner_id, .parent_id = 99, .name = "x"})), "invalid parent unknown");
    EXPECT_EQ(outcome(add(Reseller{.id = 9, .parent_id = 9, .name = "x"})), "invalid parent unknown");
    EXPECT_EQ(outcome(add(Reseller{.id = partner_id, .parent_id = other_id, .name = "x"})), "conflict id taken");
    EXPECT_EQ(reseller(partner_id).name, "Northwind");
}

TEST_F(AddResellerTest, RefusesAPromotionInOrderOfPrecedence) {
    EXPECT_EQ(outcome(add(Promotion{.reseller_id = 99, .domain = ""})), "invalid domain required");
    EXPECT_EQ(outcome(add(Promotion{.reseller_id = 99, .domain = "b5test.com"})), "invalid reseller unknown");
    EXPECT_EQ(outcome(add(Promotion{.reseller_id = partner_id, .domain = "b5test.com"})), "conflict domain taken");
    EXPECT_EQ(outcome(add(Promotion{.reseller_id = partner_id, .domain = "b5test.ca"})), "done");
}

TEST_F(AddResellerTest, RefusesACredentialInOrderOfPrecedence) {
    ASSERT_EQ(outcome(add(AddCredential{.reseller_id = partner_id, .secret = "known"})), "done");
    EXPECT_EQ(outcome(add(AddCredential{.reseller_id = 99, .secret = "known"})), "invalid reseller unknown");
    EXPECT_EQ(outcome(add(AddCredential{.reseller_id = other_id, .secret = "known"})), "conflict secret taken");
}

TEST_F(AddResellerTest, MakesSecretsThatAreLongRandomAndRecognisable) {
    using enum CredentialKind;
    const std::pair<CredentialKind, std::string> prefixes[] = {
        {partner_token, "pdp_"}, {api_key, "pdk_"}, {manager_token, "pdm_"}, {operator_token, "pdo_"}};
    std::set<std::string> secrets;
    for (const auto& [kind, prefix] : prefixes)
        for (int i = 0; i < 10; ++i) {
            const NewCredential made = add(AddCredential{.reseller_id = partner_id, .kind = kind}).value();
            EXPECT_TRUE(made.secret.starts_with(prefix));
            EXPECT_EQ(made.secret.size(), prefix.size() + 32);  // 5 random bits each: 160
            EXPECT_TRUE(std::ranges::all_of(made.secret.substr(4),
                                            [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); }));
            EXPECT_EQ(made.credential.secret_sha256, sha256_hex(made.secret));
            EXPECT_EQ(made.credential.hint, made.secret.substr(0, 8));
            secrets.insert(made.secret);
        }
    EXPECT_EQ(secrets.size(), 40u);
}

TEST_F(AddResellerTest, KeepsNoSecretOnlyItsDigest) {
    const std::string secret = add(AddCredential{.reseller_id = partner_id}).value().secret;
    write([&](db::Tx& tx) {
        const db::Rows rows = tx.run({"dump_credentials", "SELECT secret_sha256 || hint FROM credential"}, {});
        ASSERT_EQ(rows.size(), 1u);
        EXPECT_EQ(rows[0].text(0).find(secret.substr(8)), std::string::npos);
    });
}

}  // namespace
