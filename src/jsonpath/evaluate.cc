#include "jsonpath/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <deque>
#include <map>

#include "core/utf8.h"
#include "json/compare.h"

namespace jsonpath {
namespace {

using boost::json::value;

constexpr std::size_t cached_patterns_max = 8;  // each may hold megabytes of states
constexpr std::size_t bytes_per_step = 256;

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

std::string_view text_of(const value& string) { return {string.get_string().data(), string.get_string().size()}; }

// The operand of a comparison or an argument: a value of the document or the query, one computed here, or Nothing.
class Operand {
public:
    static Operand nothing() { return Operand(); }
    static Operand of(const value* found) {
        Operand operand;
        operand.found_ = found;
        return operand;
    }
    static Operand computed(std::uint64_t number) {
        Operand operand;
        operand.computed_ = number;
        return operand;
    }

    // Null for Nothing.
    const value* get() const { return computed_ ? &*computed_ : found_; }

private:
    const value* found_ = nullptr;
    std::optional<value> computed_;
};

class Counter final : public Sink {
public:
    bool take(const value&, const Link*) override {
        ++count;
        return true;
    }
    std::uint64_t count = 0;
};

// The value of a nodelist of exactly one node.
class OnlyNode final : public Sink {
public:
    bool take(const value& node, const Link*) override {
        only = count++ == 0 ? &node : nullptr;
        return count < 2;
    }
    std::uint64_t count = 0;
    const value* only = nullptr;
};

// Segments are walked depth first, node by node, which yields the order of RFC 9535 without a list of nodes in between.
// Recursion is as deep as the query has segments and filters, never as deep as the document.
class Evaluation {
public:
    Evaluation(const value& root, std::uint64_t steps_max, bool locates)
        : root_(root), steps_max_(steps_max), locates_(locates) {}

    Result<void> run(const Path& path, Sink& sink) {
        follow(path.segments, 0, {&root_, nullptr}, sink);
        if (steps_ <= steps_max_) return {};
        return Error{Reason::limit_exceeded,
                     fmt::format("The JSONPath takes more than {} steps on this document.", steps_max_)};
    }

private:
    struct Place {
        const value* node;
        const Link* link;
    };

    // Whether the run may go on.
    bool charge(std::uint64_t steps = 1) { return (steps_ += steps) <= steps_max_; }

    // All of these return whether more is wanted: not when the sink has had enough, nor when the steps are used up.

    bool follow(const std::vector<Segment>& segments, std::size_t at, Place place, Sink& sink) {
        if (!charge()) return false;
        if (at == segments.size()) return sink.take(*place.node, place.link);
        if (segments[at].is_descendant) return descend(segments, at, place, sink);
        return select(segments, at, place, sink);
    }

    bool descend(const std::vector<Segment>& segments, std::size_t at, Place top, Sink& sink) {
        struct Open {
            Place place;
            std::size_t next;
            bool has_link;
        };
        if (!select(segments, at, top, sink)) return false;
        std::vector<Open> open = {{top, 0, false}};
        while (!open.empty()) {
            if (!charge()) return false;
            Open& last = open.back();
            const auto child = child_at(last.place, last.next++);
            if (!child) {
                if (last.has_link) links_.pop_back();
                open.pop_back();
                continue;
            }
            if (!child->node->is_structured()) continue;  // nothing can be selected from it: its link is not needed
            open.push_back({*child, 0, locates_});
            if (!select(segments, at, *child, sink)) return false;
        }
        return true;
    }

    // Leaves a link behind if it locates, and the child is no leaf: the caller removes it.
    std::optional<Place> child_at(Place parent, std::size_t index) {
        if (const auto* array = parent.node->if_array()) {
            if (index >= array->size()) return std::nullopt;
            const value& child = (*array)[index];
            return Place{&child, child.is_structured() ? add_link({parent.link, {}, index}) : nullptr};
        }
        const auto* object = parent.node->if_object();
        if (!object || index >= object->size()) return std::nullopt;
        const auto& member = object->begin()[index];
        const bool is_structured = member.value().is_structured();
        return Place{&member.value(),
                     is_structured ? add_link({parent.link, std::string_view(member.key())}) : nullptr};
    }

    const Link* add_link(Link link) {
        if (!locates_) return nullptr;
        links_.push_back(link);
        return &links_.back();
    }

    bool go_to_child(const std::vector<Segment>& segments, std::size_t at, const value& child, Link link, Sink& sink) {
        const Link* added = add_link(link);
        const bool wants_more = follow(segments, at + 1, {&child, added}, sink);
        if (added && wants_more) links_.pop_back();
        return wants_more;
    }

    bool select(const std::vector<Segment>& segments, std::size_t at, Place place, Sink& sink) {
        const auto go_on = [&](const value& child, Link link) { return go_to_child(segments, at, child, link, sink); };
        for (const auto& selector : segments[at].selectors) {
            const bool wants_more = std::visit([&](const auto& one) { return apply(one, place, go_on); }, selector);
            if (!wants_more) return false;
        }
        return true;
    }

