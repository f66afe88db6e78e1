// A secure connection between a socket's bytes and those of HTTP: opens what has come, seals what is to be sent, and
// shakes hands on the way, without ever waiting. Bytes are taken from the socket in one piece and given to OpenSSL from
// memory, so that all that has come is seen in one turn. Used by http/connection.cc only.

#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "http/tls_identity.h"

struct ssl_st;  // OpenSSL's SSL

namespace http {

class TlsStream {
public:
    enum class State {
        open,         // go on
        would_block,  // nothing now
        ended,        // the other side has sent its last byte
        failed,       // nothing can be trusted from here on
    };
    struct Progress {
        std::size_t bytes = 0;
        State state = State::open;
    };

    // What is taken off the socket at a time: with a record that had come in part, it opens to less than read's `into`.
    static constexpr std::size_t sealed_bytes = 32 * 1024;
    static constexpr std::size_t opened_bytes_min = 64 * 1024;

    // The descriptor stays the caller's, and does not block.
    TlsStream(const TlsIdentity::Context&, int descriptor);
    ~TlsStream();
    TlsStream(const TlsStream&) = delete;

    // `into` has at least opened_bytes_min bytes; `scratch`, of sealed_bytes, is anybody's between two calls.
    Progress read(std::span<char> into, std::span<char> scratch);
    Progress write(std::string_view);

    bool wants_to_write() const { return wants_to_write_; }  // before it can read on: has something to say itself
    bool has_more() const { return wants_to_write_ || !held_.empty(); }  // read() again without waiting for bytes
    bool is_plain_http() const { return is_plain_http_; }                // failed since the client speaks HTTP in clear
    void send_unsealed(std::string_view);                                // to such a client, as far as it goes at once

    void end();  // tells the other side that this was the last byte (close_notify), as far as it goes at once

private:
    struct Wire;

    State state_after(int result);

    std::unique_ptr<Wire> wire_;
    ssl_st* ssl_;
    std::string held_;  // taken off the socket, and not yet OpenSSL's
    bool wants_to_write_ = false;
    bool is_plain_http_ = false;
    bool has_failed_ = false;
    bool has_ended_ = false;
};

}  // namespace http
