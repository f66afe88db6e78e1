#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <atomic>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "http/client.h"
#include "http/server.h"
#include "http/tls_identity.h"
#include "tests/raw_client.h"
#include "tests/testing/certificate.h"
#include "tests/testing/temporary_folder.h"

namespace http {
namespace {

using namespace std::chrono_literals;

void echo_service(Request request, Reply reply) {
    Response response{.status = 200, .content_type = "text/plain", .body = request.target + " " + request.body};
    if (request.target == "/large") response.body.assign(4 * 1024 * 1024, 'x');
    if (request.target == "/last") response.connection = Connection::close;
    reply(std::move(response));
}

// A client of OpenSSL's own, which waits; every wait ends after 20 seconds.
class SecureClient {
public:
    struct Options {
        int version = TLS1_3_VERSION;
        std::string protocols = {};  // as ALPN writes them
    };

    SecureClient(std::uint16_t port, const Options& options) : fd_(connect_to(port)) {
        SSL_CTX_set_security_level(context_.get(), 0);
        SSL_CTX_set_min_proto_version(context_.get(), options.version);
        SSL_CTX_set_max_proto_version(context_.get(), options.version);
        ssl_.reset(SSL_new(context_.get()));
        SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(options.protocols.data()),
                            static_cast<unsigned>(options.protocols.size()));
        SSL_set_fd(ssl_.get(), fd_);
        is_connected_ = SSL_connect(ssl_.get()) == 1;
    }
    explicit SecureClient(std::uint16_t port) : SecureClient(port, Options{}) {}
    ~SecureClient() {
        ssl_.reset();
        ::close(fd_);
    }

    bool is_connected() const { return is_connected_; }
    SSL* ssl() { return ssl_.get(); }
    long serial() {
        const std::unique_ptr<X509, decltype(&X509_free)> shown(SSL_get1_peer_certificate(ssl_.get()), X509_free);
        return shown ? ASN1_INTEGER_get(X509_get0_serialNumber(shown.get())) : 0;
    }

    void send(const std::string& bytes) { SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())); }

    // Up to and with that text; what came, if it does not come.
    std::string read_until(const std::string& text) {
        char bytes[16 * 1024];
        while (received_.find(text) == std::string::npos) {
            const int count = SSL_read(ssl_.get(), bytes, sizeof bytes);
            if (count <= 0) return std::exchange(received_, {});
            received_.append(bytes, static_cast<std::size_t>(count));
        }
        const std::size_t end = received_.find(text) + text.size();
        std::string found = received_.substr(0, end);
        received_.erase(0, end);
        return found;
    }

    // Whether the server says that it ends, instead of just being gone.
    bool is_told_of_the_end() {
        char byte;
        const int count = SSL_read(ssl_.get(), &byte, 1);
        return count <= 0 && SSL_get_error(ssl_.get(), count) == SSL_ERROR_ZERO_RETURN;
    }

private:
    static int connect_to(std::uint16_t port) {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error("cannot connect");
        const timeval patience{20, 0};
        ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        return fd;
    }

    const int fd_;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, SSL_free};
    bool is_connected_ = false;
    std::string received_;
};

std::string get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n"; }

void copy(const std::string& from, const std::string& to) {
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
}

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

class TlsTest : public testing::Test {
protected:
    TlsTest() { show(first_); }

    void show(const Certificate& certificate) {
        copy(certificate.file, files_.certificate);
        copy(certificate.key_file, files_.key);
    }

    void start(ServerOptions options = {}) {
        auto loaded = TlsIdentity::load(files_, now_);
        ASSERT_TRUE(loaded.ok()) << loaded.error().detail;
        identity_ = std::move(loaded).value();
        options.threads = 2;
        options.tls = identity_;
        server_ = std::make_unique<Server>(options, echo_service);
        server_->start();
    }

    std::string url(const std::string& target) {
        return "https://127.0.0.1:" + std::to_string(server_->port()) + target;
    }

    // Why these files are not taken.
    std::string refusal() {
        const auto loaded = TlsIdentity::load(files_, now_);
        return loaded.ok() ? "" : loaded.error().detail;
    }

    const Certificate first_{"IP:127.0.0.1"};
    const Certificate second_{"IP:127.0.0.1"};
    const test::TemporaryFolder folder_;
    const TlsFiles files_{.certificate = folder_.file("certificate.pem"), .key = folder_.file("key.pem")};
    const std::time_t now_ = std::time(nullptr);
    std::shared_ptr<TlsIdentity> identity_;
    std::unique_ptr<Server> server_;
};

