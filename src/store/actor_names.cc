#include "store/actor_names.h"

namespace store {
namespace {

constexpr db::Query find_query{"find_actor_name",
                               "SELECT reseller_id, name FROM actor_name"
                               " WHERE kind = $1 AND id = $2 AND from_at <= $3 ORDER BY from_at DESC LIMIT 1"};
constexpr db::Query put_query{"put_actor_name",
                              "INSERT INTO actor_name (kind, id, from_at, reseller_id, name) VALUES ($1, $2, $3, $4,"
                              " $5) ON CONFLICT (kind, id, from_at) DO UPDATE SET name = excluded.name"};

}  // namespace

void put_actor_name(db::Tx& tx, ActorKind kind, std::int64_t id, std::int64_t reseller_id, Instant from,
                    std::string_view name) {
    const auto now = find_actor_name(tx, kind, id, from);
    if (now ? now->name == name : name.empty()) return;
    tx.change(put_query, {int(kind), id, to_milliseconds(from), reseller_id, name}, db::Expect::any);
}

std::optional<ActorName> find_actor_name(db::Tx& tx, ActorKind kind, std::int64_t id, Instant at) {
    const db::Rows rows = tx.run(find_query, {int(kind), id, to_milliseconds(at)});
    if (rows.empty()) return std::nullopt;
    return ActorName{rows[0].integer(0), rows[0].text(1)};
}

}  // namespace store
