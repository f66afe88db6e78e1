#include "engine/catalogue/catalogue.h"

#include <algorithm>

#include "store/catalogue.h"
#include "store/managers.h"
#include "store/resellers.h"

namespace {

// Deeper than any tree of resellers; a stop for a circle, which only a broken file can hold.
constexpr std::size_t levels_max = 100;

CompiledAttribute compile(Attribute attribute) {
    CompiledAttribute compiled{std::move(attribute), std::nullopt};
    if (compiled.attribute.format.empty()) return compiled;
    auto format = regex::Regex::compile_ecma(compiled.attribute.format);
    if (!format.ok()) throw db::Broken("an attribute's format is no pattern");
    compiled.format = std::move(format).value();
    return compiled;
}

std::shared_ptr<const ResellerCatalogue> load_level(db::Tx& tx, Reseller reseller) {
    auto level = std::make_shared<ResellerCatalogue>();
    const std::int64_t id = reseller.id;
    level->reseller = std::move(reseller);
    for (auto& [name, value] : store::list_reseller_settings(tx, id)) level->settings.emplace(name, value);
    level->types = store::list_account_types(tx, id);
    level->classes = store::list_account_classes(tx, id);
    for (Attribute& attribute : store::list_attributes(tx, id))
        level->attributes.push_back(compile(std::move(attribute)));
    level->managers = store::list_managers(tx, id);
    return level;
}

std::shared_ptr<const Catalogue> find_kept(const Caller& caller, std::int64_t reseller_id) {
    return caller.catalogues ? caller.catalogues->find(reseller_id) : nullptr;
}

std::shared_ptr<const Catalogue> load(db::Tx& tx, const Caller& caller, std::int64_t reseller_id) {
    Catalogue::Levels levels;
    for (std::optional<std::int64_t> id = reseller_id; id;) {
        if (const auto above = find_kept(caller, *id)) {
            levels.insert(levels.end(), above->levels().begin(), above->levels().end());
            break;
        }
        auto reseller = store::find_reseller(tx, *id);
        if (!reseller && levels.empty()) return nullptr;
        if (!reseller || levels.size() == levels_max) throw db::Broken("a reseller's parents do not lead to a root");
        id = reseller->parent_id;
        levels.push_back(load_level(tx, std::move(*reseller)));
    }
    return std::make_shared<const Catalogue>(std::move(levels));
}

bool is_asked_of_type(const Attribute& attribute, std::int64_t account_type_id) {
    const auto& ids = attribute.account_type_ids;
    return std::find(ids.begin(), ids.end(), account_type_id) != ids.end();
}

void add_unless_hidden(std::vector<const CompiledAttribute*>& attributes, const CompiledAttribute& candidate) {
    const auto has_its_key = [&](const CompiledAttribute* nearer) {
        return nearer->attribute.key == candidate.attribute.key;
    };
    if (std::none_of(attributes.begin(), attributes.end(), has_its_key)) attributes.push_back(&candidate);
}

void sort_by_weight(std::vector<const CompiledAttribute*>& attributes) {
    std::sort(attributes.begin(), attributes.end(), [](const CompiledAttribute* left, const CompiledAttribute* right) {
        return std::pair(left->attribute.weight, left->attribute.id) <
               std::pair(right->attribute.weight, right->attribute.id);
    });
}

// Of two of one id the nearer one counts: it comes first.
template <class Entry>
void sort_by_id(std::vector<const Entry*>& entries) {
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry* left, const Entry* right) { return left->id < right->id; });
    const auto same = [](const Entry* left, const Entry* right) { return left->id == right->id; };
    entries.erase(std::unique(entries.begin(), entries.end(), same), entries.end());
}

template <class Entry>
const Entry* find_by_id(const std::vector<const Entry*>& entries, std::int64_t id) {
    const auto entry =
        std::lower_bound(entries.begin(), entries.end(), id,
                         [](const Entry* candidate, std::int64_t wanted) { return candidate->id < wanted; });
    return entry != entries.end() && (*entry)->id == id ? *entry : nullptr;
}

}  // namespace

std::vector<std::string> split_at_commas(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        if (!part.empty()) parts.emplace_back(part);
    }
    return parts;
}

