#include "core/password.h"

#include <gtest/gtest.h>

namespace {

TEST(Password, IsRecognisedByItsHashAlone) {
    const std::string hash = hash_password("somepassword", "a customer");
    EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << hash;
    EXPECT_EQ(hash.find("somepassword"), std::string::npos);
    EXPECT_TRUE(is_password(hash, "somepassword"));
    EXPECT_FALSE(is_password(hash, "Somepassword"));
    EXPECT_FALSE(is_password(hash, ""));
}

TEST(Password, IsSalted) {
    EXPECT_NE(hash_password("somepassword", "a customer"), hash_password("somepassword", "another customer"));
    EXPECT_EQ(hash_password("somepassword", "a customer"), hash_password("somepassword", "a customer"));
}

TEST(Password, MayBeAnyBytes) {
    const std::string odd = std::string("\xc3\xa9\0 \n", 5) + std::string(1000, 'x');
    EXPECT_TRUE(is_password(hash_password(odd, ""), odd));
}

TEST(Password, IsWiped) {
    std::string secret = "somepassword";
    wipe(secret);
    EXPECT_EQ(secret, "");
}

}  // namespace
