#include "server/sandbox.h"

#include <gtest/gtest.h>

#include "engine/access/authenticate.h"
#include "engine/accounts/open_account.h"
#include "tests/testing/fresh_database.h"
#include "tests/testing/test_world.h"

namespace {

TEST(Loopback, IsWhatOthersCannotReach) {
    for (const char* address : {"127.0.0.1", "127.0.0.2", "127.255.255.255", "::1", "0:0:0:0:0:0:0:1"})
        EXPECT_TRUE(is_loopback(address)) << address;
    for (const char* address :
         {"0.0.0.0", "::", "128.0.0.1", "126.255.255.255", "10.0.0.1", "192.168.1.1", "::2", "fe80::1",
          "::ffff:10.0.0.1", "1.0.0.127", "127.0.0.1.example.org", "127.1", "localhost", "", " 127.0.0.1", "[::1]"})
        EXPECT_FALSE(is_loopback(address)) << address;
}

class SandboxTest : public testing::Test {
protected:
    SandboxTest() {
        db::write_and_wait(*database_, [&](db::Tx& tx) { seed_sandbox(tx, world_); });
    }

    // "2 Northwind Telecom", or why not
    std::string caller_of(const char* secret, CredentialKind kind = CredentialKind::partner_token) {
        std::string text = "unknown";
        db::read_and_wait(*database_, [&](db::Tx& tx) {
            const auto identity = find_identity(tx, secret);
            if (!identity) return;
            const auto caller = accept_identity(world_, *identity, kind);
            text = caller.ok() ? std::to_string(caller.value().reseller.id) + ' ' + caller.value().reseller.name
                               : "of another kind";
        });
        return text;
    }

    bool opens(const char* secret, const std::string& domain, AccountType type) {
        bool opened = false;
        db::write_and_wait(*database_, [&](db::Tx& tx) {
            const auto caller =
                accept_identity(world_, find_identity(tx, secret).value(), CredentialKind::partner_token).value();
            opened =
                open_account(tx, world_, caller, {.uid = std::to_string(++uids_), .type = type, .domain = domain}).ok();
        });
        return opened;
    }

    TestWorld world_;
    FreshDatabase database_;
    int uids_ = 0;
};

TEST_F(SandboxTest, HasTheCredentialsThatItsBannerNames) {
    EXPECT_EQ(caller_of("sandbox-partner"), "2 Northwind Telecom");
    EXPECT_EQ(caller_of("sandbox-partner-b"), "3 Lakeside Bank");
    EXPECT_EQ(caller_of("sandbox-partner-nopromo"), "4 Harbour Insurance");
    EXPECT_EQ(caller_of("sandbox-operator"), "of another kind");
    EXPECT_EQ(caller_of("sandbox-operator", CredentialKind::operator_token), "1 Meridian Software");
    EXPECT_EQ(caller_of("sandbox-reader", CredentialKind::operator_token), "1 Meridian Software");
    EXPECT_EQ(caller_of("sandbox-support", CredentialKind::operator_token), "1 Meridian Software");
    EXPECT_EQ(caller_of("sandbox"), "unknown");
}

TEST_F(SandboxTest, HasPromotionsForBothPartnersInTheThreeTestDomains) {
    for (const AccountType type : {AccountType::individual, AccountType::family})
        for (const char* domain : {"b5test.com", "b5test.ca", "b5test.eu"}) {
            EXPECT_TRUE(opens("sandbox-partner", domain, type));
            EXPECT_TRUE(opens("sandbox-partner-b", domain, type));
            EXPECT_FALSE(opens("sandbox-partner-nopromo", domain, type));
        }
    EXPECT_FALSE(opens("sandbox-partner", "1password.com", AccountType::individual));
}

TEST_F(SandboxTest, HasTheManagersThatItsBannerNames) {
    const auto manager_of = [&](const std::string& name) {
        return caller_of(name.c_str(), CredentialKind::manager_token);
    };
    EXPECT_EQ(manager_of("sandbox-manager"), "1 Meridian Software");
    for (const char* of_operator : {"sales", "marketing", "owner"})
        EXPECT_EQ(manager_of(std::string("sandbox-manager-") + of_operator), "1 Meridian Software") << of_operator;
    EXPECT_EQ(manager_of("sandbox-manager-inactive"), "of another kind");
    EXPECT_EQ(manager_of("sandbox-manager-northwind"), "2 Northwind Telecom");
    EXPECT_EQ(manager_of("sandbox-manager-lakeside"), "3 Lakeside Bank");
    EXPECT_EQ(manager_of("sandbox-manager-retail"), "5 Northwind Retail");
}

}  // namespace
