#include "store/events.h"

#include <algorithm>

#include "store/convert.h"

namespace store {
namespace {

#define EVENT_COLUMNS                                                                                              \
    "id, reseller_id, account_id, kind, at, credential_id, request_id, changes, format, recorded_at, actor_kind, " \
    "actor_id, api, remote_address, reason, comment, previous_id, is_erased, trace"

constexpr db::Query insert_query{
    "append_event", "INSERT INTO event (" EVENT_COLUMNS
                    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"};

#define SELECT_EVENTS "SELECT " EVENT_COLUMNS " FROM event WHERE "

constexpr db::Query list_of_account_query{"list_account_events",
                                          SELECT_EVENTS "reseller_id = $1 AND account_id = $2 ORDER BY id"};

// Ascending, descending.
#define OF_ACCOUNT SELECT_EVENTS "reseller_id = $1 AND account_id = $2 AND id > $3 AND id < $4 ORDER BY id "
constexpr db::Query range_of_account_query[] = {{"list_account_events_range", OF_ACCOUNT "LIMIT $5"},
                                                {"list_account_events_descending", OF_ACCOUNT "DESC LIMIT $5"}};
#define OF_RESELLER SELECT_EVENTS "reseller_id = $1 AND id > $2 AND id < $3 ORDER BY id "
constexpr db::Query range_of_reseller_query[] = {{"list_reseller_events", OF_RESELLER "LIMIT $4"},
                                                 {"list_reseller_events_descending", OF_RESELLER "DESC LIMIT $4"}};
#define OF_ALL SELECT_EVENTS "id > $1 AND id < $2 ORDER BY id "
constexpr db::Query range_of_all_query[] = {{"list_all_events", OF_ALL "LIMIT $3"},
                                            {"list_all_events_descending", OF_ALL "DESC LIMIT $3"}};

constexpr db::Query find_query{"find_event", SELECT_EVENTS "id = $2 AND reseller_id = $1"};
constexpr db::Query erase_query{"erase_event_values",
                                "UPDATE event SET changes = $3, comment = '', remote_address = '', is_erased = 1"
                                " WHERE id = $2 AND reseller_id = $1"};

constexpr db::Query list_keys_query{
    "list_event_keys", "SELECT id, reseller_id FROM event WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3"};

constexpr db::Query greatest_id_query{"greatest_event_id", "SELECT coalesce(max(id), 0) FROM event"};

void append_escaped(std::string& column, std::string_view text) {
    for (const char character : text) {
        switch (character) {
        case '\t': column += "\\t"; break;
        case '\n': column += "\\n"; break;
        case '\\': column += "\\\\"; break;
        default: column += character;
        }
    }
}

Event to_event(const db::Row& row) {
    return {
        .reseller_id = row.integer(1),
        .id = row.integer(0),
        .account_id = row.integer(2),
        .kind = EventKind(row.integer(3)),
        .at = from_milliseconds(row.integer(4)),
        .recorded_at = from_milliseconds(row.integer(9)),
        .actor = {.kind = ActorKind(row.integer(10)), .id = row.find_integer(11)},
        .credential_id = row.find_integer(5),
        .request_id = row.text(6),
        .trace = row.text(18),
        .api = row.text(12),
        .remote_address = row.text(13),
        .why = {.reason = row.text(14), .comment = row.text(15)},
        .previous_id = row.find_integer(16),
        .format = static_cast<int>(row.integer(8)),
        .is_erased = row.integer(17) != 0,
        .changes = decode_changes(row.text(7)),
    };
}

std::vector<Event> to_events(const db::Rows& rows) {
    std::vector<Event> events;
    events.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) events.push_back(to_event(rows[i]));
    return events;
}

}  // namespace

void append_event(db::Tx& tx, const Event& event) {
    tx.change(
        insert_query,
        {event.id, event.reseller_id, event.account_id, int(event.kind), to_milliseconds(event.at), event.credential_id,
         event.request_id, encode_changes(event.changes), event.format, to_milliseconds(event.recorded_at),
         int(event.actor.kind), event.actor.id, event.api, event.remote_address, event.why.reason, event.why.comment,
         event.previous_id, event.is_erased, event.trace},
        db::Expect::any);
}

std::vector<Event> list_account_events(db::Tx& tx, std::int64_t reseller_id, std::int64_t account_id) {
    return to_events(tx.run(list_of_account_query, {reseller_id, account_id}));
}

std::vector<Event> list_account_events(db::Tx& tx, std::int64_t reseller_id, std::int64_t account_id,
                                       const EventRange& range, int limit) {
    return to_events(tx.run(range_of_account_query[range.descending],
                            {reseller_id, account_id, range.after_id, range.before_id, limit}));
}

std::vector<Event> list_reseller_events(db::Tx& tx, std::int64_t reseller_id, const EventRange& range, int limit) {
    return to_events(
        tx.run(range_of_reseller_query[range.descending], {reseller_id, range.after_id, range.before_id, limit}));
}

std::vector<Event> list_all_events(db::Tx& tx, const EventRange& range, int limit) {
    return to_events(tx.run(range_of_all_query[range.descending], {range.after_id, range.before_id, limit}));
}

std::vector<EventKey> list_event_keys(db::Tx& tx, std::int64_t after_id, std::int64_t through_id, int limit) {
    const db::Rows rows = tx.run(list_keys_query, {after_id, through_id, limit});
    std::vector<EventKey> keys;
    for (std::size_t i = 0; i < rows.size(); ++i) keys.push_back({rows[i].integer(0), rows[i].integer(1)});
    return keys;
}

std::int64_t greatest_event_id(db::Tx& tx) { return tx.run(greatest_id_query, {})[0].integer(0); }

std::int64_t visible_through(db::Tx& tx) { return std::min(greatest_event_id(tx), tx.settled_through()); }

std::optional<Event> find_event(db::Tx& tx, std::int64_t reseller_id, std::int64_t event_id) {
    const db::Rows rows = tx.run(find_query, {reseller_id, event_id});
    if (rows.empty()) return std::nullopt;
    return to_event(rows[0]);
}

void erase_event_values(db::Tx& tx, std::int64_t reseller_id, std::int64_t event_id,
                        const std::vector<std::string>& fields) {
    const auto event = find_event(tx, reseller_id, event_id);
    if (!event) return;
    std::vector<Change> changes = event->changes;
    for (Change& change : changes)
        if (std::find(fields.begin(), fields.end(), change.field) != fields.end())
            change = {.field = change.field, .is_erased = true};
    tx.change(erase_query, {reseller_id, event_id, encode_changes(changes)}, db::Expect::any);
}

std::string encode_changes(const std::vector<Change>& changes) {
    std::string column;
    for (const Change& change : changes) {
        append_escaped(column, change.field);
        if (change.is_erased) {
            column += '\n';
            continue;
        }
        column += '\t';
        append_escaped(column, change.before);
        column += '\t';
        append_escaped(column, change.after);
        column += '\n';
    }
    return column;
}

std::vector<Change> decode_changes(std::string_view column) {
    std::vector<Change> changes;
    std::string parts[3];
    std::size_t part = 0;
    for (std::size_t i = 0; i < column.size(); ++i) {
        const char character = column[i];
        if (character == '\t' && part < 2) {
            ++part;
        } else if (character == '\n') {
            changes.push_back({std::move(parts[0]), std::move(parts[1]), std::move(parts[2]), part == 0});
            for (std::string& text : parts) text.clear();
            part = 0;
        } else if (character == '\\' && i + 1 < column.size()) {
            const char escaped = column[++i];
            parts[part] += escaped == 't' ? '\t' : escaped == 'n' ? '\n' : escaped;
        } else {
            parts[part] += character;
        }
    }
    return changes;
}

}  // namespace store
