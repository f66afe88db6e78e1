// Circles: which workflows lead back to themselves, along links of one kind (dependencies, calls). For check.cc. Looks
// at each link once, and takes no stack: documents of strangers may link as many workflows, in a row, as fit into them.

#pragma once

#include <cstddef>
#include <functional>
#include <unordered_map>
#include <vector>

#include "workflow/document/document.h"

namespace workflow {

class Circles {
public:
    using Links = std::function<std::vector<const Workflow*>(const Workflow&)>;

    Circles(const std::vector<const Workflow*>& workflows, const Links&);

    // Of two that a link leads from and to: whether there is a way back.
    bool leads_back(const Workflow& from, const Workflow& to) const;

private:
    struct Visit {
        std::size_t number = 0;  // in the order of the first visits
        std::size_t lowest = 0;  // of those that are reached from here and not yet in a circle
        std::size_t circle = 0;  // those of one number reach each other; 0: not known yet
    };

    void visit(const Workflow&, const Links&);

    std::unordered_map<const Workflow*, Visit> visits_;
    std::size_t circles_ = 0;
};

}  // namespace workflow
