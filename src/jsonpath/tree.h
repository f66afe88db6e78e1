// A parsed JSONPath query. Made by the parser, which lets nothing ill-typed through, and read by the evaluation; never
// changed in between. Types carry the names of the grammar in RFC 9535 where it has one.

#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "regex/regex.h"

namespace jsonpath {

struct LogicalExpression;
struct Segment;

struct Path {
    bool starts_at_root = true;  // $, not @
    bool is_singular = false;
    std::vector<Segment> segments;
};

struct NameSelector {
    std::string name;
};
struct WildcardSelector {};
struct IndexSelector {
    std::int64_t index;
};
struct SliceSelector {
    std::optional<std::int64_t> start;
    std::optional<std::int64_t> end;
    std::int64_t step = 1;
};
struct FilterSelector {
    std::unique_ptr<const LogicalExpression> condition;
};
using Selector = std::variant<NameSelector, WildcardSelector, IndexSelector, SliceSelector, FilterSelector>;

struct Segment {
    bool is_descendant = false;
    std::vector<Selector> selectors;
};

enum class Function { length, count, match, search, value };

struct FunctionCall;
using Comparable = std::variant<boost::json::value, Path, std::unique_ptr<FunctionCall>>;

struct FunctionCall {
    Function function;
    std::vector<Comparable> arguments;
    // match and search with a literal pattern: compiled with the query, unless it is no I-Regexp (then nothing matches)
    // or the query has too many.
    std::optional<regex::Regex> pattern = {};
};

enum class Operator { equal, not_equal, less, less_or_equal, greater, greater_or_equal };

struct Comparison {
    Operator op;
    Comparable left;
    Comparable right;
};
struct AnyOf {
    std::vector<LogicalExpression> operands;
};
struct AllOf {
    std::vector<LogicalExpression> operands;
};
struct Negation {
    std::unique_ptr<const LogicalExpression> operand;
};

// A Path is a test of existence, a FunctionCall one of its result.
struct LogicalExpression {
    std::variant<AnyOf, AllOf, Negation, Comparison, Path, FunctionCall> node;
};

struct QueryTree {
    std::string text;
    Path path;
};

}  // namespace jsonpath
