// Every answer in this folder's transcripts is a JSON:API document by JSON:API's own schema; and its pointers lead to
// something that was in the request. The one answer that the document makes no JSON:API document is named.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "dialect/activeplatform/activeplatform.h"
#include "jsonschema/schema.h"
#include "tests/api/transcript.h"

namespace {

namespace json = boost::json;

std::vector<WrittenExchange> all_exchanges() {
    std::vector<WrittenExchange> all;
    for (const std::string& path : list_transcripts("activeplatform"))
        for (WrittenExchange& exchange : read_exchanges("activeplatform", path))
            if (exchange.request.path().starts_with(activeplatform::dialect.prefix)) all.push_back(std::move(exchange));
    return all;
}

bool has_no_data_by_the_document(const WrittenExchange& exchange) {
    return exchange.request.path().ends_with("/account_attributes") && exchange.response.status == 200;
}

jsonschema::Schema schema() {
    std::ifstream file(PARTNERD_SOURCE_DIR "/tests/data/jsonapi/schema-1.0.json");
    std::stringstream text;
    text << file.rdbuf();
    return jsonschema::Schema::compile(json::parse(text.str())).value();
}

TEST(ActivePlatformAnswers, AreDocumentsByTheSchemaOfJsonApi) {
    const jsonschema::Schema json_api = schema();
    ASSERT_FALSE(json_api.validate(json::parse(R"({"data": {"type": "accounts"}, "errors": []})")).empty());
    int judged = 0;
    for (const WrittenExchange& exchange : all_exchanges()) {
        if (exchange.response.status == 204 || exchange.request.method == http::Method::head) continue;
        EXPECT_EQ(exchange.response.content_type, "application/vnd.api+json") << exchange.place;
        if (has_no_data_by_the_document(exchange)) continue;
        for (const auto& violation : json_api.validate(json::parse(exchange.response.body)))
            ADD_FAILURE() << exchange.place << ": " << violation.instance_pointer << ' ' << violation.message;
        ++judged;
    }
    EXPECT_GT(judged, 300);
}

TEST(ActivePlatformAnswers, PointToSomethingThatWasSent) {
    int pointers = 0;
    for (const WrittenExchange& exchange : all_exchanges()) {
        if (exchange.response.status < 400) continue;
        boost::system::error_code is_template;  // {{...}} stands in it
        const json::value body = json::parse(exchange.request.body, is_template);
        const json::value answer = json::parse(exchange.response.body);
        for (const json::value& error : answer.at("errors").as_array()) {
            const json::value* source = error.as_object().if_contains("source");
            const json::value* pointer = source ? source->as_object().if_contains("pointer") : nullptr;
            if (!pointer || is_template) continue;
            boost::system::error_code is_missing;
            EXPECT_TRUE(body.find_pointer(pointer->as_string(), is_missing))
                << exchange.place << ": " << pointer->as_string();
            ++pointers;
        }
    }
    EXPECT_GT(pointers, 100);
}

}  // namespace
