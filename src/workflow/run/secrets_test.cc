#include "workflow/run/secrets.h"

#include <gtest/gtest.h>

#include "workflow/document/library.h"
#include "workflow/text/text.h"

namespace workflow {
namespace {

TEST(Secrets, are_masked_by_value_in_every_form) {
    Secrets secrets;
    secrets.add("s3cr/et \"x\"");
    EXPECT_EQ(secrets.mask("a s3cr/et \"x\" b s3cr%2Fet%20%22x%22 c s3cr%2Fet+%22x%22 {\"k\":\"s3cr/et \\\"x\\\"\"}"),
              "a *** b *** c *** {\"k\":\"***\"}");
}

TEST(Secrets, are_masked_by_name) {
    Secrets secrets;
    EXPECT_EQ(secrets.mask_header("Authorization", "Bearer abcdef"), "Bearer ***");
    EXPECT_EQ(secrets.mask_header("X-Api-Key", "abcdef"), "***");
    EXPECT_EQ(secrets.mask_header("Set-Cookie", "a=b"), "***");
    EXPECT_EQ(secrets.mask_header("Accept", "text/plain"), "text/plain");
    EXPECT_EQ(secrets.mask_url("http://a/b?api_key=abc&page=2"), "http://a/b?api_key=***&page=2");
    EXPECT_EQ(secrets.mask_url("http://a/b?key=abc&page=2"), "http://a/b?key=***&page=2");
    EXPECT_EQ(secrets.mask_body("application/json", R"({"key":"signer_name"})"), R"({"key":"signer_name"})");
    EXPECT_EQ(
        secrets.mask_body("application/json", R"({"access_token":"abc","next_page_token":"p","n":[{"password":5}]})"),
        R"({"access_token":"***","next_page_token":"p","n":[{"password":"***"}]})");
    EXPECT_EQ(secrets.mask_body("application/x-www-form-urlencoded", "client_secret=abc&a=b"), "client_secret=***&a=b");
}

TEST(Secrets, are_learned_from_messages_and_inputs) {
    Secrets secrets;
    http::Headers headers{{"Content-Type", "application/json"}, {"Authorization", "Bearer learned-token"}};
    secrets.learn_from(headers, R"({"refreshToken":"learned-refresh"})");
    MemoryLoader loader(std::map<std::string, std::string>{
        {"http://d.test/f.yaml",
         "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nsourceDescriptions: [{name: api, url: api.yaml}]\nworkflows: "
         "[{workflowId: w, inputs: {properties: {pin: {type: string, format: password}}}, steps: [{stepId: s, "
         "operationId: o}]}]\n"}});
    const Library library("http://d.test/f.yaml", loader);
    secrets.add_inputs(*library.entry()->workflows[0],
                       {{"pin", "12345"}, {"clientSecret", "hushhush"}, {"key", "k-1-2"}, {"name", "Ada"}});
    EXPECT_EQ(secrets.mask("learned-token learned-refresh 12345 hushhush k-1-2 Ada"), "*** *** *** *** *** Ada");
}

}  // namespace
}  // namespace workflow
