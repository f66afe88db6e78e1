// What an OpenAPI document says of webhooks, against what is sent: each type has its schema and no other, and the
// bodies of the renderer fit them, in each of their forms.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "dialect/pages/documents.h"
#include "engine/webhooks/webhook_endpoints.h"
#include "service/webhook_payload.h"
#include "tests/openapi/document.h"

namespace {

using test::Document;

class Webhooks : public testing::Test {
protected:
    static constexpr int kinds_end = 100;

    static std::vector<EventKind> kinds_sent() {
        std::vector<EventKind> kinds;
        for (int number = 1; number < kinds_end; ++number)
            if (!to_string(EventKind(number)).empty() && is_sent(EventKind(number))) kinds.push_back(EventKind(number));
        return kinds;
    }

    Document::Node schema_of(std::string_view type) const {
        return document_.root()
            .child("webhooks")
            .child(type)
            .child("post")
            .child("requestBody")
            .child("content")
            .child("application/json")
            .child("schema");
    }

    std::vector<std::string> judge(const WebhookEndpoint& endpoint, const Event& event, std::string_view type) const {
        const bool is_of_account = event.account_id != 0;
        const std::string body = service::render_webhook_payload(endpoint, event, is_of_account ? "customer-17" : "");
        return document_.validate(schema_of(type), boost::json::parse(body));
    }

    static Event event_of(EventKind kind) {
        const std::string_view type = to_string(kind);
        Event event{.reseller_id = 2,
                    .id = 7348172263424002,
                    .account_id = type.starts_with("account.") ? 7348172263424001 : 0,
                    .kind = kind,
                    .at = parse_rfc3339("2027-01-01T00:00:00Z").value(),
                    .recorded_at = parse_rfc3339("2027-01-01T00:00:00Z").value(),
                    .actor = {.kind = ActorKind::operator_, .id = 7, .name = "Ada"},
                    .request_id = "r-1",
                    .remote_address = "192.0.2.1",
                    .why = {.reason = "fraud", .comment = "ticket 17"}};
        if (event.account_id != 0) event.previous_id = 7348172263424001;
        if (kind == EventKind::account_noted) return event;
        if (kind == EventKind::webhook_tested) {
            event.changes = {{"webhook_endpoint", "", "1"}, {"type", "", "webhook.tested"}};
            return event;
        }
        event.changes = {{"webhook_endpoint", "", "1"},
                         {"uid", "", "customer-17"},
                         {"status", "activated", "suspended"},
                         {"holds", "credit", "administrative,credit"},
                         {"ends_at", "", "2027-06-30T00:00:00.000Z"},
                         {"deployed_members", "0", "3"},
                         {"activation_token", "", "reissued"},
                         {"removed_at", "", "2027-06-30T00:00:00.000Z"},
                         {"plan", "1", "2"},
                         {"parent", "1", "2"},
                         {.field = "email", .is_erased = true}};
        return event;
    }