    template <class GoOn>
    bool apply(const NameSelector& selector, Place place, const GoOn& go_on) {
        const auto* object = place.node->if_object();
        if (!object) return true;
        const auto member = object->find(selector.name);
        return member == object->end() || go_on(member->value(), {place.link, std::string_view(member->key())});
    }

    template <class GoOn>
    bool apply(const IndexSelector& selector, Place place, const GoOn& go_on) {
        const auto* array = place.node->if_array();
        if (!array) return true;
        const auto size = static_cast<std::int64_t>(array->size());
        const std::int64_t index = selector.index < 0 ? size + selector.index : selector.index;
        return index < 0 || index >= size || go_on_at(*array, index, place, go_on);
    }

    template <class GoOn>
    bool go_on_at(const boost::json::array& array, std::int64_t index, Place place, const GoOn& go_on) {
        return go_on(array[static_cast<std::size_t>(index)], {place.link, {}, static_cast<std::size_t>(index)});
    }

    // RFC 9535, section 2.3.4.2.2: Normalize and Bounds.
    template <class GoOn>
    bool apply(const SliceSelector& selector, Place place, const GoOn& go_on) {
        const auto* array = place.node->if_array();
        if (!array || selector.step == 0) return true;
        const auto size = static_cast<std::int64_t>(array->size());
        const auto normalize = [&](std::int64_t index) { return index >= 0 ? index : size + index; };
        const bool is_forward = selector.step > 0;
        const std::int64_t start = normalize(selector.start.value_or(is_forward ? 0 : size - 1));
        const std::int64_t end = selector.end ? normalize(*selector.end) : is_forward ? size : -1;
        if (is_forward) {
            for (auto i = std::max<std::int64_t>(start, 0); i < std::min(end, size); i += selector.step) {
                if (!go_on_at(*array, i, place, go_on)) return false;
            }
        } else {
            for (auto i = std::min(start, size - 1); i > std::max<std::int64_t>(end, -1); i += selector.step) {
                if (!go_on_at(*array, i, place, go_on)) return false;
            }
        }
        return true;
    }

    template <class GoOn>
    bool apply(const WildcardSelector&, Place place, const GoOn& go_on) {
        return for_each_child(place, go_on);
    }

    template <class GoOn>
    bool apply(const FilterSelector& selector, Place place, const GoOn& go_on) {
        return for_each_child(place, [&](const value& child, Link link) {
            if (!charge()) return false;
            return !is_true(*selector.condition, child) || go_on(child, link);
        });
    }

    template <class GoOn>
    bool for_each_child(Place place, const GoOn& go_on) {
        if (const auto* array = place.node->if_array()) {
            for (std::size_t i = 0; i < array->size(); ++i) {
                if (!go_on((*array)[i], {place.link, {}, i})) return false;
            }
        } else if (const auto* object = place.node->if_object()) {
            for (const auto& member : *object) {
                if (!go_on(member.value(), {place.link, std::string_view(member.key())})) return false;
            }
        }
        return true;
    }

    // What follows decides about one current node. Once the steps are used up, the outcome no longer matters.

    bool is_true(const LogicalExpression& expression, const value& current) {
        if (!charge()) return false;
        const auto is_operand_true = [&](const LogicalExpression& operand) { return is_true(operand, current); };
        return std::visit(Overloaded{
                              [&](const AnyOf& any) {
                                  return std::any_of(any.operands.begin(), any.operands.end(), is_operand_true);
                              },
                              [&](const AllOf& all) {
                                  return std::all_of(all.operands.begin(), all.operands.end(), is_operand_true);
                              },
                              [&](const Negation& negation) { return !is_true(*negation.operand, current); },
                              [&](const Comparison& comparison) { return holds(comparison, current); },
                              [&](const Path& path) { return exists(path, current); },
                              [&](const FunctionCall& call) { return matches(call, current); },
                          },
                          expression.node);
    }

    void select_from(const Path& path, const value& current, Sink& sink) {
        const bool locates = std::exchange(locates_, false);
        follow(path.segments, 0, {path.starts_at_root ? &root_ : &current, nullptr}, sink);
        locates_ = locates;
    }

    bool exists(const Path& path, const value& current) {
        if (path.is_singular) return find_singular(path, current) != nullptr;
        FirstNode first;
        select_from(path, current, first);
        return first.found;
    }

    // Null if there is no such node.
    const value* find_singular(const Path& path, const value& current) {
        const value* node = path.starts_at_root ? &root_ : &current;
        for (const auto& segment : path.segments) {
            if (!charge()) return nullptr;
            const value* child = nullptr;
            const auto take = [&](const value& found, const Link&) {
                child = &found;
                return false;
            };
            const auto& selector = segment.selectors.front();
            if (const auto* name = std::get_if<NameSelector>(&selector)) {
                apply(*name, {node, nullptr}, take);
            } else {
                apply(std::get<IndexSelector>(selector), {node, nullptr}, take);
            }
            if (!child) return nullptr;
            node = child;
        }
        return node;
    }

    Operand evaluate_operand(const Comparable& operand, const value& current) {
        return std::visit(Overloaded{
                              [&](const value& literal) { return Operand::of(&literal); },
                              [&](const Path& path) { return Operand::of(find_singular(path, current)); },
                              [&](const std::unique_ptr<FunctionCall>& call) { return compute(*call, current); },
                          },
                          operand);
    }

