#include "jsonschema/compile.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <unordered_map>

#include "json/compare.h"
#include "json/pointer.h"
#include "jsonschema/documents.h"
#include "jsonschema/numbers.h"

namespace jsonschema {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

std::string_view text_of(const value& string) { return {string.get_string().data(), string.get_string().size()}; }

constexpr std::uint64_t pattern_steps_max = 5'000'000;  // of about 100 ns

constexpr std::array<std::pair<std::string_view, unsigned>, 7> type_names = {{
    {"null", type_null},
    {"boolean", type_boolean},
    {"object", type_object},
    {"array", type_array},
    {"number", type_number | type_integer},
    {"integer", type_integer},
    {"string", type_string},
}};

class Compiler {
public:
    Compiler(const Resolver& resolver, const Options& options)
        : options_(options), documents_(options.dialect, resolver), compiled_(std::make_shared<CompiledSchema>()) {}

    Result<std::shared_ptr<const CompiledSchema>> compile(const value& document, std::string_view base_uri) {
        const value* root = TRY(documents_.open(document, base_uri, options_.schema_pointer));
        compiled_->root = node_of(*root);
        do {
            while (!open_.empty()) {
                const Open next = open_.back();
                open_.pop_back();
                TRY(fill(*next.schema, *next.node));
            }
            open_dynamic_anchors();
        } while (!open_.empty());
        return std::shared_ptr<const CompiledSchema>(compiled_);
    }

private:
    struct Open {
        const value* schema;
        Node* node;
    };

    // One schema while its keywords are read.
    struct Source {
        const object& members;
        const Resource& resource;
        Node& node;
    };

    using Reader = Result<void> (Compiler::*)(const Source& source, std::string_view keyword, const value& given);

    // In the order in which the rules are checked: what is cheap first, unevaluated... last.
    struct KeywordReader {
        std::string_view keyword;
        Vocabulary vocabulary;
        bool is_in_openapi;
        Reader read;
    };

    static const std::vector<KeywordReader>& readers() {
        using C = Compiler;
        static const std::vector<KeywordReader> all = {
            {"type", Vocabulary::validation, true, &C::read_type},
            {"enum", Vocabulary::validation, true, &C::read_enum},
            {"const", Vocabulary::validation, false, &C::read_const},
            {"minimum", Vocabulary::validation, true, &C::read_number_bound},
            {"maximum", Vocabulary::validation, true, &C::read_number_bound},
            {"exclusiveMinimum", Vocabulary::validation, true, &C::read_number_bound},
            {"exclusiveMaximum", Vocabulary::validation, true, &C::read_number_bound},
            {"multipleOf", Vocabulary::validation, true, &C::read_multiple_of},
            {"minLength", Vocabulary::validation, true, &C::read_count_bound},
            {"maxLength", Vocabulary::validation, true, &C::read_count_bound},
            {"minItems", Vocabulary::validation, true, &C::read_count_bound},
            {"maxItems", Vocabulary::validation, true, &C::read_count_bound},
            {"minProperties", Vocabulary::validation, true, &C::read_count_bound},
            {"maxProperties", Vocabulary::validation, true, &C::read_count_bound},
            {"required", Vocabulary::validation, true, &C::read_required},
            {"dependentRequired", Vocabulary::validation, false, &C::read_dependent_required},
            {"pattern", Vocabulary::validation, true, &C::read_pattern},
            {"format", Vocabulary::format, true, &C::read_format},
            {"uniqueItems", Vocabulary::validation, true, &C::read_unique_items},
            {"default", Vocabulary::meta_data, true, &C::read_default},
            {"writeOnly", Vocabulary::meta_data, true, &C::read_write_only},
            {"properties", Vocabulary::applicator, true, &C::read_properties},
            {"patternProperties", Vocabulary::applicator, false, &C::read_properties},
            {"additionalProperties", Vocabulary::applicator, true, &C::read_properties},
            {"propertyNames", Vocabulary::applicator, false, &C::read_property_names},
            {"prefixItems", Vocabulary::applicator, false, &C::read_items},
            {"items", Vocabulary::applicator, true, &C::read_items},
            {"contains", Vocabulary::applicator, false, &C::read_contains},
            {"$ref", Vocabulary::core, true, &C::read_reference},
            {"$dynamicRef", Vocabulary::core, false, &C::read_dynamic_reference},
            {"allOf", Vocabulary::applicator, true, &C::read_list<AllOf>},
            {"anyOf", Vocabulary::applicator, true, &C::read_list<AnyOf>},
            {"oneOf", Vocabulary::applicator, true, &C::read_list<OneOf>},
            {"not", Vocabulary::applicator, true, &C::read_not},
            {"if", Vocabulary::applicator, false, &C::read_conditional},
            {"dependentSchemas", Vocabulary::applicator, false, &C::read_dependent_schemas},
            {"dependencies", Vocabulary::applicator, false, &C::read_dependencies},
            {"unevaluatedItems", Vocabulary::unevaluated, false, &C::read_unevaluated<UnevaluatedItems>},
            {"unevaluatedProperties", Vocabulary::unevaluated, false, &C::read_unevaluated<UnevaluatedProperties>},
        };
        return all;
    }

