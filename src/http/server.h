// The HTTP/1.1 server: connections, parsing, limits, timeouts, pipelining, draining. Turns bytes into Request and
// Response into bytes, and decides nothing else: what cannot be read is handed to Options::refuse, so that the answer
// has the shape of the API that the caller meant. Used by server/ and by tests; never includes anything of the engine.
// RFC 9110 and 9112 (HTTP), RFC 9110 10.1.1 (Expect: 100-continue).

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace http {

class TlsIdentity;

struct ServerOptions {
    std::string address = "127.0.0.1";  // IPv4 or IPv6 literal
    std::uint16_t port = 0;             // 0: any free one
    int listening_socket = -1;          // a descriptor to take over, which listens already, instead of the two above
    unsigned threads = 0;               // 0: one for each core

    // Absent: HTTP in clear. With it all connections are secure; whoever speaks in clear is told so and let go.
    std::shared_ptr<const TlsIdentity> tls = {};

    // What is read: see http/request_reader.h, also for what is refused.
    std::size_t target_bytes_max = 8 * 1024;   // beyond: 414
    std::size_t header_bytes_max = 16 * 1024;  // request line and headers; beyond: 431
    std::size_t body_bytes_max = 1024 * 1024;  // beyond: 413
    std::size_t connections_max = 10'000;      // beyond: 503 and close; far beyond: close
    std::size_t pipeline_max = 64;             // requests of one connection in the Service's hands; beyond: they wait

    // What all connections together may hold in memory (bodies that are being read or served, answers that nobody
    // takes). Beyond: 503 to whoever sends more than a little, and no patience with those who do not read.
    std::size_t held_bytes_max = 128 * 1024 * 1024;

    // Timeouts are counted in coarse ticks: they end up to a quarter late (at most two seconds), never early.
    std::chrono::milliseconds header_timeout{10'000};  // from the first byte of a request to the end of its headers;
                                                       // 408. From the accept to the first byte, with
                                                       // the handshake: closes without a word
    std::chrono::milliseconds body_timeout{30'000};    // from there to the end of the body; 408
    std::chrono::milliseconds idle_timeout{75'000};    // between requests; closes without a word
    std::chrono::milliseconds write_timeout{30'000};   // to take what we have to say off our hands; closes
    std::chrono::milliseconds drain_idle{1'000};  // that idle connections live on when the server ends, for a request
                                                  // that is on its way
    std::chrono::milliseconds linger_timeout{2'000};  // after the last answer, for the caller to have read it and close

    // Answers what could not be read as a request, and what the Service failed to answer (500: it threw, or let go of
    // its Reply). The Request holds what had been read by then: perhaps nothing, but its method and target as soon as
    // there was a request line, and remote_address always. status is 400, 408, 413, 414, 417, 431, 500, 501, 503 or
    // 505; detail is one sentence for a person. The connection is closed after it. Empty, or throws: a line of plain
    // text.
    std::function<Response(const Request&, int status, std::string_view detail)> refuse;

    // Is told, in one sentence, what is wrong with the machine (no more file descriptors: then a reserve is used to
    // answer 503) or the Service (it threw).
    std::function<void(std::string_view)> report;
};

class Server {
public:
    // Binds and listens; throws std::runtime_error with one clear sentence when it cannot ("127.0.0.1:8080 is in use").
    // The Service is called on the server's threads, several at once.
    Server(ServerOptions, Service);
    ~Server();  // stops at once; Replies that are still out there do nothing from then on
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const;
    std::size_t connections() const;  // that are open now
    void start();                     // serves on threads of its own, returns at once

    // Graceful end: accepts no more, lets requests in flight (also those of which a part has come, and those that come
    // over an idle connection within drain_idle) be answered, with Connection: close, for at most `patience`, then
    // closes the rest. Blocks; not to be called on the server's own threads. Returns true when nothing had to be cut
    // off.
    bool drain(std::chrono::milliseconds patience);

    // Runs fn on one of the server's threads after a delay (delays that a sandbox injects; never for waiting on work).
    // Not at all when the server ends before.
    void after(std::chrono::milliseconds delay, std::function<void()> fn);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace http
