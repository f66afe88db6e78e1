// Catalogue: what a reseller's accounts are chosen from and checked against: types, classes, attributes, managers and
// settings, its own and those of the resellers above it. Read once, then kept beside the caller's identity for as long
// as that counts (see service/identity_cache.h): whoever changes any of it ends all that is kept. Immutable.

#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "db/database.h"
#include "engine/caller.h"
#include "model/attribute.h"
#include "model/catalogue.h"
#include "model/manager.h"
#include "model/reseller.h"
#include "regex/regex.h"

struct CompiledAttribute {
    Attribute attribute;
    std::optional<regex::Regex> format;  // absent: any value
};

// What a company's name may not be; each rule is off when empty.
struct CompanyNameRules {
    std::optional<std::string> special_characters;  // those that may be used beside letters, digits and spaces
    std::vector<std::string> forbidden_words;       // abbreviations: "LLC"
    std::vector<std::string> forbidden_endings;     // top-level domains: ".com"
};

struct CustomerSettings {
    std::vector<std::string> countries;  // of new accounts; empty: all
    std::string default_domain;          // of accounts whose API names none
    CompanyNameRules company_name;
    bool requests_terms_and_conditions = false;
};

// What one reseller owns.
struct ResellerCatalogue {
    Reseller reseller;
    std::unordered_map<std::string, std::string> settings;
    std::vector<CatalogueType> types;
    std::vector<AccountClass> classes;
    std::vector<CompiledAttribute> attributes;
    std::vector<Manager> managers;  // by id
};

class Catalogue {
public:
    using Levels = std::vector<std::shared_ptr<const ResellerCatalogue>>;  // the reseller, then its parents

    explicit Catalogue(Levels);

    const Levels& levels() const { return levels_; }
    const Reseller& reseller() const { return levels_.front()->reseller; }
    bool is_within(std::int64_t reseller_id) const;  // is that the reseller itself, or above it?

    const CustomerSettings& settings() const { return settings_; }
    const std::vector<const CatalogueType*>& types() const { return types_; }     // by id
    const std::vector<const AccountClass*>& classes() const { return classes_; }  // by id

    const CatalogueType* find_type(std::int64_t id) const;
    const AccountClass* find_class(std::int64_t id) const;
    const AccountClass* find_class(std::string_view key) const;  // the nearest of that key

    // Those asked of accounts of the type, or of managers, lightest first; of one key the nearest.
    std::vector<const CompiledAttribute*> attributes_of_type(std::int64_t account_type_id) const;
    const std::vector<const CompiledAttribute*>& attributes_of_managers() const { return manager_attributes_; }

    const Manager* find_manager(std::int64_t id) const;
    const std::vector<Manager>& own_managers() const { return levels_.front()->managers; }
    // Those whom a caller from that reseller may see, of the reseller and of those above it.
    std::vector<const Manager*> managers_up_to(std::int64_t reseller_id) const;

private:
    const std::string* find_setting(const std::string& name) const;

    Levels levels_;
    CustomerSettings settings_;
    std::vector<const CatalogueType*> types_;
    std::vector<const AccountClass*> classes_;
    std::vector<const CompiledAttribute*> account_attributes_;
    std::vector<const CompiledAttribute*> manager_attributes_;
};

// Where catalogues are kept between requests. Used by many threads at once.
class CatalogueShelf {
public:
    std::shared_ptr<const Catalogue> find(std::int64_t reseller_id) const;
    void keep(std::int64_t reseller_id, std::shared_ptr<const Catalogue>);

private:
    static constexpr std::size_t catalogues_max = 1'000;

    mutable std::mutex mutex_;
    std::unordered_map<std::int64_t, std::shared_ptr<const Catalogue>> catalogues_;
};

// Null: there is no such reseller. From the caller's shelf, if it has one.
std::shared_ptr<const Catalogue> find_catalogue(db::Tx&, const Caller&, std::int64_t reseller_id);

// Who reads all of it anew.
Caller without_kept_catalogues(Caller);

// Only managers of its own reseller, and the operator, see an attribute that is not public.
bool may_see(const Caller&, const Attribute&);

// "a,b" -> "a", "b"; without empty ones.
std::vector<std::string> split_at_commas(std::string_view);

// The names under which settings are kept; see engine/keep_settings.h.
namespace setting {
inline const std::string countries = "countries";
inline const std::string default_domain = "default_domain";
inline const std::string company_name_special_characters = "company_name_special_characters";
inline const std::string company_name_forbidden_words = "company_name_forbidden_words";
inline const std::string company_name_forbidden_endings = "company_name_forbidden_endings";
inline const std::string requests_terms_and_conditions = "requests_terms_and_conditions";
inline const std::string event_reasons = "event_reasons";  // see engine/access/why.h
inline const std::string reason_required_for = "reason_required_for";
inline const std::string partners_see_reasons = "partners_see_reasons";  // in feeds and webhooks
inline const std::string read_limit = "read_limit";                      // see engine/access/request_limits.h
inline const std::string write_limit = "write_limit";
inline const std::string credential_read_limit = "credential_read_limit";
inline const std::string credential_write_limit = "credential_write_limit";

const std::vector<std::string>& all();
bool is_list(std::string_view name);           // kept with commas between its entries
bool is_request_limit(std::string_view name);  // of these the strictest counts, not the nearest
}  // namespace setting