    bool holds(const Comparison& comparison, const value& current) {
        const Operand left = evaluate_operand(comparison.left, current);
        const Operand right = evaluate_operand(comparison.right, current);
        switch (comparison.op) {
        case Operator::equal: return are_equal(left.get(), right.get());
        case Operator::not_equal: return !are_equal(left.get(), right.get());
        case Operator::less: return is_less(left.get(), right.get());
        case Operator::less_or_equal: return is_less(left.get(), right.get()) || are_equal(left.get(), right.get());
        case Operator::greater: return is_less(right.get(), left.get());
        case Operator::greater_or_equal: return is_less(right.get(), left.get()) || are_equal(left.get(), right.get());
        }
        return false;
    }

    bool are_equal(const value* left, const value* right) {
        if (!left || !right) return left == right;
        return json::are_equal(*left, *right, &steps_);
    }

    // Bytes of UTF-8 are in the order of the code points that they stand for.
    bool is_less(const value* left, const value* right) {
        if (!left || !right) return false;
        if (left->is_number() && right->is_number()) return json::compare_numbers(*left, *right) < 0;
        if (!left->is_string() || !right->is_string()) return false;
        charge(std::min(text_of(*left).size(), text_of(*right).size()) / bytes_per_step);
        return text_of(*left) < text_of(*right);
    }

    // length, count and value.
    Operand compute(const FunctionCall& call, const value& current) {
        const auto& argument = call.arguments.front();
        if (call.function == Function::length) return length_of(evaluate_operand(argument, current).get());
        const auto& path = std::get<Path>(argument);
        if (call.function == Function::count) {
            Counter counter;
            select_from(path, current, counter);
            return Operand::computed(counter.count);
        }
        OnlyNode node;
        select_from(path, current, node);
        return Operand::of(node.only);
    }

    Operand length_of(const value* measured) {
        if (!measured) return Operand::nothing();
        if (const auto* array = measured->if_array()) return Operand::computed(array->size());
        if (const auto* object = measured->if_object()) return Operand::computed(object->size());
        if (!measured->is_string()) return Operand::nothing();
        charge(text_of(*measured).size() / bytes_per_step);
        return Operand::computed(count_code_points(text_of(*measured)));
    }

    // match and search.
    bool matches(const FunctionCall& call, const value& current) {
        const Operand subject = evaluate_operand(call.arguments[0], current);
        const Operand pattern = evaluate_operand(call.arguments[1], current);
        if (!subject.get() || !subject.get()->is_string() || !pattern.get() || !pattern.get()->is_string())
            return false;
        const auto regex = call.pattern ? call.pattern : find_pattern(text_of(*pattern.get()));
        const std::string_view text = text_of(*subject.get());
        if (!regex || !charge(regex->steps_for(text.size()))) return false;
        return call.function == Function::match ? regex->matches_whole(text) : regex->matches_somewhere(text);
    }

    // Nothing if it is no I-Regexp.
    std::optional<regex::Regex> find_pattern(std::string_view text) {
        if (const auto known = patterns_.find(text); known != patterns_.end()) return known->second;
        if (!charge(1 + text.size())) return std::nullopt;
        auto compiled = regex::Regex::compile_iregexp(text);
        std::optional<regex::Regex> pattern;
        if (compiled.ok()) pattern = std::move(compiled).value();
        charge(pattern ? pattern->steps_to_compile() : 1000);
        if (patterns_.size() == cached_patterns_max) patterns_.clear();
        patterns_.emplace(text, pattern);
        return pattern;
    }

    const value& root_;
    std::uint64_t steps_ = 0;
    std::uint64_t steps_max_;
    bool locates_;
    std::deque<Link> links_;  // a stack whose elements stay where they are
    std::map<std::string, std::optional<regex::Regex>, std::less<>> patterns_;
};

void append_escaped(std::string& text, char c) {
    switch (c) {
    case '\b': text += "\\b"; return;
    case '\f': text += "\\f"; return;
    case '\n': text += "\\n"; return;
    case '\r': text += "\\r"; return;
    case '\t': text += "\\t"; return;
    case '\'': text += "\\'"; return;
    case '\\': text += "\\\\"; return;
    default: break;
    }
    if (static_cast<unsigned char>(c) < 0x20) {
        text += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
        text += c;
    }
}

}  // namespace

Result<void> evaluate(const Path& path, const value& document, std::uint64_t steps_max, bool locates, Sink& sink) {
    return Evaluation(document, steps_max, locates).run(path, sink);
}

std::string render_normalized_path(const Link* link) {
    std::vector<const Link*> links;
    for (; link; link = link->parent) links.push_back(link);
    std::string text = "$";
    for (auto step = links.rbegin(); step != links.rend(); ++step) {
        if (!(*step)->name) {
            text += fmt::format("[{}]", (*step)->index);
            continue;
        }
        text += "['";
        for (const char c : *(*step)->name) append_escaped(text, c);
        text += "']";
    }
    return text;
}

}  // namespace jsonpath
