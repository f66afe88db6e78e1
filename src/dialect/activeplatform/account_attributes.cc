#include "dialect/activeplatform/account_attributes.h"

#include "dialect/activeplatform/lists.h"
#include "dialect/activeplatform/request_body.h"
#include "engine/customers/field_formats.h"
#include "engine/customers/name_pattern.h"

namespace activeplatform {
namespace {

using Out = ::json::JsonWriter;

struct SystemAttribute {
    std::string_view name;
    std::string_view key;
    bool is_optional;
    std::string_view type;
    void (*write_values)(Out&, const Scope&) = nullptr;
};

void write_assignable_managers(Out& out, const Scope& scope) {
    for (const Manager* manager : scope.catalogue->managers_up_to(scope.caller.home_reseller_id))
        if (manager->role == ManagerRole::sales && manager->status == ManagerStatus::active) out.number(manager->id);
}

void write_class_keys(Out& out, const Scope& scope) {
    for (const AccountClass* entry : scope.catalogue->classes())
        if (scope.catalogue->find_class(entry->key) == entry) out.text(std::string_view(entry->key));
}

void write_countries(Out& out, const Scope& scope) {
    const auto& allowed = scope.catalogue->settings().countries;
    for (const std::string& code : allowed) out.text(std::string_view(code));
    if (!allowed.empty()) return;
    for (const std::string_view code : country_codes) out.text(code);
}

constexpr SystemAttribute terms = {"Agreement with Terms and Conditions", "agreement_terms_conditions", false,
                                   "checkbox"};
constexpr SystemAttribute company = {"Company name", "primary_name", false, "string"};

constexpr SystemAttribute system_attributes[] = {
    {"Manager", "manager_id", true, "list", write_assignable_managers},
    {"Account class", "account_class_key", false, "list", write_class_keys},
    {"First name", "first_name", false, "string"},
    {"Last name", "last_name", false, "string"},
    {"Middle name", "middle_name", true, "string"},
    {"Email", "email", false, "email"},
    {"Country", "country", false, "list", write_countries},
    {"Region", "region", false, "string"},
    {"City", "city", false, "string"},
    {"Street", "street", false, "string"},
    {"Building", "building", true, "string"},
    {"Office", "office", true, "string"},
    {"Zip", "zip", false, "string"},
    {"Phone", "phone", false, "string"},
};

void write_system_attribute(Out& out, const SystemAttribute& attribute, std::string_view name, const Scope& scope) {
    out.open_object();
    out.name("name").text(name);
    out.name("key").text(attribute.key);
    out.name("optional").boolean(attribute.is_optional);
    out.name("type").text(attribute.type);
    out.name("default_value").null();
    out.name("available_values").open_array();
    if (attribute.write_values) attribute.write_values(out, scope);
    out.close_array();
    out.name("is_custom_attribute").boolean(false);
    out.close_object();
}

void write_custom_attribute(Out& out, const Attribute& attribute) {
    out.open_object();
    out.name("name").text(std::string_view(attribute.name));
    out.name("key").text(std::string_view(attribute.key));
    out.name("optional").boolean(attribute.is_optional);
    out.name("type").text(to_string(attribute.type));
    out.name("default_value");
    const bool is_secret = attribute.type == AttributeType::password;
    attribute.default_value.empty() || is_secret ? out.null() : out.text(std::string_view(attribute.default_value));
    out.name("available_values").open_array();
    for (const AttributeOption& option : attribute.options) out.text(std::string_view(option.key));
    out.close_array();
    out.name("is_custom_attribute").boolean(true);
    out.close_object();
}

void write_type(Out& out, const CatalogueType& type, const Scope& scope) {
    out.open_object();
    out.name("id").number(type.id);
    out.name("key").text(std::string_view(type.key));
    out.name("name").text(std::string_view(type.name));
    out.name("attributes").open_array();
    if (scope.catalogue->settings().requests_terms_and_conditions)
        write_system_attribute(out, terms, terms.name, scope);
    if (names_company(type.name_pattern))
        write_system_attribute(out, company, type.primary_name.empty() ? company.name : type.primary_name, scope);
    for (const SystemAttribute& attribute : system_attributes)
        write_system_attribute(out, attribute, attribute.name, scope);
    for (const CompiledAttribute* compiled : scope.catalogue->attributes_of_type(type.id)) {
        // What managers cannot set is not asked of them when they open an account.
        const Attribute& attribute = compiled->attribute;
        if (!attribute.is_read_only_for_admin && may_see(scope.caller, attribute))
            write_custom_attribute(out, attribute);
    }
    out.close_array();
    out.close_object();
}

}  // namespace

Result<ShowCatalogue> parse_list_account_attributes(const service::Call& call) {
    TRY(read_view(call.request.query(), {}));
    return ShowCatalogue{TRY(read_path_id(call.path_values[0]))};
}

http::Response render_account_attributes(const service::Call&, const Scope& scope) {
    ::json::JsonWriter out(8'192);
    out.open_object();
    out.name("account_types").open_array();
    for (const CatalogueType* type : scope.catalogue->types()) write_type(out, *type, scope);
    out.close_array();
    out.close_object();
    return to_response(200, out);
}

}  // namespace activeplatform
