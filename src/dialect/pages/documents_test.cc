#include "dialect/pages/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "dialect/pages/console.h"
#include "tests/testing/in_process.h"

namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

service::Dialect describe_by(std::string_view name, CredentialKind kind, std::vector<std::string_view> documents) {
    static const std::vector<service::Route> no_routes;
    return {.name = name,
            .prefix = "/nowhere/",
            .routes = &no_routes,
            .credential_kind = kind,
            .media_types = {},
            .find_secret = nullptr,
            .render_error = nullptr,
            .render_status = nullptr,
            .documents = std::move(documents)};
}

class DocumentsTest : public testing::Test {
protected:
    const service::Dialect partnership_ =
        describe_by("partnership", CredentialKind::partner_token, {"partnership-openapi", "partnership-reference"});
    const service::Dialect admin_ = describe_by("admin", CredentialKind::operator_token, {"admin"});
    documents::Documents production_{{.dialects = {&partnership_, &admin_}}};
    documents::Documents sandbox_{
        {.dialects = {&partnership_, &admin_}, .find_sandbox_secret = [](CredentialKind kind) {
             return kind == CredentialKind::partner_token ? std::optional<std::string>("known-to-all") : std::nullopt;
         }}};
    console::Console console_{{.version = "1"}};
    InProcess served_{all_served()};

    std::vector<const service::Dialect*> all_served() const {
        auto dialects = production_.dialects();
        dialects.insert(dialects.begin(), &console_.dialect());  // the front page's prefix is that of all
        return dialects;
    }

    http::Response get(const std::string& path, http::Headers headers = {}) {
        return served_.send(http::Method::get, path, std::move(headers));
    }
};

TEST_F(DocumentsTest, TheIndexListsTheDocumentsOfTheDialectsThatAreServed) {
    const http::Response response = get("/openapi");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.content_type, "application/json");
    const auto listed = boost::json::parse(response.body).at("documents").as_array();
    ASSERT_EQ(listed.size(), 3u);
    EXPECT_EQ(listed[2].at("name"), "admin");
    EXPECT_EQ(listed[2].at("title"), "Operator API");
    EXPECT_EQ(listed[2].at("url"), "/openapi/admin.json");
    EXPECT_TRUE(listed[2].at("sandbox_credential").is_null());
    EXPECT_EQ(get(std::string(listed[2].at("url").as_string())).status, 200);
}

TEST_F(DocumentsTest, ADocumentThatIsNotServedIsNotThere) {
    EXPECT_NE(documents::find_document("sandbox"), nullptr);
    for (const char* path : {"/openapi/sandbox.json", "/openapi/admin", "/openapi/.json", "/openapi/index.json",
                             "/openapi/..%2Fadmin.json", "/openapis"})
        EXPECT_EQ(get(path).status, 404) << path;
}

TEST_F(DocumentsTest, TheFrontPageLeadsToAllOthers) {
    const http::Response page = get("/");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
    int links = 0;
    for (std::size_t at = page.body.find("href=\""); at != std::string::npos; at = page.body.find("href=\"", at + 1)) {
        const std::string path = page.body.substr(at + 6, page.body.find('"', at + 6) - at - 6);
        EXPECT_EQ(get(path).status, 200) << path;
        ++links;
    }
    EXPECT_GE(links, 5);
    EXPECT_EQ(get("/nothing").status, 404);
}

TEST_F(DocumentsTest, OnlyASandboxTellsCredentials) {
    EXPECT_THAT(get("/openapi").body, Not(HasSubstr("known-to-all")));
    InProcess sandbox(sandbox_.dialects());
    const std::string body = sandbox.send(http::Method::get, "/openapi").body;
    EXPECT_THAT(body, HasSubstr(R"("url":"/openapi/partnership-openapi.json","sandbox_credential":"known-to-all")"));
    EXPECT_THAT(body, HasSubstr(R"("url":"/openapi/admin.json","sandbox_credential":null)"));
}

TEST_F(DocumentsTest, ThePageLetsABrowserAskNobodyElse) {
    const http::Response page = get("/docs");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
    const std::string* policy = page.headers.find("content-security-policy");
    ASSERT_TRUE(policy);
    EXPECT_THAT(*policy, HasSubstr("default-src 'none'; script-src 'self';"));
    EXPECT_THAT(page.body, Not(HasSubstr("http")));
}

TEST_F(DocumentsTest, TheFilesThatThePageNamesAreThere) {
    const std::string page = get("/docs").body;
    int files = 0;
    for (std::size_t at = page.find("\"/docs/"); at != std::string::npos; at = page.find("\"/docs/", at + 1)) {
        const std::string path = page.substr(at + 1, page.find('"', at + 1) - at - 1);
        const http::Response response = get(path);
        EXPECT_EQ(response.status, 200) << path;
        EXPECT_FALSE(response.body.empty()) << path;
        EXPECT_EQ(response.headers.find("content-encoding") != nullptr, path.find("swagger") != std::string::npos);
        ++files;
    }
    EXPECT_GE(files, documents::has_renderer() ? 5 : 3);
}

TEST_F(DocumentsTest, WhatTheScriptImportsIsThere) {
    if (documents::has_renderer()) {
        EXPECT_THAT(get("/docs").body, HasSubstr(R"(<script src="/docs/docs.js" type="module">)"));
    }
    EXPECT_THAT(get("/docs/docs.js").body, HasSubstr("from './links.mjs'"));
    const http::Response response = get("/docs/links.mjs");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.content_type, "text/javascript; charset=utf-8");
}

TEST_F(DocumentsTest, WhatOthersMadeIsShownWithItsLicences) {
    EXPECT_THAT(get("/docs").body, HasSubstr("href=\"/docs/licenses.txt\""));
    const http::Response licences = get("/docs/licenses.txt");
    EXPECT_EQ(licences.content_type, "text/plain; charset=utf-8");
    EXPECT_THAT(licences.body, StartsWith("partnerd\n"));
    EXPECT_THAT(licences.body, HasSubstr("\n==== OpenSSL: Apache-2.0 ====\n"));
    EXPECT_THAT(licences.body, HasSubstr("Boost Software License - Version 1.0"));
}

TEST_F(DocumentsTest, WhatACallerHasIsNotSentAgain) {
    const http::Response first = get("/openapi/admin.json");
    const std::string* entity_tag = first.headers.find("etag");
    ASSERT_TRUE(entity_tag);
    const http::Response second = get("/openapi/admin.json", {{"If-None-Match", *entity_tag}});
    EXPECT_EQ(second.status, 304);
    EXPECT_EQ(second.body, "");
    EXPECT_EQ(get("/openapi/admin.json", {{"If-None-Match", "\"another\""}}).status, 200);
    EXPECT_NE(*get("/openapi/partnership-openapi.json").headers.find("etag"), *entity_tag);
}

TEST_F(DocumentsTest, NothingHereCanBeChanged) {
    for (const char* path : {"/openapi", "/openapi/admin.json", "/docs", "/docs/docs.js"}) {
        const http::Response response = served_.send(http::Method::post, path, {}, "{}");
        EXPECT_EQ(response.status, 405) << path;
        EXPECT_EQ(*response.headers.find("allow"), "GET, HEAD");
    }
    EXPECT_EQ(get("/docs/nothing.js").status, 404);
    EXPECT_EQ(get("/docs/swagger-ui.css.gz").status, 404);
}

}  // namespace