    bool is_openapi() const { return options_.dialect == Dialect::openapi_3_0; }

    static Error refused(Reason reason, const Source& source, std::string_view keyword, std::string_view what) {
        return {reason, fmt::format("{}/{}: {}.", source.node.location, keyword, what)};
    }
    static Error malformed(const Source& source, std::string_view keyword, std::string_view what) {
        return refused(Reason::malformed, source, keyword, what);
    }

    // The node may not be filled yet.
    Node* node_of(const value& schema) {
        if (const auto known = nodes_.find(&schema); known != nodes_.end()) return known->second;
        const Place& place = documents_.place_of(schema);
        Node* node = &compiled_->nodes.emplace_back(Node{place.location, place.resource->number});
        nodes_.emplace(&schema, node);
        open_.push_back({&schema, node});
        used_resources_.emplace(place.resource->number, place.resource);
        return node;
    }

    // Of a dynamic reference, the outermost schema on the way decides: every candidate must be there.
    void open_dynamic_anchors() {
        for (const auto& [number, resource] : std::map(used_resources_)) {
            for (const auto& name : dynamic_names_) {
                const auto anchor = resource->anchors.find(name);
                if (anchor == resource->anchors.end() || !anchor->second.is_dynamic) continue;
                compiled_->dynamic_anchors[number][name] = node_of(*anchor->second.schema);
            }
        }
    }

    Result<void> fill(const value& schema, Node& node) {
        if (schema.is_bool()) {
            node.always = schema.get_bool();
            return {};
        }
        const Source source{schema.get_object(), *documents_.place_of(schema).resource, node};
        const auto reference = source.members.find("$ref");
        if (is_openapi() && reference != source.members.end())
            return read_reference(source, "$ref", reference->value());
        for (const auto& reader : readers()) {
            const auto member = source.members.find({reader.keyword.data(), reader.keyword.size()});
            if (member == source.members.end()) continue;
            if (!source.resource.uses[static_cast<std::size_t>(reader.vocabulary)] &&
                !is_format_assertion(source, reader))
                continue;
            if (is_openapi() && !reader.is_in_openapi) continue;
            TRY((this->*reader.read)(source, reader.keyword, member->value()));
        }
        return {};
    }

    static bool is_format_assertion(const Source& source, const KeywordReader& reader) {
        return reader.vocabulary == Vocabulary::format &&
               source.resource.uses[static_cast<std::size_t>(Vocabulary::format_assertion)];
    }

    void add(const Source& source, std::string_view keyword, Rule rule) {
        source.node.keywords.push_back({std::string(keyword), std::move(rule)});
    }

    static const value* find(const Source& source, std::string_view keyword) {
        return source.members.if_contains({keyword.data(), keyword.size()});
    }

    // What several keywords need.

    Result<const Node*> subschema(const Source& source, std::string_view keyword, const value& given) {
        if (!documents_.knows(given)) return malformed(source, keyword, "must be a schema: an object, true or false");
        return node_of(given);
    }

    Result<std::vector<const Node*>> subschemas(const Source& source, std::string_view keyword, const value& given) {
        const auto* list = given.if_array();
        if (!list || list->empty()) return malformed(source, keyword, "must be a list of at least one schema");
        std::vector<const Node*> nodes;
        for (const auto& element : *list) nodes.push_back(TRY(subschema(source, keyword, element)));
        return nodes;
    }

    static Result<std::vector<std::string>> names(const Source& source, std::string_view keyword, const value& given) {
        const auto* list = given.if_array();
        if (!list) return malformed(source, keyword, "must be a list of strings");
        std::vector<std::string> names;
        for (const auto& name : *list) {
            if (!name.is_string()) return malformed(source, keyword, "must be a list of strings");
            names.emplace_back(text_of(name));
        }
        return names;
    }

    static Result<std::uint64_t> count(const Source& source, std::string_view keyword, const value& given) {
        const auto number = as_count(given);
        if (!number) return malformed(source, keyword, "must be an integer that is not negative");
        return *number;
    }

