#include "jsonschema/validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <span>

#include "core/utf8.h"
#include "json/compare.h"
#include "json/pointer.h"
#include "jsonschema/messages.h"
#include "jsonschema/numbers.h"

namespace jsonschema {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr std::size_t bytes_per_step = 256;
constexpr std::size_t told_alternatives_max = 5;

std::string_view text_of(const value& string) { return {string.get_string().data(), string.get_string().size()}; }

// One step of the way from the whole instance to a value in it; on the stack of the checks that went there.
struct Trail {
    const Trail* parent;
    std::optional<std::string_view> name;  // of a member; none for an element
    std::size_t index = 0;
};

std::string render_pointer(const Trail* trail) {
    std::vector<const Trail*> steps;
    for (; trail; trail = trail->parent) steps.push_back(trail);
    std::string pointer;
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        json::append_token(pointer, (*step)->name ? std::string((*step)->name->data(), (*step)->name->size())
                                                  : std::to_string((*step)->index));
    }
    return pointer;
}

// An instance that is being checked, and the way to it.
struct Subject {
    const value& instance;
    const Trail* trail;
};

// Which members or elements of one instance some successful subschema has looked at: the annotations that
// unevaluated... goes by.
class Evaluated {
public:
    void note_all() { all_ = true; }
    void note_prefix(std::size_t count) { prefix_ = std::max(prefix_, count); }
    void note(std::size_t index) {
        if (index >= single_.size()) single_.resize(index + 1);
        single_[index] = true;
    }
    bool has(std::size_t index) const { return all_ || index < prefix_ || (index < single_.size() && single_[index]); }

    void add(const Evaluated& other) {
        all_ = all_ || other.all_;
        prefix_ = std::max(prefix_, other.prefix_);
        if (single_.size() < other.single_.size()) single_.resize(other.single_.size());
        for (std::size_t i = 0; i < other.single_.size(); ++i) single_[i] = single_[i] || other.single_[i];
    }

private:
    bool all_ = false;
    std::size_t prefix_ = 0;
    std::vector<bool> single_;
};

// Equal values have equal hashes. Looks only so deep: what is deeper is left to the comparison.
std::size_t hash_of(const value& hashed, int levels, std::uint64_t& steps) {
    ++steps;
    const auto mix = [](std::size_t seed, std::size_t next) { return (seed ^ next) * 0x9E3779B97F4A7C15u; };
    if (hashed.is_number()) return std::hash<double>()(hashed.to_number<double>() + 0.0);
    if (hashed.is_string()) {
        steps += text_of(hashed).size() / bytes_per_step;
        return std::hash<std::string_view>()(text_of(hashed));
    }
    std::size_t hash = static_cast<std::size_t>(hashed.kind());
    if (const auto* elements = hashed.if_array()) {
        hash = mix(hash, elements->size());
        if (levels == 0) return hash;
        for (const auto& element : *elements) hash = mix(hash, hash_of(element, levels - 1, steps));
    } else if (const auto* members = hashed.if_object()) {
        hash = mix(hash, members->size());
        if (levels == 0) return hash;
        std::size_t sum = 0;  // whatever the order
        for (const auto& member : *members) {
            const std::string_view key(member.key());
            sum += mix(std::hash<std::string_view>()(key), hash_of(member.value(), levels - 1, steps));
        }
        hash = mix(hash, sum);
    } else if (const auto* truth = hashed.if_bool()) {
        hash = mix(hash, *truth);
    }
    return hash;
}

// What failed has looked at nothing, so that these would complain about everything.
bool is_unevaluated(const Rule& rule) {
    return std::holds_alternative<UnevaluatedItems>(rule) || std::holds_alternative<UnevaluatedProperties>(rule);
}

class Validation {
public:
    Validation(const CompiledSchema& schema, std::size_t violations_max, std::uint64_t steps_max)
        : schema_(schema), steps_max_(steps_max), collected_{{}, std::max<std::size_t>(1, violations_max)} {}

    std::vector<Violation> run(const value& instance) {
        collector_ = &collected_;
        check(*schema_.root, {instance, nullptr}, nullptr);
        if (stopped_) {
            if (collected_.is_full()) collected_.violations.pop_back();
            collected_.violations.push_back(*stopped_);
        }
        return std::move(collected_.violations);
    }

private:
    struct Collector {
        std::vector<Violation> violations;
        std::size_t max;
        bool is_full() const { return violations.size() >= max; }
    };

