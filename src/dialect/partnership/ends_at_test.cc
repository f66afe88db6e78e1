// ends_at against date-times that others have collected: see tests/data/rfc3339/ORIGIN.md.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>

#include "dialect/partnership/parse.h"
#include "json/read.h"

namespace {

namespace json = boost::json;

service::Call call_with(http::Method method, const json::object& body) {
    service::Call call;
    call.request.method = method;
    call.request.body = json::serialize(body);
    call.path_values = {"a"};
    return call;
}

TEST(EndsAt, IsADateTimeOfRfc3339AsOthersSeeIt) {
    std::ifstream stream(PARTNERD_SOURCE_DIR "/tests/data/rfc3339/vectors.json");
    const json::value vectors = json::parse(std::string(std::istreambuf_iterator<char>(stream), {}));
    for (const json::value& vector : vectors.as_array()) {
        const json::value& value = vector.at("value");
        const bool is_valid = vector.at("valid").as_bool();
        const json::object create = {{"account_uid", "a"}, {"account_type", "I"}, {"domain", "d"}, {"ends_at", value}};
        EXPECT_EQ(partnership::parse_create_account(call_with(http::Method::post, create)).ok(), is_valid) << vector;
        const auto update =
            partnership::parse_update_account(call_with(http::Method::patch, {{"ends_at", value}})).value();
        EXPECT_EQ(update.ends_at.has_value(), is_valid) << vector;
    }
    EXPECT_EQ(vectors.as_array().size(), 86u);
}

}  // namespace
