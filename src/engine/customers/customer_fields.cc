#include "engine/customers/customer_fields.h"

#include <algorithm>

#include "core/visible_text.h"
#include "engine/customers/attribute_rules.h"
#include "engine/customers/company_name.h"
#include "engine/customers/field_formats.h"
#include "engine/customers/name_pattern.h"
#include "engine/email.h"
#include "store/entry_uses.h"

namespace {

std::string join(const std::vector<std::string>& parts) {
    std::string joined;
    for (const std::string& part : parts) joined += (joined.empty() ? "" : ", ") + part;
    return joined;
}

void check_country(const std::string& code, const CustomerSettings& settings, FieldErrors& errors) {
    const auto& allowed = settings.countries;
    if (!allowed.empty()) {
        if (std::find(allowed.begin(), allowed.end(), code) == allowed.end())
            errors.add("country", Rule::not_allowed, "Available options: " + join(allowed));
    } else if (!is_country(code)) {
        errors.add("country", Rule::unknown, "country must be a two-letter code of ISO 3166-1, like BY.");
    }
}

void check_format(const TextField& field, const std::string& text, const CustomerSettings& settings,
                  FieldErrors& errors) {
    if (text.empty() || errors.has(field.name)) return;
    if (field.name == "email")
        check_email(field.name, text, true, errors);
    else if (field.name == "country")
        check_country(text, settings, errors);
    else if (field.name == "primary_name")
        check_company_name(field.name, text, settings.company_name, errors);
    else if (field.name == "phone" && !is_phone_number(text))
        errors.add("phone", Rule::bad_format,
                   "phone must be + or 00, the country code, the city or network code and the number: +375290000000.");
}

void apply_texts(const CustomerFields& fields, const CustomerSettings& settings, bool is_opening, Profile& profile,
                 FieldErrors& errors) {
    for (std::size_t i = 0; i < text_fields.size(); ++i) {
        const TextField& field = text_fields[i];
        const auto& text = fields.texts[i];
        if (!text && !is_opening) continue;
        if (!check_text(field.name, text ? *text : std::string_view(), field.is_required, errors) || !text) continue;
        check_format(field, *text, settings, errors);
        profile.*field.member = *text;
        if (field.name == "email") profile.email_key = email_key(*text);
    }
}

const CatalogueType* choose_type(const Scope& scope, const CustomerFields& fields, FieldErrors& errors) {
    if (!fields.account_type_id) {
        errors.add("account_type_id", Rule::required, "account_type_id is required.");
        return nullptr;
    }
    const CatalogueType* type = scope.catalogue->find_type(*fields.account_type_id);
    if (!type) errors.add("account_type_id", Rule::unknown, "There is no such account type.");
    return type;
}

const AccountClass* choose_class(const Scope& scope, const CustomerFields& fields, const Profile* before,
                                 FieldErrors& errors) {
    if (!fields.account_class_key && before) return scope.catalogue->find_class(before->account_class_id);
    if (!fields.account_class_key || is_blank(*fields.account_class_key)) {
        errors.add("account_class_key", Rule::required, "account_class_key is required.");
        return nullptr;
    }
    const AccountClass* account_class = scope.catalogue->find_class(*fields.account_class_key);
    if (!account_class) errors.add("account_class_key", Rule::unknown, "There is no such account class.");
    return account_class;
}

void check_manager(const Scope& scope, std::int64_t manager_id, FieldErrors& errors) {
    const auto reachable = scope.catalogue->managers_up_to(scope.caller.home_reseller_id);
    const auto is_assignable = [&](const Manager* manager) {
        return manager->id == manager_id && manager->role == ManagerRole::sales &&
               manager->status == ManagerStatus::active;
    };
    if (std::none_of(reachable.begin(), reachable.end(), is_assignable))
        errors.add("manager_id", Rule::not_assignable,
                   "Manager to attach must be a 'sales person' and be in 'active' status");
}

void check_primary_name(const CatalogueType& type, const Profile& profile, FieldErrors& errors) {
    if (names_company(type.name_pattern) && is_blank(profile.primary_name))
        errors.add("primary_name", Rule::required, "primary_name is required for this account type.");
}

}  // namespace

Chosen apply_fields(db::Tx& tx, const Scope& scope, const CustomerFields& fields, const Profile* before,
                    Profile& profile, FieldErrors& errors) {
    const bool is_opening = before == nullptr;
    apply_texts(fields, scope.catalogue->settings(), is_opening, profile, errors);
    const Chosen chosen{choose_type(scope, fields, errors), choose_class(scope, fields, before, errors)};
    if (fields.manager_id.is_given) {
        profile.manager_id = fields.manager_id.value;
        if (profile.manager_id) check_manager(scope, *profile.manager_id, errors);
    }
    if (chosen.account_class) profile.account_class_id = chosen.account_class->id;
    if (!chosen.type) return chosen;
    profile.account_type_id = chosen.type->id;
    check_primary_name(*chosen.type, profile, errors);
    apply_attributes(tx, scope, fields.attributes, *chosen.type, before, profile, errors);
    profile.name = expand_name_pattern(chosen.type->name_pattern, profile);
    return chosen;
}

bool are_there(db::Tx& tx, const Scope& scope, const Chosen& chosen, const Profile& profile) {
    if (!chosen.type || !chosen.account_class) return false;
    const Manager* manager = profile.manager_id ? scope.catalogue->find_manager(*profile.manager_id) : nullptr;
    std::optional<store::EntryName> manager_name;
    if (manager) manager_name = {manager->reseller_id, manager->id};
    return store::are_there(tx, profile.reseller_id, {chosen.type->reseller_id, chosen.type->id},
                            {chosen.account_class->reseller_id, chosen.account_class->id}, manager_name);
}
