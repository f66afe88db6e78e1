#include "workflow/document/check.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "core/embedded_file.h"
#include "workflow/document/circles.h"
#include "workflow/text/text.h"

namespace workflow {

extern const std::vector<EmbeddedFile> schema_files;

namespace {

void set_at(json::value& root, const char* pointer, json::value value) {
    auto tokens = *parse_pointer(pointer);
    auto last = tokens.back();
    tokens.pop_back();
    auto* parent = const_cast<json::value*>(follow_pointer(root, tokens));
    parent->as_object()[last] = std::move(value);
}

// The published schema, mended where it contradicts the specification's text: see schema/ORIGIN.md.
jsonschema::Schema specification_schema(int minor) {
    auto tree = read_tree(schema_files[static_cast<std::size_t>(minor)].bytes);
    json::value root = std::get<Tree>(tree).root();
    set_at(root, "/$defs/payload-replacement-object/properties/value", true);
    set_at(root, "/$defs/parameter-object/properties/value", true);
    if (minor == 0) {
        auto& criterion = const_cast<json::value*>(follow_pointer(root, {"$defs", "criterion-object"}))->as_object();
        json::value named{{"enum", {"simple", "regex", "jsonpath", "xpath"}}};
        json::value typed{{"$ref", "#/$defs/criterion-expression-type-object"}};
        criterion["properties"].as_object()["type"] = {{"oneOf", json::array{named, typed}}};
        criterion.erase("anyOf");
    }
    auto compiled = jsonschema::Schema::compile(root);
    if (!compiled.ok()) throw std::runtime_error("the schema of Arazzo cannot be compiled: " + compiled.error().detail);
    return std::move(compiled).value();
}

std::string quoted(std::string_view text) { return "\"" + shorten(text, 60) + "\""; }

using Names = std::set<std::string, std::less<>>;

// The names of the inputs that a schema describes.
class InputNames {
public:
    explicit InputNames(const Document& document) : document_(document) {}

    // nullopt: it leaves them open.
    std::optional<Names> of(const json::value& schema) {
        return collect(schema, 0) ? std::optional(std::move(names_)) : std::nullopt;
    }

private:
    // False: it says nothing of names. Each part is looked at once, however often it is referred to.
    bool collect(const json::value& schema, int depth) {
        const auto* object = schema.if_object();
        if (!object || depth > 16) return false;
        if (const auto [known, is_new] = seen_.try_emplace(&schema, false); !is_new) return known->second;
        bool any = false;
        if (const auto* properties = object->if_contains("properties"); properties && properties->is_object()) {
            any = true;
            for (const auto& member : properties->get_object()) names_.insert(member.key());
        }
        if (const auto* reference = object->if_contains("$ref")) {
            const auto* text = reference->if_string();
            auto pointer =
                text && text->starts_with("#") ? parse_pointer(std::string_view(*text).substr(1)) : std::nullopt;
            const auto* target = pointer ? follow_pointer(document_.tree.root(), *pointer) : nullptr;
            if (!target || !collect(*target, depth + 1)) return false;
            any = true;
        }
        for (const char* keyword : {"allOf", "anyOf", "oneOf"}) {
            const auto* list = object->if_contains(keyword);
            if (!list || !list->is_array()) continue;
            for (const auto& part : list->get_array()) any |= collect(part, depth + 1);
        }
        return seen_[&schema] = any;
    }

    const Document& document_;
    Names names_;
    std::map<const json::value*, bool> seen_;
};

// What is found out once for all workflows of a library.
class Known {
public:
    explicit Known(const Library& library)
        : dependencies(workflows_of(library), dependencies_of), calls(workflows_of(library), calls_of) {}

    const Circles dependencies;
    const Circles calls;

    const Names& names_of(const std::vector<Output>& outputs) {
        const auto [known, is_new] = outputs_.try_emplace(&outputs);
        if (is_new)
            for (const auto& output : outputs) known->second.insert(output.name);
        return known->second;
    }

