#include "dialect/activeplatform/nouns.h"

namespace activeplatform {
namespace {

using Out = ::json::JsonWriter;

constexpr AttributeOf<ShownManager> manager_attributes[] = {
    {"created_at", [](Out& out, const ShownManager& it) { write_stamp(out, it.manager.created_at, it.catalogue); }},
    {"updated_at", [](Out& out, const ShownManager& it) { write_stamp(out, it.manager.updated_at, it.catalogue); }},
    {"reseller_id", [](Out& out, const ShownManager& it) { out.number(it.manager.reseller_id); }},
    {"id", [](Out& out, const ShownManager& it) { out.number(it.manager.id); }},
    {"name", [](Out& out, const ShownManager& it) { out.text(std::string_view(it.manager.name)); }},
    {"status", [](Out& out, const ShownManager& it) { out.text(to_string(it.manager.status)); }},
    {"email", [](Out& out, const ShownManager& it) { out.text(std::string_view(it.manager.email)); }},
    {"role", [](Out& out, const ShownManager& it) { out.text(to_string(it.manager.role)); }},
    {"phone", [](Out& out, const ShownManager& it) { out.text(it.manager.phone); }},
    {"photo", [](Out& out, const ShownManager& it) { out.text(it.manager.photo); }},
    {"custom_attributes",
     [](Out& out, const ShownManager& it) {
         out.open_object();
         for (const CompiledAttribute* compiled : it.catalogue.attributes_of_managers()) {
             const Attribute& attribute = compiled->attribute;
             if (attribute.type == AttributeType::password || !may_see(it.caller, attribute)) continue;
             const std::string* value = find_value(it.manager.attributes, attribute.key);
             out.key(attribute.key).text(value ? std::string_view(*value) : "");
         }
         out.close_object();
     }},
};

constexpr AttributeOf<ShownType> type_attributes[] = {
    {"id", [](Out& out, const ShownType& it) { out.number(it.type.id); }},
    {"name", [](Out& out, const ShownType& it) { out.text(std::string_view(it.type.name)); }},
    {"created_at", [](Out& out, const ShownType& it) { write_stamp(out, it.type.created_at, it.catalogue); }},
    {"updated_at", [](Out& out, const ShownType& it) { write_stamp(out, it.type.updated_at, it.catalogue); }},
    {"reseller_id", [](Out& out, const ShownType& it) { out.number(it.type.reseller_id); }},
    {"name_pattern", [](Out& out, const ShownType& it) { out.text(std::string_view(it.type.name_pattern)); }},
    {"primary_name", [](Out& out, const ShownType& it) { out.text(std::string_view(it.type.primary_name)); }},
    {"key", [](Out& out, const ShownType& it) { out.text(std::string_view(it.type.key)); }},
    {"default_payment_method_id", [](Out& out, const ShownType& it) { out.number(it.type.default_payment_method_id); }},
    // Types do not descend from each other here.
    {"ancestry", [](Out& out, const ShownType&) { out.null(); }},
    {"use_by_default", [](Out& out, const ShownType& it) { out.boolean(it.type.is_default); }},
};

constexpr AttributeOf<ShownClass> class_attributes[] = {
    {"id", [](Out& out, const ShownClass& it) { out.number(it.account_class.id); }},
    {"reseller_id", [](Out& out, const ShownClass& it) { out.number(it.account_class.reseller_id); }},
    {"name", [](Out& out, const ShownClass& it) { out.text(std::string_view(it.account_class.name)); }},
    {"created_at", [](Out& out, const ShownClass& it) { write_stamp(out, it.account_class.created_at, it.catalogue); }},
    {"updated_at", [](Out& out, const ShownClass& it) { write_stamp(out, it.account_class.updated_at, it.catalogue); }},
    {"financial_blocking_threshold",
     [](Out& out, const ShownClass& it) {
         out.text(std::string_view(to_string(it.account_class.financial_blocking_threshold)));
     }},
    {"due_order_period", [](Out& out, const ShownClass& it) { out.number(it.account_class.due_order_period_days); }},
    {"subzero_period", [](Out& out, const ShownClass& it) { out.number(it.account_class.subzero_period_days); }},
    {"stop_subscription_type",
     [](Out& out, const ShownClass& it) { out.text(to_string(it.account_class.stop_subscription)); }},
    {"key", [](Out& out, const ShownClass& it) { out.text(std::string_view(it.account_class.key)); }},
    {"color", [](Out& out, const ShownClass& it) { out.text(std::string_view(it.account_class.color)); }},
    {"guaranteed_payment_limit",
     [](Out& out, const ShownClass& it) { out.number(it.account_class.guaranteed_payment_limit); }},
    {"guaranteed_payment_period",
     [](Out& out, const ShownClass& it) { out.number(it.account_class.guaranteed_payment_period_days); }},
    {"delete_subscription_type",
     [](Out& out, const ShownClass& it) { out.text(to_string(it.account_class.delete_subscription)); }},
    {"denominated", [](Out& out, const ShownClass& it) { out.boolean(it.account_class.is_denominated); }},
    {"buy_with_negative_balance",
     [](Out& out, const ShownClass& it) { out.boolean(it.account_class.buy_with_negative_balance); }},
    {"receipt_day", [](Out& out, const ShownClass& it) { out.number(it.account_class.receipt_day); }},
    {"payment_model", [](Out& out, const ShownClass& it) { out.text(to_string(it.account_class.payment_model)); }},
    {"default", [](Out& out, const ShownClass& it) { out.boolean(it.account_class.is_default); }},
    {"due_payment_period",
     [](Out& out, const ShownClass& it) { out.number(it.account_class.due_payment_period_days); }},
    {"subscription_credit_limit",
     [](Out& out, const ShownClass& it) {
         out.text(std::string_view(to_string(it.account_class.subscription_credit_limit)));
     }},
};

constexpr AttributeOf<ShownUser> user_attributes[] = {
    {"created_at", [](Out& out, const ShownUser& it) { write_stamp(out, it.user.created_at, it.catalogue); }},
    {"updated_at", [](Out& out, const ShownUser& it) { write_stamp(out, it.user.updated_at, it.catalogue); }},
    {"email", [](Out& out, const ShownUser& it) { out.text(std::string_view(it.user.email)); }},
    // Whether a user may act for this account is not kept apart from whether it may act at all.
    {"account_status", [](Out& out, const ShownUser& it) { out.text(to_string(it.user.status)); }},
    {"global_status", [](Out& out, const ShownUser& it) { out.text(to_string(it.user.status)); }},
    {"first_name", [](Out& out, const ShownUser& it) { out.text(std::string_view(it.user.first_name)); }},
    {"middle_name", [](Out& out, const ShownUser& it) { out.text(std::string_view(it.user.middle_name)); }},
    {"last_name", [](Out& out, const ShownUser& it) { out.text(std::string_view(it.user.last_name)); }},
};

}  // namespace

void write_stamp(::json::JsonWriter& out, Instant instant, const Catalogue& catalogue) {
    out.text(std::string_view(format_rfc3339(instant, catalogue.reseller().utc_offset)));
}

void write_nested(::json::JsonWriter& out, const ShownManager& it) { write_nested(out, manager_attributes, it); }
void write_nested(::json::JsonWriter& out, const ShownType& it) { write_nested(out, type_attributes, it); }
void write_nested(::json::JsonWriter& out, const ShownClass& it) { write_nested(out, class_attributes, it); }
void write_nested(::json::JsonWriter& out, const ShownUser& it) { write_nested(out, user_attributes, it); }

void write_resource(::json::JsonWriter& out, const ShownManager& it, const Fields& fields) {
    write_resource(out, managers_type, it.manager.id, manager_attributes, it, fields);
}
void write_resource(::json::JsonWriter& out, const ShownType& it, const Fields& fields) {
    write_resource(out, account_types_type, it.type.id, type_attributes, it, fields);
}
void write_resource(::json::JsonWriter& out, const ShownClass& it, const Fields& fields) {
    write_resource(out, account_classes_type, it.account_class.id, class_attributes, it, fields);
}
const std::vector<std::string_view>& manager_fields() {
    static const auto names = names_of(manager_attributes);
    return names;
}
const std::vector<std::string_view>& account_type_fields() {
    static const auto names = names_of(type_attributes);
    return names;
}
const std::vector<std::string_view>& account_class_fields() {
    static const auto names = names_of(class_attributes);
    return names;
}

}  // namespace activeplatform
