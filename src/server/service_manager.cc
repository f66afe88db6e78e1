#include "server/service_manager.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include <stdexcept>

namespace service_manager {

std::optional<int> take_listening_socket() {
    const int count = sd_listen_fds(1);  // what this program starts does not inherit them
    if (count < 0) throw std::runtime_error("the sockets that the service manager hands over cannot be taken");
    if (count == 0) return std::nullopt;
    if (count > 1)
        throw std::runtime_error(fmt::format("the service manager hands over {} sockets: one is expected", count));
    if (sd_is_socket(SD_LISTEN_FDS_START, AF_UNSPEC, SOCK_STREAM, 1) <= 0 ||
        sd_is_socket(SD_LISTEN_FDS_START, AF_UNIX, SOCK_STREAM, 1) > 0)
        throw std::runtime_error("what the service manager hands over is no listening TCP socket");
    return SD_LISTEN_FDS_START;
}

void notify_ready(const std::string& status) { sd_notify(0, ("READY=1\nSTATUS=" + status).c_str()); }

// systemd wants to know from when on the server reloads, so that it does not take an earlier READY for the answer.
void notify_reloading() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const long long microseconds = now.tv_sec * 1'000'000LL + now.tv_nsec / 1'000;
    sd_notify(0, fmt::format("RELOADING=1\nMONOTONIC_USEC={}", microseconds).c_str());
}

void notify_stopping() { sd_notify(0, "STOPPING=1\nSTATUS=finishing what has begun"); }

}  // namespace service_manager
