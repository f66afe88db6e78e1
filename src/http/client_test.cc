#include "http/client.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/server.h"
#include "tests/raw_client.h"
#include "tests/testing/certificate.h"

namespace http {
namespace {

using namespace std::chrono_literals;
using Kind = NetworkError::Kind;

// Tells what was asked of it.
void echo_service(Request request, Reply reply) {
    Response response{.status = 201, .content_type = "text/plain", .headers = {{"X-Answer", "yes"}}};
    response.body = request.method_name + " " + request.target + "\n";
    for (const Header& header : request.headers) response.body += header.name + ": " + header.value + "\n";
    response.body += "\n" + request.body;
    reply(std::move(response));
}

std::string at(std::uint16_t port, const std::string& target = "/") {
    return "http://127.0.0.1:" + std::to_string(port) + target;
}

// A listening socket on any free port; accepts only when the test says so.
class Listener {
public:
    Listener() {
        fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd_, 16) != 0 ||
            ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
            throw std::runtime_error("cannot listen");
        port_ = ntohs(address.sin_port);
    }
    ~Listener() { ::close(fd_); }

    std::uint16_t port() const { return port_; }
    int accept() { return ::accept(fd_, nullptr, nullptr); }
    void stop() { ::shutdown(fd_, SHUT_RDWR); }  // accept() then fails

private:
    int fd_ = -1;
    std::uint16_t port_ = 0;
};

// Answers each request with the next of its scripts, byte for byte, and closes after the last, or where a script says
// so.
class ScriptedServer {
public:
    explicit ScriptedServer(std::vector<std::string> scripts) : scripts_(std::move(scripts)) {
        thread_ = std::thread([this] { run(); });
    }
    ~ScriptedServer() {  // every Client has to end before
        listener_.stop();
        thread_.join();
    }

    std::uint16_t port() const { return listener_.port(); }
    int connections() const { return connections_; }
    static constexpr const char* close_after = "(close)";

private:
    void run() {
        std::size_t next = 0;
        while (next < scripts_.size()) {
            const int fd = listener_.accept();
            if (fd < 0) return;
            ++connections_;
            std::string received;
            for (bool is_open = true; is_open && next < scripts_.size();) {
                char bytes[4096];
                const ssize_t count = ::recv(fd, bytes, sizeof bytes, 0);
                if (count <= 0) break;
                received.append(bytes, static_cast<std::size_t>(count));
                if (received.find("\r\n\r\n") == std::string::npos) continue;
                received.clear();
                std::string script = scripts_[next++];
                const auto mark = script.find(close_after);
                is_open = mark == std::string::npos;
                script.resize(std::min(mark, script.size()));
                ::send(fd, script.data(), script.size(), MSG_NOSIGNAL);
            }
            ::close(fd);
        }
    }

