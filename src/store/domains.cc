#include "store/domains.h"

#include "store/convert.h"

namespace store {
namespace {

constexpr db::Query find_query{"find_domain", "SELECT name, created_at FROM domain WHERE name = $1"};
constexpr db::Query list_query{"list_domains", "SELECT name, created_at FROM domain ORDER BY name"};
constexpr db::Query insert_query{"insert_domain",
                                 "INSERT INTO domain (name, created_at) VALUES ($1, $2) ON CONFLICT DO NOTHING"};
constexpr db::Query delete_query{"delete_domain", "DELETE FROM domain WHERE name = $1"};
constexpr db::Query promoted_query{"is_domain_promoted",
                                   "SELECT count(*) FROM (SELECT 1 FROM promotion WHERE domain = $1 LIMIT 1) AS found"};

Domain to_domain(const db::Row& row) { return {.name = row.text(0), .created_at = from_milliseconds(row.integer(1))}; }

}  // namespace

std::optional<Domain> find_domain(db::Tx& tx, std::string_view name) {
    const db::Rows rows = tx.run(find_query, {name});
    if (rows.empty()) return std::nullopt;
    return to_domain(rows[0]);
}

std::vector<Domain> list_domains(db::Tx& tx) {
    const db::Rows rows = tx.run(list_query, {});
    std::vector<Domain> domains;
    for (std::size_t i = 0; i < rows.size(); ++i) domains.push_back(to_domain(rows[i]));
    return domains;
}

void insert_domain(db::Tx& tx, const Domain& domain) {
    tx.change(insert_query, {domain.name, to_milliseconds(domain.created_at)}, db::Expect::new_row);
}

void delete_domain(db::Tx& tx, std::string_view name) { tx.change(delete_query, {name}, db::Expect::any); }

bool is_domain_promoted(db::Tx& tx, std::string_view name) { return tx.run(promoted_query, {name})[0].integer(0) > 0; }

}  // namespace store
