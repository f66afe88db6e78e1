// Plays the transcripts of this folder: see tests/api/transcript.h.

#include <gtest/gtest.h>

#include "dialect/admin/admin.h"
#include "dialect/partnership/partnership.h"
#include "engine/accounts/open_account.h"
#include "engine/accounts/redeem_account.h"
#include "engine/resellers/add_reseller.h"
#include "server/sandbox.h"
#include "store/credentials.h"
#include "store/resellers.h"
#include "tests/api/transcript.h"

namespace {

constexpr std::int64_t northwind = 2;

void add_operator(db::Tx& tx, World& world, AddCredential credential) {
    credential.kind = CredentialKind::operator_token;
    ASSERT_TRUE(add_credential(tx, world, credential).ok()) << *credential.secret;
}

// Operators that a sandbox does not have: of a reseller within the tree, expiring, revoked.
void seed_operators(db::Tx& tx, World& world) {
    add_operator(tx, world, {.reseller_id = northwind, .secret = "northwind-operator"});
    add_operator(
        tx, world,
        {.reseller_id = 1, .secret = "expires-in-february", .expires_at = parse_rfc3339("2023-02-01T00:00:00Z")});
    AddCredential add{.reseller_id = 1, .kind = CredentialKind::operator_token, .secret = "revoked"};
    auto revoked = add_credential(tx, world, add).value().credential;
    revoked.revoked_at = world.now();
    store::update_credential(tx, revoked);
}

// An account whose customer has redeemed the token.
void seed_redeemed_account(db::Tx& tx, World& world) {
    const Caller caller{.reseller = store::find_reseller(tx, northwind).value()};
    const auto account = open_account(tx, world, caller, {.uid = "redeemed", .domain = "b5test.com"});
    ASSERT_TRUE(account.ok());
    ASSERT_TRUE(redeem_account(tx, world, {}, {.token = account.value().activation_token}).ok());
}

void seed(db::Tx& tx, World& world) {
    seed_sandbox(tx, world);
    seed_operators(tx, world);
    seed_redeemed_account(tx, world);
}

class AdminTranscript : public testing::TestWithParam<std::string> {
protected:
    const TranscriptSetup setup_ = {.dialects = {&admin::dialect, &partnership::dialect}, .seed = seed};
};

TEST_P(AdminTranscript, InProcess) { check_transcript(setup_, "admin", GetParam(), Transport::in_process); }

TEST_P(AdminTranscript, ThroughASocket) { check_transcript(setup_, "admin", GetParam(), Transport::socket); }

INSTANTIATE_TEST_SUITE_P(Files, AdminTranscript, testing::ValuesIn(list_transcripts("admin")),
                         [](const auto& info) { return name_of_transcript(info.param); });

}  // namespace
