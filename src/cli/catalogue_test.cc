// The commands for account types, classes, attributes, settings and balances, against the operator API in process.

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <sstream>

#include "dialect/activeplatform/activeplatform.h"
#include "dialect/admin/admin.h"
#include "tests/testing/command_line.h"

namespace {

class CatalogueCommandsTest : public SandboxCommandsTest {
protected:
    CatalogueCommandsTest() : SandboxCommandsTest({&admin::dialect, &activeplatform::dialect}) {}

    std::string open_account() {
        std::ifstream file(PARTNERD_SOURCE_DIR "/tests/data/activeplatform/create_account.request.json");
        std::stringstream body;
        body << file.rdbuf();
        const http::Response response = service_.send(
            http::Method::post, "/api/v3/resellers/1/accounts",
            {{"X-Api-Token", "sandbox-manager"}, {"Content-Type", "application/vnd.api+json"}}, body.str());
        EXPECT_EQ(response.status, 201) << response.body;
        return std::string(boost::json::parse(response.body).at("data").at("id").as_string());
    }
};

TEST_F(CatalogueCommandsTest, KeepAccountTypes) {
    const auto made = run_json({"account-type", "create", "2", "shop", "--name", "Shop", "--kind", "family",
                                "--name-pattern", "%primary_name", "--id", "900", "--default-payment-method-id", "7"});
    EXPECT_EQ(made.at("id").as_int64(), 900);
    EXPECT_EQ(made.at("name_pattern").as_string(), "%primary_name");
    EXPECT_EQ(made.at("default_payment_method_id").as_int64(), 7);
    const auto changed = run_json({"account-type", "change", "2", "900", "--default-payment-method-id", "none",
                                   "--default", "true", "--if-version", "1"});
    EXPECT_TRUE(changed.at("default_payment_method_id").is_null());
    EXPECT_TRUE(changed.at("default").as_bool());
    EXPECT_EQ(run({"account-type", "change", "2", "900", "--name", "Late", "--if-version", "1"}).exit_code, 1);
    EXPECT_NE(run({"account-type", "list", "2"}).out.find("900  shop  Shop  family"), std::string::npos)
        << run({"account-type", "list", "2"}).out;
    EXPECT_EQ(run({"account-type", "change", "2", "901", "--name", "None"}).exit_code, 4);
    EXPECT_EQ(run_json({"account-type", "show", "2", "900"}).at("key").as_string(), "shop");
    EXPECT_EQ(run({"account-type", "remove", "2", "900", "--if-version", "1"}).exit_code, 1) << "changed since";
    EXPECT_EQ(run({"account-type", "remove", "2", "900", "--if-version", "2"}).exit_code, 0);
    EXPECT_EQ(run({"account-type", "show", "2", "900"}).exit_code, 4);
}

TEST_F(CatalogueCommandsTest, KeepAccountClasses) {
    const auto made = run_json({"account-class", "create", "2", "small", "--name", "Small", "--payment-model", "prepay",
                                "--financial-blocking-threshold", "50.5", "--subzero-period", "-1"});
    EXPECT_EQ(made.at("financial_blocking_threshold").as_string(), "50.5");
    EXPECT_EQ(made.at("subzero_period").as_int64(), -1);
    const Ran refused = run({"account-class", "create", "2", "other", "--name", "Other", "--subzero-period", "soon"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.err.find("subzero_period: "), std::string::npos) << refused.err;
    const Ran unknown = run({"account-class", "create", "2", "other", "--name", "Other", "--payment-model", "never"});
    EXPECT_EQ(unknown.exit_code, 2);
    EXPECT_NE(unknown.err.find("--payment-model: it must be prepay or postpay, not never"), std::string::npos)
        << unknown.err;
    const std::string id = std::to_string(made.at("id").as_int64());
    EXPECT_EQ(run_json({"account-class", "show", "2", id}).at("key").as_string(), "small");
    EXPECT_EQ(run({"account-class", "remove", "2", id}).exit_code, 0);
    EXPECT_EQ(run({"account-class", "remove", "2", id}).exit_code, 4);
    open_account();
    const Ran in_use = run({"account-class", "remove", "1", "2121"});
    EXPECT_EQ(in_use.exit_code, 1);
    EXPECT_NE(in_use.err.find("accounts: Accounts are of this class."), std::string::npos) << in_use.err;
}

TEST_F(CatalogueCommandsTest, KeepAttributes) {
    const auto made =
        run_json({"attribute", "create", "1", "till", "--name", "Till", "--type", "list", "--options", "one=One till",
                  "--options", "two", "--account-types", "1", "--account-types", "2", "--optional", "false"});
    EXPECT_EQ(boost::json::serialize(made.at("options")),
              R"([{"key":"one","name":"One till"},{"key":"two","name":"two"}])");
    EXPECT_EQ(boost::json::serialize(made.at("account_types")), "[1,2]");
    EXPECT_FALSE(made.at("optional").as_bool());
    const std::string id = std::to_string(made.at("id").as_int64());
    EXPECT_EQ(boost::json::serialize(
                  run_json({"attribute", "change", "1", id, "--account-types", "none"}).at("account_types")),
              "[]");
    EXPECT_EQ(run({"attribute", "change", "1", id, "--type", "date"}).exit_code, 2) << "a type is for ever";
    EXPECT_EQ(run_json({"attribute", "show", "1", id}).at("key").as_string(), "till");
    EXPECT_EQ(run({"attribute", "remove", "1", id}).exit_code, 0);
    EXPECT_EQ(run({"attribute", "show", "1", id}).exit_code, 4);
}

TEST_F(CatalogueCommandsTest, KeepSettings) {
    const boost::json::array countries{"BY", "PL"};
    EXPECT_EQ(run_json({"setting", "set", "2", "countries", "BY,PL"}).at("countries"), countries);
    EXPECT_EQ(run_json({"setting", "show", "2"}).at("countries"), countries);
    EXPECT_TRUE(run_json({"setting", "unset", "2", "countries"}).at("countries").is_null());
    EXPECT_EQ(run({"setting", "set", "2", "countries", "Belarus"}).exit_code, 1);
}

TEST_F(CatalogueCommandsTest, MoveBalances) {
    const std::string account = open_account();
    const auto moved =
        run_json({"balance", "adjust", "1", account, "--reason", "a fee", "--current-debt", "3.5", "--", "-0.3"});
    EXPECT_EQ(moved.at("balance").as_string(), "-0.3");
    EXPECT_EQ(moved.at("current_debt").as_string(), "3.5");
    EXPECT_EQ(run_json({"balance", "show", "1", account}).at("credit_hold").as_bool(), true);
    EXPECT_EQ(run({"balance", "adjust", "1", account, "much"}).exit_code, 1);
    EXPECT_EQ(run({"balance", "show", "2", account}).exit_code, 4);
}

}  // namespace
