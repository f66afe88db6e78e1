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
constexpr int required = 1200, wrong_type = 1201, bad_format = 1202, too_long = 1203, unsupported = 1204,
              out_of_range = 1205, not_allowed = 1206, fixed = 1207;
constexpr int other_conflict = 2009;

constexpr std::optional<Rule> any_rule;

const std::vector<Word> words = {
    {"key", Rule::required, no_key, "An API key is required."},
    {"key", Rule::not_valid, wrong_key, "The API key is not valid."},
    {"credential", any_rule, wrong_token, "The authentication token is not valid or has expired."},

    {"plan_id", Rule::unknown, 2100, "There is no account plan of this AccountPlanId."},
    {"plan_id", Rule::other_type, 2101, "The account plan is not for accounts of this Type."},
    {"plan_id", Rule::limit, 2102, "The account has more sub-accounts than the account plan allows."},
    {"parent", Rule::unknown, 2200, "There is no account of this ParentAccountId."},
    {"parent", Rule::not_premium, 2201, "The parent account is not a Premium account."},
    {"parent", Rule::closed, 2202, "The parent account is canceled."},
    {"parent", Rule::suspended, 2203, "The parent account is suspended."},
    {"parent", Rule::limit, 2204, "The parent account has as many sub-accounts as its plan allows."},
    {"account", Rule::unknown, 2000, "There is no such account."},
    {"status", Rule::closed, 2001, "The account is canceled."},
    {"account", Rule::not_basic, 2002, "Only Basic accounts can be moved or deleted."},
    {"status", Rule::not_of_type, 2003, "An account of this type cannot have this status."},
    {"type", Rule::forbidden, 2004, "This API key may not create Premium accounts."},

    {"", any_rule, required, "{} is required."},
    {"", any_rule, wrong_type, "{} has a value of a wrong type."},
    {"", any_rule, bad_format, "{} is not well formed."},
    {"", any_rule, too_long, "{} is too long."},
    {"", any_rule, unsupported, "{} has a value that is not supported."},
    {"", any_rule, out_of_range, "{} is out of range."},
    {"", any_rule, not_allowed, "{} is not allowed for this account."},
    {"", any_rule, fixed, "{} cannot be changed here."},
};

const std::vector<Word> others = {
    {"", any_rule, unreadable, "The request cannot be read: no JSON object, or a query that is not well formed."},
    {"", any_rule, unknown_path, "There is nothing at this path, or nothing that knows the method."},
    {"", any_rule, unknown_media_type, "The body has a media type that is not supported."},
    {"", any_rule, too_many_attempts, "Too many wrong keys or tokens from this address; try again later."},
    {"", any_rule, unavailable, "Not available now; try again."},
    {"", any_rule, broken, "Internal server error"},
    {"", any_rule, wrong_idempotency_key, "The Idempotency-Key is not well formed."},
    {"", any_rule, idempotency_key_in_use, "A request with this Idempotency-Key is still under way."},
    {"", any_rule, idempotency_key_reused, "The Idempotency-Key has been used with another request."},
    {"", any_rule, not_http, "The request breaks a rule or a limit of HTTP (the HTTP status says which)."},
    {"", any_rule, stale, "It is not as If-Match says (HTTP status 412)."},
    {"", any_rule, no_token, "An authentication token is required."},
    {"", any_rule, forbidden, "This API key may not do this."},
    {"", any_rule, other_conflict, "The present state of the account does not allow this."},
};

// The code of a rule whatever the field; none: it is worded of those fields alone that the table names.
std::optional<int> code_of(Rule rule) {
    switch (rule) {
    case Rule::required: return required;
    case Rule::wrong_type: return wrong_type;
    case Rule::bad_format: return bad_format;
    case Rule::too_long: return too_long;
    case Rule::unsupported: return unsupported;
    case Rule::out_of_range: return out_of_range;
    case Rule::not_allowed: return not_allowed;
    case Rule::fixed: return fixed;
    case Rule::abbreviation:
    case Rule::bad_characters:
    case Rule::bad_document:
    case Rule::before_from:
    case Rule::closed:
    case Rule::credentials:
    case Rule::duplicate:
    case Rule::expired:
    case Rule::finished:
    case Rule::forbidden:
    case Rule::forbidden_address:
    case Rule::foreign:
    case Rule::fragment:
    case Rule::in_past:
    case Rule::in_progress:
    case Rule::in_use:
    case Rule::limit:
    case Rule::mismatch:
    case Rule::missing:
    case Rule::negative:
    case Rule::not_assignable:
    case Rule::not_basic:
    case Rule::not_listed:
    case Rule::not_of_type:
    case Rule::not_premium:
    case Rule::not_promoted:
    case Rule::not_redeemed:
    case Rule::not_valid:
    case Rule::not_yours:
    case Rule::other_type:
    case Rule::out_of_step:
    case Rule::promoted:
    case Rule::read_only:
    case Rule::redeemed:
    case Rule::repeated:
    case Rule::reused:
    case Rule::revoked:
    case Rule::scheme:
    case Rule::special_characters:
    case Rule::stale:
    case Rule::suspended:
    case Rule::taken:
    case Rule::too_deep:
    case Rule::too_far:
    case Rule::too_many:
    case Rule::top_level_domain:
    case Rule::under_way:
    case Rule::unknown:
    case Rule::unreadable: break;
    }
    return std::nullopt;
}

bool is_meant(const Word& word, const FieldError& error) {
    if (word.field.empty()) return word.code == code_of(error.rule);
    return word.field == error.field && (!word.rule || word.rule == error.rule);
}

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
            if (!is_meant(word, field)) continue;
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
