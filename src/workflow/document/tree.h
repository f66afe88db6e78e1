// A document's text as one JSON value, with the line and column of each node kept for messages. Reads YAML 1.2 (core
// schema: yes and no are strings, 0123 is a number) and JSON; refuses what JSON cannot hold (keys that are not scalars,
// duplicate keys, several documents in a file) and what is meant to hurt (too large, too deep, an alias bomb). Knows
// nothing of Arazzo or OpenAPI.

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "workflow/document/problem.h"
#include "workflow/text/json.h"

namespace workflow {

struct TreeLimits {
    std::size_t bytes_max = 32 * 1024 * 1024;
    std::size_t nodes_max = 4'000'000;  // after aliases have been expanded
    int depth_max = 200;
};

struct TreeError {
    std::string message;  // one sentence without a full stop
    Position position;
};

struct Place;  // positions, in the shape of the value

// Cheap to copy; a copy shares the value. The value never changes, so that the addresses of its nodes serve as their
// names.
class Tree {
public:
    Tree(json::value root, std::unique_ptr<Place> places);

    const json::value& root() const { return content_->root; }
    // Where a node of this tree starts; unknown for a value that is not in it. The first call walks the
    // whole tree, and remembers it: for messages only.
    Position position_of(const json::value& node) const;
    // Where the name stands under which the node is a member; its own position for what has no name.
    Position name_position_of(const json::value& node) const;

    // Each node, from the root on: its pointer, where it starts, and where its name stands (unset: it has none).
    using VisitPlace = std::function<void(const std::string& pointer, Position at, Position name)>;
    void for_each_place(const VisitPlace&) const;

private:
    struct Content {
        json::value root;
        std::shared_ptr<Place> places;
    };
    std::shared_ptr<const Content> content_;
};

// `name` decides which syntax is tried first (".json"); otherwise the text does: '{' opens JSON.
std::variant<Tree, TreeError> read_tree(std::string_view text, std::string_view name = {}, const TreeLimits& = {});

// A plain YAML scalar's value under the core schema.
json::value plain_scalar(std::string_view text);

}  // namespace workflow
