// A client that speaks HTTP/1.1 through a real socket, a request at a time, and keeps the connection as long as the
// server does. Blocks; throws when the server goes away or says what is no HTTP.

#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "http/message.h"

class SocketClient {
public:
    explicit SocketClient(std::uint16_t port) : port_(port) {}
    ~SocketClient() { disconnect(); }
    SocketClient(const SocketClient&) = delete;

    http::Response send(const http::Request& request) {
        if (socket_ < 0) connect();
        write(bytes_of(request));
        http::Response response = read_head();
        const bool has_body = request.method != http::Method::head && response.status != 204 && response.status != 304;
        if (has_body) read_body(response);
        if (closes_) disconnect();
        return response;
    }

private:
    static std::string bytes_of(const http::Request& request) {
        std::string bytes = request.method_name + ' ' + request.target + " HTTP/1.1\r\n";
        if (!request.headers.find("host")) bytes += "Host: localhost\r\n";
        for (const http::Header& header : request.headers) bytes += header.name + ": " + header.value + "\r\n";
        if (!request.body.empty()) bytes += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
        return bytes + "\r\n" + request.body;
    }

    void connect() {
        socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port_);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (socket_ < 0 || ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error("cannot connect");
        received_.clear();
    }

    void disconnect() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }

    void write(const std::string& bytes) {
        for (std::size_t sent = 0; sent < bytes.size();) {
            const ssize_t count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            if (count <= 0) throw std::runtime_error("cannot send");
            sent += static_cast<std::size_t>(count);
        }
    }

    void receive() {
        char buffer[65536];
        const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
        if (count <= 0) throw std::runtime_error("the server closed the connection");
        received_.append(buffer, static_cast<std::size_t>(count));
    }

    std::string take_line() {
        std::size_t end = 0;
        while ((end = received_.find("\r\n")) == std::string::npos) receive();
        std::string line = received_.substr(0, end);
        received_.erase(0, end + 2);
        return line;
    }

    http::Response read_head() {
        const std::string status_line = take_line();
        if (!status_line.starts_with("HTTP/1.1 ")) throw std::runtime_error("no status line: " + status_line);
        http::Response response;
        response.status = std::atoi(status_line.c_str() + 9);
        content_length_ = 0;
        closes_ = false;
        for (std::string line = take_line(); !line.empty(); line = take_line()) take_header(response, line);
        return response;
    }

    void take_header(http::Response& response, const std::string& line) {
        const std::size_t colon = line.find(": ");
        if (colon == std::string::npos) throw std::runtime_error("no header: " + line);
        const std::string name = line.substr(0, colon);
        const std::string value = line.substr(colon + 2);
        if (http::equal_without_case(name, "content-length"))
            content_length_ = std::stoul(value);
        else if (http::equal_without_case(name, "content-type"))
            response.content_type = value;
        else if (http::equal_without_case(name, "connection"))
            closes_ = value == "close";
        else if (!http::equal_without_case(name, "date"))
            response.headers.add(name, value);
    }

    void read_body(http::Response& response) {
        while (received_.size() < content_length_) receive();
        response.body = received_.substr(0, content_length_);
        received_.erase(0, content_length_);
    }

    const std::uint16_t port_;
    int socket_ = -1;
    std::string received_;
    std::size_t content_length_ = 0;
    bool closes_ = false;
};
