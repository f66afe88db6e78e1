// Pages of lists: their order, and cursors: where in which list a page begins, and in which direction it goes. Opaque
// to callers; bound to the list that they were given out for, so that nobody goes on in another one by mistake. They
// give no access: what a list shows is decided anew for each page.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dialect/admin/request.h"
#include "engine/accounts/list_accounts.h"
#include "engine/page.h"
#include "json/writer.h"

namespace admin {

// Whether the parameter "order" says oldest; newest, or none: the newest first.
bool read_oldest_first(Query&);

// The same of a list that is a feed too, and whether its "start" says now.
struct FeedOrder {
    bool oldest_first = false;
    bool starts_now = false;
};
FeedOrder read_feed_order(Query&);

// The parameters "limit" and "cursor". A cursor that is not one, or of another list, is objected to.
PageRequest<AccountPlace> read_account_page(Query&, const service::Call&);
PageRequest<std::int64_t> read_page(Query&, const service::Call&);

// The members "next" and "previous" of a page: cursors, or null.
void write_cursors(::json::JsonWriter&, const service::Call&, const std::optional<AccountPlace>& next,
                   const std::optional<AccountPlace>& previous);
void write_cursors(::json::JsonWriter&, const service::Call&, const std::optional<std::int64_t>& next,
                   const std::optional<std::int64_t>& previous);

// For tests and fuzzing.
struct Cursor {
    std::string list;  // which list it belongs to
    AccountPlace place;
    bool backwards = false;

    bool operator==(const Cursor&) const = default;
};
std::string encode_cursor(const Cursor&);
std::optional<Cursor> decode_cursor(std::string_view);

}  // namespace admin