    // Whether the check may go on. Once it may not, every outcome below is meaningless, and only stopped_ is told.
    bool charge(std::uint64_t steps = 1) {
        steps_ += steps;
        if (steps_ > steps_max_)
            stop({"", "#", fmt::format("was not checked to the end: it takes more than {} steps", steps_max_)});
        return !stopped_;
    }

    void stop(Violation why) {
        if (!stopped_) stopped_ = std::move(why);
    }

    bool wants_more() const { return !stopped_ && collector_ && !collector_->is_full(); }

    // Returns false, for the caller to return.
    template <class Message>
    bool violated(const Node& node, std::string_view keyword, const Trail* trail, const Message& message) {
        if (!wants_more()) return false;
        std::string place = node.location;
        if (!keyword.empty()) place.append("/").append(keyword);
        collector_->violations.push_back({render_pointer(trail), std::move(place), message()});
        return false;
    }

    // What successful checks have looked at is added to *evaluated, if given.
    bool check(const Node& node, Subject subject, Evaluated* evaluated) {
        if (!charge()) return false;
        if (node.always) return *node.always || violated(node, "", subject.trail, [] { return "is not allowed"; });
        if (nesting_ == nesting_max) {
            stop({render_pointer(subject.trail), node.location,
                  fmt::format("was not checked: {} schemas are nested here; does this one refer to itself?",
                              nesting_max)});
            return false;
        }
        ++nesting_;
        const bool enters_resource = scope_.empty() || scope_.back() != node.resource;
        if (enters_resource) scope_.push_back(node.resource);
        const bool is_valid = check_keywords(node, subject, evaluated);
        if (enters_resource) scope_.pop_back();
        --nesting_;
        return is_valid;
    }

    bool check_keywords(const Node& node, Subject subject, Evaluated* evaluated) {
        Evaluated own;
        Evaluated* noted = node.notes_evaluated || evaluated ? &own : nullptr;
        bool is_valid = true;
        for (const auto& keyword : node.keywords) {
            if (!is_valid && is_unevaluated(keyword.rule)) continue;
            const bool holds = std::visit(
                [&](const auto& rule) {
                    return check(rule, {node, keyword, subject, noted});
                },
                keyword.rule);
            is_valid = is_valid && holds;
            if (!is_valid && !wants_more()) return false;
        }
        if (is_valid && evaluated) evaluated->add(own);
        return is_valid;
    }

    // A keyword in the course of a check.
    struct Context {
        const Node& node;
        const Keyword& keyword;
        Subject subject;
        Evaluated* evaluated;

        const value& instance() const { return subject.instance; }
    };

    template <class Message>
    bool violated(const Context& context, const Message& message) {
        return violated(context.node, context.keyword.name, context.subject.trail, message);
    }

    // Without telling why not.
    bool matches(const Node& node, Subject subject, Evaluated* evaluated) {
        Collector* told = std::exchange(collector_, nullptr);
        const bool is_match = check(node, subject, evaluated);
        collector_ = told;
        return is_match;
    }

    // Assertions about the value itself.

    bool check(const Type& rule, const Context& context) {
        return (types_of(context.instance()) & rule.allowed) != 0 || violated(context, [&] {
                   return fmt::format("must be {}, is {}", name_types(rule.allowed), name_type(context.instance()));
               });
    }

    bool check(const Enumeration& rule, const Context& context) {
        const bool is_member = std::any_of(rule.values.begin(), rule.values.end(), [&](const value& allowed) {
            return charge() && json::are_equal(allowed, context.instance(), &steps_);
        });
        return is_member || violated(context, [&] { return name_values(rule.values, rule.is_const); });
    }

    bool check(const NumberBound& rule, const Context& context) {
        if (!context.instance().is_number()) return true;
        const auto order = json::compare_numbers(context.instance(), rule.limit);
        const bool is_within = rule.is_upper ? order < 0 : order > 0;
        return is_within || (order == 0 && !rule.is_exclusive) || violated(context, [&] {
                   const char* words = rule.is_upper       ? rule.is_exclusive ? "less than" : "at most"
                                       : rule.is_exclusive ? "greater than"
                                                           : "at least";
                   return fmt::format("must be {} {}, is {}", words, name_number(rule.limit),
                                      name_number(context.instance()));
               });
    }

