// An HTTP/1.1 client for calling others: http and https, connections kept alive, everything bounded in time and size.
// Used by the workflow runner, by the sender of webhooks and by the command line. It follows no redirect, keeps no
// cookies, decodes no content coding, and sends what it is given.
//
// What goes wrong on the network is an answer of its kind (a NetworkError), never an exception.

#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "http/message.h"
#include "http/proxy.h"

namespace http {

struct NetworkError {
    enum class Kind {
        bad_request,  // cannot be sent: the URL is none, or a header would break the message
        resolve,      // the host's name has no address
        connect,      // nobody listens there, it cannot be reached, the proxy or the options do not let it through
        tls,          // no secure connection: the certificate is not trusted, or not of that host
        timeout,      // one of the options' timeouts, or the call's
        protocol,     // what came back is no HTTP, or ended too early
        too_large,    // what came back exceeds the options' limits
        cancelled,    // the Client was destroyed meanwhile
    };

    Kind kind;
    std::string detail;  // one sentence for a person: "could not connect to 127.0.0.1:1: Connection refused"
};

// A Response, whatever its status, or why there is none.
class Outcome {
public:
    Outcome(Response response) : state_(std::move(response)) {}
    Outcome(NetworkError error) : state_(std::move(error)) {}

    bool ok() const { return state_.index() == 0; }
    const Response& response() const& { return std::get<0>(state_); }
    Response&& response() && { return std::get<0>(std::move(state_)); }
    const NetworkError& error() const { return std::get<1>(state_); }

private:
    std::variant<Response, NetworkError> state_;
};

struct ClientOptions {
    unsigned threads = 1;
    const char* background_name = nullptr;  // its threads bear it and give way to others (core/thread_role.h)
    std::chrono::milliseconds connect_timeout{10'000};  // from the call to a connection (a secure one) that can be used
    std::chrono::milliseconds call_timeout{30'000};     // from the call to the last byte of the answer
    std::chrono::milliseconds idle_timeout{20'000};     // how long an unused connection is kept
    std::size_t idle_connections_max = 64;              // to each host and port; those in use are not limited
    std::size_t header_bytes_max = 64 * 1024;
    std::size_t body_bytes_max = 16 * 1024 * 1024;
    // Asked for each address before it is connected to, whether the URL names it or its host's name leads there: the
    // connection then goes to that very address. Empty: all are fine. Called on the client's threads.
    std::function<bool(const std::string& address, bool is_https)> may_connect = {};
    // Also requests whose method does not allow it are sent again on a new connection, where a kept one turned out to
    // have been closed: for those whom it does not matter if something arrives twice.
    bool repeats_all_methods = false;
    std::string ca_file = {};           // PEM; trusted in addition to what the system trusts
    std::string certificate_file = {};  // PEM, the chain behind it; shown to servers that ask who calls
    std::string key_file = {};          // PEM, without a passphrase; empty: the key stands in certificate_file
    Proxies proxies = {};
    std::string user_agent = "partnerd";
};

class Client {
public:
    // Throws std::runtime_error, with one sentence, when a file cannot be read, or a key is not its certificate's.
    explicit Client(ClientOptions = {});
    ~Client();  // cuts off all calls; their `done` are called before it returns (a name's lookup is waited for)
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Sends the request's method, headers and body to the URL (whose path and query are sent, not the request's target)
    // and reads the answer. Content-Length is added, and Host and User-Agent where they are not among the headers. The
    // headers of the answer are all that came; its content_type is also among them.
    //
    // A request is sent again only when its method allows that (RFC 9110 9.2.2), or the options do, and a connection
    // that had been kept alive turned out to have been closed by the other side.
    //
    // A timeout of zero: the options' call_timeout.
    Outcome send(const std::string& url, Request, std::chrono::milliseconds timeout = {});

    // The same without waiting; any number at once. done is called exactly once, on one of the client's threads (or in
    // its destructor); it must not throw, and must not wait for another call.
    void send_async(const std::string& url, Request, std::chrono::milliseconds timeout,
                    std::function<void(Outcome)> done);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace http
