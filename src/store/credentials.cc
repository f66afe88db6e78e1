#include "store/credentials.h"

#include "store/convert.h"

namespace store {
namespace {

#define CREDENTIAL_COLUMNS \
    "id, reseller_id, kind, secret_sha256, hint, revision, created_at, last_used_at, expires_at, revoked_at"

constexpr db::Query find_query{"find_credential",
                               "SELECT " CREDENTIAL_COLUMNS " FROM credential WHERE secret_sha256 = $1"};
constexpr db::Query insert_query{"insert_credential", "INSERT INTO credential (" CREDENTIAL_COLUMNS
                                                      ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
constexpr db::Query update_query{"update_credential",
                                 "UPDATE credential SET revision = $3, expires_at = $4, revoked_at = $5"
                                 " WHERE id = $2 AND reseller_id = $1"};

std::optional<std::int64_t> to_column(const std::optional<Revision>& revision) {
    if (!revision) return std::nullopt;
    return static_cast<std::int64_t>(*revision);
}

std::optional<Revision> to_revision(std::optional<std::int64_t> column) {
    if (!column) return std::nullopt;
    return Revision(*column);
}

}  // namespace

std::optional<Credential> find_credential(db::Tx& tx, std::string_view secret_sha256) {
    const db::Rows rows = tx.run(find_query, {secret_sha256});
    if (rows.empty()) return std::nullopt;
    const db::Row row = rows[0];
    return Credential{
        .id = row.integer(0),
        .reseller_id = row.integer(1),
        .kind = CredentialKind(row.integer(2)),
        .secret_sha256 = row.text(3),
        .hint = row.text(4),
        .revision = to_revision(row.find_integer(5)),
        .created_at = from_milliseconds(row.integer(6)),
        .last_used_at = to_instant(row.find_integer(7)),
        .expires_at = to_instant(row.find_integer(8)),
        .revoked_at = to_instant(row.find_integer(9)),
    };
}

void insert_credential(db::Tx& tx, const Credential& credential) {
    tx.run(insert_query, {credential.id, credential.reseller_id, int(credential.kind), credential.secret_sha256,
                          credential.hint, to_column(credential.revision), to_milliseconds(credential.created_at),
                          store::to_column(credential.last_used_at), store::to_column(credential.expires_at),
                          store::to_column(credential.revoked_at)});
    tx.invalidate_caches();
}

void update_credential(db::Tx& tx, const Credential& credential) {
    const db::Rows rows =
        tx.run(update_query, {credential.reseller_id, credential.id, to_column(credential.revision),
                              store::to_column(credential.expires_at), store::to_column(credential.revoked_at)});
    if (rows.changed() != 1) throw db::Broken("update_credential: no such row");
    tx.invalidate_caches();
}

}  // namespace store
