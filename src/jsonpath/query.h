// A JSONPath query (RFC 9535, all of it), compiled once and run against any number of documents. Called by whoever is
// handed a path as text: workflow criteria, selectors, outputs. It never changes a document and never copies one: what
// it selects are pointers into the document that it was given.
//
// Hostile input is bounded, not trusted. A query's text may have `text_bytes_max` bytes and `segments_max` segments,
// and parentheses, filters and function calls may nest `nesting_max` deep. A run may take `steps_max` steps: visiting a
// node, comparing a value, or matching some 16 bytes against a regular expression of ordinary size is a step. A query
// such as
// $[*,*][*,*][*,*]... means exponentially many nodes: it is refused when the steps are used up. Documents are walked
// without recursion, so their depth is no limit.

#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace jsonpath {

constexpr std::size_t text_bytes_max = 64 * 1024;
constexpr std::size_t segments_max = 1000;
constexpr std::size_t nesting_max = 64;
constexpr std::size_t path_bytes_max = 64 * 1024 * 1024;
constexpr std::uint64_t steps_max_default = 10'000'000;

using Nodelist = std::vector<const boost::json::value*>;

struct LocatedNode {
    const boost::json::value* value;
    std::string path;  // normalized: $['store']['book'][0]
};

struct QueryTree;

// Immutable, cheap to copy, and safe to use from several threads at once.
class Query {
public:
    // Refuses (malformed) what is not a well-formed and valid query; the detail names the character, counted from 1:
    // "JSONPath $[01] is wrong at character 4: ...".
    static Result<Query> compile(std::string_view text);

    // The nodelist, in document order where RFC 9535 defines one. Refuses (limit_exceeded) after steps_max steps.
    Result<Nodelist> select(const boost::json::value& document, std::uint64_t steps_max = steps_max_default) const;

    // The same nodes, each with its normalized path. Refuses (limit_exceeded) paths of more than path_bytes_max
    // together.
    Result<std::vector<LocatedNode>> select_located(const boost::json::value& document,
                                                    std::uint64_t steps_max = steps_max_default) const;

    // Whether select() would yield at least one node; stops at the first.
    Result<bool> selects_any(const boost::json::value& document, std::uint64_t steps_max = steps_max_default) const;

    // A singular query (names and indexes only) selects at most one node, whatever the document.
    bool is_singular() const;

    const std::string& text() const;

private:
    explicit Query(std::shared_ptr<const QueryTree> tree) : tree_(std::move(tree)) {}

    std::shared_ptr<const QueryTree> tree_;
};

}  // namespace jsonpath
