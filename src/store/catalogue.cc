#include "store/catalogue.h"

#include "store/lines.h"

namespace store {
namespace {

#define TYPE_COLUMNS                                                                            \
    "id, reseller_id, key, name, kind, name_pattern, primary_name, default_payment_method_id, " \
    "is_default, created_at, updated_at, version"

#define CLASS_COLUMNS                                                                                    \
    "id, reseller_id, key, name, color, payment_model, financial_blocking_threshold, "                   \
    "subzero_period_days, subscription_credit_limit, buy_with_negative_balance, due_order_period_days, " \
    "due_payment_period_days, guaranteed_payment_limit, guaranteed_payment_period_days, "                \
    "stop_subscription, delete_subscription, is_denominated, receipt_day, is_default, created_at, "      \
    "updated_at, version"

#define ATTRIBUTE_COLUMNS                                                                           \
    "id, reseller_id, subject, key, name, type, format, default_value, options, account_type_ids, " \
    "is_optional, is_unique, is_public, is_read_only_for_client, is_read_only_for_admin, weight, "  \
    "created_at, updated_at, version"

constexpr db::Query list_types_query{"list_account_types",
                                     "SELECT " TYPE_COLUMNS " FROM account_type WHERE reseller_id = $1 ORDER BY id"};
constexpr db::Query insert_type_query{
    "insert_account_type", "INSERT INTO account_type (" TYPE_COLUMNS
                           ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING"};
constexpr db::Query update_type_query{"update_account_type",
                                      "UPDATE account_type SET name = $3, kind = $4, name_pattern = $5,"
                                      " primary_name = $6, default_payment_method_id = $7, is_default = $8,"
                                      " updated_at = $9, version = $10 WHERE id = $2 AND reseller_id = $1"};

constexpr db::Query list_classes_query{
    "list_account_classes", "SELECT " CLASS_COLUMNS " FROM account_class WHERE reseller_id = $1 ORDER BY id"};
constexpr db::Query find_class_query{"find_account_class",
                                     "SELECT " CLASS_COLUMNS " FROM account_class WHERE reseller_id = $1 AND id = $2"};
constexpr db::Query insert_class_query{"insert_account_class",
                                       "INSERT INTO account_class (" CLASS_COLUMNS
                                       ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,"
                                       " $16, $17, $18, $19, $20, $21, $22) ON CONFLICT DO NOTHING"};
constexpr db::Query update_class_query{
    "update_account_class",
    "UPDATE account_class SET name = $3, color = $4, payment_model = $5, financial_blocking_threshold = $6,"
    " subzero_period_days = $7, subscription_credit_limit = $8, buy_with_negative_balance = $9,"
    " due_order_period_days = $10, due_payment_period_days = $11, guaranteed_payment_limit = $12,"
    " guaranteed_payment_period_days = $13, stop_subscription = $14, delete_subscription = $15,"
    " is_denominated = $16, receipt_day = $17, is_default = $18, updated_at = $19, version = $20"
    " WHERE id = $2 AND reseller_id = $1"};

constexpr db::Query list_attributes_query{
    "list_attributes", "SELECT " ATTRIBUTE_COLUMNS " FROM attribute WHERE reseller_id = $1 ORDER BY weight, id"};
constexpr db::Query insert_attribute_query{"insert_attribute",
                                           "INSERT INTO attribute (" ATTRIBUTE_COLUMNS
                                           ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
                                           " $15, $16, $17, $18, $19) ON CONFLICT DO NOTHING"};
constexpr db::Query update_attribute_query{
    "update_attribute",
    "UPDATE attribute SET name = $3, format = $4, default_value = $5, options = $6, account_type_ids = $7,"
    " is_optional = $8, is_unique = $9, is_public = $10, is_read_only_for_client = $11,"
    " is_read_only_for_admin = $12, weight = $13, updated_at = $14, version = $15"
    " WHERE id = $2 AND reseller_id = $1"};

constexpr db::Query delete_type_query{"delete_account_type",
                                      "DELETE FROM account_type WHERE id = $2 AND reseller_id = $1"};
constexpr db::Query delete_class_query{"delete_account_class",
                                       "DELETE FROM account_class WHERE id = $2 AND reseller_id = $1"};
constexpr db::Query delete_attribute_query{"delete_attribute",
                                           "DELETE FROM attribute WHERE id = $2 AND reseller_id = $1"};

constexpr db::Query list_settings_query{"list_reseller_settings",
                                        "SELECT name, value FROM reseller_setting WHERE reseller_id = $1"};
constexpr db::Query put_setting_query{"put_reseller_setting",
                                      "INSERT INTO reseller_setting (reseller_id, name, value) VALUES ($1, $2, $3)"
                                      " ON CONFLICT (reseller_id, name) DO UPDATE SET value = excluded.value"};
constexpr db::Query delete_setting_query{"delete_reseller_setting",
                                         "DELETE FROM reseller_setting WHERE reseller_id = $1 AND name = $2"};

CatalogueType to_type(const db::Row& row) {
    return {
        .reseller_id = row.integer(1),
        .id = row.integer(0),
        .key = row.text(2),
        .name = row.text(3),
        .kind = AccountType(row.integer(4)),
        .name_pattern = row.text(5),
        .primary_name = row.text(6),
        .default_payment_method_id = row.find_integer(7),
        .is_default = row.integer(8) != 0,
        .created_at = from_milliseconds(row.integer(9)),
        .updated_at = from_milliseconds(row.integer(10)),
        .version = row.integer(11),
    };
}

AccountClass to_class(const db::Row& row) {
    return {
        .reseller_id = row.integer(1),
        .id = row.integer(0),
        .key = row.text(2),
        .name = row.text(3),
        .color = row.text(4),
        .payment_model = PaymentModel(row.integer(5)),
        .financial_blocking_threshold = Decimal::from_units(row.integer(6)),
        .subzero_period_days = row.integer(7),
        .subscription_credit_limit = Decimal::from_units(row.integer(8)),
        .buy_with_negative_balance = row.integer(9) != 0,
        .due_order_period_days = row.integer(10),
        .due_payment_period_days = row.integer(11),
        .guaranteed_payment_limit = row.integer(12),
        .guaranteed_payment_period_days = row.integer(13),
        .stop_subscription = Handling(row.integer(14)),
        .delete_subscription = Handling(row.integer(15)),
        .is_denominated = row.integer(16) != 0,
        .receipt_day = row.find_integer(17),
        .is_default = row.integer(18) != 0,
        .created_at = from_milliseconds(row.integer(19)),
        .updated_at = from_milliseconds(row.integer(20)),
        .version = row.integer(21),
    };
}

std::string encode_options(const std::vector<AttributeOption>& options) {
    std::string column;
    for (const AttributeOption& option : options) {
        append_cell(column, option.key);
        column += '\t';
        append_cell(column, option.name);
        column += '\n';
    }
    return column;
}

std::vector<AttributeOption> decode_options(std::string_view column) {
    std::vector<AttributeOption> options;
    for (auto& cells : decode_lines(column)) {
        if (cells.size() != 2) throw db::Broken("an attribute's option has a wrong number of cells");
        options.push_back({std::move(cells[0]), std::move(cells[1])});
    }
    return options;
}

std::string encode_ids(const std::vector<std::int64_t>& ids) {
    std::string column;
    for (const std::int64_t id : ids) column += std::to_string(id) + '\n';
    return column;
}

std::vector<std::int64_t> decode_ids(std::string_view column) {
    std::vector<std::int64_t> ids;
    for (const auto& cells : decode_lines(column)) ids.push_back(std::stoll(cells[0]));
    return ids;
}

Attribute to_attribute(const db::Row& row) {
    return {
        .reseller_id = row.integer(1),
        .id = row.integer(0),
        .subject = AttributeSubject(row.integer(2)),
        .key = row.text(3),
        .name = row.text(4),
        .type = AttributeType(row.integer(5)),
        .format = row.text(6),
        .default_value = row.text(7),
        .options = decode_options(row.text(8)),
        .account_type_ids = decode_ids(row.text(9)),
        .is_optional = row.integer(10) != 0,
        .is_unique = row.integer(11) != 0,
        .is_public = row.integer(12) != 0,
        .is_read_only_for_client = row.integer(13) != 0,
        .is_read_only_for_admin = row.integer(14) != 0,
        .weight = row.integer(15),
        .created_at = from_milliseconds(row.integer(16)),
        .updated_at = from_milliseconds(row.integer(17)),
        .version = row.integer(18),
    };
}

template <class T>
std::vector<T> all(const db::Rows& rows, T (*convert)(const db::Row&)) {
    std::vector<T> values;
    values.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) values.push_back(convert(rows[i]));
    return values;
}

void require_one(const db::Rows& rows, const char* sentence) {
    if (rows.changed() != 1) throw db::Broken(sentence);
}

}  // namespace

std::vector<CatalogueType> list_account_types(db::Tx& tx, std::int64_t reseller_id) {
    return all(tx.run(list_types_query, {reseller_id}), to_type);
}

void insert_account_type(db::Tx& tx, const CatalogueType& type) {
    tx.change(insert_type_query,
              {type.id, type.reseller_id, type.key, type.name, int(type.kind), type.name_pattern, type.primary_name,
               type.default_payment_method_id, type.is_default, to_milliseconds(type.created_at),
               to_milliseconds(type.updated_at), type.version},
              db::Expect::new_row);
    tx.invalidate_caches();
}

void update_account_type(db::Tx& tx, const CatalogueType& type) {
    require_one(tx.run(update_type_query, {type.reseller_id, type.id, type.name, int(type.kind), type.name_pattern,
                                           type.primary_name, type.default_payment_method_id, type.is_default,
                                           to_milliseconds(type.updated_at), type.version}),
                "update_account_type: no such row");
    tx.invalidate_caches();
}

void delete_account_type(db::Tx& tx, const CatalogueType& type) {
    tx.change(delete_type_query, {type.reseller_id, type.id}, db::Expect::any);
    tx.invalidate_caches();
}

std::vector<AccountClass> list_account_classes(db::Tx& tx, std::int64_t reseller_id) {
    return all(tx.run(list_classes_query, {reseller_id}), to_class);
}

std::optional<AccountClass> find_account_class(db::Tx& tx, std::int64_t reseller_id, std::int64_t id) {
    const db::Rows rows = tx.run(find_class_query, {reseller_id, id});
    if (rows.empty()) return std::nullopt;
    return to_class(rows[0]);
}

void insert_account_class(db::Tx& tx, const AccountClass& entry) {
    tx.change(insert_class_query,
              {entry.id,
               entry.reseller_id,
               entry.key,
               entry.name,
               entry.color,
               int(entry.payment_model),
               entry.financial_blocking_threshold.units(),
               entry.subzero_period_days,
               entry.subscription_credit_limit.units(),
               entry.buy_with_negative_balance,
               entry.due_order_period_days,
               entry.due_payment_period_days,
               entry.guaranteed_payment_limit,
               entry.guaranteed_payment_period_days,
               int(entry.stop_subscription),
               int(entry.delete_subscription),
               entry.is_denominated,
               entry.receipt_day,
               entry.is_default,
               to_milliseconds(entry.created_at),
               to_milliseconds(entry.updated_at),
               entry.version},
              db::Expect::new_row);
    tx.invalidate_caches();
}

void update_account_class(db::Tx& tx, const AccountClass& entry) {
    require_one(tx.run(update_class_query, {entry.reseller_id,
                                            entry.id,
                                            entry.name,
                                            entry.color,
                                            int(entry.payment_model),
                                            entry.financial_blocking_threshold.units(),
                                            entry.subzero_period_days,
                                            entry.subscription_credit_limit.units(),
                                            entry.buy_with_negative_balance,
                                            entry.due_order_period_days,
                                            entry.due_payment_period_days,
                                            entry.guaranteed_payment_limit,
                                            entry.guaranteed_payment_period_days,
                                            int(entry.stop_subscription),
                                            int(entry.delete_subscription),
                                            entry.is_denominated,
                                            entry.receipt_day,
                                            entry.is_default,
                                            to_milliseconds(entry.updated_at),
                                            entry.version}),
                "update_account_class: no such row");
    tx.invalidate_caches();
}

void delete_account_class(db::Tx& tx, const AccountClass& entry) {
    tx.change(delete_class_query, {entry.reseller_id, entry.id}, db::Expect::any);
    tx.invalidate_caches();
}

std::vector<Attribute> list_attributes(db::Tx& tx, std::int64_t reseller_id) {
    return all(tx.run(list_attributes_query, {reseller_id}), to_attribute);
}

void insert_attribute(db::Tx& tx, const Attribute& attribute) {
    const std::string options = encode_options(attribute.options);
    const std::string account_type_ids = encode_ids(attribute.account_type_ids);
    tx.change(insert_attribute_query,
              {attribute.id, attribute.reseller_id, int(attribute.subject), attribute.key, attribute.name,
               int(attribute.type), attribute.format, attribute.default_value, options, account_type_ids,
               attribute.is_optional, attribute.is_unique, attribute.is_public, attribute.is_read_only_for_client,
               attribute.is_read_only_for_admin, attribute.weight, to_milliseconds(attribute.created_at),
               to_milliseconds(attribute.updated_at), attribute.version},
              db::Expect::new_row);
    tx.invalidate_caches();
}

void update_attribute(db::Tx& tx, const Attribute& attribute) {
    const std::string options = encode_options(attribute.options);
    const std::string account_type_ids = encode_ids(attribute.account_type_ids);
    require_one(tx.run(update_attribute_query,
                       {attribute.reseller_id, attribute.id, attribute.name, attribute.format, attribute.default_value,
                        options, account_type_ids, attribute.is_optional, attribute.is_unique, attribute.is_public,
                        attribute.is_read_only_for_client, attribute.is_read_only_for_admin, attribute.weight,
                        to_milliseconds(attribute.updated_at), attribute.version}),
                "update_attribute: no such row");
    tx.invalidate_caches();
}

void delete_attribute(db::Tx& tx, const Attribute& attribute) {
    tx.change(delete_attribute_query, {attribute.reseller_id, attribute.id}, db::Expect::any);
    tx.invalidate_caches();
}

std::map<std::string, std::string> list_reseller_settings(db::Tx& tx, std::int64_t reseller_id) {
    const db::Rows rows = tx.run(list_settings_query, {reseller_id});
    std::map<std::string, std::string> settings;
    for (std::size_t i = 0; i < rows.size(); ++i) settings.emplace(rows[i].text(0), rows[i].text(1));
    return settings;
}

void put_reseller_setting(db::Tx& tx, std::int64_t reseller_id, std::string_view name, std::string_view value) {
    tx.change(put_setting_query, {reseller_id, name, value}, db::Expect::any);
    tx.invalidate_caches();
}

void delete_reseller_setting(db::Tx& tx, std::int64_t reseller_id, std::string_view name) {
    tx.change(delete_setting_query, {reseller_id, name}, db::Expect::any);
    tx.invalidate_caches();
}

}  // namespace store