    // A step comes to be executed whenever its workflow goes on at all, if no action before it can lead elsewhere: how
    // many such steps there are.
    static std::size_t count_unavoidable(const Workflow& workflow) {
        if (!workflow.order.empty()) return 0;
        std::size_t count = 0;
        for (const Step& step : workflow.steps) {
            ++count;
            const bool leads_elsewhere =
                !step.on_success.empty() || std::ranges::any_of(step.on_failure, [](const Action& action) {
                    return action.kind == Action::Kind::go;
                });
            if (leads_elsewhere) break;
        }
        return count;
    }

private:
    static std::vector<const Workflow*> workflows_of(const Library& library) {
        std::vector<const Workflow*> workflows;
        for (const auto& document : library.documents())
            for (const auto& workflow : document->workflows) workflows.push_back(workflow.get());
        return workflows;
    }

    static std::vector<const Workflow*> dependencies_of(const Workflow& workflow) {
        std::vector<const Workflow*> linked;
        for (const auto& link : workflow.depends_on)
            if (link.workflow) linked.push_back(link.workflow);
        return linked;
    }

    static std::vector<const Workflow*> calls_of(const Workflow& workflow) {
        std::vector<const Workflow*> called;
        const std::size_t unavoidable = count_unavoidable(workflow);
        for (std::size_t i = 0; i < unavoidable; ++i)
            if (workflow.steps[i].called.workflow) called.push_back(workflow.steps[i].called.workflow);
        return called;
    }

    std::map<const std::vector<Output>*, Names> outputs_;
};

class WorkflowChecker {
public:
    WorkflowChecker(const Document& document, const Workflow& workflow, Known& known, Diagnostics& diagnostics)
        : document_(document), workflow_(workflow), known_(known), diagnostics_(diagnostics) {
        if (workflow.inputs) inputs_ = InputNames(document).of(*workflow.inputs);
        note_jumps();
    }

    void check() {
        for (std::size_t i = 0; i < workflow_.steps.size(); ++i) check_step(i);
        for (const auto& output : workflow_.outputs)
            output.value.for_each_expression([&](const auto& expression) { check_name(expression, *output.node, {}); });
        check_reachability();
        check_circle();
        check_calls();
        check_loops();
    }

private:
    using Where = std::optional<std::size_t>;  // the step where an expression stands

    void check_step(std::size_t index) {
        const Step& step = workflow_.steps[index];
        auto before = [&](const json::value& node) {
            return [this, &node, index](const Expression& expression) {
                check_name(expression, node, index);
                check_before_request(expression, node);
            };
        };
        auto after = [&](const json::value& node) {
            return [this, &node, index](const Expression& expression) { check_name(expression, node, index, true); };
        };
        for (const auto& parameter : step.parameters) parameter.value.for_each_expression(before(*parameter.node));
        if (step.body && step.body->payload) step.body->payload->for_each_expression(before(*step.body->node));
        if (step.body)
            for (const auto& replacement : step.body->replacements)
                replacement.value.for_each_expression(before(*replacement.node));
        for (const auto& criterion : step.success_criteria) criterion.for_each_expression(after(*step.node));
        for (const auto& output : step.outputs) output.value.for_each_expression(after(*output.node));
        for (const auto* actions : {&step.on_success, &step.on_failure})
            for (const auto& action : *actions) {
                for (const auto& criterion : action.criteria) criterion.for_each_expression(after(*action.node));
                for (const auto& parameter : action.parameters)
                    parameter.value.for_each_expression(after(*parameter.node));
            }
        check_parameters(step);
    }

    void check_before_request(const Expression& expression, const json::value& node) {
        using Root = Expression::Root;
        switch (expression.root()) {
        case Root::status_code:
        case Root::response_header:
        case Root::response_body:
        case Root::response_query:
        case Root::response_path:
            return diagnostics_.error(node, expression.text() + " has no value before the step's request is answered",
                                      "use the output of an earlier step");
        default: return;
        }
    }