TEST_F(TlsTest, AnswersOverBothVersionsAndNoOlderOne) {
    start();
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        SecureClient client(server_->port(), {.version = version});
        ASSERT_TRUE(client.is_connected());
        EXPECT_EQ(SSL_version(client.ssl()), version);
        for (int i = 0; i < 3; ++i) {
            client.send(get("/" + std::to_string(i)));
            EXPECT_NE(client.read_until("/" + std::to_string(i) + " ").find("200 OK"), std::string::npos);
        }
    }
    EXPECT_FALSE(SecureClient(server_->port(), {.version = TLS1_1_VERSION}).is_connected());
}

TEST_F(TlsTest, ServesPipelinedRequestsInOrder) {
    start();
    SecureClient client(server_->port());
    std::string requests;
    for (int i = 0; i < 200; ++i) requests += get("/" + std::to_string(i));
    client.send(requests);
    for (int i = 0; i < 200; ++i) EXPECT_NE(client.read_until("\r\n\r\n/" + std::to_string(i) + " "), "");
}

TEST_F(TlsTest, TakesAndGivesWhatIsLargerThanAnyBuffer) {
    start();
    Client client({.ca_file = first_.file});
    const std::string body(900 * 1024, 'b');
    const Outcome up = client.send(url("/up"), {.method = Method::post, .method_name = "POST", .body = body});
    ASSERT_TRUE(up.ok()) << up.error().detail;
    EXPECT_EQ(up.response().body, "/up " + body);
    const Outcome down = client.send(url("/large"), {.method = Method::get, .method_name = "GET"});
    ASSERT_TRUE(down.ok()) << down.error().detail;
    EXPECT_EQ(down.response().body, std::string(4 * 1024 * 1024, 'x'));
}

TEST_F(TlsTest, ServesManyClientsAtOnce) {
    start();
    std::atomic<int> answered = 0;
    std::promise<void> all;
    constexpr int count = 200;
    std::atomic<int> done = 0;
    Client client({.threads = 2, .ca_file = first_.file});
    for (int i = 0; i < count; ++i)
        client.send_async(url("/x"), {.method = Method::get, .method_name = "GET"}, {}, [&](Outcome outcome) {
            answered += outcome.ok() && outcome.response().body == "/x ";
            if (++done == count) all.set_value();
        });
    ASSERT_EQ(all.get_future().wait_for(RawClient::patience), std::future_status::ready);
    EXPECT_EQ(answered, count);
}

TEST_F(TlsTest, SaysThatTheConnectionEnds) {
    start();
    SecureClient client(server_->port());
    client.send(get("/last"));
    EXPECT_NE(client.read_until("/last "), "");
    EXPECT_TRUE(client.is_told_of_the_end());
}

TEST_F(TlsTest, SpeaksHttp1AndNothingElse) {
    start();
    SecureClient either(server_->port(), {.protocols = "\x02h2\x08http/1.1"});
    ASSERT_TRUE(either.is_connected());
    const unsigned char* chosen = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(either.ssl(), &chosen, &length);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), length), "http/1.1");
    EXPECT_FALSE(SecureClient(server_->port(), {.protocols = "\x02h2"}).is_connected());
}

TEST_F(TlsTest, TellsWhoSpeaksInClear) {
    start();
    RawClient client(server_->port());
    client.send(get("/"));
    const RawClient::Answer answer = client.read_answer();
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, "Only https is answered here.\r\n");
}

