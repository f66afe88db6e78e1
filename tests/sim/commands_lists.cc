// What an operator reads: lists with their cursors, the feed of events, counts.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>

#include "engine/resellers/add_reseller.h"
#include "tests/sim/commands.h"

namespace sim {
namespace {

using enum http::Method;

// --- accounts ---

struct Filter {
    std::optional<std::int64_t> reseller_id = {};
    std::optional<AccountStatus> status = {};
    std::optional<AccountType> type = {};
    std::optional<std::string> domain = {}, uid_prefix = {}, email = {};
    std::optional<Instant> ends_after = {}, ends_before = {};
    bool removed = false;
    bool oldest_first = false;

    bool wants(const ModelAccount& known, const Account& shown) const {
        if (shown.removed_at.has_value() != removed) return false;
        if (reseller_id && shown.reseller_id != *reseller_id) return false;
        if (status && status_of(shown) != *status) return false;
        if (type && shown.type != *type) return false;
        if (domain && shown.domain != *domain) return false;
        if (uid_prefix && !shown.uid.starts_with(*uid_prefix)) return false;
        if (email && !known.users.contains(*email)) return false;
        if (ends_after && !(shown.ends_at > ends_after)) return false;
        return !ends_before || (shown.ends_at && *shown.ends_at < *ends_before);
    }

