// Plays the transcripts of this folder: see tests/api/transcript.h.

#include <gtest/gtest.h>

#include "dialect/partnership/partnership.h"
#include "engine/resellers/add_reseller.h"
#include "server/sandbox.h"
#include "store/credentials.h"
#include "store/resellers.h"
#include "tests/api/transcript.h"

namespace {

void add_token(db::Tx& tx, World& world, AddCredential credential) {
    ASSERT_TRUE(add_credential(tx, world, credential).ok()) << *credential.secret;
}

// Credentials that a sandbox does not have: pinned to a revision, expiring, revoked, of other kinds.
void seed_credentials(db::Tx& tx, World& world) {
    add_token(tx, world,
              {.reseller_id = 2, .secret = "pinned-to-reference", .revision = Revision::partnership_reference});
    add_token(tx, world, {.reseller_id = 2, .secret = "pinned-to-openapi", .revision = Revision::partnership_openapi});
    add_token(tx, world,
              {.reseller_id = 2, .secret = "expires-in-february", .expires_at = parse_rfc3339("2023-02-01T00:00:00Z")});
    add_token(tx, world, {.reseller_id = 2, .kind = CredentialKind::api_key, .secret = "an-api-key"});
    add_token(tx, world, {.reseller_id = 2, .kind = CredentialKind::manager_token, .secret = "a-manager-token"});
    auto revoked = add_credential(tx, world, {.reseller_id = 2, .secret = "revoked"}).value().credential;
    revoked.revoked_at = world.now();
    store::update_credential(tx, revoked);
}

// Partners whose accounts end in other ways than after 30 days of grace.
void seed_partner(db::Tx& tx, World& world, Reseller reseller, const std::string& secret) {
    const std::int64_t id = reseller.id;
    ASSERT_TRUE(add_reseller(tx, world, std::move(reseller)).ok());
    ASSERT_TRUE(add_promotion(tx, world, {.reseller_id = id, .domain = "b5test.com"}).ok());
    add_token(tx, world, {.reseller_id = id, .secret = secret});
}

void seed(db::Tx& tx, World& world) {
    seed_sandbox(tx, world);
    // The transcripts begin where nobody has spoken yet.
    tx.run({"forget_what_was_spoken", "UPDATE credential SET spoken_revision = NULL"}, {});
    seed_credentials(tx, world);
    seed_partner(tx, world, {.id = 101, .parent_id = 1, .name = "At Once", .grace = std::chrono::milliseconds(0)},
                 "no-grace");
    seed_partner(tx, world, {.id = 102, .parent_id = 1, .name = "For Ever", .end_action = EndAction::stay_frozen},
                 "stays-frozen");
    const Clock ahead{.offset = std::chrono::days(365)};
    seed_partner(tx, world, {.id = 103, .parent_id = 1, .name = "Ahead", .clock = ahead}, "a-year-ahead");
    const Clock frozen{.frozen_at = parse_rfc3339("2030-06-15T12:00:00Z")};
    seed_partner(tx, world, {.id = 104, .parent_id = 1, .name = "Still", .clock = frozen}, "clock-stands-still");
}

class PartnershipTranscript : public testing::TestWithParam<std::string> {
protected:
    const TranscriptSetup setup_ = {.dialects = {&partnership::dialect}, .seed = seed};
};

TEST_P(PartnershipTranscript, InProcess) { check_transcript(setup_, "partnership", GetParam(), Transport::in_process); }

TEST_P(PartnershipTranscript, ThroughASocket) {
    check_transcript(setup_, "partnership", GetParam(), Transport::socket);
}

INSTANTIATE_TEST_SUITE_P(Files, PartnershipTranscript, testing::ValuesIn(list_transcripts("partnership")),
                         [](const auto& info) { return name_of_transcript(info.param); });

}  // namespace
