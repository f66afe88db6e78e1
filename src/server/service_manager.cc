#include "server/service_manager.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace service_manager {
namespace {

constexpr int first_descriptor = 3;  // sd_listen_fds(3): SD_LISTEN_FDS_START

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

bool is_listening_tcp_socket(int descriptor) {
    int type = 0, listens = 0;
    sockaddr_storage address{};
    socklen_t length = sizeof type, address_length = sizeof address;
    return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_STREAM &&
           getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) == 0 && listens == 1 &&
           getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &address_length) == 0 &&
           (address.ss_family == AF_INET || address.ss_family == AF_INET6);
}

// One datagram to the socket that NOTIFY_SOCKET names ('@': abstract). Whoever does not take it is none of our
// business.
void notify(std::string_view message) {
    const std::string path = variable("NOTIFY_SOCKET");
    sockaddr_un address{.sun_family = AF_UNIX};
    if (path.size() < 2 || path.size() >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@')) return;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (path[0] == '@') address.sun_path[0] = '\0';
    const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return;
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    (void)sendto(descriptor, message.data(), message.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
                 length);
    close(descriptor);
}

}  // namespace

std::optional<int> take_listening_socket() {
    const std::string process = variable("LISTEN_PID"), count = variable("LISTEN_FDS");
    for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) unsetenv(name);  // not for what this starts
    if (count.empty() || count == "0" || process != std::to_string(getpid())) return std::nullopt;
    if (count != "1")
        throw std::runtime_error(fmt::format("the service manager hands over {} sockets: one is expected", count));
    if (!is_listening_tcp_socket(first_descriptor))
        throw std::runtime_error("what the service manager hands over is no listening TCP socket");
    return first_descriptor;
}

void notify_ready(const std::string& status) { notify("READY=1\nSTATUS=" + status); }

// systemd wants to know since when the server reloads, so that it does not take an earlier READY for the answer.
void notify_reloading() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    notify(fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                       std::chrono::duration_cast<std::chrono::microseconds>(now).count()));
}

void notify_stopping() { notify("STOPPING=1\nSTATUS=finishing what has begun"); }

}  // namespace service_manager