TEST_F(TlsTest, LetsGoOfGarbageAndOfWhoSaysNothing) {
    start({.header_timeout = 1s});
    RawClient garbage(server_->port());
    garbage.send_some(std::string("\x16\x03\x01\xff\xff\x00\x01\x02", 8) + std::string(70'000, 'z'));
    RawClient silent(server_->port());
    RawClient half(server_->port());
    half.send(std::string("\x16\x03\x01\x00\xc0\x01", 6));
    EXPECT_TRUE(silent.is_closed_by_server());
    half.read_to_end();
    SecureClient client(server_->port());
    client.send(get("/still"));
    EXPECT_NE(client.read_until("/still "), "");
}

TEST_F(TlsTest, EndsWithoutCuttingAnybodyOff) {
    start({.drain_idle = 20ms});
    SecureClient client(server_->port());
    client.send(get("/a"));
    EXPECT_NE(client.read_until("/a "), "");
    EXPECT_TRUE(server_->drain(20s));
    EXPECT_TRUE(client.is_told_of_the_end());
}

TEST_F(TlsTest, ShowsANewCertificateToNewConnections) {
    start();
    SecureClient before(server_->port());
    EXPECT_EQ(before.serial(), first_.serial());
    EXPECT_FALSE(identity_->renew(now_).value());
    show(second_);
    EXPECT_TRUE(identity_->renew(now_).value());
    EXPECT_EQ(SecureClient(server_->port()).serial(), second_.serial());
    before.send(get("/before"));
    EXPECT_NE(before.read_until("/before "), "");
}

TEST_F(TlsTest, KeepsWhatItHasWhereTheNewOneIsNotFit) {
    start();
    const auto refusal = [this] {
        const auto renewed = identity_->renew(now_);
        return renewed.ok() ? "" : renewed.error().detail;
    };
    copy(second_.file, files_.certificate);
    EXPECT_EQ(refusal(), "the key in " + files_.key + " is not that of the certificate in " + files_.certificate);
    show(Certificate("IP:127.0.0.1", -60));
    EXPECT_NE(refusal().find("expired at "), std::string::npos);
    show(Certificate("IP:127.0.0.1", 3600, -1800));
    EXPECT_NE(refusal().find("is valid only from "), std::string::npos);
    std::filesystem::remove(files_.key);
    EXPECT_EQ(refusal(), files_.key + " cannot be read, or is empty");
    EXPECT_EQ(SecureClient(server_->port()).serial(), first_.serial());
}

TEST_F(TlsTest, ChangesTheKeysOfTicketsTwiceADay) {
    start();
    const auto context = identity_->context();
    EXPECT_FALSE(identity_->renew(now_ + 3600).value());
    EXPECT_EQ(identity_->context(), context);
    EXPECT_FALSE(identity_->renew(now_ + 13 * 3600).value());
    EXPECT_NE(identity_->context(), context);
}

TEST_F(TlsTest, LosesNobodyWhileCertificatesChange) {
    start();
    std::atomic<bool> is_over = false;
    std::atomic<int> failed = 0, served = 0;
    std::thread visitors([&] {
        while (!is_over || served == 0) {
            SecureClient client(server_->port());
            client.send(get("/v"));
            if (client.read_until("/v ").find("200 OK") == std::string::npos) ++failed;
            ++served;
        }
    });
    for (int i = 0; i < 200; ++i) {
        show(i % 2 == 0 ? second_ : first_);
        EXPECT_TRUE(identity_->renew(now_).ok());
    }
    is_over = true;
    visitors.join();
    EXPECT_EQ(failed, 0);
}

TEST_F(TlsTest, SaysWhatIsWrongWithTheFiles) {
    EXPECT_EQ(refusal(), "");
    write(files_.certificate, "no certificate\n");
    EXPECT_EQ(refusal(), files_.certificate + " does not begin with a certificate in PEM");
    write(files_.certificate, "");
    EXPECT_EQ(refusal(), files_.certificate + " cannot be read, or is empty");
    show(first_);
    write(files_.key, "no key\n");
    EXPECT_EQ(refusal(), files_.key + " holds no private key in PEM that can be read without a passphrase");
    show(first_);
    copy(second_.key_file, files_.key);
    EXPECT_EQ(refusal(), "the key in " + files_.key + " is not that of the certificate in " + files_.certificate);
    show(first_);
    std::ofstream(files_.certificate, std::ios::app)
        << "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    EXPECT_EQ(refusal(), files_.certificate + " has a certificate in it that cannot be read");
}

TEST_F(TlsTest, SendsTheChainBehindItsCertificate) {
    std::ifstream more(second_.file);
    std::ofstream(files_.certificate, std::ios::app) << more.rdbuf();
    start();
    SecureClient client(server_->port());
    EXPECT_EQ(sk_X509_num(SSL_get_peer_cert_chain(client.ssl())), 2);
}

TEST_F(TlsTest, TakesAnExpiredCertificateAtTheStart) {
    const Certificate expired("IP:127.0.0.1", -60);
    show(expired);
    start();
    EXPECT_NE(identity_->find_date_fault(now_).find("expired at "), std::string::npos);
    EXPECT_EQ(identity_->find_date_fault(now_ - 3600), "");
}

}  // namespace
}  // namespace http