    bool check(const MultipleOf& rule, const Context& context) {
        return !context.instance().is_number() || is_multiple_of(context.instance(), rule.divisor) ||
               violated(context, [&] {
                   return fmt::format("must be a multiple of {}, is {}", name_number(rule.divisor),
                                      name_number(context.instance()));
               });
    }

    std::optional<std::uint64_t> count(Counted counted, const value& instance) {
        switch (counted) {
        case Counted::characters:
            if (!instance.is_string()) return std::nullopt;
            charge(text_of(instance).size() / bytes_per_step);
            return count_code_points(text_of(instance));
        case Counted::items: return instance.is_array() ? std::optional(instance.get_array().size()) : std::nullopt;
        case Counted::properties:
            return instance.is_object() ? std::optional(instance.get_object().size()) : std::nullopt;
        }
        return std::nullopt;
    }

    bool check(const CountBound& rule, const Context& context) {
        const auto counted = count(rule.counted, context.instance());
        if (!counted || (rule.is_upper ? *counted <= rule.limit : *counted >= rule.limit)) return true;
        return violated(context, [&] { return name_count(rule, *counted); });
    }

    bool check(const Pattern& rule, const Context& context) {
        if (!context.instance().is_string()) return true;
        return matches(rule.regex, text_of(context.instance())) ||
               violated(context, [&] { return fmt::format("must match the pattern {}", rule.text); });
    }

    bool matches(const regex::Regex& regex, std::string_view text) {
        return charge(regex.steps_for(text.size())) && regex.matches_somewhere(text);
    }

    bool check(const Format& rule, const Context& context) {
        if (context.instance().is_string() && !charge(1 + text_of(context.instance()).size() / 16)) return false;
        return rule.check->is_met(context.instance()) ||
               violated(context, [&] { return fmt::format("must be {}", rule.check->noun); });
    }

    bool check(const UniqueItems&, const Context& context) {
        const auto* items = context.instance().if_array();
        const auto equal = items ? find_equal_items(*items) : std::nullopt;
        return !equal || violated(context, [&] {
            return fmt::format("must not have equal items, but {} and {} are", equal->first, equal->second);
        });
    }

    // The first such pair by hash; only items of equal hash are compared.
    std::optional<std::pair<std::size_t, std::size_t>> find_equal_items(const array& items) {
        constexpr int hashed_levels = 3;
        std::vector<std::pair<std::size_t, std::size_t>> hashes;
        for (std::size_t i = 0; i < items.size() && charge(); ++i)
            hashes.emplace_back(hash_of(items[i], hashed_levels, steps_), i);
        std::sort(hashes.begin(), hashes.end());
        for (std::size_t i = 0; i < hashes.size(); ++i) {
            for (std::size_t j = i + 1; j < hashes.size() && hashes[j].first == hashes[i].first; ++j) {
                if (!charge()) return std::nullopt;
                if (json::are_equal(items[hashes[i].second], items[hashes[j].second], &steps_)) {
                    return std::pair(hashes[i].second, hashes[j].second);
                }
            }
        }
        return std::nullopt;
    }

    bool check(const Required& rule, const Context& context) {
        const auto* members = context.instance().if_object();
        if (!members) return true;
        bool is_valid = true;
        for (const auto& name : rule.names) {
            if (!charge()) return false;
            if (members->contains(name)) continue;
            is_valid = violated(context, [&] { return fmt::format("must have the property {}", quote(name)); });
        }
        return is_valid;
    }

    bool check(const DependentRequired& rule, const Context& context) {
        const auto* members = context.instance().if_object();
        if (!members) return true;
        bool is_valid = true;
        for (const auto& entry : rule.names_by_name) {
            const std::string& name = entry.first;
            if (!members->contains(name)) continue;
            for (const auto& other : entry.second) {
                if (!charge()) return false;
                if (members->contains(other)) continue;
                is_valid = violated(context, [&] {
                    return fmt::format("must have the property {}, since it has {}", quote(other), quote(name));
                });
            }
        }
        return is_valid;
    }

    // Applicators to the same value.

    bool check(const Reference& rule, const Context& context) {
        return check(*rule.target, context.subject, context.evaluated);
    }