    static Result<const object*> map(const Source& source, std::string_view keyword, const value& given) {
        const auto* members = given.if_object();
        if (!members) return malformed(source, keyword, "must be an object");
        return members;
    }

    static Result<bool> flag(const Source& source, std::string_view keyword, const value& given) {
        if (!given.is_bool()) return malformed(source, keyword, "must be true or false");
        return given.get_bool();
    }

    Result<regex::Regex> pattern(const Source& source, std::string_view keyword, std::string_view text) {
        auto compiled = regex::Regex::compile_ecma(text);
        if (compiled.ok()) {
            pattern_steps_ += compiled.value().steps_to_compile();
            if (pattern_steps_ > pattern_steps_max)
                return refused(Reason::limit_exceeded, source, keyword, "too many patterns");
            return compiled;
        }
        return refused(compiled.error().reason, source, keyword,
                       fmt::format("the pattern {}: {}", text, compiled.error().detail));
    }

    // One for each keyword, or for several that are alike.

    Result<void> read_type(const Source& source, std::string_view keyword, const value& given) {
        unsigned allowed = 0;
        const bool is_list = given.is_array() && !is_openapi();
        const array alone = {given};
        for (const auto& name : is_list ? given.get_array() : alone) {
            const auto known = std::find_if(type_names.begin(), type_names.end(), [&](const auto& type) {
                return name.is_string() && text_of(name) == type.first;
            });
            if (known == type_names.end() || (is_openapi() && known->second == type_null)) {
                return malformed(source, keyword,
                                 "must be one of boolean, object, array, number, integer, string, and outside "
                                 "OpenAPI 3.0 null or a list of these");
            }
            allowed |= known->second;
        }
        const auto* nullable = is_openapi() ? find(source, "nullable") : nullptr;
        if (nullable && TRY(flag(source, "nullable", *nullable))) allowed |= type_null;
        add(source, keyword, Type{allowed});
        return {};
    }

    Result<void> read_enum(const Source& source, std::string_view keyword, const value& given) {
        const auto* list = given.if_array();
        if (!list) return malformed(source, keyword, "must be a list");
        add(source, keyword, Enumeration{{list->begin(), list->end()}, false});
        return {};
    }

    Result<void> read_const(const Source& source, std::string_view keyword, const value& given) {
        add(source, keyword, Enumeration{{given}, true});
        return {};
    }

    // In OpenAPI 3.0 exclusiveMinimum says of minimum whether it is exclusive.
    Result<void> read_number_bound(const Source& source, std::string_view keyword, const value& given) {
        const bool is_upper = keyword.ends_with("aximum");
        bool is_exclusive = keyword.starts_with("exclusive");
        if (is_openapi() && is_exclusive) {
            TRY(flag(source, keyword, given));
            return {};
        }
        if (!given.is_number()) return malformed(source, keyword, "must be a number");
        const auto* exclusive =
            is_openapi() ? find(source, is_upper ? "exclusiveMaximum" : "exclusiveMinimum") : nullptr;
        if (exclusive) is_exclusive = exclusive->is_bool() && exclusive->get_bool();
        add(source, keyword, NumberBound{given, is_upper, is_exclusive});
        return {};
    }

    Result<void> read_multiple_of(const Source& source, std::string_view keyword, const value& given) {
        const bool is_finite = given.is_number() && (!given.is_double() || std::isfinite(given.get_double()));
        if (!is_finite || json::compare_numbers(given, value(0)) <= 0) {
            return malformed(source, keyword, "must be a number greater than 0");
        }
        add(source, keyword, MultipleOf{given});
        return {};
    }

    Result<void> read_count_bound(const Source& source, std::string_view keyword, const value& given) {
        const Counted counted = keyword.ends_with("Length")  ? Counted::characters
                                : keyword.ends_with("Items") ? Counted::items
                                                             : Counted::properties;
        add(source, keyword, CountBound{counted, keyword.starts_with("max"), TRY(count(source, keyword, given))});
        return {};
    }

    Result<void> read_required(const Source& source, std::string_view keyword, const value& given) {
        Required required{TRY(names(source, keyword, given))};
        std::erase_if(required.names, [&](const std::string& name) { return may_be_left_out(source, name); });
        add(source, keyword, std::move(required));
        return {};
    }