    Listener listener_;
    std::vector<std::string> scripts_;
    std::atomic<int> connections_ = 0;
    std::thread thread_;
};

TEST(Client, SendsARequestAndReadsTheAnswer) {
    Server server({}, echo_service);
    server.start();
    Client client;
    const Outcome outcome = client.send(at(server.port(), "/a?b#c"),
                                        {.method = Method::post, .headers = {{"X-One", "1"}}, .body = "hello"});
    ASSERT_TRUE(outcome.ok()) << outcome.error().detail;
    EXPECT_EQ(outcome.response().status, 201);
    EXPECT_EQ(outcome.response().content_type, "text/plain");
    EXPECT_EQ(*outcome.response().headers.find("x-answer"), "yes");
    EXPECT_EQ(outcome.response().body, "POST /a?b\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                                           "\nUser-Agent: partnerd\nX-One: 1\nContent-Length: 5\n\nhello");
}

TEST(Client, LetsTheRequestSayItsHostAndItsMethod) {
    Server server({}, echo_service);
    server.start();
    Client client;
    const Outcome outcome = client.send(
        at(server.port()),
        {.method_name = "BREW",
         .headers = {{"Host", "h"}, {"User-Agent", "u"}, {"Content-Length", "7"}, {"Connection", "close"}}});
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(outcome.response().body, "BREW /\nHost: h\nUser-Agent: u\n\n");
}

TEST(Client, ReadsTheAnswerToHeadWithoutABody) {
    Server server({}, echo_service);
    server.start();
    Client client;
    for (int i = 0; i < 2; ++i) {
        const Outcome outcome = client.send(at(server.port()), {.method = Method::head});
        ASSERT_TRUE(outcome.ok());
        EXPECT_EQ(outcome.response().body, "");
        EXPECT_NE(*outcome.response().headers.find("Content-Length"), "0");
    }
}

TEST(Client, SendsAndReadsLargeBodies) {
    Server server({.body_bytes_max = 8 << 20},
                  [](Request request, Reply reply) { reply({.body = std::move(request.body)}); });
    server.start();
    Client client;
    const std::string body(5 << 20, 'x');
    const Outcome outcome = client.send(at(server.port()), {.method = Method::post, .body = body});
    ASSERT_TRUE(outcome.ok()) << outcome.error().detail;
    EXPECT_EQ(outcome.response().body, body);
}

TEST(Client, ReadsARefusalOfABodyThatIsStillBeingSent) {
    Server server({.body_bytes_max = 10}, echo_service);
    server.start();
    Client client;
    const Outcome outcome = client.send(at(server.port()), {.method = Method::post, .body = std::string(8 << 20, 'x')});
    ASSERT_TRUE(outcome.ok()) << outcome.error().detail;
    EXPECT_EQ(outcome.response().status, 413);
}

TEST(Client, KeepsConnectionsForTheNextCall) {
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    ScriptedServer server(
        {answer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", answer});
    Client client;
    for (int i = 0; i < 3; ++i) {
        const Outcome outcome = client.send(at(server.port()), {.method = Method::post});
        ASSERT_TRUE(outcome.ok()) << outcome.error().detail;
        EXPECT_EQ(outcome.response().body, "ok");
    }
    EXPECT_EQ(server.connections(), 1);
}

TEST(Client, OpensANewConnectionWhereTheOldOneIsOfNoUse) {
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    ScriptedServer server(
        {answer + ScriptedServer::close_after,                                    // closed without a word
         "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",   // closed as announced
         "HTTP/1.1 200 OK\r\n\r\nok" + std::string(ScriptedServer::close_after),  // the end is the length
         answer + "HTTP/1.1 200 OK\r\n",                                          // says more than asked
         "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", answer});
    Client client;
    for (int i = 0; i < 6; ++i) {
        const Outcome outcome = client.send(at(server.port()), {.method = Method::get});
        ASSERT_TRUE(outcome.ok()) << i << ": " << outcome.error().detail;
        EXPECT_EQ(outcome.response().body, "ok");
    }
    EXPECT_EQ(server.connections(), 6);
}

TEST(Client, RepeatsACallOnAStaleConnectionOnlyWhereTheMethodAllowsIt) {
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    const std::string closes = ScriptedServer::close_after;
    ScriptedServer server({answer, closes, answer, closes});
    Client client;
    EXPECT_TRUE(client.send(at(server.port()), {}).ok());
    EXPECT_TRUE(client.send(at(server.port()), {}).ok());  // the second connection answers it
    EXPECT_EQ(server.connections(), 2);
    const Outcome outcome = client.send(at(server.port()), {.method = Method::post});
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().kind, Kind::protocol);
    EXPECT_EQ(outcome.error().detail,
              "127.0.0.1:" + std::to_string(server.port()) + " closed the connection without an answer");
    EXPECT_EQ(server.connections(), 2);
}

TEST(Client, SkipsInterimAnswers) {
    ScriptedServer server(
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"});
    Client client;
    const Outcome outcome = client.send(at(server.port()), {});
    ASSERT_TRUE(outcome.ok()) << outcome.error().detail;
    EXPECT_EQ(outcome.response().status, 204);
}

TEST(Client, SaysWhatIsWrongWithAnAnswer) {
    struct Row {
        std::string script;
        Kind kind;
        std::string detail;
    };
    const std::string closes = ScriptedServer::close_after;
    std::string endless;
    for (int i = 0; i < 20; ++i) endless += "HTTP/1.1 100 Continue\r\n\r\n";
    const std::vector<Row> rows = {
        {closes, Kind::protocol, " closed the connection without an answer"},
        {"HTTP/1.1 200 OK\r\nContent-Le" + closes, Kind::protocol,
         " closed the connection in the middle of its answer"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok" + closes, Kind::protocol,
         " closed the connection in the middle of its answer"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n" + closes, Kind::protocol,
         " closed the connection in the middle of its answer"},
        {"SSH-2.0-OpenSSH_9.2\r\n" + closes, Kind::protocol, " did not answer in HTTP: "},
        {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n" + closes, Kind::protocol, " did not answer in HTTP: "},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n" + closes, Kind::protocol,
         " did not answer in HTTP: "},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx" + closes, Kind::protocol,
         " answered in an unknown transfer coding"},
        {"HTTP/1.1 101 Switching Protocols\r\n\r\n" + closes, Kind::protocol, " answered with 101"},
        {endless + closes, Kind::protocol, " answered with 100"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + closes, Kind::too_large, " is larger than 100 bytes"},
        {"HTTP/1.1 200 OK\r\n\r\n" + std::string(101, 'x') + closes, Kind::too_large, " is larger than 100 bytes"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + closes, Kind::too_large,
         " is larger than 100 bytes"},
        {"HTTP/1.1 200 OK\r\nX: " + std::string(2000, 'x') + "\r\n\r\n" + closes, Kind::too_large,
         " are larger than 1000 bytes"},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(row.script.substr(0, 60));
        ScriptedServer server({row.script});
        Client client({.header_bytes_max = 1000, .body_bytes_max = 100});
        const Outcome outcome = client.send(at(server.port()), {});
        ASSERT_FALSE(outcome.ok());
        EXPECT_EQ(outcome.error().kind, row.kind);
        EXPECT_NE(outcome.error().detail.find("127.0.0.1:" + std::to_string(server.port())), std::string::npos);
        EXPECT_NE(outcome.error().detail.find(row.detail), std::string::npos) << outcome.error().detail;
    }
}

TEST(Client, SaysWhatCannotBeSent) {
    Client client;
    const auto error = [&](const std::string& url, Request request) {
        const Outcome outcome = client.send(url, std::move(request));
        EXPECT_FALSE(outcome.ok());
        EXPECT_EQ(outcome.error().kind, Kind::bad_request);
        return outcome.error().detail;
    };
    EXPECT_EQ(error("gopher://h", {}), "\"gopher://h\" is not an http or https URL");
    EXPECT_EQ(error("http://h", {.method_name = "A B"}), "the method is no HTTP method");
    EXPECT_EQ(error("http://h", {.headers = {{"X", "y\r\nZ: 1"}}}),
              "the value of the header X has a control character");
    EXPECT_EQ(error("http://h", {.headers = {{"X Y", "z"}}}), "\"X Y\" cannot be a header's name");
}

TEST(Client, SaysThatNobodyListens) {
    std::uint16_t port = 0;
    {
        Listener listener;
        port = listener.port();
    }
    Client client;
    const Outcome outcome = client.send(at(port), {});
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().kind, Kind::connect);
    EXPECT_EQ(outcome.error().detail,
              "could not connect to 127.0.0.1:" + std::to_string(port) + ": Connection refused");
}

TEST(Client, SaysThatAHostHasNoAddress) {
    Client client;
    const Outcome outcome = client.send("http://" + std::string(300, 'a') + "/", {});  // too long for any resolver
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().kind, Kind::resolve);
    EXPECT_NE(outcome.error().detail.find("could not resolve aaa"), std::string::npos);
}

TEST(Client, ResolvesNames) {
    Server server({}, echo_service);
    server.start();
    Client client;
    const Outcome outcome = client.send("http://localhost:" + std::to_string(server.port()) + "/", {});
    ASSERT_TRUE(outcome.ok()) << outcome.error().detail;
}

TEST(Client, WaitsNoLongerThanItMay) {
    Listener silent;  // the kernel accepts, nobody answers
    Client client;
    const Outcome outcome = client.send(at(silent.port()), {}, 40ms);
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().kind, Kind::timeout);
    EXPECT_EQ(outcome.error().detail, "127.0.0.1:" + std::to_string(silent.port()) + " did not answer within 40 ms");