    bool check(const DynamicReference& rule, const Context& context) {
        return check(*find_dynamic_target(rule), context.subject, context.evaluated);
    }

    const Node* find_dynamic_target(const DynamicReference& rule) const {
        for (const std::size_t resource : scope_) {
            const auto anchors = schema_.dynamic_anchors.find(resource);
            if (anchors == schema_.dynamic_anchors.end()) continue;
            const auto anchor = anchors->second.find(rule.anchor);
            if (anchor != anchors->second.end()) return anchor->second;
        }
        return rule.target;
    }

    bool check(const AllOf& rule, const Context& context) {
        bool is_valid = true;
        for (const auto* node : rule.nodes) {
            is_valid = check(*node, context.subject, context.evaluated) && is_valid;
            if (!is_valid && !wants_more()) return false;
        }
        return is_valid;
    }

    bool check(const AnyOf& rule, const Context& context) {
        bool is_match = false;
        for (const auto* node : rule.nodes) {
            is_match = matches(*node, context.subject, context.evaluated) || is_match;
            if (is_match && !context.evaluated) return true;
        }
        return is_match || violated(context, [&] { return name_failures(rule.nodes, context); });
    }

    bool check(const OneOf& rule, const Context& context) {
        std::vector<std::size_t> matched;
        Evaluated evaluated;
        for (std::size_t i = 0; i < rule.nodes.size() && matched.size() < 2; ++i) {
            if (matches(*rule.nodes[i], context.subject, context.evaluated ? &evaluated : nullptr))
                matched.push_back(i);
        }
        if (matched.empty()) return violated(context, [&] { return name_failures(rule.nodes, context); });
        if (matched.size() > 1) {
            return violated(context, [&] {
                return fmt::format("must match only one of the alternatives, but matches {} and {}", matched[0],
                                   matched[1]);
            });
        }
        if (context.evaluated) context.evaluated->add(evaluated);
        return true;
    }

    // The first thing that is wrong by each alternative.
    std::string name_failures(const std::vector<const Node*>& alternatives, const Context& context) {
        std::string text = "matches none of the alternatives";
        const std::size_t told = std::min(alternatives.size(), told_alternatives_max);
        for (std::size_t i = 0; i < told; ++i) {
            Collector first{{}, 1};
            Collector* outer = std::exchange(collector_, &first);
            check(*alternatives[i], context.subject, nullptr);
            collector_ = outer;
            if (first.violations.empty()) continue;
            const auto& violation = first.violations.front();
            const std::string pointer = violation.instance_pointer.substr(render_pointer(context.subject.trail).size());
            text += fmt::format("; by {}{}{} {}", i, pointer.empty() ? ", it" : ", ", pointer, violation.message);
        }
        return shorten(std::move(text));
    }

    bool check(const Not& rule, const Context& context) {
        return !matches(*rule.node, context.subject, nullptr) ||
               violated(context, [] { return "must not match this schema"; });
    }

    bool check(const Conditional& rule, const Context& context) {
        const bool is_met = matches(*rule.condition, context.subject, context.evaluated);
        const Node* branch = is_met ? rule.then_branch : rule.else_branch;
        return !branch || check(*branch, context.subject, context.evaluated);
    }

    bool check(const DependentSchemas& rule, const Context& context) {
        const auto* members = context.instance().if_object();
        if (!members) return true;
        bool is_valid = true;
        for (const auto& [name, node] : rule.nodes_by_name) {
            if (!members->contains(name)) continue;
            is_valid = check(*node, context.subject, context.evaluated) && is_valid;
        }
        return is_valid;
    }

    // Applicators to members and elements.

    bool check_member(const Node& node, const Context& context, const boost::json::key_value_pair& member) {
        const Trail trail{context.subject.trail, std::string_view(member.key())};
        return check(node, {member.value(), &trail}, nullptr);
    }

    bool check_element(const Node& node, const Context& context, const array& items, std::size_t index) {
        const Trail trail{context.subject.trail, {}, index};
        return check(node, {items[index], &trail}, nullptr);
    }

    bool check(const PropertyNames& rule, const Context& context) {
        const auto* members = context.instance().if_object();
        if (!members) return true;
        bool is_valid = true;
        for (const auto& member : *members) {
            const Trail trail{context.subject.trail, std::string_view(member.key())};
            const value name(member.key());
            is_valid = check(*rule.node, {name, &trail}, nullptr) && is_valid;
            if (!is_valid && !wants_more()) return false;
        }
        return is_valid;
    }