    // OpenAPI 3.0, "readOnly" and "writeOnly": required has effect in one direction only.
    bool may_be_left_out(const Source& source, const std::string& name) {
        if (!is_openapi() || options_.direction == Direction::either) return false;
        const auto* properties = find(source, "properties");
        const value* property =
            properties && properties->is_object() ? properties->get_object().if_contains(name) : nullptr;
        const Resource* resource = &source.resource;
        for (int references = 0; property && property->is_object() && references < 8; ++references) {
            const auto* reference = property->get_object().if_contains("$ref");
            if (!reference || !reference->is_string()) break;
            const auto target = documents_.resolve(*resource, text_of(*reference));
            if (!target.ok()) return false;  // told when the property is compiled
            property = target.value().schema;
            resource = documents_.place_of(*property).resource;
        }
        if (!property || !property->is_object()) return false;
        const auto* only =
            property->get_object().if_contains(options_.direction == Direction::response ? "writeOnly" : "readOnly");
        return only && only->is_bool() && only->get_bool();
    }

    Result<void> read_dependent_required(const Source& source, std::string_view keyword, const value& given) {
        DependentRequired dependent;
        for (const auto& member : *TRY(map(source, keyword, given))) {
            dependent.names_by_name.emplace_back(member.key(), TRY(names(source, keyword, member.value())));
        }
        add(source, keyword, std::move(dependent));
        return {};
    }

    Result<void> read_pattern(const Source& source, std::string_view keyword, const value& given) {
        if (!given.is_string()) return malformed(source, keyword, "must be a string");
        auto compiled = pattern(source, keyword, text_of(given));
        const bool is_unsupported = !compiled.ok() && compiled.error().reason == Reason::invalid;
        if (is_unsupported && options_.unsupported_patterns == UnsupportedPatterns::note) {
            compiled_->notes.push_back(compiled.error().detail);
            return {};
        }
        add(source, keyword, Pattern{TRY(std::move(compiled)), std::string(text_of(given))});
        return {};
    }

    Result<void> read_format(const Source& source, std::string_view keyword, const value& given) {
        if (!given.is_string()) return malformed(source, keyword, "must be a string");
        if (text_of(given) == "password") source.node.is_secret = true;
        const auto* check = find_format(text_of(given));
        if (!check || (check->is_openapi_only && !is_openapi())) return {};
        const bool is_asserted =
            options_.asserts_formats || source.resource.uses[static_cast<std::size_t>(Vocabulary::format_assertion)];
        if (is_asserted) add(source, keyword, Format{check});
        return {};
    }

    Result<void> read_unique_items(const Source& source, std::string_view keyword, const value& given) {
        if (TRY(flag(source, keyword, given))) add(source, keyword, UniqueItems{});
        return {};
    }

    Result<void> read_write_only(const Source& source, std::string_view, const value& given) {
        if (given == value(true)) source.node.is_secret = true;
        return {};
    }

    Result<void> read_default(const Source& source, std::string_view, const value& given) {
        source.node.default_value = given;
        return {};
    }

    // The three become one rule, when the first of them is met.
    Result<void> read_properties(const Source& source, std::string_view keyword, const value& given) {
        Properties& properties = shared_rule<Properties>(source, keyword);
        if (keyword == "additionalProperties") {
            properties.additional = TRY(subschema(source, keyword, given));
            return {};
        }
        for (const auto& member : *TRY(map(source, keyword, given))) {
            const Node* node = TRY(subschema(source, keyword, member.value()));
            if (keyword == "properties") {
                properties.named.emplace(member.key(), node);
            } else {
                properties.patterned.emplace_back(TRY(pattern(source, keyword, member.key())), node);
            }
        }
        return {};
    }

    template <class SharedRule>
    SharedRule& shared_rule(const Source& source, std::string_view keyword) {
        for (auto& known : source.node.keywords) {
            if (auto* rule = std::get_if<SharedRule>(&known.rule)) return *rule;
        }
        add(source, keyword, SharedRule{});
        return std::get<SharedRule>(source.node.keywords.back().rule);
    }

    Result<void> read_property_names(const Source& source, std::string_view keyword, const value& given) {
        add(source, keyword, PropertyNames{TRY(subschema(source, keyword, given))});
        return {};
    }

    Result<void> read_items(const Source& source, std::string_view keyword, const value& given) {
        if (keyword == "items" && given.is_array()) {
            return malformed(source, keyword,
                             "must be one schema; a list of schemas by position is prefixItems since 2020-12");
        }
        Items& items = shared_rule<Items>(source, keyword);
        if (keyword == "items") {
            items.rest = TRY(subschema(source, keyword, given));
        } else {
            items.prefix = TRY(subschemas(source, keyword, given));
        }
        return {};
    }

