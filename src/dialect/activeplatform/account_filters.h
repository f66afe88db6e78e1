// The filters of "Get list of accounts": filter[email] (a list with commas), filter[user_email], filter[inn],
// filter[created_at] and filter[updated_at], each also with [gt] and [lt]; and, ours, filter[status].

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "engine/customers/list_customers.h"
#include "service/query.h"

namespace activeplatform {

const std::vector<std::string_view>& account_filter_names();

// Refuses (malformed, "?filter[name]"): bad_format (a time that is none), unknown (a status), too_many (e-mail
// addresses).
Result<void> read_account_filter(const service::QueryParameter& filter, ListCustomers&);

// YYYY-MM-DD, YYYY-MM-DDTHH:MM:SS, or RFC 3339 with a zone. A zone's "+" may have been sent as it is, and so have
// become a space. `width`: a day or a second, what the text stands for when it is not compared but met.
struct FilterTime {
    Moment moment;
    std::chrono::milliseconds width;
};
std::optional<FilterTime> parse_filter_time(std::string_view text);

}  // namespace activeplatform