    const Document document_{"partner", documents::find_document("partner")->bytes};
};

TEST_F(Webhooks, HaveASchemaForEachTypeThatIsSentAndForNoOther) {
    std::set<std::string> sent, described;
    for (const EventKind kind : kinds_sent()) sent.insert(std::string(to_string(kind)));
    for (const auto& [type, node] : document_.root().child("webhooks").children()) described.insert(type);
    EXPECT_EQ(described, sent);
}

TEST_F(Webhooks, AreWhatTheirSchemasSay) {
    for (const EventKind kind : kinds_sent())
        for (const WebhookPayload payload : {WebhookPayload::full, WebhookPayload::thin})
            for (const bool shows_reasons : {true, false}) {
                const WebhookEndpoint endpoint{.payload = payload, .shows_reasons = shows_reasons};
                for (const std::string& problem : judge(endpoint, event_of(kind), to_string(kind)))
                    ADD_FAILURE() << to_string(kind) << ": " << problem;
            }
}

// A test says that it is of any type.
TEST_F(Webhooks, OfTestsAreWhatTheSchemasOfTheirTypesSay) {
    for (const EventKind kind : kinds_sent()) {
        Event event = event_of(EventKind::webhook_tested);
        event.changes[1].after = to_string(kind);
        for (const std::string& problem : judge({}, event, to_string(kind)))
            ADD_FAILURE() << to_string(kind) << ": " << problem;
    }
}

TEST_F(Webhooks, OfAnotherTypeOrShapeDoNotFit) {
    EXPECT_FALSE(judge({}, event_of(EventKind::account_held), "account.lifted").empty());
    Event event = event_of(EventKind::account_held);
    event.changes[2].after = "asleep";
    EXPECT_FALSE(judge({}, event, "account.held").empty());
    event = event_of(EventKind::account_held);
    event.changes.erase(event.changes.begin() + 3);
    EXPECT_FALSE(judge({}, event, "account.held").empty()) << "it does not say what holds it";
}

// What is the operator's is in none of them.
TEST_F(Webhooks, NameNobody) {
    for (const EventKind kind : kinds_sent()) {
        const std::string body =
            service::render_webhook_payload({.shows_reasons = true}, event_of(kind), "customer-17");
        for (const char* secret : {"Ada", "192.0.2.1", "ticket 17"})
            EXPECT_EQ(body.find(secret), std::string::npos) << to_string(kind) << ' ' << secret;
        EXPECT_NE(body.find("fraud"), std::string::npos);
        EXPECT_EQ(service::render_webhook_payload({}, event_of(kind), "customer-17").find("fraud"), std::string::npos);
    }
}

// --- the copies in the documents of the published dialects: see spread_webhooks.mjs ---

const boost::json::value* at(const boost::json::value& document, std::string_view pointer) {
    boost::system::error_code error;
    return document.find_pointer(pointer, error);
}

// All that a value refers to, as pointers; what that refers to as well.
void collect_references(const boost::json::value& document, const boost::json::value& value,
                        std::set<std::string>& found) {
    if (const auto* array = value.if_array())
        for (const auto& item : *array) collect_references(document, item, found);
    const auto* object = value.if_object();
    if (!object) return;
    for (const auto& [name, member] : *object) {
        collect_references(document, member, found);
        if (name != "$ref") continue;
        const std::string pointer = std::string(member.as_string()).substr(1);
        if (found.insert(pointer).second) collect_references(document, *at(document, pointer), found);
    }
}

// But for the dialect's own words.
boost::json::value without_descriptions(const boost::json::value& webhooks) {
    boost::json::value plain = webhooks;
    for (auto& [type, item] : plain.as_object()) item.at("post").as_object().erase("description");
    return plain;
}

std::string tag_of_deliveries(const boost::json::value& document) {
    for (const auto& tag : document.at("tags").as_array())
        if (tag.at("name").as_string() == "Deliveries") return std::string(tag.at("description").as_string());
    return "";
}

class WebhooksInDialects : public testing::TestWithParam<const char*> {
protected:
    static boost::json::value read(std::string_view name) {
        return boost::json::parse(documents::find_document(name)->bytes);
    }

    const boost::json::value original_ = read("partner");
    const boost::json::value copy_ = read(GetParam());
};

TEST_P(WebhooksInDialects, AreThoseOfThePartnersApi) {
    ASSERT_TRUE(copy_.as_object().contains("webhooks"));
    EXPECT_EQ(without_descriptions(copy_.at("webhooks")), without_descriptions(original_.at("webhooks")))
        << "node tests/openapi/spread_webhooks.mjs writes them anew";
    std::set<std::string> references;
    collect_references(original_, original_.at("webhooks"), references);
    EXPECT_GT(references.size(), 20u);
    for (const std::string& pointer : references) {
        const auto* copied = at(copy_, pointer);
        ASSERT_TRUE(copied) << pointer;
        EXPECT_EQ(*copied, *at(original_, pointer)) << pointer;
    }
}

// What payloads call an account and its states, and where one asks for them.
TEST_P(WebhooksInDialects, AreToldInTheWordsOfTheDialect) {
    const std::string told = tag_of_deliveries(copy_);
    for (const char* word : {"`account_uid`", "`status`", "/partner/v1/webhook-endpoints"})
        EXPECT_NE(told.find(word), std::string::npos) << word;
    std::vector<const char*> types = {"account.opened", "account.removed"};
    if (!std::string_view(GetParam()).starts_with("partnership")) types.push_back("account.profile_changed");
    for (const char* type : types) {
        const auto& operation = copy_.at("webhooks").at(type).at("post").as_object();
        EXPECT_TRUE(operation.contains("description")) << type;
    }
}

INSTANTIATE_TEST_SUITE_P(Documents, WebhooksInDialects,
                         testing::Values("partnership-openapi", "partnership-reference", "activeplatform",
                                         "signalmind"),
                         [](const auto& info) {
                             std::string name = info.param;
                             for (char& c : name)
                                 if (c == '-') c = '_';
                             return name;
                         });

}  // namespace
