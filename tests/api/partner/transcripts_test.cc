// Plays the transcripts of this folder: see tests/api/transcript.h. The operator's API is there, too, to have something
// happen to accounts.

#include <gtest/gtest.h>

#include "dialect/admin/admin.h"
#include "dialect/partner/partner.h"
#include "engine/accounts/open_account.h"
#include "engine/customers/edit_managers.h"
#include "engine/resellers/add_reseller.h"
#include "server/sandbox.h"
#include "store/resellers.h"
#include "tests/api/transcript.h"

namespace {

constexpr std::int64_t northwind = 2;

// Managers of Northwind, known by their roles.
void seed_managers(db::Tx& tx, World& world) {
    const std::pair<ManagerRole, const char*> managers[] = {{ManagerRole::administrator, "administrator"},
                                                            {ManagerRole::sales, "sales"},
                                                            {ManagerRole::marketing, "marketing"}};
    std::int64_t id = 900;
    for (const auto& [role, name] : managers) {
        ++id;
        ASSERT_TRUE(add_manager(tx, world,
                                {.reseller_id = northwind,
                                 .id = id,
                                 .name = name,
                                 .email = std::string(name) + "@example.com",
                                 .role = role})
                        .ok());
        ASSERT_TRUE(
            add_credential(
                tx, world,
                {.reseller_id = northwind, .kind = CredentialKind::manager_token, .manager_id = id, .secret = name})
                .ok());
    }
    ASSERT_TRUE(add_credential(tx, world,
                               {.reseller_id = northwind, .kind = CredentialKind::api_key, .secret = "northwind-key"})
                    .ok());
    ASSERT_TRUE(add_credential(tx, world,
                               {.reseller_id = northwind,
                                .secret = "expires-in-february",
                                .expires_at = parse_rfc3339("2023-02-01T00:00:00Z")})
                    .ok());
}

void seed(db::Tx& tx, World& world) {
    seed_sandbox(tx, world);
    seed_managers(tx, world);
    const Caller caller{.reseller = store::find_reseller(tx, northwind).value()};
    ASSERT_TRUE(open_account(tx, world, caller, {.uid = "first", .domain = "b5test.com"}).ok());
}

class PartnerTranscript : public testing::TestWithParam<std::string> {
protected:
    const TranscriptSetup setup_ = {.dialects = {&partner::dialect, &admin::dialect}, .seed = seed};
};

TEST_P(PartnerTranscript, InProcess) { check_transcript(setup_, "partner", GetParam(), Transport::in_process); }

TEST_P(PartnerTranscript, ThroughASocket) { check_transcript(setup_, "partner", GetParam(), Transport::socket); }

INSTANTIATE_TEST_SUITE_P(Files, PartnerTranscript, testing::ValuesIn(list_transcripts("partner")),
                         [](const auto& info) { return name_of_transcript(info.param); });

}  // namespace
