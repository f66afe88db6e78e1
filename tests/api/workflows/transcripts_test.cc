// Plays the transcripts of this folder: see tests/api/transcript.h.

#include <gtest/gtest.h>

#include "dialect/admin/workflows.h"
#include "dialect/pages/documents.h"
#include "engine/resellers/add_reseller.h"
#include "server/sandbox.h"
#include "tests/api/transcript.h"

namespace {

void seed(db::Tx& tx, World& world) {
    seed_sandbox(tx, world);
    AddCredential northwind{.reseller_id = 2, .kind = CredentialKind::operator_token, .secret = "northwind-operator"};
    ASSERT_TRUE(add_credential(tx, world, northwind).ok());
}

// Reads and checks documents as the server does, but begins no run: there is room for none.
class WorkflowsTranscript : public testing::TestWithParam<std::string> {
protected:
    std::shared_ptr<void> start(db::Database& database, World& world) {
        workflows_.start(
            {.database = &database, .world = &world, .find_own_document = documents::find_document_at, .runs_max = 0});
        return {&workflows_, [](workflows::Workflows* workflows) { workflows->stop(); }};
    }

    workflows::Workflows workflows_;
    const TranscriptSetup setup_ = {
        .dialects = {&workflows_.dialect()}, .seed = seed, .start = [this](db::Database& database, World& world) {
            return start(database, world);
        }};
};

TEST_P(WorkflowsTranscript, InProcess) { check_transcript(setup_, "workflows", GetParam(), Transport::in_process); }

TEST_P(WorkflowsTranscript, ThroughASocket) { check_transcript(setup_, "workflows", GetParam(), Transport::socket); }

INSTANTIATE_TEST_SUITE_P(Files, WorkflowsTranscript, testing::ValuesIn(list_transcripts("workflows")),
                         [](const auto& info) { return name_of_transcript(info.param); });

}  // namespace