    void check_name(const Expression& expression, const json::value& node, Where where, bool own_step_allowed = false) {
        using Root = Expression::Root;
        if (!check_form(expression, node)) return;
        switch (expression.root()) {
        case Root::inputs: return check_input(expression, node);
        case Root::step: return check_step_output(expression, node, where, own_step_allowed);
        case Root::workflow: return check_workflow_value(expression, node);
        case Root::source:
            if (!document_.find_source(expression.owner()))
                diagnostics_.error(node, expression.text() + ": there is no source " + quoted(expression.owner()),
                                   "add it to sourceDescriptions");
            return;
        case Root::component:
            if (expression.owner() == "parameters" && !document_.parameters.contains(expression.name()))
                diagnostics_.error(node, expression.text() + ": there is no such component",
                                   "define it under components/parameters");
            return;
        case Root::self:
            if (document_.self.empty())
                diagnostics_.warning(node, "$self has no value: the document has no $self", "add $self at the top");
            return;
        case Root::message:
            return diagnostics_.warning(
                node, expression.text() + " belongs to AsyncAPI, which is not supported; it has no value");
        default: return;
        }
    }

    // ".id", "[0]" and ".length" behind a body are no forms of the specification, but in a simple condition, where they
    // are operators. False when the expression can never have a value.
    bool check_form(const Expression& expression, const json::value& node) {
        using Root = Expression::Root;
        const auto& text = expression.text();
        if (text.find("[*]") != std::string::npos && text.find('#') == std::string::npos) {
            diagnostics_.error(node, expression.text() + " can never have a value: [*] is no form of an expression",
                               "select with JSONPath: a criterion of type jsonpath, or (1.1) a Selector Object");
            return false;
        }
        const bool is_body = expression.root() == Root::request_body || expression.root() == Root::response_body;
        if (!is_body || expression.name().empty() || expression.is_in_condition()) return true;
        const std::string body = expression.root() == Root::request_body ? "$request.body" : "$response.body";
        std::string pointer;
        bool counts = false;
        for (std::string_view rest = expression.name(); !rest.empty();) {
            const bool is_index = rest[0] == '[';
            rest.remove_prefix(1);
            auto token = rest.substr(0, is_index ? rest.find(']') : rest.find_first_of(".["));
            rest.remove_prefix(std::min(rest.size(), token.size() + is_index));
            token = trim(token);
            if (token.size() >= 2 && (token[0] == '\'' || token[0] == '"') && token.back() == token[0])
                token = token.substr(1, token.size() - 2);
            counts = token == "length" && rest.empty();
            if (!counts) pointer += pointer_text({std::string(token)});
        }
        diagnostics_.warning(node, expression.text() + " is no form of the specification; it works here as it is",
                             counts ? "a length is had by a simple condition or, with length(), in JSONPath"
                                    : "write " + body + "#" + pointer);
        return true;
    }

    // The name, or what stands before one of its first separators.
    static bool names(const Names& known, std::string_view name) {
        constexpr int separators_max = 100;
        if (known.contains(name)) return true;
        auto end = name.find_first_of(".[");
        for (int i = 0; i < separators_max && end != std::string_view::npos; ++i) {
            if (end > 0 && known.contains(name.substr(0, end))) return true;
            end = name.find_first_of(".[", end + 1);
        }
        return false;
    }

    // Among all of them, for the first problems only.
    template <class... Lists>
    std::string near_to(std::string_view name, const Lists&... known) const {
        if (!diagnostics_.may_suggest()) return {};
        std::vector<std::string> candidates;
        (candidates.insert(candidates.end(), known.begin(), known.end()), ...);
        return nearest(name, candidates);
    }

    void check_input(const Expression& expression, const json::value& node) {
        if (!inputs_ || names(*inputs_, expression.name())) return;
        auto near = near_to(expression.name(), *inputs_);
        diagnostics_.warning(node,
                             expression.text() + ": the workflow's inputs do not describe " + quoted(expression.name()),
                             near.empty() ? "add it to the properties of inputs" : "write $inputs." + near);
    }