    std::string query() const {
        std::string text;
        const auto add = [&](const char* name, const std::string& value) {
            text += fmt::format("&{}={}", name, value);
        };
        if (reseller_id) add("reseller", std::to_string(*reseller_id));
        if (status) add("status", std::string(to_string(*status)));
        if (type) add("type", std::string(to_string(*type)));
        if (domain) add("domain", *domain);
        if (uid_prefix) add("uid_prefix", *uid_prefix);
        if (email) add("email", *email);
        if (ends_after) add("ends_after", format_rfc3339(*ends_after));
        if (ends_before) add("ends_before", format_rfc3339(*ends_before));
        if (removed) add("removed", "true");
        if (oldest_first) add("order", "oldest");
        return text;
    }
};

// Each alone, or some together. The values are those of some account.
Filter pick_filter(Simulation& sim) {
    const ModelAccount some = sim.random().pick_of(sim.model().accounts);
    const int percent = sim.random().chance(50) ? 12 : 30;
    const auto chance = [&] { return sim.random().chance(percent); };
    Filter filter;
    if (sim.random().chance(75)) filter.reseller_id = pick_reseller(sim);
    filter.removed = sim.random().chance(20);
    if (!filter.removed && sim.random().chance(40)) filter.status = all_account_statuses[sim.random().below(5)];
    if (chance()) filter.type = some.account.type;
    if (chance()) filter.domain = some.account.domain;
    if (chance()) filter.uid_prefix = some.account.uid.substr(0, std::size_t(sim.random().between(0, 4)));
    if (chance()) filter.email = some.owner.value_or("p1@example.com");
    if (chance()) filter.ends_after = some.account.ends_at.value_or(sim.model().server_now);
    if (chance()) filter.ends_before = some.account.ends_at.value_or(sim.model().server_now);
    filter.oldest_first = sim.random().chance(50);
    if (filter.domain == "") filter.domain.reset();
    return filter;
}

// By age, by uid or by end.
std::vector<std::int64_t> list_of(const Model& model, const Filter& filter) {
    std::vector<Account> wanted;
    for (const ModelAccount& known : model.accounts)
        if (const Account shown = model.settled(known.account); filter.wants(known, shown)) wanted.push_back(shown);
    const bool has_ends = filter.ends_after || filter.ends_before;
    if (filter.email || filter.removed || !(filter.uid_prefix || has_ends)) {
        if (!filter.oldest_first) std::ranges::reverse(wanted);
    } else if (filter.uid_prefix) {
        std::ranges::stable_sort(wanted, {}, &Account::uid);
    } else {
        std::ranges::stable_sort(wanted, {}, [](const Account& it) { return *it.ends_at; });
    }
    std::vector<std::int64_t> ids;
    for (const Account& account : wanted) ids.push_back(account.id);
    return ids;
}

struct ListedPage {
    std::vector<std::int64_t> ids;
    std::string next, previous;  // empty: there is none
};

ListedPage read_page(Simulation& sim, const std::string& query, const std::string& cursor) {
    const auto response =
        sim.look(request_of(get, "/admin/v1/accounts" + query + (cursor.empty() ? "" : "&cursor=" + cursor), root));
    sim.check(response.status == 200, "a list is refused: " + response.body);
    const auto body = boost::json::parse(response.body).as_object();
    const auto cursor_of = [&](const char* name) {
        return body.at(name).is_null() ? std::string() : std::string(body.at(name).as_string());
    };
    ListedPage page{.next = cursor_of("next"), .previous = cursor_of("previous")};
    for (const auto& account : body.at("accounts").as_array()) page.ids.push_back(account.at("id").as_int64());
    return page;
}

// From page to page, to the end and back again, all that should be there is there once.
void list(Simulation& sim) {
    const Filter filter = pick_filter(sim);
    if (filter.status) sim.keep_house();  // what the clock does is found by its status once it is written
    const std::string query = fmt::format("?limit={}{}", sim.random().between(1, 12), filter.query());
    const std::vector<std::int64_t> expected = list_of(sim.model(), filter);
    std::vector<std::int64_t> there;
    ListedPage page = read_page(sim, query, "");
    sim.check(page.previous.empty(), "something comes before the first page");
    while (true) {
        there.insert(there.end(), page.ids.begin(), page.ids.end());
        if (page.next.empty()) break;
        page = read_page(sim, query, page.next);
    }
    sim.check(there == expected,
              fmt::format("{} lists {}, and should list {}", query, fmt::join(there, " "), fmt::join(expected, " ")));
    std::vector<std::int64_t> back = page.ids;
    while (!page.previous.empty()) {
        page = read_page(sim, query, page.previous);
        back.insert(back.begin(), page.ids.begin(), page.ids.end());
    }
    sim.check(back == expected, fmt::format("{} lists {} backwards, and should list {}", query, fmt::join(back, " "),
                                            fmt::join(expected, " ")));
}

// --- counts ---

using Counts = std::array<std::int64_t, 5>;

struct Day {
    Counts accounts{}, entered{};
    std::int64_t opened = 0, removed = 0, converted = 0;
    std::vector<std::int64_t> delays;  // of those that were redeemed, in days
};

std::int64_t day_of(Instant instant) {
    return std::chrono::floor<std::chrono::days>(instant).time_since_epoch().count();
}

std::string text_of(std::int64_t day) {
    return format_rfc3339(Instant(std::chrono::sys_days(std::chrono::days(day)))).substr(0, 10);
}

// What days are put together to, and how many where nobody says from when.
struct Step {
    std::string by;
    std::size_t usual;
};

// The first day of the week or month that a day belongs to. Day 0 was a Thursday.
std::int64_t beginning_of(std::int64_t day, const Step& step) {
    if (step.by == "week") return day - (day + 3) % 7;
    if (step.by == "day") return day;
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
    return day - std::int64_t(unsigned(date.day())) + 1;
}

// The reseller and all below it.
std::set<std::int64_t> tree_of(const Model& model, std::int64_t top) {
    std::set<std::int64_t> tree;
    for (const auto& [id, reseller] : model.resellers)
        for (std::optional<std::int64_t> above = id; above; above = model.reseller(*above).parent_id)
            if (*above == top) tree.insert(id);
    return tree;
}

std::optional<std::size_t> status_named(const std::string& name) {
    for (const AccountStatus status : all_account_statuses)
        if (to_string(status) == name) return std::size_t(status);
    return std::nullopt;
}

// What the events say of the days.
std::vector<Day> count_days(const std::vector<Event>& events, const std::set<std::int64_t>& resellers,
                            std::int64_t first, std::int64_t last) {
    std::vector<Day> days(std::size_t(last - first + 1));
    const auto is_within = [&](std::int64_t day) { return day >= first && day <= last; };
    std::map<std::int64_t, Instant> opened_at;  // by account
    for (const Event& event : events) {
        if (event.kind == EventKind::account_opened) opened_at[event.account_id] = event.at;
        if (event.kind != EventKind::account_redeemed || !resellers.contains(event.reseller_id)) continue;
        const Instant opened = opened_at.at(event.account_id);
        if (is_within(day_of(opened))) ++days[std::size_t(day_of(opened) - first)].converted;
        if (!is_within(day_of(event.at))) continue;
        const std::int64_t delay = std::chrono::floor<std::chrono::days>(event.at - opened).count();
        days[std::size_t(day_of(event.at) - first)].delays.push_back(std::clamp<std::int64_t>(delay, 0, 400));
    }
    for (const Event& event : events) {
        if (!resellers.contains(event.reseller_id) || day_of(event.at) > last) continue;
        std::optional<std::size_t> before, after;
        bool is_opening = false, is_removal = false;
        for (const Change& change : event.changes) {
            if (change.field == "removed_at") is_removal = true;
            if (change.field != "status") continue;
            before = status_named(change.before);
            after = status_named(change.after);
            is_opening = change.before.empty();
        }
        if (is_removal) {
            if (!before) before = std::size_t(AccountStatus::deprovisioned);
            after.reset();
        }
        const std::size_t from = std::size_t(std::max(day_of(event.at), first) - first);
        for (std::size_t i = from; i < days.size(); ++i) {
            if (before) --days[i].accounts[*before];
            if (after) ++days[i].accounts[*after];
        }
        if (day_of(event.at) < first) continue;
        if (after) ++days[from].entered[*after];
        if (is_opening) ++days[from].opened;
        if (is_removal) ++days[from].removed;
    }
    return days;
}

// The lower one of two in the middle.
boost::json::value median_of(std::vector<std::int64_t> delays) {
    if (delays.empty()) return nullptr;
    std::sort(delays.begin(), delays.end());
    return delays[(delays.size() - 1) / 2];
}

boost::json::object to_object(const Counts& counts) {
    boost::json::object object;
    for (const AccountStatus status : all_account_statuses) object[to_string(status)] = counts[std::size_t(status)];
    return object;
}

boost::json::object to_object(const std::string& text, const Day& day) {
    return {{"day", text},
            {"accounts", to_object(day.accounts)},
            {"entered", to_object(day.entered)},
            {"opened", day.opened},
            {"removed", day.removed},
            {"redeemed", std::int64_t(day.delays.size())},
            {"converted", day.converted},
            {"median_days", median_of(day.delays)}};
}

// All days as one.
boost::json::object to_total(const std::string& first_day, const std::vector<Day>& days) {
    Day all;
    for (const Day& day : days) {
        for (std::size_t status = 0; status < all.entered.size(); ++status) all.entered[status] += day.entered[status];
        all.opened += day.opened;
        all.removed += day.removed;
        all.converted += day.converted;
        all.delays.insert(all.delays.end(), day.delays.begin(), day.delays.end());
    }
    all.accounts = days.back().accounts;
    return to_object(first_day, all);
}

// Days put together; the first and the last period may be cut short.
boost::json::array to_periods(const std::vector<Day>& days, std::int64_t first, const Step& step) {
    boost::json::array periods;
    std::vector<Day> period;
    std::int64_t day = first;
    for (const Day& one : days) {
        period.push_back(one);
        ++day;
        if (day != beginning_of(day, step) && &one != &days.back()) continue;
        periods.push_back(to_total(text_of(day - std::int64_t(period.size())), period));
        period.clear();
    }
    return periods;
}

// The invariant of counts, whatever was held, lifted, closed or moved: each period ends with as many accounts as the
// one before, and those that were opened, without those that were removed.
void check_balance(Simulation& sim, const boost::json::value& days) {
    std::optional<std::int64_t> before;
    for (const auto& day : days.as_array()) {
        std::int64_t there = 0;
        for (const auto& status : day.at("accounts").as_object()) there += status.value().as_int64();
        sim.check(!before || there == *before + day.at("opened").as_int64() - day.at("removed").as_int64(),
                  "accounts come from nowhere, or get lost: " + boost::json::serialize(days));
        before = there;
    }
}

// Without days, what is told ends with today: by the clock of the reseller, of several by the one that is furthest.
void check_today(Simulation& sim, const std::string& path, const std::set<std::int64_t>& resellers, const Step& step) {
    std::int64_t today = 0;
    for (const std::int64_t id : resellers) today = std::max(today, day_of(sim.model().now(id)));
    const auto response = sim.look(request_of(get, path, root));
    const auto periods = boost::json::parse(response.body).as_object().at("days").as_array();
    const std::string last = text_of(beginning_of(today, step));
    sim.check(periods.size() == step.usual && periods.back().at("day").as_string() == last,
              "counts end otherwise than on " + last + ": " + response.body);
}

// Of one reseller, of it and all below it, or of all, once all events are counted; on the last day, as many as there
// are.
void count(Simulation& sim) {
    sim.keep_house();
    sim.check_invariants();
    const Step step = sim.random().pick<Step>({{"day", 30}, {"week", 26}, {"month", 12}});
    const bool is_all = !sim.random().chance(70), is_tree = is_all || sim.random().chance(40);
    const std::int64_t top = is_all ? operator_reseller_id : pick_reseller(sim);
    const std::set<std::int64_t> resellers = is_tree ? tree_of(sim.model(), top) : std::set{top};
    const std::string path = is_all ? "/admin/v1/counts?by=" + step.by
                                    : fmt::format("/admin/v1/resellers/{}/counts?tree={}&by={}", top, is_tree, step.by);
    std::int64_t last = day_of(sim.model().server_now);
    for (const Event& event : sim.events())
        if (event.account_id != 0) last = std::max(last, day_of(event.at));
    const bool is_now = sim.random().chance(50);
    if (!is_now) last -= sim.random().below(60);
    const std::int64_t first = last - sim.random().below(sim.random().chance(80) ? 20 : 200);
    const auto response =
        sim.look(request_of(get, fmt::format("{}&from={}&until={}", path, text_of(first), text_of(last)), root));
    sim.check(response.status == 200, "counts are refused: " + response.body);
    const std::vector<Day> days = count_days(sim.events(), resellers, first, last);
    const boost::json::array expected = to_periods(days, first, step);
    const auto body = boost::json::parse(response.body).as_object();
    const auto told = body.at("days");
    sim.check(told == boost::json::value(expected),
              "counts tell " + response.body + "\nand should " + boost::json::serialize(expected));
    const boost::json::object total = to_total(text_of(first), days);
    sim.check(body.at("total") == boost::json::value(total),
              "counts tell altogether " + response.body + "\nand should " + boost::json::serialize(total));
    check_balance(sim, told);
    check_today(sim, path, resellers, step);
    if (!is_now) return;
    Counts there{};
    for (const ModelAccount& known : sim.model().accounts)
        if (resellers.contains(known.account.reseller_id) && !known.account.removed_at)
            ++there[std::size_t(status_of(known.account))];
    sim.check(days.back().accounts == there, "the last day counts other accounts than there are: " + response.body);
}

// --- events ---

// The feed of all events: whoever goes on from where it was misses none and sees none twice.
void follow_feed(Simulation& sim) {
    while (true) {
        const std::string cursor = sim.feed_cursor().empty() ? "" : "&cursor=" + sim.feed_cursor();
        const auto response = sim.look(request_of(get, "/admin/v1/events?order=oldest&limit=50" + cursor, root));
        sim.check(response.status == 200, "the feed is refused: " + response.body);
        const auto page = boost::json::parse(response.body).as_object();
        for (const auto& event : page.at("events").as_array()) sim.fed().push_back(event.at("id").as_int64());
        if (!page.at("next").is_null()) sim.feed_cursor() = page.at("next").as_string();
        if (page.at("events").as_array().empty()) break;
    }
    std::vector<std::int64_t> expected;
    for (const Event& event : sim.events()) expected.push_back(event.id);
    sim.check(sim.fed() == expected, fmt::format("the feed told {} events of {}", sim.fed().size(), expected.size()));
}

}  // namespace

std::vector<Command> list_commands() {
    return {
        {"list", 6, list},
        {"count", 2, count},
        {"follow_feed", 2, follow_feed},
    };
}

}  // namespace sim
