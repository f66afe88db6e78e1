// The part of the server that reads: bytes in, requests or one refusal out. Strict on purpose: two readers that
// disagree about where a request ends let one caller's bytes become another's request, so whatever could be read in two
// ways is refused. Used by http/server.cc, by tests and by a fuzz target; knows no socket, no clock and no answer. RFC
// 9112 (HTTP/1.1), RFC 9110 10.1.1 (Expect).

#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "http/message.h"

namespace http {

struct RequestLimits {
    std::size_t target_bytes_max = 8 * 1024;   // beyond: 414
    std::size_t header_bytes_max = 16 * 1024;  // request line and headers, or a chunked body's trailers; beyond: 431
    std::size_t header_count_max = 128;        // beyond: 431
    std::size_t body_bytes_max = 1024 * 1024;  // beyond: 413, by Content-Length before the first byte of it
};

class RequestReader {
public:
    enum class Step {
        need_more,       // all bytes have been taken, and do not make a request yet
        wants_continue,  // once a request, before its body: the client waits for 100 Continue
        complete,        // a request: take() it; the rest of the bytes belongs to the next one
        refused,         // the end: see refusal(); no further byte can be trusted
    };

    enum class Phase { between, headers, body };  // between: not a byte of the next request has come

    struct Refusal {
        int status = 400;
        std::string_view detail = {};  // one sentence for a person; static
    };

    explicit RequestReader(RequestLimits);
    ~RequestReader();
    RequestReader(const RequestReader&) = delete;
    RequestReader& operator=(const RequestReader&) = delete;

    // Takes bytes off the front. Call again with what is left, or with more. Not to be called after refused.
    //
    // A request without Content-Length and Transfer-Encoding has an empty body, whatever its method (so never 411).
    // Trailers are checked and dropped.
    //
    // 400: whatever is not HTTP; a line that ends in a bare LF; a CR, NUL or other control character; a folded header
    // or
    //      a blank before a header's colon; no Host, two, or one that is none; a target that is neither a path nor an
    //      http URL (nor * of OPTIONS), or not ASCII; Content-Length twice, with Transfer-Encoding, or anything but
    //      digits right up to the line's end; Transfer-Encoding twice, in HTTP/1.0, or with chunked anywhere but last;
    //      a malformed chunk, or a chunk's line beyond 256 bytes
    // 413, 414, 431: the limits
    // 417: an Expect other than 100-continue
    // 501: a Transfer-Encoding other than chunked
    // 505: a version other than HTTP/1.0 and HTTP/1.1
    Step read(std::string_view& bytes);

    Phase phase() const;
    std::size_t held_bytes() const;  // of the present request
    const Refusal& refusal() const;

    // What has been read of the present request: its method and target as soon as its first line has been understood.
    const Request& request() const;

    // After complete, and before take().
    bool keep_alive() const;   // the client allows another request after this one
    bool is_http_1_0() const;  // it then expects to be told of keep-alive

    Request take();  // after complete; makes ready for the next request

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace http