    bool has_output(const Step& step, std::string_view name) {
        return names(known_.names_of(step.outputs), name) ||
               (step.called.workflow && names(known_.names_of(step.called.workflow->outputs), name));
    }

    std::string near_to_output(const Step& step, std::string_view name) {
        static const Names none;
        return near_to(name, known_.names_of(step.outputs),
                       step.called.workflow ? known_.names_of(step.called.workflow->outputs) : none);
    }

    void check_step_output(const Expression& expression, const json::value& node, Where where, bool own_step_allowed) {
        auto index = workflow_.index_of(expression.owner());
        if (!index) {
            std::vector<std::string> ids;
            if (diagnostics_.may_suggest())
                for (const auto& step : workflow_.steps) ids.push_back(step.id);
            auto near = nearest(expression.owner(), ids);
            return diagnostics_.error(node,
                                      expression.text() + ": there is no step " + quoted(expression.owner()) +
                                          " in the workflow " + quoted(workflow_.id),
                                      near.empty() ? "write the stepId of a step of this workflow"
                                                   : "write $steps." + near + ".outputs." + expression.name());
        }
        const Step& step = workflow_.steps[*index];
        bool called_is_known = step.kind != Step::Kind::workflow || step.called.workflow;
        if (called_is_known && !has_output(step, expression.name())) {
            auto near = near_to_output(step, expression.name());
            return diagnostics_.error(
                node,
                expression.text() + ": the step " + quoted(step.id) + " has no output " + quoted(expression.name()),
                near.empty() ? "add it to the step's outputs" : "write $steps." + step.id + ".outputs." + near);
        }
        if (!where || *index < *where || (own_step_allowed && *index == *where) || !workflow_.order.empty()) return;
        if (*index == *where)
            return diagnostics_.error(node, expression.text() + " is an output of this step, which has none yet",
                                      "use the output of an earlier step");
        if (is_jumped_to_from(*where, *index)) return;
        diagnostics_.error(node, expression.text() + ": the step " + quoted(step.id) + " comes later",
                           "move it before this step");
    }

    // An action of the later step, or of one behind it, leads back to the earlier one or before it.
    bool is_jumped_to_from(std::size_t earlier, std::size_t later) const {
        // Or a jump forward over this step to the later one, and a retry that runs the later one first.
        return first_jumped_to_[later] <= earlier || last_jumped_to_[earlier] >= later;
    }

    void note_jumps() {
        const std::size_t count = workflow_.steps.size();
        first_jumped_to_.assign(count, std::numeric_limits<std::size_t>::max());
        last_jumped_to_.assign(count, 0);
        for (std::size_t i = 0; i < count; ++i)
            for (const auto* actions : {&workflow_.steps[i].on_success, &workflow_.steps[i].on_failure})
                for (const auto& action : *actions) {
                    if (!action.step) continue;
                    first_jumped_to_[i] = std::min(first_jumped_to_[i], *action.step);
                    last_jumped_to_[i] = std::max(last_jumped_to_[i], *action.step);
                }
        for (std::size_t i = 1; i < count; ++i) {
            last_jumped_to_[i] = std::max(last_jumped_to_[i], last_jumped_to_[i - 1]);
            const std::size_t from_end = count - 1 - i;
            first_jumped_to_[from_end] = std::min(first_jumped_to_[from_end], first_jumped_to_[from_end + 1]);
        }
    }

    void check_workflow_value(const Expression& expression, const json::value& node) {
        const auto* workflow = document_.find_workflow(expression.owner());
        if (!workflow)
            return diagnostics_.error(node, expression.text() + ": there is no workflow " + quoted(expression.owner()),
                                      "write the workflowId of a workflow of this document");
        if (expression.field() == "steps") return check_other_step(expression, *workflow, node);
        if (expression.field() != "outputs") return;
        const Names& outputs = known_.names_of(workflow->outputs);
        if (names(outputs, expression.name())) return;
        auto near = near_to(expression.name(), outputs);
        diagnostics_.error(node,
                           expression.text() + ": the workflow " + quoted(workflow->id) + " has no output " +
                               quoted(expression.name()),
                           near.empty() ? "add it to the workflow's outputs"
                                        : "write $workflows." + workflow->id + ".outputs." + near);
    }

