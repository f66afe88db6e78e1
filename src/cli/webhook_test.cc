// The commands for webhook endpoints and for single events, against the operator API in process. Nothing is sent here.

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "dialect/admin/admin.h"
#include "tests/testing/command_line.h"

namespace {

class WebhookCommandsTest : public SandboxCommandsTest {
protected:
    WebhookCommandsTest() : SandboxCommandsTest({&admin::dialect}) {}
};

TEST_F(WebhookCommandsTest, LookAfterAnEndpoint) {
    const auto made = run_json({"webhook", "create", "2", "https://example.com/hook", "--type", "account.held",
                                "--type", "account.lifted", "--payload", "thin"});
    EXPECT_EQ(boost::json::serialize(made.at("types")), R"(["account.held","account.lifted"])");
    EXPECT_EQ(made.at("payload").as_string(), "thin");
    const std::string secret(made.at("secret").as_string());
    const std::string id = std::to_string(made.at("id").as_int64());

    EXPECT_FALSE(run_json({"webhook", "show", "2", id}).as_object().contains("secret"));
    EXPECT_NE(run({"webhook", "list", "2"}).out.find("https://example.com/hook"), std::string::npos);
    EXPECT_EQ(boost::json::serialize(run_json({"webhook", "change", "2", id, "--all-types"}).at("types")), "[]");
    EXPECT_EQ(run({"webhook", "change", "2", id, "--payload", "full", "--if-version", "1"}).exit_code, 1);
    const auto rotated = run_json({"webhook", "rotate-secret", "2", id, "--overlap-seconds", "60"});
    EXPECT_NE(rotated.at("secret").as_string(), secret);
    EXPECT_FALSE(rotated.at("old_secret_until").is_null());
    EXPECT_EQ(run({"webhook", "trigger", "2", id, "account.held"}).exit_code, 0);
    EXPECT_EQ(run({"webhook", "trigger", "2", id, "account.lost"}).exit_code, 1);
    EXPECT_EQ(run({"webhook", "enable", "2", id}).exit_code, 0);
    EXPECT_EQ(run({"webhook", "attempts", "2", id}).exit_code, 0);
    EXPECT_EQ(run({"webhook", "lanes", "2", id}).exit_code, 0);
    EXPECT_EQ(run({"webhook", "remove", "2", id}).exit_code, 0);
    EXPECT_EQ(run({"webhook", "show", "2", id}).exit_code, 4);
    EXPECT_EQ(run({"webhook", "create", "2", "https://10.0.0.1/"}).exit_code, 1);
}

TEST_F(WebhookCommandsTest, AskForAReplay) {
    ASSERT_EQ(run({"account", "open", "2", "customer-17", "--type", "family", "--domain", "b5test.com"}).exit_code, 0);
    const auto replay_of = [&](std::vector<std::string> words) {
        const auto made = run_json({"webhook", "create", "2", "https://example.com/hook"});
        const std::string id = std::to_string(made.at("id").as_int64());
        words.insert(words.begin(), {"webhook", "replay", "2", id});
        const Ran ran = run(words);
        EXPECT_EQ(ran.exit_code, 0) << ran.err;
        return run_json({"webhook", "show", "2", id}).at("replay");
    };
    const auto of_time = replay_of({"--from", "2023-01-01", "--until", "2023-01-02", "--type", "account.*"});
    EXPECT_EQ(boost::json::serialize(of_time.at("types")), R"(["account.*"])");
    EXPECT_EQ(of_time.at("after_id").as_int64(), of_time.at("through_id").as_int64()) << "nothing had happened yet";
    const auto of_account = replay_of({"--uid", "customer-17"});
    EXPECT_EQ(of_account.at("after_id").as_int64(), 0);
    EXPECT_EQ(of_account.at("account_id"), run_json({"account", "show", "2/customer-17"}).at("id"));
    const std::string account = std::to_string(of_account.at("account_id").as_int64());
    EXPECT_EQ(replay_of({"--account", account}).at("account_id"), of_account.at("account_id"));
    const auto id = std::to_string(run_json({"webhook", "create", "2", "https://example.com/"}).at("id").as_int64());
    EXPECT_EQ(run({"webhook", "replay", "2", id}).exit_code, 1) << "everything ever is not meant by nothing";
    EXPECT_EQ(run({"webhook", "replay", "2", id, "--uid", "nobody"}).exit_code, 1);
    EXPECT_EQ(run({"webhook", "replay", "2", id, "--uid", "a", "--account", "1"}).exit_code, 2);
}

TEST_F(WebhookCommandsTest, EraseWhatAnEventSays) {
    ASSERT_EQ(run({"account", "open", "2", "ada", "--type", "family", "--domain", "b5test.com"}).exit_code, 0);
    const auto event = run_json({"event", "list", "--account", "2/ada"});
    const std::string id = std::to_string(event.at("id").as_int64());
    const auto erased = run_json({"event", "erase", "2", id, "--field", "uid", "--reason", "legal"});
    EXPECT_TRUE(erased.at("erased").as_bool());
    EXPECT_EQ(boost::json::serialize(erased).find("ada"), std::string::npos);
    EXPECT_EQ(run_json({"event", "show", "2", id}), erased);
    EXPECT_EQ(run({"event", "erase", "2", id, "--field", "status"}).exit_code, 1);
    EXPECT_EQ(run({"event", "show", "2", "1"}).exit_code, 4);
}

}  // namespace
