#include "workflow/document/check.h"

#include <algorithm>
#include <set>

#include "core/embedded_file.h"
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

// The names of the inputs that a schema describes; nullopt when it leaves them open.
std::optional<std::set<std::string>> input_names(const Document& document, const json::value& schema, int depth = 0) {
    const auto* object = schema.if_object();
    if (!object || depth > 16) return std::nullopt;
    std::set<std::string> out;
    bool any = false;
    auto add = [&](const json::value& part) {
        auto names = input_names(document, part, depth + 1);
        if (names) out.insert(names->begin(), names->end());
        any = any || names.has_value();
        return names.has_value();
    };
    if (const auto* properties = object->if_contains("properties"); properties && properties->is_object()) {
        any = true;
        for (const auto& member : properties->get_object()) out.insert(member.key());
    }
    if (const auto* reference = object->if_contains("$ref")) {
        const auto* text = reference->if_string();
        auto pointer = text && text->starts_with("#") ? parse_pointer(std::string_view(*text).substr(1)) : std::nullopt;
        const auto* target = pointer ? follow_pointer(document.tree.root(), *pointer) : nullptr;
        if (!target || !add(*target)) return std::nullopt;
    }
    for (const char* keyword : {"allOf", "anyOf", "oneOf"}) {
        const auto* list = object->if_contains(keyword);
        if (!list || !list->is_array()) continue;
        for (const auto& part : list->get_array()) add(part);
    }
    return any ? std::optional(out) : std::nullopt;
}

