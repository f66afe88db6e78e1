#include "service/bearer.h"

#include <gtest/gtest.h>

namespace {

std::optional<std::string> token_of(http::Headers headers) {
    const http::Request request{.headers = std::move(headers)};
    const auto token = service::find_bearer_token(request);
    if (!token) return std::nullopt;
    return std::string(*token);
}

TEST(BearerToken, IsWhatFollowsTheScheme) {
    EXPECT_EQ(token_of({{"Authorization", "Bearer a.b"}}), "a.b");
    EXPECT_EQ(token_of({{"authorization", "bEARER   a"}}), "a");
    EXPECT_EQ(token_of({{"Authorization", "Bearer a b"}}), "a b");
}

TEST(BearerToken, IsNoneWhereNothingOrSomethingElseIsPresented) {
    EXPECT_EQ(token_of({}), std::nullopt);
    for (const char* value : {"", "Bearer", "Bearer ", "Bearer   ", "Basic YTpi", "Bearer\ta", "Bearera", "bear"})
        EXPECT_EQ(token_of({{"Authorization", value}}), std::nullopt) << value;
    EXPECT_EQ(token_of({{"Authorization", "Bearer a"}, {"authorization", "Bearer b"}}), std::nullopt);
}

}  // namespace
