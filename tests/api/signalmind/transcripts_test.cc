// Plays the transcripts of this folder: see tests/api/transcript.h.

#include <gtest/gtest.h>

#include "dialect/activeplatform/activeplatform.h"
#include "dialect/pages/visit.h"
#include "dialect/signalmind/signalmind.h"
#include "server/sandbox.h"
#include "tests/api/transcript.h"

namespace {

class SignalMindTranscript : public testing::TestWithParam<std::string> {
protected:
    const TranscriptSetup setup_ = {.dialects = {&signalmind::dialect, &visit::dialect, &activeplatform::dialect},
                                    .seed = seed_sandbox,
                                    .credential_header = "Authentication",
                                    .credential_prefix = ""};
};

TEST_P(SignalMindTranscript, InProcess) { check_transcript(setup_, "signalmind", GetParam(), Transport::in_process); }

TEST_P(SignalMindTranscript, ThroughASocket) { check_transcript(setup_, "signalmind", GetParam(), Transport::socket); }

INSTANTIATE_TEST_SUITE_P(Files, SignalMindTranscript, testing::ValuesIn(list_transcripts("signalmind")),
                         [](const auto& info) { return name_of_transcript(info.param); });

}  // namespace
