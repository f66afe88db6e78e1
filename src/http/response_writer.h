// The bytes of an answer: appends a Response to what is about to be sent. Used by http/server.cc; knows no socket.
// RFC 9112 4 to 6, RFC 9110 8.6 (Content-Length), 6.6.1 (Date).

#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "http/message.h"

namespace http {

struct Framing {
    bool is_head = false;     // the answer to HEAD: all headers, no body
    bool close = false;       // "Connection: close"
    bool keep_alive = false;  // "Connection: keep-alive", which HTTP/1.0 wants to be told
};

void append_response(std::string& out, const Response&, Framing, std::string_view date);

// "Sun, 06 Nov 1994 08:49:37 GMT", made once a second. One for each thread.
class DateHeader {
public:
    std::string_view now();

private:
    std::time_t second_ = -1;
    std::string text_;
};

}  // namespace http
