// The document's example against the sandbox: its request as printed, its answer member for member, in its order, with
// its types; only ids that are given here and the times of the account and its owner are others.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "dialect/activeplatform/activeplatform.h"
#include "server/sandbox.h"
#include "tests/testing/in_process.h"

namespace {

namespace json = boost::json;

std::string read_file(const std::string& name) {
    std::ifstream file(PARTNERD_SOURCE_DIR "/tests/data/activeplatform/" + name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// What depends on when and how often accounts were opened becomes a word; an instant only if it looks like the
// document's: milliseconds and an offset.
void blur(json::value& value, const std::string& path) {
    if (auto* object = value.if_object()) {
        for (auto& [name, member] : *object) blur(member, path + '/' + std::string(name));
        return;
    }
    const bool is_given_here = path == "/data/id" || path == "/data/attributes/owner_id" ||
                               path == "/data/attributes/tech_user_id" || path == "/data/attributes/bill_user_id";
    const bool is_now = path == "/data/attributes/created_at" || path == "/data/attributes/updated_at" ||
                        path == "/data/attributes/owner/created_at" || path == "/data/attributes/owner/updated_at";
    if (is_given_here) value = value.is_string() ? "an id, a text" : value.is_int64() ? "an id, a number" : "no id";
    if (!is_now) return;
    const std::string_view text = value.is_string() ? std::string_view(value.get_string()) : "";
    value = text.size() == 29 && text[10] == 'T' && text[19] == '.' && text.ends_with("+03:00") ? "now" : "no time";
}

// Members in the order of the text, numbers as they are written: what two answers must share to be the same.
std::string normalised(const std::string& text) {
    json::value document = json::parse(text);
    blur(document, "");
    return json::serialize(document);
}

TEST(ActivePlatformExample, IsAnsweredAsTheDocumentAnswersIt) {
    InProcess served({&activeplatform::dialect});
    db::write_and_wait(served.database(), [&](db::Tx& tx) { seed_sandbox(tx, served.world()); });
    const http::Response response = served.send(http::Method::post, "/api/v3/resellers/1/accounts",
                                                {{"Host", "test.activeplatform.com"},
                                                 {"Content-Type", "application/vnd.api+json"},
                                                 {"X-Api-Token", "sandbox-manager"},
                                                 {"Accept", "application/vnd.api+json"}},
                                                read_file("create_account.request.json"));
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(response.content_type, "application/vnd.api+json");
    EXPECT_EQ(normalised(response.body), normalised(read_file("create_account.response.json")));
    // Doubles print alike however they were written: these are written with a fraction, as in the document.
    for (const char* member : {R"("current_debt":0.0,)", R"("subscription_credit_limit":10000.0,)",
                               R"("financial_blocking_threshold":0.0,)", R"("guaranteed_payment_limit":1000,)"})
        EXPECT_NE(response.body.find(member), std::string::npos) << member;
}

}  // namespace