    Client by_default({.call_timeout = 30ms});
    EXPECT_EQ(by_default.send(at(silent.port()), {}).error().kind, Kind::timeout);
    Client secure({.connect_timeout = 30ms});
    const Outcome handshake = secure.send("https://127.0.0.1:" + std::to_string(silent.port()), {});
    EXPECT_EQ(handshake.error().kind, Kind::timeout);
    EXPECT_EQ(handshake.error().detail,
              "could not connect to 127.0.0.1:" + std::to_string(silent.port()) + " within 30 ms");
}

TEST(Client, WaitsNoLongerForTheRestOfAnAnswer) {
    ScriptedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome", "never sent"});
    Client client;
    const Outcome outcome = client.send(at(server.port()), {}, 50ms);
    EXPECT_EQ(outcome.error().kind, Kind::timeout);
}

TEST(Client, MakesManyCallsAtOnce) {
    std::atomic<int> at_once = 0, most = 0;
    Server* pointer = nullptr;
    Server server({.threads = 2}, [&](Request request, Reply reply) {
        most = std::max<int>(most, ++at_once);
        pointer->after(5ms, [&, reply, target = request.target] {
            --at_once;
            reply({.body = target});
        });
    });
    pointer = &server;
    server.start();
    Client client({.threads = 2});
    std::mutex mutex;
    std::condition_variable all_done;
    int done = 0;
    for (int i = 0; i < 300; ++i) {
        const std::string target = "/" + std::to_string(i);
        client.send_async(at(server.port(), target), {}, {}, [&, target](Outcome outcome) {
            EXPECT_EQ(outcome.ok() ? outcome.response().body : outcome.error().detail, target);
            const std::lock_guard lock(mutex);
            ++done;
            all_done.notify_all();
        });
    }
    std::unique_lock lock(mutex);
    EXPECT_TRUE(all_done.wait_for(lock, RawClient::patience, [&] { return done == 300; }));
    EXPECT_GT(most, 10);
}

