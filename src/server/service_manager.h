// What a service manager (systemd) and the server tell each other: the socket that it holds for the server between two
// starts, so that nobody is refused meanwhile, and the server's state. Does nothing where there is no service manager.
// Follows sd_listen_fds(3) and sd_notify(3), whose library would bring six more.

#pragma once

#include <optional>
#include <string>

namespace service_manager {

// The listening socket that was handed over, and the server's from then on; absent: none was, so it opens its own.
// Throws std::runtime_error with one sentence when what was handed over is no listening TCP socket, or is more than
// one.
std::optional<int> take_listening_socket();

void notify_ready(const std::string& status);
void notify_reloading();  // until notify_ready()
void notify_stopping();

}  // namespace service_manager
