// A compiled schema: nodes that hold rules, in the order in which they are checked. Made by the compiler, read by the
// validation and by whoever fills in defaults; never changed in between.

#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "jsonschema/format.h"
#include "regex/regex.h"

namespace jsonschema {

struct Node;

enum TypeBit : unsigned {
    type_null = 1,
    type_boolean = 2,
    type_object = 4,
    type_array = 8,
    type_number = 16,
    type_integer = 32,
    type_string = 64,
};

struct Type {
    unsigned allowed;
};
struct Enumeration {
    std::vector<boost::json::value> values;
    bool is_const;
};
struct NumberBound {
    boost::json::value limit;
    bool is_upper;
    bool is_exclusive;
};
struct MultipleOf {
    boost::json::value divisor;
};
enum class Counted { characters, items, properties };
struct CountBound {
    Counted counted;
    bool is_upper;
    std::uint64_t limit;
};
struct Pattern {
    regex::Regex regex;
    std::string text;
};
struct UniqueItems {};
struct Required {
    std::vector<std::string> names;
};
struct DependentRequired {
    std::vector<std::pair<std::string, std::vector<std::string>>> names_by_name;
};
struct Format {
    const FormatCheck* check;
};
struct Reference {
    const Node* target = nullptr;
};
struct DynamicReference {
    const Node* target = nullptr;
    std::string anchor;
};
struct AllOf {
    std::vector<const Node*> nodes;
};
struct AnyOf {
    std::vector<const Node*> nodes;
};
struct OneOf {
    std::vector<const Node*> nodes;
};
struct Not {
    const Node* node;
};
struct Conditional {
    const Node* condition;
    const Node* then_branch;  // null if there is none
    const Node* else_branch;
};
struct DependentSchemas {
    std::vector<std::pair<std::string, const Node*>> nodes_by_name;
};
struct PropertyNames {
    const Node* node;
};
// properties, patternProperties and additionalProperties.
struct Properties {
    std::map<std::string, const Node*, std::less<>> named;
    std::vector<std::pair<regex::Regex, const Node*>> patterned;
    const Node* additional = nullptr;
};
// prefixItems and items.
struct Items {
    std::vector<const Node*> prefix;
    const Node* rest = nullptr;
};
struct Contains {
    const Node* node;
    std::uint64_t min = 1;
    std::optional<std::uint64_t> max = {};
};
struct UnevaluatedItems {
    const Node* node;
};
struct UnevaluatedProperties {
    const Node* node;
};

using Rule =
    std::variant<Type, Enumeration, NumberBound, MultipleOf, CountBound, Pattern, UniqueItems, Required,
                 DependentRequired, Format, Reference, DynamicReference, AllOf, AnyOf, OneOf, Not, Conditional,
                 DependentSchemas, PropertyNames, Properties, Items, Contains, UnevaluatedItems, UnevaluatedProperties>;

struct Keyword {
    std::string name;
    Rule rule;
};

struct Node {
    std::string location;
    std::size_t resource;             // for the dynamic scope
    std::optional<bool> always = {};  // true and false, as schemas
    std::vector<Keyword> keywords = {};
    std::optional<boost::json::value> default_value = {};
    bool notes_evaluated = false;  // has unevaluatedItems or unevaluatedProperties
    bool is_secret = false;        // format: password, or writeOnly
};

struct CompiledSchema {
    std::deque<Node> nodes;
    const Node* root = nullptr;
    // By number of resource, then name.
    std::unordered_map<std::size_t, std::unordered_map<std::string, const Node*>> dynamic_anchors;
    std::vector<std::string> notes;
};

}  // namespace jsonschema
