// A JSON:API resource type as a table: its attributes in the document's order, each with how it is written, and the
// relationships that can be included. Used by the files of this folder that have a noun.

#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "dialect/activeplatform/view.h"
#include "json/writer.h"

namespace activeplatform {

constexpr std::string_view media_type = "application/vnd.api+json";

template <class Noun>
struct AttributeOf {
    std::string_view name;
    void (*write)(::json::JsonWriter&, const Noun&);
};

// "id" of a nested object is no attribute of the resource itself: there it stands beside them.
template <class Noun, std::size_t count>
void write_nested(::json::JsonWriter& out, const AttributeOf<Noun> (&attributes)[count], const Noun& noun) {
    out.open_object();
    for (const auto& attribute : attributes) {
        out.name(attribute.name);
        attribute.write(out, noun);
    }
    out.close_object();
}

template <class Noun, std::size_t count>
void write_attributes(::json::JsonWriter& out, const AttributeOf<Noun> (&attributes)[count], const Noun& noun,
                      const Fields& fields) {
    out.name("attributes").open_object();
    for (const auto& attribute : attributes) {
        if (attribute.name == "id" || !fields.wants(attribute.name)) continue;
        out.name(attribute.name);
        attribute.write(out, noun);
    }
    out.close_object();
}

inline void write_identity(::json::JsonWriter& out, std::string_view type, std::int64_t id) {
    out.name("id").text(std::string_view(std::to_string(id)));
    out.name("type").text(type);
}

template <class Noun, std::size_t count>
void write_resource(::json::JsonWriter& out, std::string_view type, std::int64_t id,
                    const AttributeOf<Noun> (&attributes)[count], const Noun& noun, const Fields& fields) {
    out.open_object();
    write_identity(out, type, id);
    write_attributes(out, attributes, noun, fields);
    out.close_object();
}

template <class Noun, std::size_t count>
std::vector<std::string_view> names_of(const AttributeOf<Noun> (&attributes)[count]) {
    std::vector<std::string_view> names;
    for (const auto& attribute : attributes)
        if (attribute.name != "id") names.push_back(attribute.name);
    return names;
}

}  // namespace activeplatform