    // $workflows.WORKFLOW.steps.STEP.outputs.NAME
    void check_other_step(const Expression& expression, const Workflow& workflow, const json::value& node) {
        const auto separator = expression.name().find(".outputs.");
        const auto id = expression.name().substr(0, separator);
        const auto* step = workflow.find_step(id);
        if (!step)
            return diagnostics_.error(
                node,
                expression.text() + ": there is no step " + quoted(id) + " in the workflow " + quoted(workflow.id),
                "write the stepId of a step of it");
        const auto output = expression.name().substr(separator + 9);
        if (has_output(*step, output)) return;
        const auto near = near_to_output(*step, output);
        diagnostics_.error(
            node, expression.text() + ": the step " + quoted(id) + " has no output " + quoted(output),
            near.empty() ? "add it to the step's outputs" : "write " + near + " in place of " + quoted(output));
    }

    void check_parameters(const Step& step) {
        if (!step.operation) return;
        const auto& operation = *step.operation;
        std::set<std::pair<ParameterPlace, std::string_view>> given;
        for (const auto& own : step.parameters) given.emplace(own.in, own.name);
        for (const auto& parameter : step.parameters) {
            if (parameter.inherited || parameter.in == ParameterPlace::none ||
                operation.find_parameter(parameter.in, parameter.name))
                continue;
            if (parameter.in == ParameterPlace::path &&
                operation.path.find("{" + parameter.name + "}") == std::string::npos) {
                diagnostics_.error(*parameter.node,
                                   "the path " + operation.path + " has no parameter " + quoted(parameter.name),
                                   "remove it, or correct its name");
                continue;
            }
            std::vector<std::string> declared;
            if (diagnostics_.may_suggest())
                for (const auto& other : operation.parameters)
                    if (other.in == parameter.in && !given.contains({other.in, other.name}))
                        declared.push_back(other.name);
            if (auto near = nearest(parameter.name, declared); !near.empty())
                diagnostics_.warning(*parameter.node,
                                     "the operation has no " + std::string(to_string(parameter.in)) + " parameter " +
                                         quoted(parameter.name),
                                     "did you mean " + near + "?");
        }
        std::string_view path = operation.path;
        for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1)) {
            auto close = path.find('}', open);
            if (close == std::string_view::npos) return;
            auto name = path.substr(open + 1, close - open - 1);
            if (!given.contains({ParameterPlace::path, name}))
                diagnostics_.error(*step.node,
                                   "the step " + quoted(step.id) + " lacks the path parameter " + quoted(name) +
                                       " of " + operation.path,
                                   "add it to its parameters, with \"in: path\"");
        }
    }

    // From the first step along what can follow. An action without criteria hides what stands behind it.
    void check_reachability() {
        if (!workflow_.order.empty() || workflow_.steps.empty()) return;
        std::set<std::size_t> reached;
        std::vector<std::size_t> open{0};
        while (!open.empty()) {
            auto index = open.back();
            open.pop_back();
            if (!reached.insert(index).second) continue;
            const auto& step = workflow_.steps[index];
            bool falls_through = true;
            for (const auto& action : step.on_success) {
                if (action.step) open.push_back(*action.step);
                if (action.criteria.empty()) {
                    falls_through = false;
                    break;
                }
            }
            if (falls_through && index + 1 < workflow_.steps.size()) open.push_back(index + 1);
            for (const auto& action : step.on_failure) {
                if (action.step) open.push_back(*action.step);
                if (action.criteria.empty() && action.kind != Action::Kind::retry) break;
            }
        }
        for (std::size_t i = 0; i < workflow_.steps.size(); ++i)
            if (!reached.contains(i))
                diagnostics_.warning(*workflow_.steps[i].node,
                                     "the step " + quoted(workflow_.steps[i].id) + " is never reached",
                                     "remove it, or lead to it by goto");
    }

