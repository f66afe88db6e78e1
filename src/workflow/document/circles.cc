#include "workflow/document/circles.h"

#include <algorithm>

namespace workflow {

Circles::Circles(const std::vector<const Workflow*>& workflows, const Links& links) {
    for (const Workflow* workflow : workflows)
        if (!visits_.contains(workflow)) visit(*workflow, links);
}

bool Circles::leads_back(const Workflow& from, const Workflow& to) const {
    if (&from == &to) return true;
    const auto known_from = visits_.find(&from), known_to = visits_.find(&to);
    return known_from != visits_.end() && known_to != visits_.end() &&
           known_from->second.circle == known_to->second.circle;
}

// Tarjan's strongly connected components.
void Circles::visit(const Workflow& start, const Links& links) {
    struct Frame {
        const Workflow* at;
        std::vector<const Workflow*> links;
        std::size_t next = 0;
    };
    std::vector<Frame> way;
    std::vector<const Workflow*> open;  // those whose circle is not known yet
    const auto enter = [&](const Workflow* workflow) {
        const std::size_t number = visits_.size() + 1;
        visits_[workflow] = {.number = number, .lowest = number};
        open.push_back(workflow);
        way.push_back({workflow, links(*workflow)});
    };
    enter(&start);
    while (!way.empty()) {
        Frame& frame = way.back();
        if (frame.next < frame.links.size()) {
            const Workflow* next = frame.links[frame.next++];
            const auto known = visits_.find(next);
            if (known == visits_.end())
                enter(next);
            else if (known->second.circle == 0)
                visits_[frame.at].lowest = std::min(visits_[frame.at].lowest, known->second.number);
            continue;
        }
        const Workflow* done = frame.at;
        const Visit left = visits_[done];
        if (left.lowest == left.number) {
            ++circles_;
            for (const Workflow* member = nullptr; member != done;) {
                member = open.back();
                open.pop_back();
                visits_[member].circle = circles_;
            }
        }
        way.pop_back();
        if (!way.empty()) visits_[way.back().at].lowest = std::min(visits_[way.back().at].lowest, left.lowest);
    }
}

}  // namespace workflow
