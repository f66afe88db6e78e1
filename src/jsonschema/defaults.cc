#include "jsonschema/defaults.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "jsonschema/schema.h"

namespace jsonschema {
namespace {

using boost::json::value;

constexpr std::uint64_t steps_max = 1'000'000;

// The nodes that say something about the same value in every case.
std::vector<const Node*> always_applied(const Node& node) {
    std::vector<const Node*> nodes;
    for (const auto& keyword : node.keywords) {
        if (const auto* reference = std::get_if<Reference>(&keyword.rule)) nodes.push_back(reference->target);
        if (const auto* reference = std::get_if<DynamicReference>(&keyword.rule)) nodes.push_back(reference->target);
        if (const auto* all = std::get_if<AllOf>(&keyword.rule))
            nodes.insert(nodes.end(), all->nodes.begin(), all->nodes.end());
    }
    return nodes;
}

class Filling {
public:
    Result<void> fill(const Node& node, value& instance) {
        visit(node, instance);
        if (steps_ <= steps_max && !is_too_deep_) return {};
        return Error{Reason::limit_exceeded, "The defaults of the schema are nested without end, or too many."};
    }

private:
    void visit(const Node& node, value& instance) {
        if (++steps_ > steps_max || !instance.is_structured()) return;
        if (nesting_ == nesting_max) {
            is_too_deep_ = true;
            return;
        }
        ++nesting_;
        for (const auto& keyword : node.keywords) {
            if (const auto* properties = std::get_if<Properties>(&keyword.rule)) visit_members(*properties, instance);
            if (const auto* items = std::get_if<Items>(&keyword.rule)) visit_elements(*items, instance);
        }
        for (const auto* also : always_applied(node)) visit(*also, instance);
        --nesting_;
    }

    void visit_members(const Properties& properties, value& instance) {
        auto* members = instance.if_object();
        if (!members) return;
        for (auto& member : *members) {
            const std::string_view name(member.key());
            const auto named = properties.named.find(name);
            bool is_known = named != properties.named.end();
            if (is_known) visit(*named->second, member.value());
            for (const auto& [regex, node] : properties.patterned) {
                steps_ += regex.steps_for(name.size());
                if (steps_ > steps_max) return;
                if (!regex.matches_somewhere(name)) continue;
                is_known = true;
                visit(*node, member.value());
            }
            if (!is_known && properties.additional) visit(*properties.additional, member.value());
        }
        for (const auto& [name, node] : properties.named) insert_default(*node, name, *members);
    }

    // A default inside itself is put in once: it would never end.
    void insert_default(const Node& node, const std::string& name, boost::json::object& members) {
        if (++steps_ > steps_max || members.contains(name)) return;
        const value* found = find_default(node);
        if (!found || std::find(inserting_.begin(), inserting_.end(), found) != inserting_.end()) return;
        steps_ += size_of(*found);
        if (steps_ > steps_max) return;
        inserting_.push_back(found);
        visit(node, members.emplace(name, *found).first->value());
        inserting_.pop_back();
    }

    void visit_elements(const Items& items, value& instance) {
        auto* elements = instance.if_array();
        if (!elements) return;
        for (std::size_t i = 0; i < elements->size(); ++i) {
            const Node* node = i < items.prefix.size() ? items.prefix[i] : items.rest;
            if (node) visit(*node, (*elements)[i]);
        }
    }

    static std::uint64_t size_of(const value& copied) {
        std::uint64_t size = 0;
        std::vector<const value*> open = {&copied};
        while (!open.empty()) {
            const value& next = *open.back();
            open.pop_back();
            ++size;
            if (const auto* text = next.if_string()) size += text->size() / 64;
            if (const auto* elements = next.if_array()) {
                for (const auto& element : *elements) open.push_back(&element);
            } else if (const auto* members = next.if_object()) {
                for (const auto& member : *members) open.push_back(&member.value());
            }
        }
        return size;
    }

    std::uint64_t steps_ = 0;
    std::size_t nesting_ = 0;
    bool is_too_deep_ = false;
    std::vector<const value*> inserting_;
};

}  // namespace

// Breadth first, so that the nearest wins, and each node once.
const value* find_default(const Node& node) {
    constexpr std::size_t nodes_max = 100;
    std::vector<const Node*> nodes = {&node};
    for (std::size_t i = 0; i < nodes.size() && i < nodes_max; ++i) {
        if (nodes[i]->default_value) return &*nodes[i]->default_value;
        for (const auto* also : always_applied(*nodes[i])) {
            if (std::find(nodes.begin(), nodes.end(), also) == nodes.end()) nodes.push_back(also);
        }
    }
    return nullptr;
}

Result<void> fill_defaults(const Node& node, value& instance) { return Filling().fill(node, instance); }

}  // namespace jsonschema
