#include "tests/testing/cutting_proxy.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <utility>
#include <vector>

namespace test {
namespace {

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) throw std::runtime_error("the socket's path is too long");
    std::memcpy(address.sun_path, path.c_str(), path.size());
    return address;
}

int open_socket() { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }

// One connection; -1: closed.
struct Pair {
    int client;
    int server;
    bool is_held = false;

    void close_both() {
        close(client);
        close(server);
        client = server = -1;
    }
};

bool send_all(int to, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace

CuttingProxy::CuttingProxy(std::string server_socket, Judge judge)
    : server_socket_(std::move(server_socket)), judge_(std::move(judge)), listener_(open_socket()) {
    const sockaddr_un address = address_of(folder_.file(".s.PGSQL.5432"));
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(listener_, 64) != 0)
        throw std::runtime_error("the proxy cannot listen");
    thread_ = std::thread([this] { loop(); });
}

CuttingProxy::~CuttingProxy() {
    is_stopping_ = true;
    thread_.join();
    close(listener_);
}

std::string CuttingProxy::url(const std::string& database) const {
    std::string host;
    for (const char c : folder_.path()) host += c == '/' ? std::string("%2F") : std::string(1, c);
    return "postgresql://partnerd@" + host + '/' + database;
}

void CuttingProxy::loop() {
    std::vector<Pair> pairs;
    std::array<char, 65'536> buffer;
    while (!is_stopping_) {
        std::vector<pollfd> sockets{{.fd = listener_, .events = POLLIN, .revents = 0}};
        for (const Pair& pair : pairs) {
            sockets.push_back({.fd = pair.is_held ? -1 : pair.client, .events = POLLIN, .revents = 0});
            sockets.push_back({.fd = pair.is_held ? -1 : pair.server, .events = POLLIN, .revents = 0});
        }
        if (poll(sockets.data(), sockets.size(), 20) <= 0) continue;
        for (std::size_t i = 0; i < pairs.size(); ++i)
            for (const bool is_from_server : {false, true}) {
                Pair& pair = pairs[i];
                if (pair.client < 0 || pair.is_held || sockets[1 + 2 * i + (is_from_server ? 1 : 0)].revents == 0)
                    continue;
                const ssize_t size = read(is_from_server ? pair.server : pair.client, buffer.data(), buffer.size());
                const std::string_view bytes(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
                const Verdict verdict = size > 0 ? judge_({is_from_server, bytes, ++pieces_}) : Verdict::drop;
                if (verdict == Verdict::hold)
                    pair.is_held = true;
                else if (verdict == Verdict::drop || !send_all(is_from_server ? pair.client : pair.server, bytes))
                    pair.close_both();
            }
        std::erase_if(pairs, [](const Pair& pair) { return pair.client < 0; });
        if (sockets[0].revents == 0) continue;
        Pair pair{.client = accept(listener_, nullptr, nullptr), .server = open_socket()};
        const sockaddr_un address = address_of(server_socket_);
        if (connect(pair.server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            pair.close_both();
        else
            pairs.push_back(pair);
    }
    for (Pair& pair : pairs) pair.close_both();
}

bool tells_of_commit(std::string_view bytes) {
    constexpr std::string_view tag("C\0\0\0\013COMMIT\0", 12);
    return bytes.find(tag) != std::string_view::npos;
}

}  // namespace test
