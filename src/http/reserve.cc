#include "http/reserve.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace http {

namespace {

void drop_what_has_come(int connection) {
    std::array<char, 16 * 1024> bytes;
    constexpr int pieces_max = 64;
    for (int i = 0; i < pieces_max && recv(connection, bytes.data(), bytes.size(), 0) > 0; ++i) {
    }
}

}  // namespace

bool ReserveDescriptor::answer_one(int listening, std::string_view answer) {
    if (descriptor_ < 0 && !take_back()) return false;
    give();
    const int connection = accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (connection < 0) {
        take_back();
        return false;
    }
    // What has come is read first: closing with unread bytes would take the answer back from whom it is for.
    drop_what_has_come(connection);
    [[maybe_unused]] const auto sent = send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
    shutdown(connection, SHUT_WR);
    drop_what_has_come(connection);
    close(connection);
    take_back();
    return true;
}

void ReserveDescriptor::give() {
    if (descriptor_ >= 0) close(std::exchange(descriptor_, -1));
}

bool ReserveDescriptor::take_back() {
    descriptor_ = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return descriptor_ >= 0;
}

}  // namespace http
