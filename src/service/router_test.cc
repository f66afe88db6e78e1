#include "service/router.h"

#include <gtest/gtest.h>

namespace {

using namespace std::string_literals;
using enum http::Method;

const std::vector<service::Route> routes = {
    {post, "/v1/accounts", {}},       {get, "/v1/accounts/{id}", {}},
    {patch, "/v1/accounts/{id}", {}}, {get, "/v1/accounts/{id}/users/{name}", {}},
    {get, "/v1/Mixed/{id}", {}},
};

// "GET /v1/accounts/{id} [a-1]", "405 GET, HEAD", "404"
std::string find(http::Method method, std::string_view path, bool ignores_case = false) {
    const service::Match match = service::find_route(routes, method, path, ignores_case);
    if (!match.route) return match.allow.empty() ? "404" : "405 " + match.allow;
    std::string text = std::string(http::to_string(match.route->method)) + ' ' + std::string(match.route->path);
    for (const std::string& value : match.path_values) text += " [" + value + ']';
    return text;
}

TEST(Router, FindsARouteByItsMethodAndPath) {
    EXPECT_EQ(find(post, "/v1/accounts"), "POST /v1/accounts");
    EXPECT_EQ(find(get, "/v1/accounts/a-1"), "GET /v1/accounts/{id} [a-1]");
    EXPECT_EQ(find(patch, "/v1/accounts/a-1"), "PATCH /v1/accounts/{id} [a-1]");
    EXPECT_EQ(find(get, "/v1/accounts/a/users/b"), "GET /v1/accounts/{id}/users/{name} [a] [b]");
}

TEST(Router, AnswersHeadWhereGetIs) {
    EXPECT_EQ(find(head, "/v1/accounts/a-1"), "GET /v1/accounts/{id} [a-1]");
    EXPECT_EQ(find(head, "/v1/accounts"), "405 POST");
}

TEST(Router, SaysWhichMethodsAPathKnows) {
    EXPECT_EQ(find(delete_, "/v1/accounts/a"), "405 GET, HEAD, PATCH");
    EXPECT_EQ(find(other, "/v1/accounts"), "405 POST");
    EXPECT_EQ(find(options, "/v1/accounts/a/users/b"), "405 GET, HEAD");
}

TEST(Router, KnowsNoOtherPath) {
    for (const std::string_view path :
         {"", "/", "/v1", "/v1/", "v1/accounts", "//v1/accounts", "/v1//accounts", "/v1/accounts/a//",
          "/v1/accounts/a/users", "/v1/accounts/a/users/", "/v1/accounts//users/b", "/v1/accounts/a/users/b/c",
          "/V1/accounts", "/v1/accountsx", "/v1/account", "/v1/accounts/%00"})
        EXPECT_EQ(find(get, path), "404") << path;
}

TEST(Router, DecodesWhatStandsAtNamesOnly) {
    EXPECT_EQ(find(get, "/v1/accounts/a%2Fb"), "GET /v1/accounts/{id} [a/b]");
    EXPECT_EQ(find(get, "/v1/accounts/%C3%a9+"), "GET /v1/accounts/{id} [é+]");
    EXPECT_EQ(find(get, "/v1/accounts/%2e%2E"), "GET /v1/accounts/{id} [..]");
    EXPECT_EQ(find(get, "/v1/%61ccounts/a"), "404");
    EXPECT_EQ(find(get, "/v1/accounts/a%"), "404");
    EXPECT_EQ(find(get, "/v1/accounts/%ff"), "404");
}

TEST(Router, IgnoresCaseOnlyWhereTold) {
    EXPECT_EQ(find(get, "/V1/ACCOUNTS/aB", true), "GET /v1/accounts/{id} [aB]");
    EXPECT_EQ(find(get, "/v1/mixed/a", true), "GET /v1/Mixed/{id} [a]");
    EXPECT_EQ(find(get, "/v1/mixed/a"), "404");
}

TEST(Router, TakesASlashAtTheEndForNothing) {
    EXPECT_EQ(find(post, "/v1/accounts/"), "POST /v1/accounts");
    EXPECT_EQ(find(get, "/v1/accounts/a/"), "GET /v1/accounts/{id} [a]");
    EXPECT_EQ(find(get, "/v1/accounts/a/", true), "GET /v1/accounts/{id} [a]");
    EXPECT_EQ(find(get, "/v1/accounts//", true), "404");
    EXPECT_EQ(find(get, "/", true), "404");
}

TEST(DecodePercent, DecodesOrRefuses) {
    EXPECT_EQ(service::decode_percent(""), "");
    EXPECT_EQ(service::decode_percent("a%20b%25"), "a b%");
    EXPECT_EQ(service::decode_percent("%f0%9f%98%80"), "😀");
    for (const std::string_view text : {"%", "%2", "%g0", "%0g", "%%20", "a%00b", "%c3", "%c3%28", "%c0%af",
                                        "%ed%a0%80", "%f4%90%80%80", "%80", "\xff"})
        EXPECT_EQ(service::decode_percent(text), std::nullopt) << text;
    EXPECT_EQ(service::decode_percent(std::string_view("a\0b", 3)), std::nullopt);
}

TEST(DescribeNear, TellsOfAPathOnlyWhatARouteSays) {
    const std::vector<service::Route> table = {{http::Method::get, "/api/v1/accounts", {}},
                                               {http::Method::get, "/api/v1/accounts/{uid}/holds", {}}};
    EXPECT_EQ(service::describe_near(table, "/api/v1/acounts/secret"), "/api/v1/*");
    EXPECT_EQ(service::describe_near(table, "/api/v1/accounts/secret/x"), "/api/v1/accounts/*");
    EXPECT_EQ(service::describe_near(table, "/api/v1/accounts"), "/api/v1/accounts");
    EXPECT_EQ(service::describe_near(table, "/secret"), "/*");
    EXPECT_EQ(service::describe_near(table, "/API/V1/secret", true), "/api/v1/*");
    EXPECT_EQ(service::describe_near({}, "secret"), "/*");
}

}  // namespace
