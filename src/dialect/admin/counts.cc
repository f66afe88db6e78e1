// Counts for dashboards: GET /admin/v1/counts (all that the caller reaches, together) and
// /admin/v1/resellers/{resellerId}/counts (with ?tree=true, it and all below it), ?from=2026-11-01&until=2026-11-30,
// both days included, UTC, ?by=week or month; without days the 30 days, 26 weeks or 12 months up to today, by the clock
// of the reseller (of several, by the one that is furthest).
//
//   {"days": [{"day": "2026-11-01", "accounts": {"entitled": 3, "provisioned": 0, ...}, "entered": {"entitled": 1,
//   ...}, "opened": 1, "removed": 0, "redeemed": 1, "converted": 0, "median_days": 3}], "total": {...}}
//
// Each is a day, week or month; `total` all of them as one. accounts: how many were in each status at its end, without
// those that had been removed; entered: how many came into it, for the first time or again; opened, removed, redeemed:
// how many were; converted: of those that were opened then, redeemed since; median_days: how long those that were
// redeemed then had taken (engine/accounts/count_accounts.h). From one to the next the accounts are more by those that
// were opened and fewer by those that were removed.

#include "dialect/admin/nouns.h"
#include "dialect/admin/request.h"
#include "engine/accounts/count_accounts.h"
#include "json/writer.h"
#include "service/slow_route.h"

namespace admin {
namespace {

using ::json::JsonWriter;
using service::Call;
using std::chrono::days;
using std::chrono::sys_days;

std::optional<std::int64_t> find_day(Query& query, std::string_view name) {
    const auto text = query.find_text(name);
    if (!text) return std::nullopt;
    const auto instant = parse_rfc3339(*text + "T00:00:00Z");
    if (text->size() == 10 && instant) return std::chrono::floor<days>(*instant).time_since_epoch().count();
    query.object_to(name, Rule::bad_format, "It must be a day like 2026-11-30.");
    return std::nullopt;
}

CountStep read_step(Query& query) {
    const auto text = query.find_text("by");
    if (!text || *text == "day") return CountStep::day;
    if (*text == "week") return CountStep::week;
    if (*text == "month") return CountStep::month;
    query.object_to("by", Rule::unsupported, "It must be day, week or month.");
    return CountStep::day;
}

CountAccounts read_count(Query& query) {
    return {.step = read_step(query), .first_day = find_day(query, "from"), .last_day = find_day(query, "until")};
}

Result<CountAccounts> parse_count(const Call& call) {
    Query query = TRY(Query::read(call));
    CountAccounts command = read_count(query);
    TRY(query.finish());
    return command;
}

Result<CountAccounts> parse_count_of_reseller(const Call& call) {
    Query query = TRY(Query::read(call));
    CountAccounts command = read_count(query);
    command.tree = query.find_boolean("tree").value_or(false);
    TRY(query.finish());
    command.reseller_id = TRY(parse_id(call.path_values[0]));
    return command;
}

void write_counts(JsonWriter& json, std::string_view name, const std::array<std::int64_t, 5>& counts) {
    json.open_object(name);
    for (const AccountStatus status : all_account_statuses) json.number(to_string(status), counts[std::size_t(status)]);
    json.close_object();
}

void write_period(JsonWriter& json, const CountedPeriod& period) {
    const Instant midnight = sys_days(days(period.day));
    json.unescaped("day", std::string_view(format_rfc3339(midnight)).substr(0, 10));
    write_counts(json, "accounts", period.accounts);
    write_counts(json, "entered", period.entered);
    json.number("opened", period.opened)
        .number("removed", period.removed)
        .number("redeemed", period.redeemed)
        .number("converted", period.converted)
        .number("median_days", period.median_days);
}

http::Response render_counts(const Call&, const CountedAccounts& counts) {
    JsonWriter json(320 * (counts.periods.size() + 2));
    json.open_object().open_array("days");
    for (const CountedPeriod& period : counts.periods) {
        json.open_object();
        write_period(json, period);
        json.close_object();
    }
    json.close_array().open_object("total");
    write_period(json, counts.total);
    json.close_object().close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

}  // namespace

std::vector<service::Route> count_routes() {
    using service::read_route;
    using enum http::Method;
    return {
        service::on_slow_thread(
            service::for_reader(read_route(get, "/admin/v1/counts", parse_count, count_accounts, render_counts))),
        service::on_slow_thread(service::for_reader(read_route(
            get, "/admin/v1/resellers/{resellerId}/counts", parse_count_of_reseller, count_accounts, render_counts))),
    };
}

}  // namespace admin