Catalogue::Catalogue(Levels levels) : levels_(std::move(levels)) {
    for (const auto& level : levels_) {
        for (const CatalogueType& type : level->types) types_.push_back(&type);
        for (const AccountClass& entry : level->classes) classes_.push_back(&entry);
        for (const CompiledAttribute& attribute : level->attributes)
            add_unless_hidden(
                attribute.attribute.subject == AttributeSubject::account ? account_attributes_ : manager_attributes_,
                attribute);
    }
    sort_by_id(types_);
    sort_by_id(classes_);
    sort_by_weight(account_attributes_);
    sort_by_weight(manager_attributes_);

    const auto text_of = [this](const std::string& name) {
        const std::string* value = find_setting(name);
        return value ? *value : std::string();
    };
    settings_.countries = split_at_commas(text_of(setting::countries));
    settings_.default_domain = text_of(setting::default_domain);
    if (const std::string* characters = find_setting(setting::company_name_special_characters))
        settings_.company_name.special_characters = *characters;
    settings_.company_name.forbidden_words = split_at_commas(text_of(setting::company_name_forbidden_words));
    settings_.company_name.forbidden_endings = split_at_commas(text_of(setting::company_name_forbidden_endings));
    settings_.requests_terms_and_conditions = text_of(setting::requests_terms_and_conditions) == "true";
}

// The nearest reseller upwards that has set it.
const std::string* Catalogue::find_setting(const std::string& name) const {
    for (const auto& level : levels_)
        if (const auto entry = level->settings.find(name); entry != level->settings.end()) return &entry->second;
    return nullptr;
}

bool Catalogue::is_within(std::int64_t reseller_id) const {
    return std::any_of(levels_.begin(), levels_.end(),
                       [&](const auto& level) { return level->reseller.id == reseller_id; });
}

const CatalogueType* Catalogue::find_type(std::int64_t id) const { return find_by_id(types_, id); }

const AccountClass* Catalogue::find_class(std::int64_t id) const { return find_by_id(classes_, id); }

const AccountClass* Catalogue::find_class(std::string_view key) const {
    for (const auto& level : levels_)
        for (const AccountClass& entry : level->classes)
            if (entry.key == key) return &entry;
    return nullptr;
}

std::vector<const CompiledAttribute*> Catalogue::attributes_of_type(std::int64_t account_type_id) const {
    std::vector<const CompiledAttribute*> attributes;
    for (const CompiledAttribute* attribute : account_attributes_)
        if (is_asked_of_type(attribute->attribute, account_type_id)) attributes.push_back(attribute);
    return attributes;
}

const Manager* Catalogue::find_manager(std::int64_t id) const {
    for (const auto& level : levels_) {
        const auto manager =
            std::lower_bound(level->managers.begin(), level->managers.end(), id,
                             [](const Manager& candidate, std::int64_t wanted) { return candidate.id < wanted; });
        if (manager != level->managers.end() && manager->id == id) return &*manager;
    }
    return nullptr;
}

std::vector<const Manager*> Catalogue::managers_up_to(std::int64_t reseller_id) const {
    std::vector<const Manager*> managers;
    for (const auto& level : levels_) {
        for (const Manager& manager : level->managers) managers.push_back(&manager);
        if (level->reseller.id == reseller_id) break;
    }
    return managers;
}

std::shared_ptr<const Catalogue> CatalogueShelf::find(std::int64_t reseller_id) const {
    std::lock_guard lock(mutex_);
    const auto entry = catalogues_.find(reseller_id);
    return entry == catalogues_.end() ? nullptr : entry->second;
}

void CatalogueShelf::keep(std::int64_t reseller_id, std::shared_ptr<const Catalogue> catalogue) {
    std::lock_guard lock(mutex_);
    if (catalogues_.size() >= catalogues_max) catalogues_.clear();
    catalogues_.insert_or_assign(reseller_id, std::move(catalogue));
}

std::shared_ptr<const Catalogue> find_catalogue(db::Tx& tx, const Caller& caller, std::int64_t reseller_id) {
    if (auto kept = find_kept(caller, reseller_id)) return kept;
    auto catalogue = load(tx, caller, reseller_id);
    if (catalogue && caller.catalogues) caller.catalogues->keep(reseller_id, catalogue);
    return catalogue;
}

Caller without_kept_catalogues(Caller caller) {
    caller.catalogues = nullptr;
    return caller;
}

bool may_see(const Caller& caller, const Attribute& attribute) {
    return attribute.is_public || caller.kind == CredentialKind::operator_token ||
           caller.home_reseller_id == attribute.reseller_id;
}

bool setting::is_list(std::string_view name) {
    return name == countries || name == company_name_forbidden_words || name == company_name_forbidden_endings;
}

bool setting::is_request_limit(std::string_view name) {
    return name == read_limit || name == write_limit || name == credential_read_limit || name == credential_write_limit;
}

const std::vector<std::string>& setting::all() {
    static const std::vector<std::string> names = {countries,
                                                   default_domain,
                                                   company_name_special_characters,
                                                   company_name_forbidden_words,
                                                   company_name_forbidden_endings,
                                                   requests_terms_and_conditions,
                                                   event_reasons,
                                                   reason_required_for,
                                                   partners_see_reasons,
                                                   read_limit,
                                                   write_limit,
                                                   credential_read_limit,
                                                   credential_write_limit};
    return names;
}
