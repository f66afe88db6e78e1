// Why something is done, as whoever asks says it: a word that can be counted, and a comment that can be read. Any
// request may carry them (headers Partnerd-Reason and Partnerd-Comment; the joiner in service/ calls check_why for all
// dialects), and a setting says where a reason has to be there.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "model/account.h"

constexpr std::size_t reason_length_max = 40;
constexpr std::size_t comment_length_max = 500;

// Known to every reseller; the setting event_reasons adds others.
inline const std::vector<std::string> common_reasons = {"request", "payment", "fraud", "legal", "error", "other"};

// What may be asked to have a reason: the setting reason_required_for lists some of these.
inline const std::vector<std::string> acts_with_reason = {"hold", "close", "remove", "redate"};

bool is_reason_word(std::string_view);  // 1 to 40 of a-z, 0-9, - and _

// Refuses: invalid reason (bad_format, unsupported), comment (too_long, bad_characters).
Result<void> check_why(db::Tx&, const Caller&);

// What the request itself says goes before what its headers say. Refuses as check_why does.
Result<void> add_why(db::Tx&, Caller& acting, const Why&);

// Refuses: invalid reason (required). `act`, one of acts_with_reason, is done to this account.
Result<void> require_reason(db::Tx&, const Caller&, std::string_view act, const Account&);