    bool check(const Properties& rule, const Context& context) {
        const auto* members = context.instance().if_object();
        if (!members) return true;
        bool is_valid = true;
        for (std::size_t i = 0; i < members->size(); ++i) {
            is_valid = check_property(rule, context, members->begin()[i], i) && is_valid;
            if (!is_valid && !wants_more()) return false;
        }
        return is_valid;
    }

    bool check_property(const Properties& rule, const Context& context, const boost::json::key_value_pair& member,
                        std::size_t index) {
        if (!charge()) return false;
        bool is_valid = true;
        bool is_known = false;
        const auto apply = [&](const Node& node) {
            is_known = true;
            is_valid = check_member(node, context, member) && is_valid;
        };
        const std::string_view name(member.key());
        if (const auto named = rule.named.find(name); named != rule.named.end()) apply(*named->second);
        for (const auto& [regex, node] : rule.patterned) {
            if (matches(regex, name)) apply(*node);
        }
        if (!is_known && rule.additional) apply(*rule.additional);
        if (is_known && context.evaluated) context.evaluated->note(index);
        return is_valid;
    }

    bool check(const Items& rule, const Context& context) {
        const auto* items = context.instance().if_array();
        if (!items) return true;
        bool is_valid = true;
        for (std::size_t i = 0; i < items->size(); ++i) {
            const Node* node = i < rule.prefix.size() ? rule.prefix[i] : rule.rest;
            if (!node) break;
            is_valid = check_element(*node, context, *items, i) && is_valid;
            if (!is_valid && !wants_more()) return false;
        }
        if (context.evaluated && rule.rest) context.evaluated->note_all();
        if (context.evaluated) context.evaluated->note_prefix(rule.prefix.size());
        return is_valid;
    }

    bool check(const Contains& rule, const Context& context) {
        const auto* items = context.instance().if_array();
        if (!items) return true;
        std::uint64_t matched = 0;
        for (std::size_t i = 0; i < items->size(); ++i) {
            const bool is_decided = matched >= rule.min && !rule.max && !context.evaluated;
            if (is_decided) return true;
            const Trail trail{context.subject.trail, {}, i};
            if (!matches(*rule.node, {(*items)[i], &trail}, nullptr)) continue;
            ++matched;
            if (context.evaluated) context.evaluated->note(i);
        }
        if (matched < rule.min) return violated(context, [&] { return name_contained("at least", rule.min, matched); });
        if (rule.max && matched > *rule.max)
            return violated(context, [&] { return name_contained("at most", *rule.max, matched); });
        return true;
    }

    bool check(const UnevaluatedItems& rule, const Context& context) {
        const auto* items = context.instance().if_array();
        if (!items) return true;
        bool is_valid = true;
        for (std::size_t i = 0; i < items->size(); ++i) {
            if (!charge()) return false;
            if (context.evaluated->has(i)) continue;
            is_valid = check_element(*rule.node, context, *items, i) && is_valid;
            if (!is_valid && !wants_more()) return false;
        }
        context.evaluated->note_all();
        return is_valid;
    }

    bool check(const UnevaluatedProperties& rule, const Context& context) {
        const auto* members = context.instance().if_object();
        if (!members) return true;
        bool is_valid = true;
        for (std::size_t i = 0; i < members->size(); ++i) {
            if (!charge()) return false;
            if (context.evaluated->has(i)) continue;
            is_valid = check_member(*rule.node, context, members->begin()[i]) && is_valid;
            if (!is_valid && !wants_more()) return false;
        }
        context.evaluated->note_all();
        return is_valid;
    }

    const CompiledSchema& schema_;
    std::uint64_t steps_ = 0;
    std::uint64_t steps_max_;
    std::size_t nesting_ = 0;
    std::vector<std::size_t> scope_;  // resources entered and not left, the outermost first
    std::optional<Violation> stopped_;
    Collector collected_;
    Collector* collector_ = nullptr;  // null: nobody wants to know why
};

}  // namespace

std::vector<Violation> find_violations(const CompiledSchema& schema, const value& instance, std::size_t violations_max,
                                       std::uint64_t steps_max) {
    return Validation(schema, violations_max, steps_max).run(instance);
}

}  // namespace jsonschema
