// Plays the transcripts of this folder: see tests/api/transcript.h.

#include <gtest/gtest.h>

#include "dialect/admin/admin.h"
#include "dialect/partnership/partnership.h"
#include "dialect/sandbox/sandbox.h"
#include "engine/resellers/add_reseller.h"
#include "server/sandbox.h"
#include "tests/api/transcript.h"

namespace {

void seed(db::Tx& tx, World& world) {
    seed_sandbox(tx, world);
    AddCredential northwind{.reseller_id = 2, .kind = CredentialKind::operator_token, .secret = "northwind-operator"};
    ASSERT_TRUE(add_credential(tx, world, northwind).ok());
}

class SandboxTranscript : public testing::TestWithParam<std::string> {
protected:
    sandbox::Sandbox sandbox_{seed};
    const TranscriptSetup setup_ = {.dialects = {&sandbox_.dialect(), &admin::dialect, &partnership::dialect},
                                    .seed = seed};
};

TEST_P(SandboxTranscript, InProcess) { check_transcript(setup_, "sandbox", GetParam(), Transport::in_process); }

TEST_P(SandboxTranscript, ThroughASocket) { check_transcript(setup_, "sandbox", GetParam(), Transport::socket); }

INSTANTIATE_TEST_SUITE_P(Files, SandboxTranscript, testing::ValuesIn(list_transcripts("sandbox")),
                         [](const auto& info) { return name_of_transcript(info.param); });

}  // namespace