    void check_circle() {
        const bool comes_back = std::ranges::any_of(workflow_.depends_on, [&](const auto& link) {
            return link.workflow && known_.dependencies.leads_back(workflow_, *link.workflow);
        });
        if (!comes_back) return;
        diagnostics_.error(*workflow_.depends_on[0].node,
                           "the workflow " + quoted(workflow_.id) + " depends, in a circle, on itself",
                           "remove a dependsOn");
    }

    // A workflow that calls itself, through however many others, where nothing can keep it from that.
    void check_calls() {
        const std::size_t unavoidable = Known::count_unavoidable(workflow_);
        for (std::size_t i = 0; i < unavoidable; ++i) {
            const auto& step = workflow_.steps[i];
            if (!step.called.workflow || !known_.calls.leads_back(workflow_, *step.called.workflow)) continue;
            const bool is_direct = step.called.workflow == &workflow_;
            diagnostics_.error(*step.target_node,
                               "the workflow " + quoted(workflow_.id) + " calls itself without end" +
                                   (is_direct ? "" : ", through " + quoted(step.called.workflow->id)),
                               "remove a call, or lead past it by an action with criteria");
        }
    }

    // The step that follows when this one succeeds, whatever it was answered; nullopt: that depends, or none does.
    std::optional<std::size_t> always_next(std::size_t index) const {
        const auto& step = workflow_.steps[index];
        if (!step.on_success.empty()) {
            const auto& first = step.on_success[0];
            if (!first.criteria.empty() || first.kind != Action::Kind::go) return std::nullopt;
            return first.step;
        }
        if (!workflow_.order.empty() || index + 1 >= workflow_.steps.size()) return std::nullopt;
        return index + 1;
    }

    // Steps that lead to one another by goto for ever: neither criteria of an action nor those of a step end it. Each
    // step has one that always follows, or none, so that every way is gone once.
    void check_loops() {
        std::vector<std::size_t> gone(workflow_.steps.size());  // on which way: that of the step before which it began
        for (std::size_t start = 0; start < workflow_.steps.size(); ++start) {
            std::optional<std::size_t> at = start;
            while (at && gone[*at] == 0) {
                gone[*at] = start + 1;
                at = always_next(*at);
            }
            if (at && gone[*at] == start + 1) check_loop(*at);
        }
    }

    void check_loop(std::size_t start) {
        std::set<std::size_t> loop;
        for (std::size_t at = start; loop.insert(at).second; at = *always_next(at)) {
            const auto& step = workflow_.steps[at];
            if (!step.success_criteria.empty() || !step.on_failure.empty()) return;  // it can end
        }
        const auto jump =
            std::ranges::find_if(loop, [&](std::size_t index) { return !workflow_.steps[index].on_success.empty(); });
        const auto& step = workflow_.steps[jump == loop.end() ? *loop.begin() : *jump];
        diagnostics_.error(jump == loop.end() ? *step.node : *step.on_success[0].node,
                           loop.size() == 1 ? "the step " + quoted(step.id) + " goes to itself without end"
                                            : "the step " + quoted(step.id) + " leads back to itself without end",
                           "give the action criteria, or the step successCriteria");
    }

    const Document& document_;
    const Workflow& workflow_;
    Known& known_;
    Diagnostics& diagnostics_;
    std::optional<Names> inputs_;
    std::vector<std::size_t> first_jumped_to_;  // by any action of this step or one behind it
    std::vector<std::size_t> last_jumped_to_;   // by any of this step or one before it
};

bool is_at_or_inside(std::string_view pointer, std::string_view outer) {
    return pointer.starts_with(outer) && (pointer.size() == outer.size() || pointer[outer.size()] == '/');
}

}  // namespace

std::vector<jsonschema::Violation> schema_violations(const json::value& document, int minor) {
    static const jsonschema::Schema schemas[] = {specification_schema(0), specification_schema(1)};
    return schemas[minor].validate(document, 200);
}

