#include "dialect/signalmind/words.h"

#include "service/conditions.h"

namespace signalmind {
namespace {

struct Name {
    std::string_view field;
    std::string_view member;
};

constexpr Name names[] = {
    {"type", "Type"},
    {"plan_id", "AccountPlanId"},
    {"parent", "ParentAccountId"},
    {"external_id", "ExternalId"},
    {"first_name", "FirstName"},
    {"last_name", "LastName"},
    {"email", "Email"},
    {"password", "Password"},
    {"company", "PremiumAccountInfo"},
    {"company.short_name", "PremiumAccountInfo.CompanyShortName"},
    {"company.full_name", "PremiumAccountInfo.CompanyFullName"},
    {"company.mobile_domain", "PremiumAccountInfo.MobileDomain"},
    {"company.support_email", "PremiumAccountInfo.SupportEmail"},
    {"company.noreply_email", "PremiumAccountInfo.NoreplyEmail"},
    {"company.control_panel_domains", "PremiumAccountInfo.ControlPanelDomains"},
    {"status", "status"},
    {"account_type", "accounttype"},
    {"skip", "skip"},
    {"take", "take"},
    {"key", "key"},
    {"account", "accountid"},
    {"idempotency_key", "Idempotency-Key"},
    {"reason", "Partnerd-Reason"},
    {"comment", "Partnerd-Comment"},
};

std::string_view name_of(std::string_view field) {
    for (const Name& name : names)
        if (name.field == field) return name.member;
    return field;
}

constexpr int unreadable = 1000, unknown_path = 1001, unknown_media_type = 1002, too_many_attempts = 1003,
              unavailable = 1004, broken = 1005, wrong_idempotency_key = 1006, idempotency_key_in_use = 1007,
              idempotency_key_reused = 1008, not_http = 1009, stale = 1010;
constexpr int no_token = 1100, wrong_token = 1101, no_key = 1102, wrong_key = 1103, forbidden = 1104;
constexpr int other_conflict = 2009;

const std::vector<Word> words = {
    {"key", "required", no_key, "An API key is required."},
    {"key", "not_valid", wrong_key, "The API key is not valid."},
    {"credential", "", wrong_token, "The authentication token is not valid or has expired."},

    {"plan_id", "unknown", 2100, "There is no account plan of this AccountPlanId."},
    {"plan_id", "other_type", 2101, "The account plan is not for accounts of this Type."},
    {"plan_id", "limit", 2102, "The account has more sub-accounts than the account plan allows."},
    {"parent", "unknown", 2200, "There is no account of this ParentAccountId."},
    {"parent", "not_premium", 2201, "The parent account is not a Premium account."},
    {"parent", "closed", 2202, "The parent account is canceled."},
    {"parent", "suspended", 2203, "The parent account is suspended."},
    {"parent", "limit", 2204, "The parent account has as many sub-accounts as its plan allows."},
    {"account", "unknown", 2000, "There is no such account."},
    {"status", "closed", 2001, "The account is canceled."},
    {"account", "not_basic", 2002, "Only Basic accounts can be moved or deleted."},
    {"status", "not_of_type", 2003, "An account of this type cannot have this status."},
    {"type", "forbidden", 2004, "This API key may not create Premium accounts."},

    {"", "required", 1200, "{} is required."},
    {"", "wrong_type", 1201, "{} has a value of a wrong type."},
    {"", "bad_format", 1202, "{} is not well formed."},
    {"", "too_long", 1203, "{} is too long."},
    {"", "unsupported", 1204, "{} has a value that is not supported."},
    {"", "out_of_range", 1205, "{} is out of range."},
    {"", "not_allowed", 1206, "{} is not allowed for this account."},
    {"", "fixed", 1207, "{} cannot be changed here."},
};

const std::vector<Word> others = {
    {"", "", unreadable, "The request cannot be read: no JSON object, or a query that is not well formed."},
    {"", "", unknown_path, "There is nothing at this path, or nothing that knows the method."},
    {"", "", unknown_media_type, "The body has a media type that is not supported."},
    {"", "", too_many_attempts, "Too many wrong keys or tokens from this address; try again later."},
    {"", "", unavailable, "Not available now; try again."},
    {"", "", broken, "Internal server error"},
    {"", "", wrong_idempotency_key, "The Idempotency-Key is not well formed."},
    {"", "", idempotency_key_in_use, "A request with this Idempotency-Key is still under way."},
    {"", "", idempotency_key_reused, "The Idempotency-Key has been used with another request."},
    {"", "", not_http, "The request breaks a rule or a limit of HTTP (the HTTP status says which)."},
    {"", "", stale, "It is not as If-Match says (HTTP status 412)."},
    {"", "", no_token, "An authentication token is required."},
    {"", "", forbidden, "This API key may not do this."},
    {"", "", other_conflict, "The present state of the account does not allow this."},
};

Message to_message(const FieldError& error, const Word& word) {
    Message message{.text = std::string(word.text), .code = word.code};
    const std::string name(name_of(error.field));
    const std::size_t place = message.text.find("{}");
    if (place != std::string::npos) message.text.replace(place, 2, name);
    if (word.code >= 1200) message.details = {name};
    return message;
}

// Of each field, what is wrong with it; the whole when no word is known.
std::vector<Message> messages_of_fields(const Error& error, int otherwise) {
    std::vector<Message> messages;
    for (const FieldError& field : error.fields)
        for (const Word& word : words) {
            const bool is_meant = (word.field.empty() || word.field == field.field) &&
                                  (word.rule == field.rule || (word.rule.empty() && word.field == field.field));
            if (!is_meant) continue;
            messages.push_back(to_message(field, word));
            break;
        }
    if (messages.empty()) messages = {{error.detail, otherwise, {}}};
    return messages;
}

bool is_about_idempotency_key(const Error& error) {
    return !error.fields.empty() && error.fields.front().field == "idempotency_key";
}

}  // namespace

const std::vector<Word>& all_words() { return words; }
const std::vector<Word>& other_words() { return others; }

std::vector<Message> messages_of(const Error& error) {
    switch (error.reason) {
    case Reason::malformed:
        return {{error.detail, is_about_idempotency_key(error) ? wrong_idempotency_key : unreadable, {}}};
    case Reason::unauthenticated: return messages_of_fields(error, no_token);
    case Reason::forbidden: return messages_of_fields(error, forbidden);
    case Reason::not_found:
    case Reason::gone: return messages_of_fields({error.reason, "There is no such account.", error.fields}, 2000);
    case Reason::invalid: return messages_of_fields(error, unreadable);
    case Reason::conflict:
        if (is_about_idempotency_key(error)) return {{error.detail, idempotency_key_in_use, {}}};
        if (service::is_stale(error)) return {{error.detail, stale, {}}};
        return messages_of_fields(error, other_conflict);
    case Reason::idempotency_mismatch: return {{error.detail, idempotency_key_reused, {}}};
    case Reason::limit_exceeded: return {{error.detail, too_many_attempts, {}}};
    case Reason::unavailable: return {{error.detail, unavailable, {}}};
    case Reason::broken: break;
    }
    return {{"Internal server error", broken, {}}};
}

Message message_of_status(int status, std::string_view detail) {
    const std::string text(detail);
    if (status == 404 || status == 405) return {text, unknown_path, {}};
    if (status == 415) return {text, unknown_media_type, {}};
    if (status == 503) return {text, unavailable, {}};
    if (status == 500) return {"Internal server error", broken, {}};
    return {text, not_http, {}};
}

}  // namespace signalmind
