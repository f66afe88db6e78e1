#include "jsonschema/secrets.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "jsonschema/schema.h"

namespace jsonschema {
namespace {

using boost::json::value;

constexpr std::uint64_t steps_max = 200'000;

// Whether a branch holds does not matter: a value that one of them would hide is hidden.
class SecretSearch {
public:
    explicit SecretSearch(const CompiledSchema& compiled) : compiled_(compiled) {}

    std::vector<const value*> find(const value& instance) {
        open_.push_back({compiled_.root, &instance});
        while (!open_.empty()) {
            const auto [node, of] = open_.back();
            open_.pop_back();
            if (!node || !seen_.insert({node, of}).second) continue;
            if (seen_.size() > steps_max || steps_ > steps_max) return {&instance};
            if (node->is_secret) {
                if (std::find(found_.begin(), found_.end(), of) == found_.end()) found_.push_back(of);
                continue;
            }
            for (const Keyword& keyword : node->keywords) visit(keyword.rule, *of);
        }
        if (steps_ > steps_max) return {&instance};
        return found_;
    }

private:
    void same(const Node* node, const value& of) { open_.push_back({node, &of}); }
    void same(const std::vector<const Node*>& nodes, const value& of) {
        for (const Node* node : nodes) same(node, of);
    }

    void elements(const Node* node, const value& of) {
        if (const auto* list = of.if_array())
            for (const auto& element : *list) same(node, element);
    }

    void members(const Node* node, const value& of) {
        if (const auto* object = of.if_object())
            for (const auto& member : *object) same(node, member.value());
    }

    void visit(const Rule& rule, const value& of) {
        if (const auto* reference = std::get_if<Reference>(&rule)) same(reference->target, of);
        if (const auto* reference = std::get_if<DynamicReference>(&rule)) {
            same(reference->target, of);
            for (const auto& [resource, anchors] : compiled_.dynamic_anchors)
                if (const auto found = anchors.find(reference->anchor); found != anchors.end()) same(found->second, of);
        }
        if (const auto* all = std::get_if<AllOf>(&rule)) same(all->nodes, of);
        if (const auto* any = std::get_if<AnyOf>(&rule)) same(any->nodes, of);
        if (const auto* one = std::get_if<OneOf>(&rule)) same(one->nodes, of);
        if (const auto* conditional = std::get_if<Conditional>(&rule))
            same({conditional->condition, conditional->then_branch, conditional->else_branch}, of);
        if (const auto* dependent = std::get_if<DependentSchemas>(&rule))
            for (const auto& [name, node] : dependent->nodes_by_name) same(node, of);
        if (const auto* properties = std::get_if<Properties>(&rule)) visit_members(*properties, of);
        if (const auto* items = std::get_if<Items>(&rule)) visit_elements(*items, of);
        if (const auto* contains = std::get_if<Contains>(&rule)) elements(contains->node, of);
        if (const auto* rest = std::get_if<UnevaluatedItems>(&rule)) elements(rest->node, of);
        if (const auto* rest = std::get_if<UnevaluatedProperties>(&rule)) members(rest->node, of);
    }

    void visit_members(const Properties& properties, const value& of) {
        const auto* object = of.if_object();
        if (!object) return;
        for (const auto& member : *object) {
            const std::string_view name(member.key());
            const auto named = properties.named.find(name);
            bool is_known = named != properties.named.end();
            if (is_known) same(named->second, member.value());
            for (const auto& [regex, node] : properties.patterned) {
                steps_ += regex.steps_for(name.size());
                if (steps_ > steps_max) return;
                if (!regex.matches_somewhere(name)) continue;
                is_known = true;
                same(node, member.value());
            }
            if (!is_known) same(properties.additional, member.value());
        }
    }

    void visit_elements(const Items& items, const value& of) {
        const auto* list = of.if_array();
        if (!list) return;
        for (std::size_t i = 0; i < list->size(); ++i)
            same(i < items.prefix.size() ? items.prefix[i] : items.rest, (*list)[i]);
    }

    struct Open {
        const Node* node;
        const value* of;
    };

    const CompiledSchema& compiled_;
    std::vector<Open> open_;
    std::set<std::pair<const Node*, const value*>> seen_;
    std::uint64_t steps_ = 0;
    std::vector<const value*> found_;
};

}  // namespace

std::vector<const value*> find_secrets(const CompiledSchema& compiled, const value& instance) {
    return SecretSearch(compiled).find(instance);
}

}  // namespace jsonschema