namespace {

// "matches none of the alternatives; by 0, X; by 1, Y" says little to who knows neither: X or Y, whichever is meant.
std::string meant_violation(const std::string& message, const json::value* node) {
    if (!message.starts_with("matches none of the alternatives")) return message;
    const auto* object = node ? node->if_object() : nullptr;
    const std::string marker = object && object->contains("reference") ? "; by 1, " : "; by 0, ";
    auto begin = message.find(marker);
    if (begin == std::string::npos) return "is none of what may stand here";
    begin += marker.size();
    auto out = message.substr(begin, message.find("; by ", begin) - begin);
    return out.starts_with("it ") ? out.substr(3) : "is not as it must be: " + out;
}

// Each with the pointer to its place.
std::vector<std::pair<std::string, Problem>> schema_problems(const Document& document) {
    std::vector<std::pair<std::string, Problem>> out;
    auto violations = schema_violations(document.tree.root(), document.minor);
    // The deepest first: what contains it is wrong only because it is.
    std::ranges::stable_sort(
        violations, [](const auto& a, const auto& b) { return a.instance_pointer.size() > b.instance_pointer.size(); });
    std::vector<std::string> told;
    for (const auto& violation : violations) {
        bool is_known = std::ranges::any_of(
            told, [&](const auto& pointer) { return is_at_or_inside(pointer, violation.instance_pointer); });
        if (is_known) continue;
        told.push_back(violation.instance_pointer);
        const auto* node = follow_pointer(document.tree.root(), *parse_pointer(violation.instance_pointer));
        out.push_back({violation.instance_pointer,
                       {Severity::error, document.file, node ? document.tree.position_of(*node) : Position{},
                        "against the specification's schema: " +
                            (violation.instance_pointer.empty() ? "the document" : violation.instance_pointer) + " " +
                            meant_violation(violation.message, node),
                        ""}});
    }
    return out;
}

// Where the problems stand, as pointers: of each node that one of them points to.
std::vector<std::string> own_places(const Document& document, const Problems& problems) {
    std::vector<std::string> out;
    if (problems.empty()) return out;
    std::set<std::pair<int, int>> told;
    for (const auto& problem : problems) told.emplace(problem.position.line, problem.position.column);
    document.tree.for_each_place([&](const std::string& pointer, Position at, Position name) {
        if (told.contains({at.line, at.column}) || (name.line && told.contains({name.line, name.column})))
            out.push_back(pointer);
    });
    return out;
}

}  // namespace

Problems check_schema(const Document& document) {
    Problems out;
    for (auto& [pointer, problem] : schema_problems(document)) out.push_back(std::move(problem));
    return out;
}

Problems check(const Library& library) {
    Problems out = library.problems();
    Known known(library);
    for (const auto& document : library.documents()) {
        Diagnostics diagnostics(document->file, document->tree, out);
        for (const auto& workflow : document->workflows)
            WorkflowChecker(*document, *workflow, known, diagnostics).check();
        // What this reader has said better needs no second telling: at the place, inside it or around it.
        Problems own;
        std::ranges::copy_if(out, std::back_inserter(own), [&](const auto& problem) {
            return problem.file == document->file && problem.severity == Severity::error;
        });
        const auto places = own_places(*document, own);
        for (auto& [pointer, problem] : schema_problems(*document)) {
            const bool is_told = std::ranges::any_of(places, [&, at = std::string_view(pointer)](const auto& place) {
                return is_at_or_inside(place, at) || is_at_or_inside(at, place);
            });
            if (!is_told) diagnostics.add(problem.severity, problem.position, problem.message, problem.fix);
        }
    }
    std::ranges::stable_sort(out, [](const auto& a, const auto& b) {
        return std::tie(a.file, a.position.line, a.position.column, a.severity) <
               std::tie(b.file, b.position.line, b.position.column, b.severity);
    });
    return out;
}

}  // namespace workflow
