#include "dialect/activeplatform/account_filters.h"

#include "core/visible_text.h"
#include "dialect/activeplatform/view.h"
#include "engine/customers/attribute_rules.h"
#include "engine/email.h"

namespace activeplatform {
namespace {

constexpr std::size_t emails_max = 100;

Error refuse_filter(const std::string& name, Rule rule, std::string detail) {
    return {Reason::malformed, detail, {{"?filter[" + name + "]", rule, detail}}};
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
        return refuse_filter(
            filter.name, Rule::bad_format,
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

// Nobody has what is no address: a list of nothing would pass for an answer. Blanks around it do not matter.
Result<std::string> read_email(const service::QueryParameter& filter, std::string_view email) {
    while (email.starts_with(' ')) email.remove_prefix(1);
    while (email.ends_with(' ')) email.remove_suffix(1);
    if (is_email(email)) return email_key(email);
    return refuse_filter(filter.name, Rule::bad_format, std::string(email) + " is no e-mail address.");
}

Result<void> read_emails(const service::QueryParameter& filter, CustomerFilter& into) {
    const std::vector<std::string> emails = split(filter.literal, ',');
    if (emails.size() > emails_max)
        return refuse_filter(filter.name, Rule::too_many,
                             "At most " + std::to_string(emails_max) + " e-mail addresses can be asked for at once.");
    if (emails.empty()) return refuse_filter(filter.name, Rule::required, "An e-mail address is required.");
    for (const std::string& email : emails) {
        into.emails.push_back(TRY(read_email(filter, email)));
        // A blank behind a comma may have become a plus on its way.
        if (email.starts_with('+') && is_email(email.substr(1))) into.emails.push_back(email_key(email.substr(1)));
    }
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
            return refuse_filter(filter.name, Rule::unknown, "There is no status " + status + ".");
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
    if (family == "user_email") command.filter.user_email = TRY(read_email(filter, filter.literal));
    if (family == "inn" && is_blank(filter.value))
        return refuse_filter(filter.name, Rule::required, "A value is required.");
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
    const bool is_local = text.size() >= time_length && whole.find_first_of("Zz+- ", time_length) == std::string::npos;
    if (is_local) whole += 'Z';
    if (const std::size_t space = whole.find(' ', time_length); space != std::string::npos) whole[space] = '+';
    const auto instant = parse_rfc3339(whole);
    if (!instant) return std::nullopt;
    const bool has_fraction = text.size() > time_length && text[time_length] == '.';
    return FilterTime{{*instant, is_local}, has_fraction ? std::chrono::milliseconds(1) : std::chrono::seconds(1)};
}

}  // namespace activeplatform
