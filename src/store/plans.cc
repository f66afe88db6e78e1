#include "store/plans.h"

namespace store {
namespace {

#define PLAN_COLUMNS \
    "reseller_id, type, id, name, description, sites_limit, pages_limit, admins_limit, sub_accounts_limit, version"

constexpr db::Query find_query{"find_plan",
                               "SELECT " PLAN_COLUMNS " FROM plan WHERE reseller_id = $1 AND type = $2 AND id = $3"};
constexpr db::Query has_query{"has_plan", "SELECT 1 FROM plan WHERE reseller_id = $1 AND type = $2 AND id = $3"};
constexpr db::Query list_of_type_query{"list_plans_of_type", "SELECT " PLAN_COLUMNS
                                                             " FROM plan WHERE reseller_id = $1 AND type = $2"
                                                             " ORDER BY id"};
constexpr db::Query list_query{"list_plans",
                               "SELECT " PLAN_COLUMNS " FROM plan WHERE reseller_id = $1 ORDER BY type, id"};
constexpr db::Query insert_query{"insert_plan", "INSERT INTO plan (" PLAN_COLUMNS
                                                ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
                                                " ON CONFLICT DO NOTHING"};
constexpr db::Query update_query{"update_plan",
                                 "UPDATE plan SET name = $4, description = $5, sites_limit = $6, pages_limit = $7,"
                                 " admins_limit = $8, sub_accounts_limit = $9, version = $10"
                                 " WHERE reseller_id = $1 AND type = $2 AND id = $3"};
constexpr db::Query delete_query{"delete_plan", "DELETE FROM plan WHERE reseller_id = $1 AND type = $2 AND id = $3"};

constexpr db::Query find_rights_query{"find_rights",
                                      "SELECT may_create_premium FROM reseller_right WHERE reseller_id = $1"};
constexpr db::Query put_rights_query{"put_rights",
                                     "INSERT INTO reseller_right (reseller_id, may_create_premium) VALUES ($1, $2)"
                                     " ON CONFLICT (reseller_id) DO UPDATE SET"
                                     " may_create_premium = excluded.may_create_premium"};

Plan to_plan(const db::Row& row) {
    return {
        .reseller_id = row.integer(0),
        .type = AccountType(row.integer(1)),
        .id = row.integer(2),
        .name = row.text(3),
        .description = row.text(4),
        .sites_limit = row.integer(5),
        .pages_limit = row.integer(6),
        .admins_limit = row.integer(7),
        .sub_accounts_limit = row.integer(8),
        .version = row.integer(9),
    };
}

std::vector<Plan> to_plans(const db::Rows& rows) {
    std::vector<Plan> plans;
    for (std::size_t i = 0; i < rows.size(); ++i) plans.push_back(to_plan(rows[i]));
    return plans;
}

void write(db::Tx& tx, const db::Query& query, const Plan& plan, db::Expect expected) {
    tx.change(query,
              {plan.reseller_id, int(plan.type), plan.id, plan.name, plan.description, plan.sites_limit,
               plan.pages_limit, plan.admins_limit, plan.sub_accounts_limit, plan.version},
              expected);
}

}  // namespace

std::optional<Plan> find_plan(db::Tx& tx, std::int64_t reseller_id, AccountType type, std::int64_t id) {
    const db::Rows rows = tx.run(find_query, {reseller_id, int(type), id});
    if (rows.empty()) return std::nullopt;
    return to_plan(rows[0]);
}

bool has_plan(db::Tx& tx, std::int64_t reseller_id, AccountType type, std::int64_t id) {
    return !tx.run(has_query, {reseller_id, int(type), id}).empty();
}

std::vector<Plan> list_plans(db::Tx& tx, std::int64_t reseller_id, AccountType type) {
    return to_plans(tx.run(list_of_type_query, {reseller_id, int(type)}));
}

std::vector<Plan> list_plans(db::Tx& tx, std::int64_t reseller_id) {
    return to_plans(tx.run(list_query, {reseller_id}));
}

void insert_plan(db::Tx& tx, const Plan& plan) { write(tx, insert_query, plan, db::Expect::new_row); }

void update_plan(db::Tx& tx, const Plan& plan) { write(tx, update_query, plan, db::Expect::one); }

void delete_plan(db::Tx& tx, const Plan& plan) {
    tx.change(delete_query, {plan.reseller_id, int(plan.type), plan.id}, db::Expect::any);
}

Rights find_rights(db::Tx& tx, std::int64_t reseller_id) {
    const db::Rows rows = tx.run(find_rights_query, {reseller_id});
    if (rows.empty()) return {};
    return {.may_create_premium = rows[0].integer(0) != 0};
}

void put_rights(db::Tx& tx, std::int64_t reseller_id, const Rights& rights) {
    tx.change(put_rights_query, {reseller_id, rights.may_create_premium}, db::Expect::any);
}

}  // namespace store
