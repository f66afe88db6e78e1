#include "jsonschema/documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <vector>

#include "json/pointer.h"
#include "jsonschema/metaschemas.h"
#include "uri/uri.h"

namespace jsonschema {
namespace {

using boost::json::object;
using boost::json::value;

constexpr std::size_t location_bytes_max = 64 * 1024 * 1024;  // of all schemas together

std::string_view text_of(const value& string) { return {string.get_string().data(), string.get_string().size()}; }

// Null if the schema has no such member, or not a string.
std::optional<std::string_view> find_text(const value& schema, std::string_view name) {
    const auto* members = schema.if_object();
    const value* found = members ? members->if_contains({name.data(), name.size()}) : nullptr;
    return found && found->is_string() ? std::optional(text_of(*found)) : std::nullopt;
}

enum class Holds { nothing, schema, list, map };

// What stands below a keyword: nothing else of a schema is searched for $id and $anchor.
Holds what_is_below(std::string_view keyword) {
    constexpr std::array<std::string_view, 4> lists = {"allOf", "anyOf", "oneOf", "prefixItems"};
    constexpr std::array<std::string_view, 6> maps = {
        "properties", "patternProperties", "dependentSchemas", "dependencies", "$defs", "definitions"};
    constexpr std::array<std::string_view, 12> schemas = {"not",
                                                          "if",
                                                          "then",
                                                          "else",
                                                          "items",
                                                          "contains",
                                                          "propertyNames",
                                                          "additionalProperties",
                                                          "contentSchema",
                                                          "additionalItems",
                                                          "unevaluatedItems",
                                                          "unevaluatedProperties"};
    const auto is_in = [&](const auto& names) { return std::find(names.begin(), names.end(), keyword) != names.end(); };
    if (is_in(maps)) return Holds::map;
    if (is_in(schemas)) return Holds::schema;
    return is_in(lists) ? Holds::list : Holds::nothing;
}

bool may_be_schema(const value& candidate) { return candidate.is_object() || candidate.is_bool(); }

// Documents that hold schemas but are none.
bool is_api_description(const value& document) {
    const auto* members = document.if_object();
    constexpr std::array<std::string_view, 4> names = {"openapi", "swagger", "arazzo", "asyncapi"};
    return members && std::any_of(names.begin(), names.end(), [&](std::string_view name) {
               return members->contains({name.data(), name.size()});
           });
}

bool is_official_dialect(std::string_view uri) {
    uri.remove_prefix(std::min(uri.find("://"), uri.size()));
    constexpr std::array<std::string_view, 4> prefixes = {
        "://json-schema.org/draft/2020-12/schema", "://json-schema.org/draft/2019-09/schema",
        "://json-schema.org/draft-0", "://spec.openapis.org/oas/3.1/dialect/"};
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](std::string_view prefix) { return uri.starts_with(prefix); });
}

std::optional<Vocabulary> find_vocabulary(std::string_view uri) {
    constexpr std::array<std::string_view, vocabularies> names = {
        "core",      "applicator", "unevaluated", "validation", "format-annotation", "format-assertion",
        "meta-data", "content"};
    constexpr std::string_view prefix = "https://json-schema.org/draft/2020-12/vocab/";
    if (!uri.starts_with(prefix)) return std::nullopt;
    const auto found = std::find(names.begin(), names.end(), uri.substr(prefix.size()));
    if (found == names.end()) return std::nullopt;
    return static_cast<Vocabulary>(found - names.begin());
}

Error refused(Reason reason, std::string_view location, std::string_view what) {
    return {reason, fmt::format("{}: {}.", location, what)};
}

}  // namespace

Result<const value*> Documents::open(const value& document, std::string_view base_uri,
                                     std::string_view schema_pointer) {
    Resource* resource = TRY(add_resource(uri::split_fragment(base_uri).without_fragment, document, nullptr, "#"));
    if (!is_api_description(document)) {
        TRY(scan(document, {resource, "#"}));
        if (knows(document)) resource = place_of(document).resource;
    }
    for (const char* holder : {"/components/schemas", "/components/inputs"}) {
        const auto* map = is_api_description(document) ? json::find_by_pointer(document, holder) : nullptr;
        if (!map || !map->is_object()) continue;
        for (const auto& member : map->get_object()) {
            std::string location = std::string("#") + holder;
            json::append_token(location, member.key());
            TRY(scan(member.value(), {resource, std::move(location)}));
        }
    }
    return follow_pointer(*resource, schema_pointer);
}

