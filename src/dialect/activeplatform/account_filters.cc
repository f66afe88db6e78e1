#include "dialect/activeplatform/account_filters.h"

#include "core/ascii.h"
#include "dialect/activeplatform/view.h"
#include "engine/customers/attribute_rules.h"

namespace activeplatform {
namespace {

constexpr std::size_t emails_max = 100;

Error refuse(const std::string& name, std::string rule, std::string detail) {
    return {Reason::malformed, detail, {{"?filter[" + name + "]", std::move(rule), detail}}};
}

struct Bounds {
    std::optional<Moment>& from;
    std::optional<Moment>& until;
};

Moment later(Moment moment, std::chrono::milliseconds by) { return {moment.at + by, moment.is_local}; }

Result<void> read_time(const service::QueryParameter& filter, std::string_view relation, Bounds bounds) {
    constexpr std::chrono::milliseconds step(1);
    const auto time = parse_filter_time(filter.value);
    if (!time)
        return refuse(filter.name, "bad_format",
                      "A time is YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS, in the platform's time zone or with its own.");
    if (relation == "gt") {
        bounds.from = later(time->moment, step);
    } else if (relation == "lt") {
        bounds.until = time->moment;
    } else {
        bounds.from = time->moment;
        bounds.until = later(time->moment, time->width);
    }
    return {};
}

Result<void> read_emails(const service::QueryParameter& filter, CustomerFilter& into) {
    for (const std::string& email : split(filter.value, ',')) into.emails.push_back(to_lower_ascii(email));
    if (into.emails.size() > emails_max)
        return refuse(filter.name, "too_many",
                      "At most " + std::to_string(emails_max) + " e-mail addresses can be asked for at once.");
    // Nothing at all is nobody's address.
    if (into.emails.empty()) into.emails.emplace_back();
    return {};
}

Result<void> read_statuses(const service::QueryParameter& filter, CustomerFilter& into) {
    into.active = into.credit_hold = into.administrative_hold = into.deleted = false;
    for (const std::string& status : split(filter.value, ',')) {
        if (status == "active")
            into.active = true;
        else if (status == "credit_hold")
            into.credit_hold = true;
        else if (status == "administrative_hold")
            into.administrative_hold = true;
        else if (status == "deleted")
            into.deleted = true;
        else
            return refuse(filter.name, "unknown", "There is no status " + status + ".");
    }
    return {};
}

}  // namespace

const std::vector<std::string_view>& account_filter_names() {
    static const std::vector<std::string_view> names = {
        "email",          "user_email",     "inn",   "created_at", "created_at][gt", "created_at][lt", "updated_at",
        "updated_at][gt", "updated_at][lt", "status"};
    return names;
}

Result<void> read_account_filter(const service::QueryParameter& filter, ListCustomers& command) {
    const std::string_view name = filter.name;
    const std::string_view family = name.substr(0, name.find(']'));
    const std::string_view relation = family.size() < name.size() ? name.substr(family.size() + 2) : std::string_view();
    if (family == "email") return read_emails(filter, command.filter);
    if (family == "status") return read_statuses(filter, command.filter);
    if (family == "created_at") return read_time(filter, relation, {command.created_from, command.created_until});
    if (family == "updated_at") return read_time(filter, relation, {command.updated_from, command.updated_until});
    if (family == "user_email") command.filter.user_email = to_lower_ascii(filter.value);
    if (family == "inn") command.filter.attribute = {std::string(taxpayer_number_key), filter.value};
    return {};
}

std::optional<FilterTime> parse_filter_time(std::string_view text) {
    constexpr std::size_t date_length = 10, time_length = 19;
    std::string whole(text);
    if (text.size() == date_length) {
        const auto midnight = parse_rfc3339(whole + "T00:00:00Z");
        if (!midnight) return std::nullopt;
        return FilterTime{{*midnight, true}, std::chrono::days(1)};
    }
    if (text.size() == time_length) whole += 'Z';
    if (const std::size_t space = whole.find(' ', time_length); space != std::string::npos) whole[space] = '+';
    const auto instant = parse_rfc3339(whole);
    if (!instant) return std::nullopt;
    return FilterTime{{*instant, text.size() == time_length}, std::chrono::seconds(1)};
}

}  // namespace activeplatform
