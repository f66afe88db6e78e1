// Rule: the rules that a field can break. Each has a word of its own, which the operator API, the partner API, the CLI
// and ActivePlatform's dialect show as a code: a word never changes, and a rule that is no longer used keeps it. A
// dialect that words rules otherwise switches over them without default, so that a new rule must be worded there too.

#pragma once

#include <optional>
#include <string_view>

enum class Rule {
    abbreviation,
    bad_characters,
    bad_document,
    bad_format,
    before_from,
    closed,
    credentials,
    duplicate,
    expired,
    finished,
    fixed,
    forbidden,
    forbidden_address,
    foreign,
    fragment,
    in_past,
    in_progress,
    in_use,
    limit,
    mismatch,
    missing,
    negative,
    not_allowed,
    not_assignable,
    not_basic,
    not_listed,
    not_of_type,
    not_premium,
    not_promoted,
    not_redeemed,
    not_valid,
    not_yours,
    other_type,
    out_of_range,
    out_of_step,
    promoted,
    read_only,
    redeemed,
    repeated,
    required,
    reused,
    revoked,
    scheme,
    special_characters,
    stale,
    suspended,
    taken,
    too_deep,
    too_far,
    too_long,
    too_many,
    top_level_domain,
    under_way,
    unknown,
    unreadable,
    unsupported,
    wrong_type,
};

std::string_view to_string(Rule);  // "in_past"
std::optional<Rule> parse_rule(std::string_view);
