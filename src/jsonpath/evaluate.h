// Runs a parsed query against a document. Used by query.cc only.

#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "jsonpath/tree.h"

namespace jsonpath {

// One step of the way from the root to a node; the first has no parent. Alive only while a Sink looks at it.
struct Link {
    const Link* parent;
    std::optional<std::string_view> name;  // of a member; none for an element of an array
    std::size_t index = 0;
};

class Sink {
public:
    // Whether more nodes are wanted. The link is null for the root, and everywhere unless evaluate() locates.
    virtual bool take(const boost::json::value& node, const Link* link) = 0;

protected:
    ~Sink() = default;
};

// Only whether there is a node.
class FirstNode final : public Sink {
public:
    bool take(const boost::json::value&, const Link*) override {
        found = true;
        return false;
    }
    bool found = false;
};

Result<void> evaluate(const Path& path, const boost::json::value& document, std::uint64_t steps_max, bool locates,
                      Sink& sink);

std::string render_normalized_path(const Link* link);

}  // namespace jsonpath