TEST(Client, CutsOffItsCallsWhenItEnds) {
    Listener silent;
    std::atomic<int> cut_off = 0;
    {
        Client client({.threads = 2});
        for (int i = 0; i < 10; ++i)
            client.send_async(i % 2 ? at(silent.port()) : "no url", {}, {},
                              [&](Outcome outcome) { cut_off += !outcome.ok(); });
    }
    EXPECT_EQ(cut_off, 10);
}

// Secure connections.

// Answers every request on every secure connection with "secret"; one connection at a time.
class SecureServer {
public:
    explicit SecureServer(const Certificate& certificate) {
        SSL_CTX_use_certificate(context_.get(), certificate.x509.get());
        SSL_CTX_use_PrivateKey(context_.get(), certificate.key.get());
        SSL_CTX_set_tlsext_servername_callback(context_.get(), &SecureServer::note_name);
        SSL_CTX_set_tlsext_servername_arg(context_.get(), this);
        thread_ = std::thread([this] { run(); });
    }
    ~SecureServer() {
        listener_.stop();
        thread_.join();
    }

    std::uint16_t port() const { return listener_.port(); }
    int connections() const { return connections_; }
    std::string name() {
        const std::lock_guard lock(mutex_);
        return name_;
    }

private:
    static int note_name(SSL* ssl, int*, void* self) {
        const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
        const std::lock_guard lock(static_cast<SecureServer*>(self)->mutex_);
        static_cast<SecureServer*>(self)->name_ = name == nullptr ? "" : name;
        return SSL_TLSEXT_ERR_OK;
    }

    void run() {
        for (int fd = listener_.accept(); fd >= 0; fd = listener_.accept()) {
            ++connections_;
            const timeval patience{20, 0};
            ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
            SSL* const ssl = SSL_new(context_.get());
            SSL_set_fd(ssl, fd);
            char bytes[4096];
            if (SSL_accept(ssl) == 1) {
                const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";
                while (SSL_read(ssl, bytes, sizeof bytes) > 0)
                    SSL_write(ssl, answer.data(), static_cast<int>(answer.size()));
            }
            SSL_free(ssl);
            ::close(fd);
        }
    }

    Listener listener_;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
    std::atomic<int> connections_ = 0;
    std::mutex mutex_;
    std::string name_;
    std::thread thread_;
};

