// Plays the transcripts of this folder: see tests/api/transcript.h.

#include <gtest/gtest.h>

#include "dialect/activeplatform/activeplatform.h"
#include "dialect/admin/admin.h"
#include "dialect/partnership/partnership.h"
#include "engine/accounts/open_account.h"
#include "engine/customers/keep_catalogue.h"
#include "engine/resellers/add_reseller.h"
#include "server/sandbox.h"
#include "store/resellers.h"
#include "tests/api/transcript.h"

namespace {

// What the sandbox does not have: a reseller with limits of its own, attributes of each type, an account that another
// API opened.
void seed(db::Tx& tx, World& world) {
    seed_sandbox(tx, world);
    ASSERT_TRUE(change_reseller_settings(tx, world, 3,
                                         {{"countries", "BY,RU"},
                                          {"default_domain", "b5test.com"},
                                          {"requests_terms_and_conditions", "true"},
                                          {"company_name_special_characters", "&."},
                                          {"company_name_forbidden_words", "LLC,Ltd"},
                                          {"company_name_forbidden_endings", "com,by"}})
                    .ok());
    ASSERT_TRUE(add_account_type(tx, world,
                                 {.reseller_id = 3,
                                  .id = 30,
                                  .key = "everything",
                                  .name = "Everything",
                                  .name_pattern = "%primary_name (%last_name)",
                                  .primary_name = "Firm"})
                    .ok());
    const Attribute attributes[] = {
        {.id = 301, .key = "a_string", .name = "A string", .format = "[A-Z]{2}[0-9]{4}"},
        {.id = 302, .key = "a_text", .name = "A text", .type = AttributeType::text},
        {.id = 303, .key = "a_checkbox", .name = "A checkbox", .type = AttributeType::checkbox, .default_value = "0"},
        {.id = 304, .key = "a_date", .name = "A date", .type = AttributeType::date, .is_optional = false},
        {.id = 305, .key = "a_password", .name = "A password", .type = AttributeType::password},
        {.id = 306,
         .key = "a_list",
         .name = "A list",
         .type = AttributeType::list,
         .options = {{"small", "Small"}, {"large", "Large"}}},
        {.id = 307, .key = "a_number", .name = "A number", .is_unique = true},
        {.id = 308, .key = "a_note", .name = "A note", .is_read_only_for_admin = true},
    };
    for (Attribute attribute : attributes) {
        attribute.reseller_id = 3;
        attribute.account_type_ids = {30};
        attribute.weight = attribute.id;
        ASSERT_TRUE(add_attribute(tx, world, attribute).ok()) << attribute.key;
    }
    ASSERT_TRUE(add_attribute(tx, world,
                              {.reseller_id = 1,
                               .id = 4,
                               .key = "internal_mark",
                               .name = "Internal mark",
                               .account_type_ids = {2},
                               .is_public = false})
                    .ok());
    const Caller partner{.reseller = store::find_reseller(tx, 2).value()};
    ASSERT_TRUE(open_account(tx, world, partner, {.uid = "from-elsewhere", .domain = "b5test.com"}).ok());
}

class ActivePlatformTranscript : public testing::TestWithParam<std::string> {
protected:
    const TranscriptSetup setup_ = {.dialects = {&partnership::dialect, &activeplatform::dialect, &admin::dialect},
                                    .seed = seed,
                                    .credential_header = "X-Api-Token",
                                    .credential_prefix = ""};
};

TEST_P(ActivePlatformTranscript, InProcess) {
    check_transcript(setup_, "activeplatform", GetParam(), Transport::in_process);
}

TEST_P(ActivePlatformTranscript, ThroughASocket) {
    check_transcript(setup_, "activeplatform", GetParam(), Transport::socket);
}

INSTANTIATE_TEST_SUITE_P(Files, ActivePlatformTranscript, testing::ValuesIn(list_transcripts("activeplatform")),
                         [](const auto& info) { return name_of_transcript(info.param); });

}  // namespace
