#include "dialect/partnership/words.h"

#include <gtest/gtest.h>

namespace {

using partnership::Words;
constexpr Revision reference = Revision::partnership_reference;
constexpr Revision openapi = Revision::partnership_openapi;

std::string words(const Error& error, Revision revision, http::Method method = http::Method::get) {
    const Words words = partnership::words_of(error, revision, method);
    return std::to_string(words.status) + ' ' + words.code + ": " + words.text;
}

Error invalid(std::string field, Rule rule) {
    return {.reason = Reason::invalid, .detail = "the detail", .fields = {{std::move(field), rule, ""}}};
}

// The table of the vendor's specification, version 2.0.0, row by row.
TEST(ReferenceWords, AreTheVendorsOwn) {
    EXPECT_EQ(words({Reason::invalid, "Account type B is not supported.", {{"account_type", Rule::unsupported, ""}}},
                    reference),
              "400 bad_request: Account type B is not supported.");
    EXPECT_EQ(
        words(invalid("ends_at", Rule::bad_format), reference, http::Method::patch),
        "400 bad_request: Invalid ends_at date format - it must adhere to RFC-3339, e.g. 2006-01-02T15:04:05-07:00.");
    EXPECT_EQ(words(invalid("ends_at", Rule::in_past), reference, http::Method::patch),
              "400 bad_request: Invalid ends_at date - it cannot be in the past.");
    EXPECT_EQ(words({Reason::gone, ""}, reference, http::Method::patch),
              "400 bad_request: Invalid account - partner account deleted.");
    EXPECT_EQ(words({Reason::unauthenticated, "x"}, reference), "403 forbidden: Invalid auth token.");
    EXPECT_EQ(words(invalid("domain", Rule::not_promoted), reference), "404 not_found: Domain not found.");
    for (const http::Method method : {http::Method::get, http::Method::patch, http::Method::delete_})
        EXPECT_EQ(words({Reason::not_found, "x"}, reference, method),
                  "404 not_found: Failed to find the requested account.");
    EXPECT_EQ(words({Reason::gone, ""}, reference), "410 gone: The requested account is gone.");
    EXPECT_EQ(words({Reason::broken, "SELECT"}, reference), "500 internal_server_error: Internal server error");
}

TEST(ReferenceWords, AreOursWhereTheVendorIsSilent) {
    EXPECT_EQ(words({Reason::conflict, "x", {{"uid", Rule::taken, ""}}}, reference),
              "409 conflict: An account with this customer_account_uid already exists.");
    EXPECT_EQ(words({Reason::conflict, "x", {{"status", Rule::closed, ""}}}, reference, http::Method::patch),
              "400 bad_request: Invalid account - partner account deleted.");
    EXPECT_EQ(words({Reason::conflict, "x", {{"idempotency_key", Rule::in_progress, ""}}}, reference),
              "409 idempotency_key_in_use: x")
        << "which is told from an account that exists";
    EXPECT_EQ(words({Reason::conflict, "x", {{"version", Rule::stale, ""}}}, reference), "412 precondition_failed: x");
    for (const Rule rule : {Rule::required, Rule::too_long, Rule::bad_characters})
        EXPECT_EQ(words(invalid("uid", rule), reference),
                  "400 bad_request: Invalid customer_account_uid - it can be up to 80 characters long and consist of "
                  "alphanumeric characters and hyphens.");
    EXPECT_EQ(words(invalid("uid", Rule::missing), reference), "400 bad_request: the detail");
    EXPECT_EQ(words(invalid("ends_at", Rule::required), reference), "400 bad_request: the detail");
    EXPECT_EQ(words({Reason::malformed, "no JSON"}, reference), "400 bad_request: no JSON");
    EXPECT_EQ(words({Reason::forbidden, "x"}, reference), "403 forbidden: x");
    EXPECT_EQ(words({Reason::idempotency_mismatch, "x"}, reference), "422 idempotency_key_reused: x");
    EXPECT_EQ(words({Reason::limit_exceeded, "x"}, reference), "429 too_many_requests: x");
    EXPECT_EQ(words({Reason::unavailable, "x"}, reference), "503 service_unavailable: x");
}

TEST(OpenapiWords, HaveTheDocumentsStatusesAndStableCodes) {
    EXPECT_EQ(words({Reason::malformed, "no JSON"}, openapi), "400 malformed_request: no JSON");
    EXPECT_EQ(words({Reason::unauthenticated, "x"}, openapi),
              "401 unauthorized: Authentication credentials are missing or invalid.");
    EXPECT_EQ(words({Reason::forbidden, "x"}, openapi), "403 forbidden: x");
    for (const Reason reason : {Reason::not_found, Reason::gone})
        for (const http::Method method : {http::Method::get, http::Method::patch, http::Method::delete_})
            EXPECT_EQ(words({reason, "x"}, openapi, method),
                      "404 account_not_found: There is no account with this account_uid.");
    EXPECT_EQ(words({Reason::conflict, "x", {{"uid", Rule::taken, ""}}}, openapi),
              "409 account_exists: A billing account already exists for the specified account UID.");
    EXPECT_EQ(words({Reason::conflict, "x", {{"status", Rule::closed, ""}}}, openapi),
              "400 account_deprovisioned: The account is deprovisioned: its end date cannot be changed.");
    EXPECT_EQ(words({Reason::conflict, "x", {{"version", Rule::stale, ""}}}, openapi), "412 precondition_failed: x");
    EXPECT_EQ(words({Reason::idempotency_mismatch, "x"}, openapi), "422 idempotency_key_reused: x");
    EXPECT_EQ(words({Reason::limit_exceeded, "x"}, openapi), "429 too_many_requests: x");
    EXPECT_EQ(words({Reason::unavailable, "x"}, openapi), "503 service_unavailable: x");
    EXPECT_EQ(words({Reason::broken, "SELECT"}, openapi), "500 internal_server_error: Internal server error");
}

TEST(OpenapiWords, NameTheMemberThatIsWrong) {
    for (const Rule rule : {Rule::required, Rule::too_long, Rule::bad_characters})
        EXPECT_EQ(words(invalid("uid", rule), openapi),
                  "400 invalid_account_uid: account_uid can be up to 200 characters long and consist of alphanumeric "
                  "characters, hyphens and periods.");
    EXPECT_EQ(words(invalid("uid", Rule::missing), openapi), "400 invalid_account_uid: the detail");
    EXPECT_EQ(words(invalid("account_type", Rule::unsupported), openapi), "400 invalid_account_type: the detail");
    EXPECT_EQ(words(invalid("domain", Rule::not_promoted), openapi), "400 invalid_domain: the detail");
    EXPECT_EQ(words(invalid("ends_at", Rule::in_past), openapi), "400 invalid_ends_at: the detail");
    EXPECT_EQ(words(invalid("something", Rule::unsupported), openapi), "400 bad_request: the detail");
    EXPECT_EQ(words({Reason::invalid, "the detail"}, openapi), "400 bad_request: the detail");
}

TEST(StatusWords, AreTheStatusInBothRevisions) {
    for (const Revision revision : {reference, openapi}) {
        const Words words = partnership::words_of_status(415, "No.", revision);
        EXPECT_EQ(words.status, 415);
        EXPECT_EQ(words.text, "No.");
        EXPECT_EQ(words.code, "unsupported_media_type");
    }
    EXPECT_EQ(partnership::words_of_status(400, "", openapi).code, "malformed_request");
    EXPECT_EQ(partnership::words_of_status(400, "", reference).code, "bad_request");
    EXPECT_EQ(partnership::words_of_status(431, "", openapi).code, "request_header_fields_too_large");
}

}  // namespace