TEST(SecureClient, TrustsACertificateThatItWasGiven) {
    const Certificate certificate("DNS:localhost,IP:127.0.0.1");
    SecureServer server(certificate);
    {
        Client client({.ca_file = certificate.file});
        for (int i = 0; i < 3; ++i) {
            const Outcome outcome = client.send("https://localhost:" + std::to_string(server.port()), {});
            ASSERT_TRUE(outcome.ok()) << outcome.error().detail;
            EXPECT_EQ(outcome.response().body, "secret");
        }
    }
    EXPECT_EQ(server.connections(), 1);
    EXPECT_EQ(server.name(), "localhost");
    Client client({.ca_file = certificate.file});
    const Outcome outcome = client.send("https://127.0.0.1:" + std::to_string(server.port()), {});
    ASSERT_TRUE(outcome.ok()) << outcome.error().detail;
}

std::string tls_error_of(const Certificate& certificate, const std::string& ca_file) {
    SecureServer server(certificate);
    Client client({.ca_file = ca_file});
    const Outcome outcome = client.send("https://localhost:" + std::to_string(server.port()), {});
    if (outcome.ok()) return "no error";
    EXPECT_EQ(outcome.error().kind, Kind::tls);
    return outcome.error().detail.substr(outcome.error().detail.find(": ") + 2);
}

TEST(SecureClient, TrustsNoOther) {
    const Certificate certificate("DNS:localhost");
    const Certificate other_name("DNS:example.com,IP:127.0.0.1");
    const Certificate expired("DNS:localhost", -3600);
    EXPECT_EQ(tls_error_of(certificate, ""), "self-signed certificate");
    EXPECT_EQ(tls_error_of(certificate, other_name.file), "self-signed certificate");
    EXPECT_EQ(tls_error_of(other_name, other_name.file), "hostname mismatch");
    EXPECT_EQ(tls_error_of(expired, expired.file), "certificate has expired");
}

TEST(SecureClient, SaysThatTheOtherSideDoesNotSpeakTls) {
    Server server({}, echo_service);
    server.start();
    Client client;
    const Outcome outcome = client.send("https://127.0.0.1:" + std::to_string(server.port()), {});
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().kind, Kind::tls);
    EXPECT_NE(outcome.error().detail.find("wrong version number"), std::string::npos) << outcome.error().detail;
}

TEST(SecureClient, RefusesAFileWithoutCertificates) {
    EXPECT_THROW(Client({.ca_file = "/nonexistent/ca.pem"}), std::runtime_error);
}

TEST(HttpClient, ConnectsOnlyToAddressesThatMayBeConnectedTo) {
    Listener listener;
    std::mutex mutex;
    std::vector<std::string> asked;
    ClientOptions options;
    options.may_connect = [&](const std::string& address, bool is_https) {
        const std::lock_guard lock(mutex);
        asked.push_back(address + (is_https ? " https" : " http"));
        return false;
    };
    Client client(options);
    const std::string port = std::to_string(listener.port());
    for (const std::string& url : {"http://127.0.0.1:" + port, "http://localhost:" + port, "http://2130706433:" + port,
                                   "https://0x7f.1:" + port}) {
        const Outcome outcome = client.send(url, {.method = Method::get});
        ASSERT_FALSE(outcome.ok()) << url;
        EXPECT_EQ(outcome.error().kind, Kind::connect) << url;
        EXPECT_NE(outcome.error().detail.find("nothing may be sent"), std::string::npos) << outcome.error().detail;
    }
    const std::lock_guard lock(mutex);
    for (const std::string& address : asked)
        EXPECT_TRUE(address.starts_with("127.") || address.starts_with("::1")) << address;
    EXPECT_GE(asked.size(), 4u);
    EXPECT_EQ(asked.back(), "127.0.0.1 https");
}

TEST(HttpClient, RepeatsAPostOnlyWhereItIsSaidThatThisDoesNoHarm) {
    const std::string answer = "HTTP/1.1 204 No Content\r\n\r\n";
    for (const bool repeats : {false, true}) {
        ScriptedServer server({answer, ScriptedServer::close_after, answer});
        ClientOptions options;
        options.repeats_all_methods = repeats;
        Client client(options);
        ASSERT_TRUE(client.send(at(server.port()), {.method = Method::post}).ok());
        EXPECT_EQ(client.send(at(server.port()), {.method = Method::post}).ok(), repeats);
    }
}

}  // namespace
}  // namespace http
