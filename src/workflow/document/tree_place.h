// How the two readers (YAML and JSON) hand positions to Tree: one Place for each value, children in the value's order.

#pragma once

#include <vector>

#include "workflow/document/problem.h"
#include "workflow/document/tree.h"

namespace workflow {

struct Place {
    Position at;
    Position name;  // of the member's name; unset for array elements and the root
    std::vector<Place> children;
};

std::variant<Tree, TreeError> read_yaml(std::string_view text, const TreeLimits&);
std::variant<Tree, TreeError> read_json(std::string_view text, const TreeLimits&);

}  // namespace workflow
