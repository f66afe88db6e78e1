#include "store/credentials.h"

#include "store/convert.h"

namespace store {
namespace {

#define CREDENTIAL_COLUMNS                                                                                            \
    "id, reseller_id, kind, secret_sha256, hint, revision, created_at, last_used_at, expires_at, revoked_at, label, " \
    "manager_id, role"

constexpr db::Query find_query{"find_credential",
                               "SELECT " CREDENTIAL_COLUMNS " FROM credential WHERE secret_sha256 = $1"};
constexpr db::Query insert_query{
    "insert_credential",
    "INSERT INTO credential (" CREDENTIAL_COLUMNS
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (secret_sha256) DO NOTHING"};
constexpr db::Query find_by_id_query{
    "find_credential_by_id", "SELECT " CREDENTIAL_COLUMNS " FROM credential WHERE id = $2 AND reseller_id = $1"};
constexpr db::Query find_of_any_query{"find_credential_of_any_reseller",
                                      "SELECT " CREDENTIAL_COLUMNS " FROM credential WHERE id = $1"};
constexpr db::Query list_query{"list_credentials", "SELECT " CREDENTIAL_COLUMNS
                                                   " FROM credential WHERE reseller_id = $1 AND id > $2"
                                                   " ORDER BY id LIMIT $3"};
constexpr db::Query note_use_query{"note_use_of_credential",
                                   "UPDATE credential SET last_used_at = $2"
                                   " WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)"};
constexpr db::Query update_query{"update_credential",
                                 "UPDATE credential SET revision = $3, expires_at = $4, revoked_at = $5, label = $6"
                                 " WHERE id = $2 AND reseller_id = $1"};

constexpr db::Query revoke_of_manager_query{"revoke_manager_credentials",
                                            "UPDATE credential SET revoked_at = $3 WHERE reseller_id = $1"
                                            " AND manager_id = $2 AND revoked_at IS NULL"};

std::optional<std::int64_t> to_column(const std::optional<Revision>& revision) {
    if (!revision) return std::nullopt;
    return static_cast<std::int64_t>(*revision);
}

std::optional<std::int64_t> to_column(const std::optional<OperatorRole>& role) {
    if (!role) return std::nullopt;
    return static_cast<std::int64_t>(*role);
}

std::optional<OperatorRole> to_role(std::optional<std::int64_t> column) {
    if (!column) return std::nullopt;
    return OperatorRole(*column);
}

std::optional<Revision> to_revision(std::optional<std::int64_t> column) {
    if (!column) return std::nullopt;
    return Revision(*column);
}

Credential to_credential(const db::Row& row) {
    return {
        .id = row.integer(0),
        .reseller_id = row.integer(1),
        .kind = CredentialKind(row.integer(2)),
        .manager_id = row.find_integer(11),
        .role = to_role(row.find_integer(12)),
        .secret_sha256 = row.text(3),
        .label = row.text(10),
        .hint = row.text(4),
        .revision = to_revision(row.find_integer(5)),
        .created_at = from_milliseconds(row.integer(6)),
        .last_used_at = to_instant(row.find_integer(7)),
        .expires_at = to_instant(row.find_integer(8)),
        .revoked_at = to_instant(row.find_integer(9)),
    };
}

}  // namespace

std::optional<Credential> find_credential(db::Tx& tx, std::string_view secret_sha256) {
    const db::Rows rows = tx.run(find_query, {secret_sha256});
    if (rows.empty()) return std::nullopt;
    return to_credential(rows[0]);
}

std::optional<Credential> find_credential_by_id(db::Tx& tx, std::int64_t reseller_id, std::int64_t id) {
    const db::Rows rows = tx.run(find_by_id_query, {reseller_id, id});
    if (rows.empty()) return std::nullopt;
    return to_credential(rows[0]);
}

std::optional<Credential> find_credential_by_id(db::Tx& tx, std::int64_t id) {
    const db::Rows rows = tx.run(find_of_any_query, {id});
    if (rows.empty()) return std::nullopt;
    return to_credential(rows[0]);
}

std::vector<Credential> list_credentials(db::Tx& tx, std::int64_t reseller_id, std::int64_t after_id, int limit) {
    const db::Rows rows = tx.run(list_query, {reseller_id, after_id, limit});
    std::vector<Credential> credentials;
    for (std::size_t i = 0; i < rows.size(); ++i) credentials.push_back(to_credential(rows[i]));
    return credentials;
}

void insert_credential(db::Tx& tx, const Credential& credential) {
    tx.change(
        insert_query,
        {credential.id, credential.reseller_id, int(credential.kind), credential.secret_sha256, credential.hint,
         to_column(credential.revision), to_milliseconds(credential.created_at),
         store::to_column(credential.last_used_at), store::to_column(credential.expires_at),
         store::to_column(credential.revoked_at), credential.label, credential.manager_id, to_column(credential.role)},
        db::Expect::new_row);
    tx.invalidate_caches();
}

void update_credential(db::Tx& tx, const Credential& credential) {
    const db::Rows rows = tx.run(update_query, {credential.reseller_id, credential.id, to_column(credential.revision),
                                                store::to_column(credential.expires_at),
                                                store::to_column(credential.revoked_at), credential.label});
    if (rows.changed() != 1) throw db::Broken("update_credential: no such row");
    tx.invalidate_caches();
}

void note_use_of_credential(db::Tx& tx, std::int64_t id, Instant at) {
    tx.change(note_use_query, {id, to_milliseconds(at)}, db::Expect::any);
}

void revoke_manager_credentials(db::Tx& tx, std::int64_t reseller_id, std::int64_t manager_id, Instant at) {
    tx.change(revoke_of_manager_query, {reseller_id, manager_id, to_milliseconds(at)}, db::Expect::any);
    tx.invalidate_caches();
}

}  // namespace store
