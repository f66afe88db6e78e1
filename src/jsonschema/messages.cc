#include "jsonschema/messages.h"

#include <fmt/format.h>

#include <array>
#include <boost/json/serialize.hpp>

#include "jsonschema/numbers.h"

namespace jsonschema {
namespace {

using boost::json::kind;
using boost::json::value;

constexpr std::size_t text_bytes_max = 500;

constexpr std::array<std::pair<unsigned, std::string_view>, 7> nouns = {{
    {type_object, "an object"},
    {type_array, "an array"},
    {type_string, "a string"},
    {type_number, "a number"},
    {type_integer, "an integer"},
    {type_boolean, "true or false"},
    {type_null, "null"},
}};

std::string_view name_counted(Counted counted, bool is_one) {
    switch (counted) {
    case Counted::characters: return is_one ? "character" : "characters";
    case Counted::items: return is_one ? "item" : "items";
    case Counted::properties: return is_one ? "property" : "properties";
    }
    return "";
}

}  // namespace

unsigned types_of(const value& instance) {
    switch (instance.kind()) {
    case kind::null: return type_null;
    case kind::bool_: return type_boolean;
    case kind::object: return type_object;
    case kind::array: return type_array;
    case kind::string: return type_string;
    case kind::int64:
    case kind::uint64: return type_number | type_integer;
    case kind::double_: return is_integer(instance) ? type_number | type_integer : type_number;
    }
    return 0;
}

std::string_view name_type(const value& instance) {
    if (instance.is_bool()) return instance.get_bool() ? "true" : "false";
    const unsigned types = types_of(instance);
    for (const auto& [type, noun] : nouns) {
        if (types & type) return noun;
    }
    return "";
}

std::string name_types(unsigned types) {
    if (types & type_number) types &= ~static_cast<unsigned>(type_integer);
    std::string text;
    for (const auto& [type, noun] : nouns) {
        if (!(types & type)) continue;
        if (!text.empty()) text += " or ";
        text += noun;
    }
    return text;
}

std::string name_number(const value& number) {
    return number.is_double() ? fmt::format("{}", number.get_double()) : boost::json::serialize(number);
}

std::string name_values(const std::vector<value>& values, bool is_const) {
    std::string text = is_const ? "must be " : "must be one of ";
    for (std::size_t i = 0; i < values.size() && text.size() < text_bytes_max; ++i) {
        if (i > 0) text += ", ";
        text += values[i].is_number() ? name_number(values[i]) : boost::json::serialize(values[i]);
    }
    return shorten(std::move(text));
}

std::string name_count(const CountBound& bound, std::uint64_t counted) {
    return fmt::format("must have {} {} {}, has {}", bound.is_upper ? "at most" : "at least", bound.limit,
                       name_counted(bound.counted, bound.limit == 1), counted);
}

std::string name_contained(std::string_view bound, std::uint64_t limit, std::uint64_t matched) {
    return fmt::format("must have {} {} {} that match{} this schema, has {}", bound, limit,
                       limit == 1 ? "item" : "items", limit == 1 ? "es" : "", matched);
}

std::string quote(std::string_view name) {
    return boost::json::serialize(value(boost::json::string_view(name.data(), name.size())));
}

std::string shorten(std::string text) {
    if (text.size() <= text_bytes_max) return text;
    std::size_t end = text_bytes_max;
    while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
    return text + "...";
}

}  // namespace jsonschema
