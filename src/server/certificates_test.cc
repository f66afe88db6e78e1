#include "server/certificates.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/testing/certificate.h"
#include "tests/testing/temporary_folder.h"

namespace {

class CertificatesTest : public testing::Test {
protected:
    void show(const Certificate& certificate) {
        constexpr auto overwrite = std::filesystem::copy_options::overwrite_existing;
        std::filesystem::copy_file(certificate.file, config_.tls_certificate, overwrite);
        std::filesystem::copy_file(certificate.key_file, config_.tls_key, overwrite);
    }

    Result<std::unique_ptr<Certificates>> load() {
        return Certificates::load(config_,
                                  {.info = [this](std::string_view sentence) { said_.emplace_back(sentence); },
                                   .warning = [this](std::string_view sentence) { warned_.emplace_back(sentence); }},
                                  [this] { return now_; });
    }

    CertificatesTest() {
        config_.tls_certificate = folder_.file("certificate.pem");
        config_.tls_key = folder_.file("key.pem");
    }

    const test::TemporaryFolder folder_;
    Config config_;
    std::time_t now_ = std::time(nullptr);
    std::vector<std::string> said_, warned_;
};

TEST_F(CertificatesTest, AreNoneWhereNoneAreNamed) {
    config_ = {};
    const auto certificates = load();
    ASSERT_TRUE(certificates.ok());
    EXPECT_EQ(certificates.value()->main(), nullptr);
    EXPECT_EQ(certificates.value()->operations(), nullptr);
    EXPECT_EQ(certificates.value()->first_not_after(), 0);
}

TEST_F(CertificatesTest, AreNotGuessed) {
    const auto certificates = load();
    ASSERT_FALSE(certificates.ok());
    EXPECT_EQ(certificates.error().detail, config_.tls_certificate + " cannot be read, or is empty");
}

TEST_F(CertificatesTest, AreReplacedByWhatTheFilesHold) {
    const Certificate first("DNS:a"), second("DNS:a", 7200);
    show(first);
    const auto certificates = load();
    ASSERT_TRUE(certificates.ok());
    const std::time_t not_after = certificates.value()->first_not_after();
    certificates.value()->look(false);
    EXPECT_EQ(said_, std::vector<std::string>{});
    show(second);
    certificates.value()->look(false);
    EXPECT_EQ(said_, std::vector{config_.tls_certificate + " has been read, and is shown from now on"});
    EXPECT_GT(certificates.value()->first_not_after(), not_after + 1800);
}

TEST_F(CertificatesTest, StayWhereHalfOfThemHasBeenReplacedAndThatIsSaidOnce) {
    const Certificate first("DNS:a"), second("DNS:a");
    show(first);
    const auto certificates = load();
    ASSERT_TRUE(certificates.ok());
    std::filesystem::copy_file(second.file, config_.tls_certificate, std::filesystem::copy_options::overwrite_existing);
    certificates.value()->look(false);
    EXPECT_EQ(warned_.size(), 0u);  // the other half may be on its way
    certificates.value()->look(false);
    certificates.value()->look(false);
    EXPECT_EQ(warned_, std::vector{"the certificate stays as it was: the key in " + config_.tls_key +
                                   " is not that of the certificate in " + config_.tls_certificate});
    show(second);
    certificates.value()->look(false);
    EXPECT_EQ(said_.size(), 1u);
    EXPECT_EQ(warned_.size(), 1u);
}

TEST_F(CertificatesTest, AreJudgedAtOnceWhereSomebodySaysThatTheyAreComplete) {
    const Certificate first("DNS:a");
    show(first);
    const auto certificates = load();
    ASSERT_TRUE(certificates.ok());
    std::ofstream(config_.tls_key) << "nothing";
    certificates.value()->look(true);
    EXPECT_EQ(warned_.size(), 1u);
    certificates.value()->look(false);
    EXPECT_EQ(warned_.size(), 1u);
    certificates.value()->look(true);
    EXPECT_EQ(warned_.size(), 2u) << "who asks again is answered again";
}

TEST_F(CertificatesTest, StayWhereTheKeyIsGone) {
    const Certificate first("DNS:a");
    show(first);
    const auto certificates = load();
    ASSERT_TRUE(certificates.ok());
    const auto context = certificates.value()->main()->context();
    std::filesystem::remove(config_.tls_key);
    certificates.value()->look(true);
    EXPECT_EQ(warned_,
              std::vector{"the certificate stays as it was: " + config_.tls_key + " cannot be read, or is empty"});
    certificates.value()->look(false);
    EXPECT_EQ(warned_.size(), 1u);
    EXPECT_EQ(certificates.value()->main()->context(), context);
}

TEST_F(CertificatesTest, GetNewTicketKeysTwiceADay) {
    const Certificate first("DNS:a", 48 * 3600);
    show(first);
    const auto certificates = load();
    ASSERT_TRUE(certificates.ok());
    const auto context = certificates.value()->main()->context();
    certificates.value()->look(false);
    EXPECT_EQ(certificates.value()->main()->context(), context);
    now_ += 12 * 3600;
    certificates.value()->look(false);
    EXPECT_NE(certificates.value()->main()->context(), context);
    EXPECT_EQ(said_, std::vector<std::string>{}) << "the certificate is the same";
    EXPECT_EQ(warned_, std::vector<std::string>{});
}

TEST_F(CertificatesTest, SayAFaultAgainThatHasComeBack) {
    const Certificate first("DNS:a");
    show(first);
    const auto certificates = load();
    ASSERT_TRUE(certificates.ok());
    for (std::size_t times = 1; times <= 2; ++times) {
        std::ofstream(config_.tls_key) << "nothing";
        for (int i = 0; i < 3; ++i) certificates.value()->look(false);
        EXPECT_EQ(warned_.size(), times);
        show(first);
        certificates.value()->look(false);
    }
    EXPECT_EQ(said_, std::vector<std::string>{}) << "the certificate is the same";
}

TEST_F(CertificatesTest, AreShownEvenExpiredAtTheStart) {
    const Certificate expired("DNS:a", -60);
    show(expired);
    const auto certificates = load();
    ASSERT_TRUE(certificates.ok());
    ASSERT_EQ(warned_.size(), 1u);
    EXPECT_NE(warned_[0].find("expired at "), std::string::npos);
}

}  // namespace
