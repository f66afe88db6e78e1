// HTTP as values. Sockets and Beast stay behind http/server.cc and http/client.cc; nobody else sees them.

#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace http {

enum class Method { get, head, post, put, patch, delete_, options, other };

std::string_view to_string(Method);     // "GET"; Method::other: ""
Method parse_method(std::string_view);  // methods are case-sensitive: "get" is Method::other

bool equal_without_case(std::string_view, std::string_view);  // ASCII letters only, as names of headers compare

struct Header {
    std::string name;
    std::string value;
};

// Few and short: a list beats a map. Names compare without regard to case.
class Headers {
public:
    Headers() = default;
    Headers(std::initializer_list<Header> headers) : headers_(headers) {}

    const std::string* find(std::string_view name) const;  // the first of that name; null: none
    std::size_t count(std::string_view name) const;
    void add(std::string_view name, std::string_view value);
    void set(std::string_view name, std::string_view value);  // replaces all of that name
    void remove(std::string_view name);
    void reserve(std::size_t count) { headers_.reserve(count); }

    auto begin() const { return headers_.begin(); }
    auto end() const { return headers_.end(); }
    std::size_t size() const { return headers_.size(); }

private:
    std::vector<Header> headers_;
};

struct Request {
    Method method = Method::get;
    std::string method_name;  // as sent
    std::string target;       // as sent: path and query
    Headers headers;
    std::string body;
    std::string remote_address;  // without port; empty in process

    std::string_view path() const;   // still percent-encoded, without the query; an absolute-form target's path
    std::string_view query() const;  // after '?', without it
};

// What becomes of the connection after the answer.
enum class Connection {
    as_usual,
    close,  // after the answer
    drop,   // instead of the answer, without a byte (a sandbox's fault injection)
};

// The server adds Date, Content-Length, Content-Type and Connection itself and ignores those names among the headers. A
// header whose name is no token, or whose value has a control character, is left out: no answer is ever split.
struct Response {
    int status = 200;
    std::string content_type = {};  // no header when empty
    std::string body = {};
    Headers headers = {};
    Connection connection = Connection::as_usual;
};

std::string_view reason_phrase(int status);  // "Not Found"; "" when unknown

// To be called once, from any thread, at any time, even inside the Service's call (the fast way). Further calls are
// ignored. Destroyed without having been called: the caller gets a 500.
using Reply = std::function<void(Response)>;

// A server in process: what http::Server serves (from several threads at once), what a test calls without a socket. The
// Request is the Service's to keep; it must not block.
using Service = std::function<void(Request, Reply)>;

}  // namespace http
