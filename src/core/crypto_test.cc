#include "core/crypto.h"

#include <gtest/gtest.h>

#include <set>

namespace {

const SealingKey key = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

TEST(Sha256, IsThatOfThePublishedVectors) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(static_cast<std::uint64_t>(sha256_number("abc")), 0xba7816bf8f01cfeau);
}

TEST(ConstantTime, ComparesAsOrdinaryComparisonDoes) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
}

TEST(Seal, OpensToWhatWasSealedAtTheEdgesOfEachField) {
    for (std::int64_t reseller : {std::int64_t{0}, std::int64_t{1}, (std::int64_t{1} << 32) - 1})
        for (std::int64_t account : {std::int64_t{0}, std::int64_t{1}, (std::int64_t{1} << 56) - 1})
            for (std::uint64_t nonce : {std::uint64_t{0}, (std::uint64_t{1} << 40) - 1}) {
                const Reference reference{reseller, account, nonce};
                const std::string text = seal(key, reference);
                EXPECT_EQ(text.size(), 26u);
                EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), std::string::npos);
                EXPECT_EQ(open_seal(key, text), reference);
            }
}

TEST(Seal, NeighboursHaveNothingInCommon) {
    std::set<std::string> beginnings;
    for (std::int64_t account = 0; account < 1000; ++account)
        beginnings.insert(seal(key, {1, account, 7}).substr(0, 6));
    EXPECT_GE(beginnings.size(), 999u);
}

TEST(Seal, HasOneSpellingOnly) {
    const std::string text = seal(key, {1, 2, 3});
    for (std::size_t i = 0; i < text.size(); ++i)
        for (const char other : std::string("AQ7a1=-")) {
            std::string changed = text;
            if (changed[i] == other) continue;
            changed[i] = other;
            EXPECT_NE(open_seal(key, changed), (Reference{1, 2, 3})) << changed;
        }
    EXPECT_FALSE(open_seal(key, ""));
    EXPECT_FALSE(open_seal(key, text.substr(1)));
    EXPECT_FALSE(open_seal(key, text + "A"));
    EXPECT_FALSE(open_seal(key, std::string(26, '7'))) << "the last character carries three bits only";
}

TEST(Seal, OpensToSomethingElseUnderAnotherKey) {
    SealingKey other = key;
    other[0] ^= 1;
    EXPECT_NE(open_seal(other, seal(key, {1, 2, 3})), (Reference{1, 2, 3}));
}

TEST(DerivedKey, IsOneOfItsKeyAndPurposeHoweverManyThereAre) {
    const SealingKey another = {9, 9, 9};
    std::set<SealingKey> derived;
    for (const SealingKey& from : {key, another})
        for (int purpose = 0; purpose < 20; ++purpose) {
            const SealingKey first = derive_sealing_key(from, std::to_string(purpose));
            EXPECT_EQ(derive_sealing_key(from, std::to_string(purpose)), first);
            EXPECT_TRUE(derived.insert(first).second);
        }
    for (int purpose = 0; purpose < 20; ++purpose)
        EXPECT_TRUE(derived.contains(derive_sealing_key(key, std::to_string(purpose))));
    EXPECT_EQ(derived.size(), 40u);
}

TEST(Encryption, CanBeReadByTheHolderOfTheSecretOnly) {
    const EncryptionNonce nonce = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    for (const std::string plain : {"", "a", "what was answered"}) {
        const std::string encrypted = encrypt("secret", "tests", nonce, plain);
        EXPECT_EQ(decrypt("secret", "tests", encrypted), plain);
        EXPECT_FALSE(decrypt("Secret", "tests", encrypted));
        EXPECT_FALSE(decrypt("secret", "other tests", encrypted));
    }
}

TEST(Encryption, NoticesEveryChangedByte) {
    const std::string encrypted = encrypt("secret", "tests", {7}, "what was answered");
    for (std::size_t i = 0; i < encrypted.size(); ++i) {
        std::string changed = encrypted;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(decrypt("secret", "tests", changed)) << i;
    }
    for (std::size_t length = 0; length < encrypted.size(); ++length)
        EXPECT_FALSE(decrypt("secret", "tests", std::string_view(encrypted).substr(0, length))) << length;
}

}  // namespace
