// Servers as the runner meets them, small enough to be seen through: one behind TLS that may ask who calls, and a
// forward proxy. On any free port, on threads of their own; both note what they were asked.

#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

class SmallServer {
public:
    virtual ~SmallServer() = default;
    std::uint16_t port() const { return port_; }
    std::vector<std::string> asked() {
        const std::lock_guard lock(mutex_);
        return asked_;
    }

protected:
    SmallServer() {
        fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd_, 16) != 0 ||
            ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
            throw std::runtime_error("cannot listen");
        port_ = ntohs(address.sin_port);
    }

    // Called at the end of a constructor and at the begin of a destructor.
    void start() {
        acceptor_ = std::thread([this] {
            for (int fd = ::accept(fd_, nullptr, nullptr); fd >= 0; fd = ::accept(fd_, nullptr, nullptr)) {
                const std::lock_guard lock(mutex_);
                open_.push_back(fd);
                threads_.emplace_back([this, fd] { serve(fd); });
            }
        });
    }
    void stop() {
        ::shutdown(fd_, SHUT_RDWR);
        acceptor_.join();
        {
            const std::lock_guard lock(mutex_);
            for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
        }
        for (auto& thread : threads_) thread.join();
        for (const int fd : open_) ::close(fd);
        ::close(fd_);
    }

    void note(std::string what) {
        const std::lock_guard lock(mutex_);
        asked_.push_back(std::move(what));
    }

    virtual void serve(int fd) = 0;

private:
    int fd_ = -1;
    std::uint16_t port_ = 0;
    std::mutex mutex_;
    std::vector<std::string> asked_;
    std::vector<int> open_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

// Notes, of each request, its first line and the name in the caller's certificate ("-" without), and answers {}.
class SecureServer : public SmallServer {
public:
    // callers_file: certificates whose holders, and nobody else, may call; empty: anybody may.
    SecureServer(const std::string& certificate_file, const std::string& key_file, const std::string& callers_file) {
        if (SSL_CTX_use_certificate_chain_file(context_.get(), certificate_file.c_str()) != 1 ||
            SSL_CTX_use_PrivateKey_file(context_.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1)
            throw std::runtime_error("cannot use " + certificate_file);
        if (!callers_file.empty()) {
            if (SSL_CTX_load_verify_locations(context_.get(), callers_file.c_str(), nullptr) != 1)
                throw std::runtime_error("cannot use " + callers_file);
            SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        }
        start();
    }
    ~SecureServer() override { stop(); }

private:
    static std::string caller_of(SSL* ssl) {
        const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(ssl), X509_free);
        if (!certificate) return "-";
        char name[256] = "";
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name, sizeof name);
        return name;
    }

    void serve(int fd) override {
        const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context_.get()), SSL_free);
        SSL_set_fd(ssl.get(), fd);
        if (SSL_accept(ssl.get()) == 1) {
            std::string received;
            char bytes[4096];
            for (int count; (count = SSL_read(ssl.get(), bytes, sizeof bytes)) > 0;) {
                received.append(bytes, static_cast<std::size_t>(count));
                const auto end = received.find("\r\n\r\n");
                if (end == std::string::npos) continue;
                note(received.substr(0, received.find("\r\n")) + " " + caller_of(ssl.get()));
                received.clear();
                const std::string answer =
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
                SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size()));
            }
        }
        ::shutdown(fd, SHUT_RDWR);
    }

    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
};

// Passes on requests for whole http URLs, and tunnels, to this machine; whatever host is named. Notes first lines and
// Proxy-Authorization.
class ForwardProxy : public SmallServer {
public:
    // authorization: the value of Proxy-Authorization that it wants; empty: none.
    explicit ForwardProxy(std::string authorization = {}) : authorization_(std::move(authorization)) { start(); }
    ~ForwardProxy() override { stop(); }

private:
    static int connect_to(std::uint16_t port) {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
        ::close(fd);
        return -1;
    }

    static bool send_all(int fd, const std::string& text) {
        for (std::size_t sent = 0; sent < text.size();) {
            const auto count = ::send(fd, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
            if (count <= 0) return false;
            sent += static_cast<std::size_t>(count);
        }
        return true;
    }

    // Bytes both ways, until either side ends.
    static void relay(int a, int b) {
        pollfd both[] = {{a, POLLIN, 0}, {b, POLLIN, 0}};
        char bytes[8192];
        while (::poll(both, 2, 20'000) > 0)
            for (int i = 0; i < 2; ++i) {
                if (both[i].revents == 0) continue;
                const auto count = ::recv(both[i].fd, bytes, sizeof bytes, 0);
                if (count <= 0 || !send_all(both[1 - i].fd, std::string(bytes, static_cast<std::size_t>(count))))
                    return;
            }
    }

    static std::uint16_t port_in(const std::string& place) {
        const auto colon = place.rfind(':');
        return static_cast<std::uint16_t>(std::stoi("0" + place.substr(colon + 1)));
    }

    void serve(int fd) override {
        std::string head;
        char byte;
        while (head.find("\r\n\r\n") == std::string::npos && ::recv(fd, &byte, 1, 0) == 1) head += byte;
        if (head.empty()) return;
        const std::string line = head.substr(0, head.find("\r\n"));
        note(line);
        if (!authorization_.empty() &&
            head.find("Proxy-Authorization: " + authorization_ + "\r\n") == std::string::npos) {
            send_all(fd,
                     "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            ::shutdown(fd, SHUT_RDWR);
            return;
        }
        const auto target = line.substr(line.find(' ') + 1, line.rfind(' ') - line.find(' ') - 1);
        const bool is_tunnel = line.starts_with("CONNECT ");
        const auto rest = is_tunnel ? target : target.substr(target.find("://") + 3);
        const auto path = rest.find('/');
        const int server = connect_to(port_in(rest.substr(0, path)));
        if (server < 0) {
            send_all(fd, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        } else {
            if (is_tunnel)
                send_all(fd, "HTTP/1.1 200 Connection established\r\n\r\n");
            else
                send_all(server, line.substr(0, line.find(' ') + 1) + rest.substr(path) + " HTTP/1.1" +
                                     head.substr(head.find("\r\n")));
            relay(fd, server);
            ::close(server);
        }
        ::shutdown(fd, SHUT_RDWR);
    }

    const std::string authorization_;
};
