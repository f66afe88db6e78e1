#include "store/spoken_revisions.h"

namespace store {
namespace {

constexpr db::Query find_query{"find_spoken_revision",
                               "SELECT spoken_revision FROM credential WHERE id = $2 AND reseller_id = $1"};
constexpr db::Query put_query{"put_spoken_revision",
                              "UPDATE credential SET spoken_revision = $3 WHERE id = $2 AND reseller_id = $1"};

}  // namespace

std::optional<Revision> find_spoken_revision(db::Tx& tx, std::int64_t reseller_id, std::int64_t credential_id) {
    const db::Rows rows = tx.run(find_query, {reseller_id, credential_id});
    const auto column = rows.empty() ? std::nullopt : rows[0].find_integer(0);
    if (!column) return std::nullopt;
    return Revision(*column);
}

void put_spoken_revision(db::Tx& tx, std::int64_t reseller_id, std::int64_t credential_id, Revision revision) {
    tx.change(put_query, {reseller_id, credential_id, static_cast<std::int64_t>(revision)}, db::Expect::any);
}

}  // namespace store
