// The documents that a schema is compiled from: which schema stands where, under which URI, and where a reference
// leads. Used by the compiler only; alive only while it runs. Walks documents without recursion.

#pragma once

#include <boost/json/value.hpp>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/result.h"
#include "jsonschema/schema.h"

namespace jsonschema {

enum class Vocabulary { core, applicator, unevaluated, validation, format, format_assertion, meta_data, content };
constexpr std::size_t vocabularies = 8;

struct Anchor {
    const boost::json::value* schema;
    bool is_dynamic;
};

// A schema with a URI of its own, with all inside it that have none.
struct Resource {
    std::size_t number;
    std::string uri;  // absolute if any base is; without fragment
    const boost::json::value* root;
    bool uses[vocabularies];
    std::unordered_map<std::string, Anchor> anchors = {};
};

struct Place {
    Resource* resource;
    std::string location;  // URI of the document, if not the first, "#", and the JSON Pointer in it
};

class Documents {
public:
    Documents(Dialect dialect, const Resolver& resolver) : dialect_(dialect), resolver_(resolver) {}

    // The first document. Returns the schema at the pointer.
    Result<const boost::json::value*> open(const boost::json::value& document, std::string_view base_uri,
                                           std::string_view schema_pointer);

    // Where a reference in a schema of that resource leads. May ask the resolver.
    struct Target {
        const boost::json::value* schema;
        const Anchor* anchor;  // null unless the fragment is one
        std::string fragment;
    };
    Result<Target> resolve(const Resource& from, std::string_view reference);

    // Of a schema that open() or resolve() returned, or one inside it.
    const Place& place_of(const boost::json::value& schema) const { return places_.at(&schema); }
    bool knows(const boost::json::value& schema) const { return places_.contains(&schema); }

private:
    Result<void> scan(const boost::json::value& schema, Place place);
    Result<Resource*> identify(const boost::json::value& schema, const Place& place);
    Result<void> note_anchors(const boost::json::value& schema, const Place& place);
    Result<Resource*> add_resource(std::string uri, const boost::json::value& root, const Resource* parent,
                                   const std::string& location);
    Result<void> choose_vocabularies(Resource& resource, const std::string& location);
    const boost::json::value* find_document(const std::string& uri) const;
    Result<Resource*> load(const std::string& uri);
    Result<const boost::json::value*> follow_pointer(const Resource& resource, std::string_view pointer);

    Dialect dialect_;
    const Resolver& resolver_;
    std::deque<Resource> resources_;
    std::unordered_map<std::string, Resource*> resources_by_uri_;
    std::unordered_map<const boost::json::value*, Place> places_;
    std::size_t location_bytes_ = 0;
};

}  // namespace jsonschema
