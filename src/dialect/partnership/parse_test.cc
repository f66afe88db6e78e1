#include "dialect/partnership/parse.h"

#include <gtest/gtest.h>

#include "dialect/partnership/revision.h"
#include "tests/testing/engine_test.h"

namespace {

using partnership::parse_create_account;
using partnership::parse_update_account;

service::Call call_with(http::Method method, std::string body, http::Headers headers = {}) {
    service::Call call;
    call.request.method = method;
    call.request.headers = std::move(headers);
    call.request.body = std::move(body);
    call.path_values = {"the-uid"};
    return call;
}

std::string create(std::string body, http::Headers headers = {}) {
    return outcome(parse_create_account(call_with(http::Method::post, std::move(body), std::move(headers))));
}

partnership::UpdateAccount update(std::string body, http::Headers headers = {}) {
    return parse_update_account(call_with(http::Method::patch, std::move(body), std::move(headers))).value();
}

std::string refusal_of_update(std::string body) {
    const auto command = update(std::move(body));
    return command.refusal ? outcome(Result<int>(*command.refusal)) : "none";
}

TEST(ParseCreateAccount, ReadsBothRevisions) {
    const OpenAccount reference =
        parse_create_account(
            call_with(
                http::Method::post,
                R"({"customer_account_uid":"a","account_type":"F","domain":"d","ends_at":"2027-01-01T00:00:00+01:00"})"))
            .value();
    EXPECT_EQ(reference.uid, "a");
    EXPECT_EQ(reference.type, AccountType::family);
    EXPECT_EQ(reference.domain, "d");
    EXPECT_EQ(reference.ends_at, at("2026-12-31T23:00:00Z"));
    EXPECT_EQ(reference.opened_under, Revision::partnership_reference);
    const OpenAccount openapi =
        parse_create_account(call_with(http::Method::post, R"({"account_uid":"b","account_type":"I","domain":"d"})"))
            .value();
    EXPECT_EQ(openapi.uid, "b");
    EXPECT_EQ(openapi.type, AccountType::individual);
    EXPECT_EQ(openapi.ends_at, std::nullopt);
    EXPECT_EQ(openapi.opened_under, Revision::partnership_openapi);
}

// Each row breaks its own rule and all the later ones.
TEST(ParseCreateAccount, RefusesInOrderOfPrecedence) {
    EXPECT_EQ(create("{"), "malformed");
    EXPECT_EQ(create("[]"), "malformed");
    EXPECT_EQ(create(R"({"account_type":1,"domain":1,"ends_at":1})"), "invalid uid missing");
    EXPECT_EQ(create(R"({"account_uid":1,"account_type":1,"domain":1,"ends_at":1})"), "invalid uid wrong_type");
    EXPECT_EQ(create(R"({"account_uid":"","domain":1,"ends_at":1})"), "invalid account_type missing");
    EXPECT_EQ(create(R"({"account_uid":"","account_type":1,"domain":1,"ends_at":1})"),
              "invalid account_type wrong_type");
    EXPECT_EQ(create(R"({"account_uid":"","account_type":"B","domain":1,"ends_at":1})"),
              "invalid account_type unsupported");
    EXPECT_EQ(create(R"({"account_uid":"","account_type":"I","ends_at":1})"), "invalid domain missing");
    EXPECT_EQ(create(R"({"account_uid":"","account_type":"I","domain":1,"ends_at":1})"), "invalid domain wrong_type");
    EXPECT_EQ(create(R"({"account_uid":"","account_type":"I","domain":"","ends_at":1})"), "invalid ends_at bad_format");
    EXPECT_EQ(create(R"({"account_uid":"","account_type":"I","domain":"","ends_at":null})"),
              "invalid ends_at bad_format");
    EXPECT_EQ(create(R"({"account_uid":"","account_type":"I","domain":"","ends_at":""})"),
              "invalid ends_at bad_format");
    EXPECT_EQ(create(R"({"account_uid":"","account_type":"I","domain":""})"), "done");  // the rest is the engine's
}

TEST(ParseCreateAccount, WantsTheMemberOfTheRevisionThatTheHeaderNames) {
    const std::string reference = R"({"customer_account_uid":"a","account_type":"I","domain":"d"})";
    const std::string openapi = R"({"account_uid":"a","account_type":"I","domain":"d"})";
    EXPECT_EQ(create(reference, {{"Partnership-Revision", "openapi"}}), "invalid uid missing");
    EXPECT_EQ(create(openapi, {{"Partnership-Revision", "reference"}}), "invalid uid missing");
    EXPECT_EQ(create(reference, {{"Partnership-Revision", "reference"}}), "done");
    EXPECT_EQ(create(reference, {{"Partnership-Revision", "Reference"}}), "done");  // names none: the body decides
}

TEST(ParseUpdateAccount, TellsADateFromNoneFromNothing) {
    EXPECT_EQ(update(R"({"ends_at":"2027-01-01T00:00:00Z"})").ends_at, at("2027-01-01T00:00:00Z"));
    for (const char* body : {R"({"ends_at":""})", R"({"ends_at":null})"}) {
        const auto command = update(body);
        EXPECT_TRUE(command.names_ends_at);
        EXPECT_EQ(command.ends_at, std::nullopt);
        EXPECT_FALSE(command.refusal);
    }
    EXPECT_FALSE(update("{}").names_ends_at);
    EXPECT_EQ(update("{}").uid, "the-uid");
}

TEST(ParseUpdateAccount, KeepsWhatItCouldNotReadForTheAccountsRevisionToTell) {
    EXPECT_EQ(refusal_of_update(""), "malformed");
    EXPECT_EQ(refusal_of_update("null"), "malformed");
    EXPECT_EQ(refusal_of_update(R"({"ends_at":1,"ends_at":2})"), "malformed");
    for (const char* value : {"1", "true", "[]", "{}", "\" \"", "\"soon\"", "\"2027-01-01\""})
        EXPECT_EQ(refusal_of_update(std::string("{\"ends_at\":") + value + "}"), "invalid ends_at bad_format") << value;
}

TEST(ParseUpdateAccount, NotesWhichRevisionTheRequestAsksFor) {
    EXPECT_EQ(update("{}").revision, std::nullopt);
    EXPECT_EQ(update("{}", {{"partnership-revision", "reference"}}).revision, Revision::partnership_reference);
    EXPECT_EQ(update(R"({"customer_account_uid":0})").revision, Revision::partnership_reference);
    EXPECT_EQ(update(R"({"account_uid":0})").revision, Revision::partnership_openapi);
    EXPECT_EQ(update(R"({"account_uid":0})", {{"partnership-revision", "reference"}}).revision,
              Revision::partnership_reference);
}

TEST(ChooseRevision, TakesTheRequestThenTheAccountThenTheFallback) {
    using enum Revision;
    using partnership::choose_revision;
    EXPECT_EQ(choose_revision(partnership_reference, partnership_openapi, partnership_openapi), partnership_reference);
    EXPECT_EQ(choose_revision({}, partnership_reference, partnership_openapi), partnership_reference);
    EXPECT_EQ(choose_revision({}, {}, partnership_reference), partnership_reference);
    for (const Revision others : {signalmind, activeplatform, admin})
        EXPECT_EQ(choose_revision({}, others, partnership_reference), partnership_reference);
}

}  // namespace
