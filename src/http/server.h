// The HTTP/1.1 server: connections, parsing, limits, timeouts, pipelining, draining. Turns bytes into Request and Response
// into bytes, and decides nothing else: what cannot be read is handed to Options::refuse, so that the answer has the shape
// of the API that the caller meant. Used by server/ and by tests; never includes anything of the engine.
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

struct ServerOptions {
    std::string address = "127.0.0.1";  // IPv4 or IPv6 literal
    std::uint16_t port = 0;             // 0: any free one
    unsigned threads = 0;               // 0: one for each core

    std::size_t target_bytes_max = 8 * 1024;     // beyond: 414
    std::size_t header_bytes_max = 16 * 1024;    // request line and headers; beyond: 431
    std::size_t body_bytes_max = 1024 * 1024;    // beyond: 413
    std::size_t connections_max = 10'000;        // beyond: 503 and close

    std::chrono::milliseconds header_timeout{10'000};  // from the first byte (or the accept) to the end of the headers; 408
    std::chrono::milliseconds body_timeout{30'000};    // from there to the end of the body; 408
    std::chrono::milliseconds idle_timeout{75'000};    // between requests; closes without a word
    std::chrono::milliseconds write_timeout{30'000};   // to take the answer off our hands

    // Answers what could not be read as a request. The Request holds what had been read by then (perhaps nothing but a
    // target); status is 400, 408, 411, 413, 414, 431, 501, 503 or 505; detail is one sentence for a person.
    std::function<Response(const Request&, int status, std::string_view detail)> refuse;
};

class Server {
public:
    // Binds and listens; throws std::runtime_error with one clear sentence when it cannot ("127.0.0.1:8080 is in use").
    Server(ServerOptions, Service);
    ~Server();  // stops at once
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const;
    void start();  // serves on threads of its own, returns at once

    // Graceful end: accepts no more, closes idle connections, lets requests in flight be answered (with Connection: close)
    // for at most `patience`, then closes the rest. Blocks. Returns true when nothing had to be cut off.
    bool drain(std::chrono::milliseconds patience);

    // Runs fn on one of the server's threads after a delay (delays that a sandbox injects; never for waiting on work).
    void after(std::chrono::milliseconds delay, std::function<void()> fn);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace http