class WorkflowChecker {
public:
    WorkflowChecker(const Document& document, const Workflow& workflow, Diagnostics& diagnostics)
        : document_(document), workflow_(workflow), diagnostics_(diagnostics) {
        if (workflow.inputs) inputs_ = input_names(document, *workflow.inputs);
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

    static bool names(const std::set<std::string>& known, std::string_view name) {
        for (auto end = name.size(); end != std::string_view::npos && end > 0;
             end = name.substr(0, end).find_last_of(".["))
            if (known.contains(std::string(name.substr(0, end)))) return true;
        return false;
    }

    void check_input(const Expression& expression, const json::value& node) {
        if (!inputs_ || names(*inputs_, expression.name())) return;
        auto near = nearest(expression.name(), {inputs_->begin(), inputs_->end()});
        diagnostics_.warning(node,
                             expression.text() + ": the workflow's inputs do not describe " + quoted(expression.name()),
                             near.empty() ? "add it to the properties of inputs" : "write $inputs." + near);
    }

    static std::set<std::string> outputs_of(const Step& step) {
        std::set<std::string> out;
        for (const auto& output : step.outputs) out.insert(output.name);
        if (step.called.workflow)
            for (const auto& output : step.called.workflow->outputs) out.insert(output.name);
        return out;
    }

    void check_step_output(const Expression& expression, const json::value& node, Where where, bool own_step_allowed) {
        auto index = workflow_.index_of(expression.owner());
        if (!index) {
            std::vector<std::string> ids;
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
        auto outputs = outputs_of(step);
        if (called_is_known && !names(outputs, expression.name())) {
            auto near = nearest(expression.name(), {outputs.begin(), outputs.end()});
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
        for (std::size_t i = later; i < workflow_.steps.size(); ++i)
            for (const auto* actions : {&workflow_.steps[i].on_success, &workflow_.steps[i].on_failure})
                for (const auto& action : *actions)
                    if (action.step && *action.step <= earlier) return true;
        // A jump forward over this step to the later one, and a retry that runs the later one first.
        for (std::size_t i = 0; i <= earlier; ++i)
            for (const auto* actions : {&workflow_.steps[i].on_success, &workflow_.steps[i].on_failure})
                for (const auto& action : *actions)
                    if (action.step && *action.step >= later) return true;
        return false;
    }

    void check_workflow_value(const Expression& expression, const json::value& node) {
        const auto* workflow = document_.find_workflow(expression.owner());
        if (!workflow)
            return diagnostics_.error(node, expression.text() + ": there is no workflow " + quoted(expression.owner()),
                                      "write the workflowId of a workflow of this document");
        if (expression.field() == "steps") return check_other_step(expression, *workflow, node);
        if (expression.field() != "outputs") return;
        std::set<std::string> outputs;
        for (const auto& output : workflow->outputs) outputs.insert(output.name);
        if (names(outputs, expression.name())) return;
        auto near = nearest(expression.name(), {outputs.begin(), outputs.end()});
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
        const auto outputs = outputs_of(*step);
        if (names(outputs, output)) return;
        const auto near = nearest(output, {outputs.begin(), outputs.end()});
        diagnostics_.error(
            node, expression.text() + ": the step " + quoted(id) + " has no output " + quoted(output),
            near.empty() ? "add it to the step's outputs" : "write " + near + " in place of " + quoted(output));
    }

    void check_parameters(const Step& step) {
        if (!step.operation) return;
        const auto& operation = *step.operation;
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
            for (const auto& other : operation.parameters) {
                bool is_given = std::ranges::any_of(
                    step.parameters, [&](const auto& own) { return own.name == other.name && own.in == other.in; });
                if (other.in == parameter.in && !is_given) declared.push_back(other.name);
            }
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
            bool is_given = std::ranges::any_of(
                step.parameters, [&](const auto& own) { return own.name == name && own.in == ParameterPlace::path; });
            if (!is_given)
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

    static bool depends_on(const Workflow& from, const Workflow* wanted, std::set<const Workflow*>& seen) {
        if (!seen.insert(&from).second) return false;
        return std::ranges::any_of(from.depends_on, [&](const auto& link) {
            return link.workflow && (link.workflow == wanted || depends_on(*link.workflow, wanted, seen));
        });
    }

    void check_circle() {
        std::set<const Workflow*> seen;
        if (!depends_on(workflow_, &workflow_, seen)) return;
        diagnostics_.error(*workflow_.depends_on[0].node,
                           "the workflow " + quoted(workflow_.id) + " depends, in a circle, on itself",
                           "remove a dependsOn");
    }

    // The step comes to be executed whenever its workflow goes on at all: no action before it can lead elsewhere.
    static bool is_unavoidable(const Workflow& workflow, std::size_t index) {
        if (!workflow.order.empty()) return false;
        for (std::size_t i = 0; i < index; ++i) {
            const auto& step = workflow.steps[i];
            if (!step.on_success.empty()) return false;
            for (const auto& action : step.on_failure)
                if (action.kind == Action::Kind::go) return false;
        }
        return true;
    }

    // A workflow that calls itself, through however many others, where nothing can keep it from that.
    void check_calls() {
        for (std::size_t i = 0; i < workflow_.steps.size(); ++i) {
            const auto& step = workflow_.steps[i];
            if (!step.called.workflow || !is_unavoidable(workflow_, i)) continue;
            std::set<const Workflow*> seen;
            if (!calls(*step.called.workflow, seen)) continue;
            const bool is_direct = step.called.workflow == &workflow_;
            diagnostics_.error(*step.target_node,
                               "the workflow " + quoted(workflow_.id) + " calls itself without end" +
                                   (is_direct ? "" : ", through " + quoted(step.called.workflow->id)),
                               "remove a call, or lead past it by an action with criteria");
        }
    }

    bool calls(const Workflow& from, std::set<const Workflow*>& seen) const {
        if (&from == &workflow_) return true;
        if (!seen.insert(&from).second) return false;
        for (std::size_t i = 0; i < from.steps.size(); ++i) {
            const auto* called = from.steps[i].called.workflow;
            if (called && is_unavoidable(from, i) && calls(*called, seen)) return true;
        }
        return false;
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

    // Steps that lead to one another by goto for ever: neither criteria of an action nor those of a step end it.
    void check_loops() {
        std::set<std::size_t> told;
        for (std::size_t start = 0; start < workflow_.steps.size(); ++start) {
            std::set<std::size_t> path;
            std::optional<std::size_t> at = start;
            bool can_end = false;
            while (at && path.insert(*at).second) {
                const auto& step = workflow_.steps[*at];
                can_end = can_end || !step.success_criteria.empty() || !step.on_failure.empty();
                at = always_next(*at);
            }
            if (!at || *at != start || can_end || told.contains(start)) continue;
            told.insert(path.begin(), path.end());
            const auto jump = std::ranges::find_if(
                path, [&](std::size_t index) { return !workflow_.steps[index].on_success.empty(); });
            const auto& step = workflow_.steps[jump == path.end() ? start : *jump];
            diagnostics_.error(jump == path.end() ? *step.node : *step.on_success[0].node,
                               path.size() == 1 ? "the step " + quoted(step.id) + " goes to itself without end"
                                                : "the step " + quoted(step.id) + " leads back to itself without end",
                               "give the action criteria, or the step successCriteria");
        }
    }

    const Document& document_;
    const Workflow& workflow_;
    Diagnostics& diagnostics_;
    std::optional<std::set<std::string>> inputs_;
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
    document.tree.for_each_place([&](const std::string& pointer, Position at, Position name) {
        const bool is_told = std::ranges::any_of(problems, [&](const auto& problem) {
            return problem.position == at || (name.line && problem.position == name);
        });
        if (is_told) out.push_back(pointer);
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
    for (const auto& document : library.documents()) {
        Diagnostics diagnostics(document->file, document->tree, out);
        for (const auto& workflow : document->workflows) WorkflowChecker(*document, *workflow, diagnostics).check();
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
