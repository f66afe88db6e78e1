#include "engine/access/why.h"

#include <algorithm>

#include "core/utf8.h"
#include "engine/catalogue/catalogue.h"
#include "engine/field_errors.h"
#include "store/reseller_settings.h"

namespace {

bool is_listed(std::string_view list, std::string_view word) {
    while (!list.empty()) {
        const std::string_view item = list.substr(0, list.find(','));
        if (item == word) return true;
        list.remove_prefix(std::min(list.size(), item.size() + 1));
    }
    return false;
}

bool is_printable(std::string_view text) {
    return is_valid_utf8(text) && std::all_of(text.begin(), text.end(), [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte >= 0x20 && byte != 0x7f;
           });
}

}  // namespace

bool is_reason_word(std::string_view word) {
    const auto is_good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !word.empty() && word.size() <= reason_length_max && std::all_of(word.begin(), word.end(), is_good);
}

Result<void> check_why(db::Tx& tx, const Caller& caller) {
    const auto& [reason, comment] = caller.why;
    if (!reason.empty() && !is_reason_word(reason))
        return refuse("reason", Rule::bad_format, "A reason is one word of at most 40 of a-z, 0-9, - and _.");
    if (comment.size() > comment_length_max)
        return refuse("comment", Rule::too_long, "A comment has at most 500 bytes.");
    if (!is_printable(comment))
        return refuse("comment", Rule::bad_characters, "A comment is one line of UTF-8 without control characters.");
    if (reason.empty() || std::find(common_reasons.begin(), common_reasons.end(), reason) != common_reasons.end())
        return {};
    const auto added = store::find_inherited_setting(tx, caller.reseller.id, setting::event_reasons);
    if (added && is_listed(*added, reason)) return {};
    return refuse(
        "reason", Rule::unsupported,
        "The reason must be request, payment, fraud, legal, error, other, or one that the operator has added.");
}

Result<void> add_why(db::Tx& tx, Caller& acting, const Why& why) {
    if (why.empty()) return {};
    if (!why.reason.empty()) acting.why.reason = why.reason;
    if (!why.comment.empty()) acting.why.comment = why.comment;
    return check_why(tx, acting);
}

Result<void> require_reason(db::Tx& tx, const Caller& caller, std::string_view act, const Account& account) {
    if (!caller.why.reason.empty()) return {};
    const auto acts = store::find_inherited_setting(tx, caller.reseller.id, setting::reason_required_for);
    if (!acts || !is_listed(*acts, act)) return {};
    Error error = refuse("reason", Rule::required, "A reason is required for this (header Partnerd-Reason).");
    error.opened_under = account.opened_under;
    return error;
}