    Result<void> read_contains(const Source& source, std::string_view keyword, const value& given) {
        Contains contains{TRY(subschema(source, keyword, given))};
        const bool has_bounds = source.resource.uses[static_cast<std::size_t>(Vocabulary::validation)];
        const auto* min = has_bounds ? find(source, "minContains") : nullptr;
        const auto* max = has_bounds ? find(source, "maxContains") : nullptr;
        if (min) contains.min = TRY(count(source, "minContains", *min));
        if (max) contains.max = TRY(count(source, "maxContains", *max));
        add(source, keyword, contains);
        return {};
    }

    Result<Documents::Target> resolve(const Source& source, std::string_view keyword, const value& given) {
        if (!given.is_string()) return malformed(source, keyword, "must be a string");
        auto target = documents_.resolve(source.resource, text_of(given));
        if (target.ok()) return target;
        return refused(target.error().reason, source, keyword, target.error().detail);
    }

    Result<void> read_reference(const Source& source, std::string_view keyword, const value& given) {
        const auto target = TRY(resolve(source, keyword, given));
        add(source, keyword, Reference{node_of(*target.schema)});
        return {};
    }

    // Without a dynamic anchor where it leads, it is an ordinary reference.
    Result<void> read_dynamic_reference(const Source& source, std::string_view keyword, const value& given) {
        const auto target = TRY(resolve(source, keyword, given));
        const Node* node = node_of(*target.schema);
        if (!target.anchor || !target.anchor->is_dynamic) {
            add(source, keyword, Reference{node});
            return {};
        }
        if (std::find(dynamic_names_.begin(), dynamic_names_.end(), target.fragment) == dynamic_names_.end()) {
            dynamic_names_.push_back(target.fragment);
        }
        add(source, keyword, DynamicReference{node, target.fragment});
        return {};
    }

    template <class List>
    Result<void> read_list(const Source& source, std::string_view keyword, const value& given) {
        add(source, keyword, List{TRY(subschemas(source, keyword, given))});
        return {};
    }

    Result<void> read_not(const Source& source, std::string_view keyword, const value& given) {
        add(source, keyword, Not{TRY(subschema(source, keyword, given))});
        return {};
    }

    Result<void> read_conditional(const Source& source, std::string_view keyword, const value& given) {
        Conditional conditional{TRY(subschema(source, keyword, given)), nullptr, nullptr};
        if (const auto* branch = find(source, "then"))
            conditional.then_branch = TRY(subschema(source, "then", *branch));
        if (const auto* branch = find(source, "else"))
            conditional.else_branch = TRY(subschema(source, "else", *branch));
        add(source, keyword, conditional);
        return {};
    }

    Result<void> read_dependent_schemas(const Source& source, std::string_view keyword, const value& given) {
        DependentSchemas dependent;
        for (const auto& member : *TRY(map(source, keyword, given))) {
            dependent.nodes_by_name.emplace_back(member.key(), TRY(subschema(source, keyword, member.value())));
        }
        add(source, keyword, std::move(dependent));
        return {};
    }

    // Of older drafts: dependentRequired and dependentSchemas in one.
    Result<void> read_dependencies(const Source& source, std::string_view keyword, const value& given) {
        DependentRequired required;
        DependentSchemas schemas;
        for (const auto& member : *TRY(map(source, keyword, given))) {
            if (member.value().is_array()) {
                required.names_by_name.emplace_back(member.key(), TRY(names(source, keyword, member.value())));
            } else {
                schemas.nodes_by_name.emplace_back(member.key(), TRY(subschema(source, keyword, member.value())));
            }
        }
        add(source, keyword, std::move(required));
        add(source, keyword, std::move(schemas));
        return {};
    }

    template <class Unevaluated>
    Result<void> read_unevaluated(const Source& source, std::string_view keyword, const value& given) {
        source.node.notes_evaluated = true;
        add(source, keyword, Unevaluated{TRY(subschema(source, keyword, given))});
        return {};
    }

    const Options& options_;
    Documents documents_;
    std::shared_ptr<CompiledSchema> compiled_;
    std::unordered_map<const value*, Node*> nodes_;
    std::vector<Open> open_;
    std::map<std::size_t, const Resource*> used_resources_;
    std::vector<std::string> dynamic_names_;
    std::uint64_t pattern_steps_ = 0;
};

}  // namespace

Result<std::shared_ptr<const CompiledSchema>> compile(const value& document, std::string_view base_uri,
                                                      const Resolver& resolver, const Options& options) {
    return Compiler(resolver, options).compile(document, base_uri);
}

}  // namespace jsonschema
