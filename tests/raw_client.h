// A client that does as it is told, for tests of a server over real sockets: it sends bytes as they are, late, in part
// or not at all, and reads what comes. Every wait ends: at its deadline a read throws, so that no test hangs.

#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "http/message.h"

class RawClient {
public:
    static constexpr std::chrono::seconds patience{20};

    struct Answer {
        int status = 0;
        http::Headers headers;
        std::string body;
    };

    explicit RawClient(std::uint16_t port, const char* address = "127.0.0.1") {
        sockaddr_in v4{};
        sockaddr_in6 v6{};
        const bool is_v4 = inet_pton(AF_INET, address, &v4.sin_addr) == 1;
        if (!is_v4 && inet_pton(AF_INET6, address, &v6.sin6_addr) != 1) throw std::runtime_error("no address");
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        fd_ = ::socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int result = is_v4 ? ::connect(fd_, reinterpret_cast<sockaddr*>(&v4), sizeof v4)
                                 : ::connect(fd_, reinterpret_cast<sockaddr*>(&v6), sizeof v6);
        if (result != 0) {
            const int error = errno;
            ::close(fd_);
            throw std::system_error(error, std::generic_category(), "connect");
        }
        const int on = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }

    RawClient(RawClient&& other) noexcept : fd_(std::exchange(other.fd_, -1)), received_(std::move(other.received_)) {}
    ~RawClient() {
        if (fd_ >= 0) ::close(fd_);
    }

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count < 0) throw std::system_error(errno, std::generic_category(), "send");
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }

    // As much as the other side takes now, without waiting; false when it takes nothing more, or has gone.
    bool send_some(std::string_view bytes) {
        return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
    }

    // The other side has closed for good, whether or not this one has read what it sent before.
    bool is_cut_off() {
        pollfd hung_up{fd_, 0, 0};
        return ::poll(&hung_up, 1, std::chrono::milliseconds(patience).count()) == 1 &&
               (hung_up.revents & (POLLHUP | POLLERR)) != 0;
    }

    void half_close() { ::shutdown(fd_, SHUT_WR); }

    void reset() {
        const linger now{1, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        ::close(std::exchange(fd_, -1));
    }

    // Keeps this side's receive buffer small, so that a server's answer soon has nowhere to go.
    void shrink_receive_buffer() {
        const int size = 2048;
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    }

    // All that comes until the server closes; says at the end when it was a reset.
    std::string read_to_end() {
        while (read_more()) {
        }
        return std::exchange(received_, {}) + (was_reset_ ? "(reset)" : "");
    }

    // One answer; what comes behind it is kept for the next. An end before its end throws.
    Answer read_answer(bool is_to_head = false) {
        std::size_t head_end = 0;
        while ((head_end = received_.find("\r\n\r\n")) == std::string::npos) need_more();
        Answer answer = parse_head(received_.substr(0, head_end + 2));
        received_.erase(0, head_end + 4);
        const std::string* length = answer.headers.find("Content-Length");
        const std::size_t size = length == nullptr || is_to_head ? 0 : std::stoul(*length);
        while (received_.size() < size) need_more();
        answer.body = received_.substr(0, size);
        received_.erase(0, size);
        return answer;
    }

    bool is_closed_by_server() { return received_.empty() && !read_more(); }
    const std::string& received() const { return received_; }

private:
    static Answer parse_head(std::string_view head) {
        Answer answer;
        if (!head.starts_with("HTTP/1.1 ")) throw std::runtime_error("no status line: " + std::string(head));
        answer.status = std::stoi(std::string(head.substr(9, 3)));
        for (head.remove_prefix(head.find("\r\n") + 2); !head.empty(); head.remove_prefix(head.find("\r\n") + 2)) {
            const std::string_view line = head.substr(0, head.find("\r\n"));
            const auto colon = line.find(": ");
            if (colon == line.npos) throw std::runtime_error("no header: " + std::string(line));
            answer.headers.add(line.substr(0, colon), line.substr(colon + 2));
        }
        return answer;
    }

    void need_more() {
        if (!read_more()) throw std::runtime_error("the connection ended early, after: " + beginning());
    }

    bool read_more() {
        pollfd readable{fd_, POLLIN, 0};
        const int ready = ::poll(&readable, 1, std::chrono::milliseconds(patience).count());
        if (ready == 0) throw std::runtime_error("nothing came, after: " + beginning());
        char bytes[16 * 1024];
        const ssize_t count = ::recv(fd_, bytes, sizeof bytes, 0);
        if (count > 0) received_.append(bytes, static_cast<std::size_t>(count));
        if (count < 0) was_reset_ = true;
        return count > 0;
    }

    std::string beginning() const { return received_.substr(0, 200); }

    int fd_ = -1;
    std::string received_;
    bool was_reset_ = false;
};
