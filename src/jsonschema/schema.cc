#include "jsonschema/schema.h"

#include "jsonschema/compile.h"
#include "jsonschema/defaults.h"
#include "jsonschema/secrets.h"
#include "jsonschema/validation.h"

namespace jsonschema {

using boost::json::value;

Result<Schema> Schema::compile(const value& document, std::string_view base_uri, const Resolver& resolver,
                               const Options& options) {
    return Schema(TRY(jsonschema::compile(document, base_uri, resolver, options)));
}

std::vector<Violation> Schema::validate(const value& instance, std::size_t violations_max,
                                        std::uint64_t steps_max) const {
    return find_violations(*compiled_, instance, violations_max, steps_max);
}

bool Schema::is_valid(const value& instance) const { return validate(instance, 1).empty(); }

Result<void> Schema::apply_defaults(value& instance) const {
    value filled = instance;
    TRY(fill_defaults(*compiled_->root, filled));
    instance = std::move(filled);
    return {};
}

const value* Schema::find_default() const { return jsonschema::find_default(*compiled_->root); }

std::vector<const value*> Schema::find_secrets(const value& instance) const {
    return jsonschema::find_secrets(*compiled_, instance);
}

const std::vector<std::string>& Schema::notes() const { return compiled_->notes; }

}  // namespace jsonschema
