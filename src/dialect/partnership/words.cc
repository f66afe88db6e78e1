#include "dialect/partnership/words.h"

#include <string_view>

#include "core/ascii.h"

namespace partnership {
namespace {

constexpr std::string_view date_format_text =
    "Invalid ends_at date format - it must adhere to RFC-3339, e.g. 2006-01-02T15:04:05-07:00.";

std::string_view field_of(const Error& error) {
    return error.fields.empty() ? std::string_view() : error.fields.front().field;
}

// The rules that these documents word; the sentence of the refusal stands for all others.
enum class Worded { closed, stale, in_progress, not_promoted, bad_format, in_past, unreadable, other };

Worded worded(Rule rule) {
    switch (rule) {
    case Rule::closed: return Worded::closed;
    case Rule::stale: return Worded::stale;
    case Rule::in_progress: return Worded::in_progress;
    case Rule::not_promoted: return Worded::not_promoted;
    case Rule::bad_format: return Worded::bad_format;
    case Rule::in_past: return Worded::in_past;
    case Rule::missing:
    case Rule::wrong_type: return Worded::unreadable;
    case Rule::abbreviation:
    case Rule::bad_characters:
    case Rule::bad_document:
    case Rule::before_from:
    case Rule::credentials:
    case Rule::duplicate:
    case Rule::expired:
    case Rule::finished:
    case Rule::fixed:
    case Rule::forbidden:
    case Rule::forbidden_address:
    case Rule::foreign:
    case Rule::fragment:
    case Rule::in_use:
    case Rule::limit:
    case Rule::mismatch:
    case Rule::negative:
    case Rule::not_allowed:
    case Rule::not_assignable:
    case Rule::not_basic:
    case Rule::not_listed:
    case Rule::not_of_type:
    case Rule::not_premium:
    case Rule::not_redeemed:
    case Rule::not_valid:
    case Rule::not_yours:
    case Rule::other_type:
    case Rule::out_of_range:
    case Rule::out_of_step:
    case Rule::promoted:
    case Rule::read_only:
    case Rule::redeemed:
    case Rule::repeated:
    case Rule::required:
    case Rule::reused:
    case Rule::revoked:
    case Rule::scheme:
    case Rule::special_characters:
    case Rule::suspended:
    case Rule::taken:
    case Rule::too_deep:
    case Rule::too_far:
    case Rule::too_long:
    case Rule::too_many:
    case Rule::top_level_domain:
    case Rule::under_way:
    case Rule::unknown:
    case Rule::unreadable:
    case Rule::unsupported: break;
    }
    return Worded::other;
}

Worded rule_of(const Error& error) { return error.fields.empty() ? Worded::other : worded(error.fields.front().rule); }

Words reference_words_of_invalid(const Error& error) {
    if (field_of(error) == "domain" && rule_of(error) == Worded::not_promoted)
        return {404, "Domain not found.", "not_found"};
    if (field_of(error) == "ends_at" && rule_of(error) == Worded::bad_format)
        return {400, std::string(date_format_text), "bad_request"};
    if (field_of(error) == "ends_at" && rule_of(error) == Worded::in_past)
        return {400, "Invalid ends_at date - it cannot be in the past.", "bad_request"};
    if (field_of(error) == "uid" && rule_of(error) != Worded::unreadable)
        return {
            400,
            "Invalid customer_account_uid - it can be up to 80 characters long and consist of alphanumeric characters "
            "and hyphens.",
            "bad_request"};
    return {400, error.detail, "bad_request"};  // "Account type B is not supported." among them
}

// The vendor's specification, version 2.0.0; 409, 429 and 503 are ours.
Words reference_words_of(const Error& error, http::Method method) {
    const Words deleted{400, "Invalid account - partner account deleted.", "bad_request"};
    switch (error.reason) {
    case Reason::malformed: return {400, error.detail, "bad_request"};
    case Reason::unauthenticated: return {403, "Invalid auth token.", "forbidden"};
    case Reason::forbidden: return {403, error.detail, "forbidden"};
    case Reason::not_found: return {404, "Failed to find the requested account.", "not_found"};
    case Reason::gone:
        return method == http::Method::patch ? deleted : Words{410, "The requested account is gone.", "gone"};
    case Reason::invalid: return reference_words_of_invalid(error);
    case Reason::conflict:
        if (rule_of(error) == Worded::closed) return deleted;
        if (rule_of(error) == Worded::stale) return {412, error.detail, "precondition_failed"};
        if (rule_of(error) == Worded::in_progress) return {409, error.detail, "idempotency_key_in_use"};
        return {409, "An account with this customer_account_uid already exists.", "conflict"};
    case Reason::idempotency_mismatch: return {422, error.detail, "idempotency_key_reused"};
    case Reason::limit_exceeded: return {429, error.detail, "too_many_requests"};
    case Reason::unavailable: return {503, error.detail, "service_unavailable"};
    case Reason::broken: return {500, "Internal server error", "internal_server_error"};
    }
    return {500, "Internal server error", "internal_server_error"};
}

Words openapi_words_of_invalid(const Error& error) {
    if (field_of(error) == "uid" && rule_of(error) != Worded::unreadable)
        return {
            400,
            "account_uid can be up to 200 characters long and consist of alphanumeric characters, hyphens and periods.",
            "invalid_account_uid"};
    if (field_of(error) == "uid") return {400, error.detail, "invalid_account_uid"};
    if (field_of(error) == "account_type") return {400, error.detail, "invalid_account_type"};
    if (field_of(error) == "domain") return {400, error.detail, "invalid_domain"};
    if (field_of(error) == "ends_at") return {400, error.detail, "invalid_ends_at"};
    return {400, error.detail, "bad_request"};
}

// The document gives statuses and the shape; texts and codes are ours, and stable.
Words openapi_words_of(const Error& error) {
    switch (error.reason) {
    case Reason::malformed: return {400, error.detail, "malformed_request"};
    case Reason::unauthenticated: return {401, "Authentication credentials are missing or invalid.", "unauthorized"};
    case Reason::forbidden: return {403, error.detail, "forbidden"};
    case Reason::not_found:
    case Reason::gone: return {404, "There is no account with this account_uid.", "account_not_found"};
    case Reason::invalid: return openapi_words_of_invalid(error);
    case Reason::conflict:
        if (rule_of(error) == Worded::closed)
            return {400, "The account is deprovisioned: its end date cannot be changed.", "account_deprovisioned"};
        if (rule_of(error) == Worded::stale) return {412, error.detail, "precondition_failed"};
        if (rule_of(error) == Worded::in_progress) return {409, error.detail, "idempotency_key_in_use"};
        return {409, "A billing account already exists for the specified account UID.", "account_exists"};
    case Reason::idempotency_mismatch: return {422, error.detail, "idempotency_key_reused"};
    case Reason::limit_exceeded: return {429, error.detail, "too_many_requests"};
    case Reason::unavailable: return {503, error.detail, "service_unavailable"};
    case Reason::broken: return {500, "Internal server error", "internal_server_error"};
    }
    return {500, "Internal server error", "internal_server_error"};
}

}  // namespace

Words words_of(const Error& error, Revision revision, http::Method method) {
    return revision == Revision::partnership_reference ? reference_words_of(error, method) : openapi_words_of(error);
}

Words words_of_status(int status, std::string_view detail, Revision revision) {
    if (status == 400 && revision == Revision::partnership_openapi)
        return {400, std::string(detail), "malformed_request"};
    return {status, std::string(detail), to_snake_case(http::reason_phrase(status))};
}

}  // namespace partnership
