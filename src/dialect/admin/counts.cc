// Counts for dashboards: GET /admin/v1/counts (all that the caller reaches, together) and
// /admin/v1/resellers/{resellerId}/counts, ?from=2026-11-01&until=2026-11-30, both days included, UTC; without them the
// 30 days up to today, by the clock of the reseller (of several, by the one that is furthest).
//
//   {"days": [{"day": "2026-11-01", "accounts": {"entitled": 3, "provisioned": 0, ...}, "entered": {"entitled": 1,
//   ...}, "opened": 1, "removed": 0}]}
//
// accounts: how many were in each status when the day ended, without those that had been removed; entered: how many
// came into it on that day, for the first time or again; opened, removed: how many were on that day. From one day to
// the next the accounts are more by those that were opened and fewer by those that were removed.

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
    query.object_to(name, "bad_format", "It must be a day like 2026-11-30.");
    return std::nullopt;
}

Result<CountAccounts> parse_count(const Call& call) {
    Query query = TRY(Query::read(call));
    CountAccounts command{.first_day = find_day(query, "from"), .last_day = find_day(query, "until")};
    TRY(query.finish());
    return command;
}

Result<CountAccounts> parse_count_of_reseller(const Call& call) {
    CountAccounts command = TRY(parse_count(call));
    command.reseller_id = TRY(parse_id(call.path_values[0]));
    return command;
}

void write_counts(JsonWriter& json, std::string_view name, const std::array<std::int64_t, 5>& counts) {
    json.open_object(name);
    for (const AccountStatus status : all_account_statuses) json.number(to_string(status), counts[std::size_t(status)]);
    json.close_object();
}

http::Response render_counts(const Call&, const std::vector<DayOfCounts>& counts) {
    JsonWriter json(256 * (counts.size() + 1));
    json.open_object().open_array("days");
    for (const DayOfCounts& day : counts) {
        const Instant midnight = sys_days(days(day.day));
        json.open_object().unescaped("day", std::string_view(format_rfc3339(midnight)).substr(0, 10));
        write_counts(json, "accounts", day.accounts);
        write_counts(json, "entered", day.entered);
        json.number("opened", day.opened).number("removed", day.removed).close_object();
    }
    json.close_array().close_object();
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
