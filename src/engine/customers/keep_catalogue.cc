#include "engine/customers/keep_catalogue.h"

#include <algorithm>

#include "core/visible_text.h"
#include "engine/access/request_limits.h"
#include "engine/access/why.h"
#include "engine/catalogue/catalogue.h"
#include "engine/customers/attribute_rules.h"
#include "engine/customers/entry_checks.h"
#include "engine/customers/field_formats.h"
#include "engine/customers/reassess_class.h"
#include "store/catalogue.h"
#include "store/resellers.h"

namespace {

template <class Entry>
void check_entry(const Catalogue* catalogue, const Entry& entry, FieldErrors& errors) {
    if (!catalogue) errors.add("reseller", Rule::unknown, "There is no such reseller.");
    check_id(entry.id, errors);
    check_key("key", entry.key, errors);
    check_text("name", entry.name, true, errors);
}

Result<void> finish(FieldErrors errors) {
    if (!errors.empty()) return std::move(errors).to_error("The entry cannot be kept so.");
    return {};
}

Result<void> check(db::Tx& tx, const CatalogueType& type) {
    FieldErrors errors;
    check_entry(find_catalogue(tx, {}, type.reseller_id).get(), type, errors);
    check_text("name_pattern", type.name_pattern, true, errors);
    check_text("primary_name", type.primary_name, false, errors);
    return finish(std::move(errors));
}

Result<void> check(db::Tx& tx, const AccountClass& entry) {
    constexpr std::int64_t days_max = 36'500;
    FieldErrors errors;
    check_entry(find_catalogue(tx, {}, entry.reseller_id).get(), entry, errors);
    check_text("color", entry.color, false, errors);
    if (entry.financial_blocking_threshold < Decimal())
        errors.add("financial_blocking_threshold", Rule::out_of_range,
                   "A threshold is not negative: it is how far below zero a balance may be.");
    if (entry.subscription_credit_limit < Decimal())
        errors.add("subscription_credit_limit", Rule::out_of_range, "A limit is not negative.");
    check_range("subzero_period", entry.subzero_period_days, AccountClass::forever, days_max, errors);
    check_range("due_order_period", entry.due_order_period_days, 0, days_max, errors);
    check_range("due_payment_period", entry.due_payment_period_days, 0, days_max, errors);
    check_range("guaranteed_payment_period", entry.guaranteed_payment_period_days, 0, days_max, errors);
    check_range("guaranteed_payment_limit", entry.guaranteed_payment_limit, 0, std::int64_t{1} << 53, errors);
    if (entry.receipt_day) check_range("receipt_day", *entry.receipt_day, 1, 31, errors);
    return finish(std::move(errors));
}

void check_options(const Attribute& attribute, FieldErrors& errors) {
    const bool is_list = attribute.type == AttributeType::list;
    if (is_list && attribute.options.empty()) errors.add("options", Rule::required, "A list needs options.");
    if (!is_list && !attribute.options.empty()) errors.add("options", Rule::not_allowed, "Only a list has options.");
    for (const AttributeOption& option : attribute.options) {
        const auto has_its_key = [&](const AttributeOption& other) { return other.key == option.key; };
        if (std::count_if(attribute.options.begin(), attribute.options.end(), has_its_key) > 1)
            errors.add("options", Rule::duplicate, "Two options have one key.");
        check_key("options", option.key, errors);
        check_text("options", option.name, true, errors);
    }
}

void check_format(const Attribute& attribute, CompiledAttribute& compiled, FieldErrors& errors) {
    if (attribute.format.empty()) return;
    if (attribute.type == AttributeType::list) return errors.add("format", Rule::not_allowed, "A list has no format.");
    auto format = regex::Regex::compile_ecma(attribute.format);
    if (!format.ok()) return errors.add("format", Rule::bad_format, format.error().detail);
    compiled.format = std::move(format).value();
}

Result<void> check(db::Tx& tx, const Attribute& attribute) {
    FieldErrors errors;
    const auto catalogue = find_catalogue(tx, {}, attribute.reseller_id);
    check_entry(catalogue.get(), attribute, errors);
    check_options(attribute, errors);
    CompiledAttribute compiled{attribute, std::nullopt};
    check_format(attribute, compiled, errors);
    if (attribute.is_unique && !attribute.default_value.empty())
        errors.add("default_value", Rule::not_allowed, "What is unique has no default value.");
    if (!attribute.default_value.empty() && !errors.has("format"))
        check_attribute_value(compiled, "default_value", attribute.default_value, errors);
    for (const std::int64_t id : attribute.account_type_ids)
        if (catalogue && !catalogue->find_type(id))
            errors.add("account_types", Rule::unknown, "There is no such account type.");
    return finish(std::move(errors));
}

template <class Entry>
const Entry* find_by_id(const std::vector<Entry>& entries, std::int64_t id) {
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.id == id; });
    return found == entries.end() ? nullptr : &*found;
}

// Of what the reseller can see; whatever else has that id is nobody's business.
bool is_seen(const Catalogue& catalogue, const CatalogueType& type) { return catalogue.find_type(type.id) != nullptr; }
bool is_seen(const Catalogue& catalogue, const AccountClass& entry) {
    return catalogue.find_class(entry.id) != nullptr;
}
bool is_seen(const Catalogue&, const Attribute&) { return false; }

template <class Entry>
Result<Entry> add(db::Tx& tx, World& world, Entry entry, void (*insert)(db::Tx&, const Entry&)) {
    if (entry.id == 0) entry.id = world.new_id();
    TRY(check(tx, entry));
    const Error taken{Reason::conflict, "The id or the key is taken.", {{"key", Rule::taken, ""}}};
    if (is_seen(*find_catalogue(tx, {}, entry.reseller_id), entry)) return taken;
    stamp_new(entry, world.now());
    try {
        insert(tx, entry);
    } catch (const db::Duplicate&) {
        return taken;
    }
    return entry;
}

