#include "engine/customers/attribute_rules.h"

#include <algorithm>

#include "core/utf8.h"
#include "core/visible_text.h"
#include "engine/customers/field_formats.h"
#include "store/attribute_values.h"

namespace {

constexpr std::size_t long_text_length_max = 10'000;  // characters

void check_length(std::string_view field, const std::string& value, std::size_t length_max, FieldErrors& errors) {
    if (value.size() > length_max && count_code_points(value) > length_max)
        errors.add(field, Rule::too_long, "The value may have at most " + std::to_string(length_max) + " characters.");
}

void check_characters(std::string_view field, const std::string& value, bool has_lines, FieldErrors& errors) {
    if (holds_unprintable(value, has_lines ? Lines::several : Lines::one))
        errors.add(field, Rule::bad_characters,
                   "The value may not hold control characters, nor what turns text round.");
}

void check_option(const Attribute& attribute, std::string_view field, const std::string& value, FieldErrors& errors) {
    std::string keys;
    for (const AttributeOption& option : attribute.options) {
        if (option.key == value) return;
        keys += (keys.empty() ? "" : ", ") + option.key;
    }
    errors.add(field, Rule::not_listed, "The value must be one of these keys: " + keys);
}

const CompiledAttribute* find_attribute(const std::vector<const CompiledAttribute*>& attributes, std::string_view key) {
    for (const CompiledAttribute* attribute : attributes)
        if (attribute->attribute.key == key) return attribute;
    return nullptr;
}

void put_value(AttributeValues& values, const std::string& key, std::string_view value) {
    std::erase_if(values, [&](const AttributeValue& candidate) { return candidate.key == key; });
    if (!value.empty()) values.push_back({key, std::string(value)});
}

bool is_searched(const Attribute& attribute) { return attribute.is_unique || attribute.key == taxpayer_number_key; }

void apply_value(db::Tx& tx, const Scope& scope, const CompiledAttribute& compiled, const std::string& value,
                 Profile& profile, FieldErrors& errors) {
    const Attribute& attribute = compiled.attribute;
    const std::string field = field_of_attribute(attribute.key);
    if (!value.empty()) check_attribute_value(compiled, field, value, errors);
    const bool must_be_new = attribute.is_unique && !value.empty() && !errors.has(field);
    if (must_be_new &&
        store::is_attribute_value_taken(tx, scope.caller.reseller.id, attribute.key, value, profile.account_id))
        errors.add(field, Rule::taken, "Another account has this value.");
    const bool is_password = attribute.type == AttributeType::password;
    put_value(profile.attributes, attribute.key, is_password && !value.empty() ? kept_password : value);
}

bool has_duplicate(const AttributeValues& given, const AttributeValue& value) {
    return std::count_if(given.begin(), given.end(),
                         [&](const AttributeValue& other) { return other.key == value.key; }) > 1;
}

void apply_given(db::Tx& tx, const Scope& scope, const AttributeValues& given,
                 const std::vector<const CompiledAttribute*>& attributes, Profile& profile, FieldErrors& errors) {
    for (const AttributeValue& value : given) {
        const std::string field = field_of_attribute(value.key);
        const CompiledAttribute* compiled = find_attribute(attributes, value.key);
        if (!compiled || !may_see(scope.caller, compiled->attribute))
            errors.add(field, Rule::unknown, "This account type has no attribute of that key.");
        else if (has_duplicate(given, value))
            errors.add(field, Rule::duplicate, "The attribute is given twice.");
        else if (compiled->attribute.is_read_only_for_admin)
            errors.add(field, Rule::read_only, "Managers cannot set this attribute.");
        else
            apply_value(tx, scope, *compiled, value.value, profile, errors);
    }
}

}  // namespace

void check_attribute_value(const CompiledAttribute& compiled, std::string_view field, const std::string& value,
                           FieldErrors& errors) {
    const Attribute& attribute = compiled.attribute;
    switch (attribute.type) {
    case AttributeType::string:
    case AttributeType::password:
        check_length(field, value, text_length_max, errors);
        check_characters(field, value, false, errors);
        break;
    case AttributeType::text:
        check_length(field, value, long_text_length_max, errors);
        check_characters(field, value, true, errors);
        break;
    case AttributeType::checkbox:
        if (value != "0" && value != "1") errors.add(field, Rule::bad_format, "The value must be 1 or 0.");
        break;
    case AttributeType::date:
        if (!is_day(value)) errors.add(field, Rule::bad_format, "The value must be a date, DD.MM.YYYY.");
        break;
    case AttributeType::list: check_option(attribute, field, value, errors); break;
    }
    if (compiled.format && !errors.has(field) && !compiled.format->matches_whole(value))
        errors.add(field, Rule::bad_format, "The value does not have the format of " + attribute.name + ".");
}

void apply_attributes(db::Tx& tx, const Scope& scope, const AttributeValues& given, const CatalogueType& type,
                      const Profile* before, Profile& profile, FieldErrors& errors) {
    const auto attributes = scope.catalogue->attributes_of_type(type.id);
    if (!before)
        for (const CompiledAttribute* compiled : attributes)
            put_value(profile.attributes, compiled->attribute.key, compiled->attribute.default_value);
    apply_given(tx, scope, given, attributes, profile, errors);
    const bool is_type_new = !before || before->account_type_id != type.id;
    for (const CompiledAttribute* compiled : attributes) {
        const Attribute& attribute = compiled->attribute;
        // What managers cannot set, or not see, they cannot be asked for; what an old account lacks, nobody asks for
        // again.
        const bool is_asked = !attribute.is_optional && !attribute.is_read_only_for_admin &&
                              may_see(scope.caller, attribute) && (is_type_new || find_value(given, attribute.key));
        const std::string* value = is_asked ? find_value(profile.attributes, attribute.key) : nullptr;
        if (is_asked && (!value || is_blank(*value)))
            errors.add(field_of_attribute(attribute.key), Rule::required, attribute.name + " is required.");
    }
}

void write_searched_values(db::Tx& tx, const Catalogue& catalogue, const Profile& profile) {
    if (profile.attributes.empty()) return;
    for (const CompiledAttribute* compiled : catalogue.attributes_of_type(profile.account_type_id)) {
        const std::string* value = find_value(profile.attributes, compiled->attribute.key);
        if (value && is_searched(compiled->attribute))
            store::insert_attribute_value(tx, profile.reseller_id, compiled->attribute.key, *value, profile.account_id);
    }
}
