#include "core/rule.h"

std::string_view to_string(Rule rule) {
    switch (rule) {
    case Rule::abbreviation: return "abbreviation";
    case Rule::bad_characters: return "bad_characters";
    case Rule::bad_document: return "bad_document";
    case Rule::bad_format: return "bad_format";
    case Rule::before_from: return "before_from";
    case Rule::closed: return "closed";
    case Rule::credentials: return "credentials";
    case Rule::duplicate: return "duplicate";
    case Rule::expired: return "expired";
    case Rule::finished: return "finished";
    case Rule::fixed: return "fixed";
    case Rule::forbidden: return "forbidden";
    case Rule::forbidden_address: return "forbidden_address";
    case Rule::foreign: return "foreign";
    case Rule::fragment: return "fragment";
    case Rule::in_past: return "in_past";
    case Rule::in_progress: return "in_progress";
    case Rule::in_use: return "in_use";
    case Rule::limit: return "limit";
    case Rule::mismatch: return "mismatch";
    case Rule::missing: return "missing";
    case Rule::negative: return "negative";
    case Rule::not_allowed: return "not_allowed";
    case Rule::not_assignable: return "not_assignable";
    case Rule::not_basic: return "not_basic";
    case Rule::not_listed: return "not_listed";
    case Rule::not_of_type: return "not_of_type";
    case Rule::not_premium: return "not_premium";
    case Rule::not_promoted: return "not_promoted";
    case Rule::not_redeemed: return "not_redeemed";
    case Rule::not_valid: return "not_valid";
    case Rule::not_yours: return "not_yours";
    case Rule::other_type: return "other_type";
    case Rule::out_of_range: return "out_of_range";
    case Rule::out_of_step: return "out_of_step";
    case Rule::promoted: return "promoted";
    case Rule::read_only: return "read_only";
    case Rule::redeemed: return "redeemed";
    case Rule::repeated: return "repeated";
    case Rule::required: return "required";
    case Rule::reused: return "reused";
    case Rule::revoked: return "revoked";
    case Rule::scheme: return "scheme";
    case Rule::special_characters: return "special_characters";
    case Rule::stale: return "stale";
    case Rule::suspended: return "suspended";
    case Rule::taken: return "taken";
    case Rule::too_deep: return "too_deep";
    case Rule::too_far: return "too_far";
    case Rule::too_long: return "too_long";
    case Rule::too_many: return "too_many";
    case Rule::top_level_domain: return "top_level_domain";
    case Rule::under_way: return "under_way";
    case Rule::unknown: return "unknown";
    case Rule::unreadable: return "unreadable";
    case Rule::unsupported: return "unsupported";
    case Rule::wrong_type: return "wrong_type";
    }
    return "";
}

std::optional<Rule> parse_rule(std::string_view text) {
    for (int number = 0; !to_string(Rule(number)).empty(); ++number)
        if (to_string(Rule(number)) == text) return Rule(number);
    return std::nullopt;
}