template <class Entry>
Result<Entry> change(db::Tx& tx, World& world, Entry entry, std::vector<Entry> (*list)(db::Tx&, std::int64_t),
                     void (*update)(db::Tx&, const Entry&)) {
    const auto entries = list(tx, entry.reseller_id);
    const Entry* before = find_by_id(entries, entry.id);
    if (!before) return Error{Reason::not_found, "There is no such entry."};
    entry.key = before->key;
    TRY(check(tx, entry));
    stamp_changed(entry, *before, world.now());
    update(tx, entry);
    return entry;
}

bool is_boolean(const std::string& value) { return value == "true" || value == "false"; }

bool is_list_of_countries(const std::string& value) {
    const auto codes = split_at_commas(value);
    return std::all_of(codes.begin(), codes.end(), [](const std::string& code) { return is_country(code); });
}

bool is_list_of_reasons(const std::string& value) {
    const auto words = split_at_commas(value);
    return value.size() <= 1'000 &&
           std::all_of(words.begin(), words.end(), [](const std::string& word) { return is_reason_word(word); });
}

bool is_list_of_acts(const std::string& value) {
    const auto words = split_at_commas(value);
    return std::all_of(words.begin(), words.end(), [](const std::string& word) {
        return std::find(acts_with_reason.begin(), acts_with_reason.end(), word) != acts_with_reason.end();
    });
}

constexpr std::string_view wanted_limit = "requests and seconds, like 600/60";

bool is_request_limit(const std::string& value) { return parse_request_limit(value).has_value(); }

bool is_line(const std::string& value) { return value.size() <= 4'000 && !holds_unprintable(value); }

struct KnownSetting {
    const std::string& name;
    bool (*is_good)(const std::string& value);
    std::string_view wanted;
};

const std::vector<KnownSetting>& known_settings() {
    static const std::vector<KnownSetting> settings = {
        {setting::countries, is_list_of_countries, "two-letter codes of ISO 3166-1 with commas between them"},
        {setting::default_domain, is_line, "a domain"},
        {setting::company_name_special_characters, is_line, "the special characters that may be used"},
        {setting::company_name_forbidden_words, is_line, "words with commas between them"},
        {setting::company_name_forbidden_endings, is_line, "top-level domains with commas between them"},
        {setting::requests_terms_and_conditions, is_boolean, "true or false"},
        {setting::event_reasons, is_list_of_reasons, "words of a-z, 0-9, - and _ with commas between them"},
        {setting::reason_required_for, is_list_of_acts, "of hold, close, remove, redate, with commas between them"},
        {setting::partners_see_reasons, is_boolean, "true or false"},
        {setting::read_limit, is_request_limit, wanted_limit},
        {setting::write_limit, is_request_limit, wanted_limit},
        {setting::credential_read_limit, is_request_limit, wanted_limit},
        {setting::credential_write_limit, is_request_limit, wanted_limit},
    };
    return settings;
}

void check_setting(const std::string& name, const std::optional<std::string>& value, FieldErrors& errors) {
    for (const KnownSetting& known : known_settings()) {
        if (known.name != name) continue;
        if (value && !known.is_good(*value))
            errors.add(name, Rule::bad_format, name + " must be " + std::string(known.wanted) + ".");
        return;
    }
    errors.add(name, Rule::unknown, "There is no setting " + name + ".");
}

}  // namespace

Result<CatalogueType> add_account_type(db::Tx& tx, World& world, CatalogueType type) {
    return add(tx, world, std::move(type), store::insert_account_type);
}

Result<CatalogueType> change_account_type(db::Tx& tx, World& world, CatalogueType type) {
    return change(tx, world, std::move(type), store::list_account_types, store::update_account_type);
}

Result<AccountClass> add_account_class(db::Tx& tx, World& world, AccountClass entry) {
    return add(tx, world, std::move(entry), store::insert_account_class);
}

Result<AccountClass> change_account_class(db::Tx& tx, World& world, AccountClass entry) {
    AccountClass after =
        TRY(change(tx, world, std::move(entry), store::list_account_classes, store::update_account_class));
    judge_accounts_of_class(tx, world, after);
    return after;
}

Result<Attribute> add_attribute(db::Tx& tx, World& world, Attribute attribute) {
    return add(tx, world, std::move(attribute), store::insert_attribute);
}

Result<Attribute> change_attribute(db::Tx& tx, World& world, Attribute attribute) {
    const auto entries = store::list_attributes(tx, attribute.reseller_id);
    if (const Attribute* before = find_by_id(entries, attribute.id)) {
        attribute.type = before->type;
        attribute.subject = before->subject;
    }
    return change(tx, world, std::move(attribute), store::list_attributes, store::update_attribute);
}

Result<void> change_reseller_settings(db::Tx& tx, World&, std::int64_t reseller_id,
                                      const std::map<std::string, std::optional<std::string>>& settings) {
    FieldErrors errors;
    if (!store::find_reseller(tx, reseller_id)) errors.add("reseller", Rule::unknown, "There is no such reseller.");
    for (const auto& [name, value] : settings) check_setting(name, value, errors);
    TRY(finish(std::move(errors)));
    for (const auto& [name, value] : settings) {
        if (value)
            store::put_reseller_setting(tx, reseller_id, name, *value);
        else
            store::delete_reseller_setting(tx, reseller_id, name);
    }
    return {};
}