// Finds what is a schema inside a schema, by the keywords that hold some.
Result<void> Documents::scan(const value& top, Place top_place) {
    struct Open {
        const value* schema;
        Place place;
    };
    std::vector<Open> open = {{&top, std::move(top_place)}};
    while (!open.empty()) {
        Open next = std::move(open.back());
        open.pop_back();
        if (!may_be_schema(*next.schema) || places_.contains(next.schema)) continue;
        location_bytes_ += next.place.location.size();
        if (location_bytes_ > location_bytes_max) return Error{Reason::limit_exceeded, "The schema is too large."};
        next.place.resource = TRY(identify(*next.schema, next.place));
        TRY(note_anchors(*next.schema, next.place));
        const Place& place = places_.emplace(next.schema, std::move(next.place)).first->second;
        const auto* members = next.schema->if_object();
        if (!members) continue;
        for (const auto& member : *members) {
            const Holds below = what_is_below(member.key());
            if (below == Holds::nothing) continue;
            std::string location = place.location;
            json::append_token(location, member.key());
            if (below == Holds::schema && may_be_schema(member.value())) {
                open.push_back({&member.value(), {place.resource, std::move(location)}});
            } else if (const auto* list = member.value().if_array()) {
                for (std::size_t i = 0; i < list->size(); ++i) {
                    open.push_back({&(*list)[i], {place.resource, fmt::format("{}/{}", location, i)}});
                }
            } else if (const auto* map = member.value().if_object(); map && below == Holds::map) {
                for (const auto& entry : *map) {
                    std::string entry_location = location;
                    json::append_token(entry_location, entry.key());
                    open.push_back({&entry.value(), {place.resource, std::move(entry_location)}});
                }
            }
        }
    }
    return {};
}

// The resource that the schema begins, or the one that it stands in.
Result<Resource*> Documents::identify(const value& schema, const Place& place) {
    const auto id = dialect_ == Dialect::openapi_3_0 ? std::nullopt : find_text(schema, "$id");
    if (!id) return place.resource;
    auto [uri, fragment] = uri::split_fragment(uri::resolve(place.resource->uri, *id));
    if (!fragment.empty())
        return refused(Reason::malformed, place.location, "$id must not have a fragment; $anchor is for that");
    return add_resource(std::move(uri), schema, place.resource, place.location);
}

Result<void> Documents::note_anchors(const value& schema, const Place& place) {
    if (dialect_ == Dialect::openapi_3_0) return {};
    for (const bool is_dynamic : {false, true}) {
        const auto name = find_text(schema, is_dynamic ? "$dynamicAnchor" : "$anchor");
        if (!name) continue;
        const auto [known, is_new] = place.resource->anchors.emplace(*name, Anchor{&schema, is_dynamic});
        if (!is_new && known->second.schema != &schema) {
            return refused(Reason::malformed, place.location, fmt::format("the anchor {} exists twice", *name));
        }
        known->second.is_dynamic = known->second.is_dynamic || is_dynamic;
    }
    return {};
}

Result<Resource*> Documents::add_resource(std::string uri, const value& root, const Resource* parent,
                                          const std::string& location) {
    if (const auto known = resources_by_uri_.find(uri);
        known != resources_by_uri_.end() && known->second->root == &root) {
        return known->second;
    }
    Resource& resource = resources_.emplace_back(Resource{resources_.size(), uri, &root, {}});
    std::fill(std::begin(resource.uses), std::end(resource.uses), true);
    resource.uses[static_cast<std::size_t>(Vocabulary::format_assertion)] = false;
    if (parent) std::copy(std::begin(parent->uses), std::end(parent->uses), std::begin(resource.uses));
    resources_by_uri_.emplace(std::move(uri), &resource);
    TRY(choose_vocabularies(resource, location));
    return &resource;
}

