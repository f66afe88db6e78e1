#include "dialect/admin/cursor.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "core/base64.h"
#include "core/crypto.h"

namespace admin {
namespace {

constexpr std::size_t list_length = 8;
constexpr std::size_t cursor_length_max = 1'024;

// A cursor begins where it says, whether `start` stands beside it again or not, and however long it is waited for.
bool is_about_the_place(std::string_view name) {
    return name == "cursor" || name == "limit" || name == "start" || name == "wait";
}

// The path and the filters, but neither how many nor from where.
std::string list_of(const service::Call& call) {
    const auto parsed = service::parse_query(call.request.query());
    std::vector<std::string> filters;
    if (parsed.ok())
        for (const auto& parameter : parsed.value())
            if (!is_about_the_place(parameter.name)) filters.push_back(parameter.name + '\0' + parameter.value);
    std::sort(filters.begin(), filters.end());
    std::string_view path = call.request.path();
    if (path.ends_with('/')) path.remove_suffix(1);
    std::string text(path);
    for (const std::string& filter : filters) text += '\0' + filter;
    return sha256_hex(text).substr(0, list_length);
}

// Takes a number and the character behind it.
std::optional<std::int64_t> take_number(std::string_view& text, char end) {
    std::int64_t number = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || rest == text.data() + text.size() || *rest != end) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()) + 1);
    return number;
}

std::string write(const service::Call& call, const AccountPlace& place, bool backwards) {
    return encode_cursor({.list = list_of(call), .place = place, .backwards = backwards});
}

}  // namespace

bool read_oldest_first(Query& query) {
    const auto order = query.find_text("order");
    if (order && *order != "newest" && *order != "oldest")
        query.object_to("order", Rule::unsupported, "It must be newest or oldest.");
    return order == "oldest";
}

FeedOrder read_feed_order(Query& query) {
    FeedOrder order{.oldest_first = read_oldest_first(query)};
    const auto start = query.find_text("start");
    if (start && (*start != "now" || !order.oldest_first))
        query.object_to("start", Rule::unsupported, "It must be now, and the order oldest.");
    order.starts_now = start.has_value();
    return order;
}

// One character for the direction, the list, then the place.
std::string encode_cursor(const Cursor& cursor) {
    std::string text(cursor.backwards ? "<" : ">");
    text += cursor.list;
    text += std::to_string(cursor.place.id) + ':' + std::to_string(cursor.place.ends_at_ms) + ':' + cursor.place.uid;
    return encode_base64url(text);
}

std::optional<Cursor> decode_cursor(std::string_view encoded) {
    if (encoded.size() > cursor_length_max) return std::nullopt;
    const auto decoded = decode_base64url(encoded);
    if (!decoded || decoded->size() < 1 + list_length) return std::nullopt;
    std::string_view text = *decoded;
    if (text.front() != '<' && text.front() != '>') return std::nullopt;
    Cursor cursor{.list = std::string(text.substr(1, list_length)), .place = {}, .backwards = text.front() == '<'};
    text.remove_prefix(1 + list_length);
    const auto id = take_number(text, ':');
    const auto ends_at_ms = id ? take_number(text, ':') : std::nullopt;
    const bool is_ascii = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
    if (!ends_at_ms || !is_ascii) return std::nullopt;
    if (*id == INT64_MIN || *id == INT64_MAX) return std::nullopt;  // an empty page leads to the place beside it
    cursor.place = {.uid = std::string(text), .ends_at_ms = *ends_at_ms, .id = *id};
    return cursor;
}

PageRequest<AccountPlace> read_account_page(Query& query, const service::Call& call) {
    PageRequest<AccountPlace> page{.size = query.page_size()};
    const auto text = query.find_text("cursor");
    if (!text) return page;
    const auto cursor = decode_cursor(*text);
    if (!cursor || cursor->list != list_of(call)) {
        query.object_to("cursor", Rule::unknown, "It is no cursor of this list.");
        return page;
    }
    page.from = cursor->place;
    page.backwards = cursor->backwards;
    return page;
}

PageRequest<std::int64_t> read_page(Query& query, const service::Call& call) {
    const auto page = read_account_page(query, call);
    PageRequest<std::int64_t> result{.size = page.size, .from = {}, .backwards = page.backwards};
    if (page.from) result.from = page.from->id;
    return result;
}

void write_cursors(::json::JsonWriter& json, const service::Call& call, const std::optional<AccountPlace>& next,
                   const std::optional<AccountPlace>& previous) {
    if (next)
        json.unescaped("next", write(call, *next, false));
    else
        json.null("next");
    if (previous)
        json.unescaped("previous", write(call, *previous, true));
    else
        json.null("previous");
}

void write_cursors(::json::JsonWriter& json, const service::Call& call, const std::optional<std::int64_t>& next,
                   const std::optional<std::int64_t>& previous) {
    const auto to_place = [](const std::optional<std::int64_t>& id) {
        return id ? std::optional(AccountPlace{.id = *id}) : std::nullopt;
    };
    write_cursors(json, call, to_place(next), to_place(previous));
}

}  // namespace admin
