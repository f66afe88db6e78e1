#include "store/events.h"

#include "store/convert.h"

namespace store {
namespace {

constexpr db::Query insert_query{
    "append_event",
    "INSERT INTO event (id, reseller_id, account_id, kind, at, credential_id, request_id, changes)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};

constexpr db::Query list_of_account_query{
    "list_account_events",
    "SELECT id, reseller_id, account_id, kind, at, credential_id, request_id, changes FROM event"
    " WHERE reseller_id = $1 AND account_id = $2 ORDER BY id"};

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
        .credential_id = row.find_integer(5),
        .request_id = row.text(6),
        .changes = decode_changes(row.text(7)),
    };
}

}  // namespace

void append_event(db::Tx& tx, const Event& event) {
    tx.run(insert_query, {event.id, event.reseller_id, event.account_id, int(event.kind), to_milliseconds(event.at),
                          event.credential_id, event.request_id, encode_changes(event.changes)});
}

std::vector<Event> list_account_events(db::Tx& tx, std::int64_t reseller_id, std::int64_t account_id) {
    const db::Rows rows = tx.run(list_of_account_query, {reseller_id, account_id});
    std::vector<Event> events;
    for (std::size_t i = 0; i < rows.size(); ++i) events.push_back(to_event(rows[i]));
    return events;
}

std::int64_t greatest_event_id(db::Tx& tx) { return tx.run(greatest_id_query, {})[0].integer(0); }

std::string encode_changes(const std::vector<Change>& changes) {
    std::string column;
    for (const Change& change : changes) {
        append_escaped(column, change.field);
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
            changes.push_back({std::move(parts[0]), std::move(parts[1]), std::move(parts[2])});
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