// By $schema. Older drafts are read by the rules of 2020-12.
Result<void> Documents::choose_vocabularies(Resource& resource, const std::string& location) {
    const auto dialect = dialect_ == Dialect::openapi_3_0 ? std::nullopt : find_text(*resource.root, "$schema");
    if (!dialect || is_official_dialect(*dialect) || is_api_description(*resource.root)) return {};
    const value* metaschema = find_document(uri::split_fragment(*dialect).without_fragment);
    if (!metaschema) {
        return refused(Reason::invalid, location, fmt::format("$schema names {}, which is not known here", *dialect));
    }
    const auto* members = metaschema->if_object();
    const auto* used = members ? members->if_contains("$vocabulary") : nullptr;
    if (!used || !used->is_object()) return {};
    std::fill(std::begin(resource.uses), std::end(resource.uses), false);
    for (const auto& entry : used->get_object()) {
        const auto vocabulary = find_vocabulary(entry.key());
        const bool is_required = entry.value().is_bool() && entry.value().get_bool();
        if (!vocabulary && is_required) {
            return refused(
                Reason::invalid, location,
                fmt::format("the vocabulary {} is required, but not known here", std::string_view(entry.key())));
        }
        if (vocabulary) resource.uses[static_cast<std::size_t>(*vocabulary)] = true;
    }
    resource.uses[static_cast<std::size_t>(Vocabulary::core)] = true;
    return {};
}

const value* Documents::find_document(const std::string& uri) const {
    if (const auto known = resources_by_uri_.find(uri); known != resources_by_uri_.end()) return known->second->root;
    if (const auto* metaschema = find_metaschema(uri)) return metaschema;
    return resolver_ ? resolver_(uri) : nullptr;
}

// Null if there is no such document.
Result<Resource*> Documents::load(const std::string& uri) {
    if (const auto known = resources_by_uri_.find(uri); known != resources_by_uri_.end()) return known->second;
    const value* document = find_document(uri);
    if (!document) return nullptr;
    if (places_.contains(document)) {  // the same document under another name
        return resources_by_uri_.emplace(uri, places_.at(document).resource).first->second;
    }
    const std::string location = uri + "#";
    Resource* resource = TRY(add_resource(uri, *document, nullptr, location));
    if (is_api_description(*document)) return resource;
    TRY(scan(*document, {resource, location}));
    if (const auto place = places_.find(document); place != places_.end()) resource = place->second.resource;
    resources_by_uri_[uri] = resource;
    return resource;
}

Result<Documents::Target> Documents::resolve(const Resource& from, std::string_view reference) {
    const auto [uri, fragment] = uri::split_fragment(uri::resolve(from.uri, reference));
    const Resource* resource = TRY(load(uri));
    if (!resource) {
        return Error{Reason::not_found, fmt::format("the reference {} leads to {}, which is not known here", reference,
                                                    uri.empty() ? "another document" : uri)};
    }
    if (fragment.empty() || fragment[0] == '/') {
        const value* schema = TRY(follow_pointer(*resource, fragment));
        return Target{schema, nullptr, fragment};
    }
    const auto anchor = resource->anchors.find(fragment);
    if (anchor == resource->anchors.end()) {
        return Error{Reason::not_found, fmt::format("the reference {} names an anchor that does not exist", reference)};
    }
    return Target{anchor->second.schema, &anchor->second, fragment};
}

// What is reached by way of unknown keywords is a schema all the same, in the resource around it.
Result<const value*> Documents::follow_pointer(const Resource& resource, std::string_view pointer) {
    const auto tokens = json::split_pointer(pointer);
    const value* found = resource.root;
    Place place = places_.contains(found) ? places_.at(found) : Place{resources_by_uri_.at(resource.uri), ""};
    if (place.location.empty()) place.location = resource.number == 0 ? "#" : resource.uri + "#";
    for (const auto& token : tokens.value_or(std::vector<std::string>())) {
        json::append_token(place.location, token);
        found = json::find_child(*found, token);
        if (!found) break;
        if (const auto known = places_.find(found); known != places_.end()) place = known->second;
    }
    if (!tokens || !found) return Error{Reason::not_found, fmt::format("the pointer \"{}\" leads nowhere", pointer)};
    if (!may_be_schema(*found))
        return Error{Reason::malformed, fmt::format("the pointer \"{}\" leads to what is no schema", pointer)};
    if (!places_.contains(found)) TRY(scan(*found, place));
    return found;
}

}  // namespace jsonschema
