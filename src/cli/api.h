// Api: the operator API as commands speak it: JSON in, JSON or a refusal out. Knows nothing of nouns; each command
// names its own paths.

#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "cli/transport.h"
#include "core/result.h"

namespace cli {

namespace json = boost::json;

// {"resellers", "2", "a b"} -> "/admin/v1/resellers/2/a%20b"
std::string path(std::initializer_list<std::string_view> segments);

// The parameters of a query.
class Query {
public:
    Query& add(std::string_view name, std::string_view value);
    Query& add_if(std::string_view name, const std::optional<std::string>& value) {
        return value ? add(name, *value) : *this;
    }
    const std::string& text() const { return text_; }  // "?a=b&c=d", or nothing

private:
    std::string text_;
};

class Api {
public:
    explicit Api(Transport& transport) : transport_(transport) {}

    // All refuse: unavailable (nobody answers; 503), unauthenticated, forbidden, not_found, gone, conflict, invalid
    // (all else that the caller has done wrong), limit_exceeded, broken (500, or an answer that is none). An answer
    // without a body is null.
    Result<json::value> get(const std::string& target);
    Result<json::value> post(const std::string& target, const json::object& body = {}, http::Headers headers = {});
    Result<json::value> put(const std::string& target, const json::object& body);
    Result<json::value> patch(const std::string& target, const json::object& body, http::Headers headers = {});
    Result<json::value> remove(const std::string& target, http::Headers headers = {});

    // For bodies that are too large to be built as a tree.
    Result<json::value> post_text(const std::string& target, std::string body);

    // The members of a list, page by page, at most `limit` of them (0: all). use says whether to go on. Returns whether
    // there are more.
    using UsePage = std::function<bool(const json::array&)>;
    Result<bool> list(const std::string& target, Query query, std::string_view member, std::int64_t limit,
                      const UsePage& use);

private:
    Result<json::value> send(http::Method, const std::string& target, std::string body, http::Headers headers);

    Transport& transport_;
};

// Only if it is still at this version; absent: whatever it is.
http::Headers if_match(const std::optional<std::int64_t>& version);

}  // namespace cli
