// A file descriptor kept back for the day when there are no more: with it the server can still take a connection, say
// that it cannot serve it, and go on. Used by server.cc only.

#pragma once

#include <string_view>

namespace http {

class ReserveDescriptor {
public:
    ReserveDescriptor() { take_back(); }
    ~ReserveDescriptor() { give(); }
    ReserveDescriptor(const ReserveDescriptor&) = delete;

    // Accepts one connection of that listening socket in its place, sends it the answer, and closes it. False: nobody
    // is there any more, or even the reserve is not to be had.
    bool answer_one(int listening, std::string_view answer);

private:
    void give();
    bool take_back();

    int descriptor_ = -1;
};

}  // namespace http
