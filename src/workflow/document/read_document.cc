// Reads the tree of an Arazzo document into the model. Follows the sections of the specification: one function an
// object.

#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "workflow/document/document.h"
#include "workflow/document/object_reader.h"
#include "workflow/text/text.h"
#include "workflow/text/url.h"

namespace workflow {

namespace {

bool matches(std::string_view text, const char* pattern) {
    return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

class DocumentReader {
public:
    DocumentReader(Document& document, Diagnostics& diagnostics) : document_(document), diagnostics_(diagnostics) {}

    void read() {
        ObjectReader root(document_.tree.root(), "an Arazzo document", diagnostics_);
        if (!root.is_object()) return;
        if (is_newer())
            root.allow_only({"arazzo", "$self", "info", "sourceDescriptions", "workflows", "components"});
        else
            root.allow_only({"arazzo", "info", "sourceDescriptions", "workflows", "components"}, {"$self"});
        read_info(root);
        if (const auto* components = root.any("components")) read_components(*components);
        if (const auto* list = root.any("workflows"); list && list->is_array() && !list->get_array().empty()) {
            for (const auto& workflow : list->get_array()) read_workflow(workflow);
        } else {
            diagnostics_.error(list ? *list : root.node(),
                               "an Arazzo document needs \"workflows\", a list with at least one workflow",
                               "add a workflow with workflowId and steps");
        }
    }

private:
    bool is_newer() const { return document_.minor >= 1; }

    void read_info(ObjectReader& root) {
        const auto* info = root.required("info", "info: {title: ..., version: 1.0.0}");
        if (!info) return;
        ObjectReader reader(*info, "info", diagnostics_);
        document_.title = reader.required_text("title", "title: What the workflows do");
        document_.version = reader.required_text("version", "version: 1.0.0");
        reader.text("summary");
        reader.text("description");
        reader.allow_only({"title", "summary", "description", "version"});
    }

    void check_key(const json::value& value, std::string_view key) {
        if (matches(key, R"([a-zA-Z0-9\.\-_]+)")) return;
        diagnostics_.error_at_name(
            value, "the name \"" + shorten(key, 60) + "\" may hold only letters, digits, '.', '-' and '_'",
            "rename it");
    }

    void check_id(const json::value& node, const std::string& id, std::string_view what) {
        if (id.empty() || matches(id, R"([A-Za-z0-9_\-]+)")) return;
        diagnostics_.warning(
            node,
            "the " + std::string(what) + " \"" + shorten(id, 60) + "\" should hold only letters, digits, '-' and '_'",
            "rename it");
    }

    void read_components(const json::value& value) {
        ObjectReader components(value, "components", diagnostics_);
        components.allow_only({"inputs", "parameters", "successActions", "failureActions"});
        if (const auto* map = components.map("inputs"))
            for (const auto& member : *map) check_key(member.value(), member.key());
        if (const auto* map = components.map("parameters"))
            for (const auto& member : *map) {
                check_key(member.value(), member.key());
                if (auto parameter = read_parameter(member.value()))
                    document_.parameters.emplace(member.key(), std::move(*parameter));
            }
        read_component_actions(components, "successActions", document_.success_actions);
        read_component_actions(components, "failureActions", document_.failure_actions);
    }

    template <class Map>
    void read_component_actions(ObjectReader& components, std::string_view name, Map& out) {
        const auto* map = components.map(name);
        if (!map) return;
        for (const auto& member : *map) {
            check_key(member.value(), member.key());
            out.emplace(member.key(), &member.value());
        }
    }

    void read_workflow(const json::value& value) {
        auto workflow = std::make_unique<Workflow>();
        workflow->document = &document_;
        workflow->node = &value;
        ObjectReader reader(value, "a workflow", diagnostics_);
        if (!reader.is_object()) return;
        workflow->id = reader.required_text("workflowId", "workflowId: open-account");
        reader.allow_only({"workflowId", "summary", "description", "inputs", "dependsOn", "steps", "successActions",
                           "failureActions", "outputs", "parameters"});
        if (const auto* id = reader.any("workflowId")) {
            check_id(*id, workflow->id, "workflowId");
            if (!workflow->id.empty() && document_.find_workflow(workflow->id))
                diagnostics_.error(*id, "another workflow has the workflowId \"" + workflow->id + "\" already",
                                   "give each its own");
        }
        workflow->summary = reader.text("summary");
        workflow->description = reader.text("description");
        workflow->inputs = reader.any("inputs");
        if (const auto* list = reader.array("dependsOn")) {
            for (const auto& element : *list) {
                if (element.is_string())
                    workflow->depends_on.push_back({std::string(element.get_string()), &element});
                else
                    diagnostics_.error(element, "dependsOn lists workflowIds", "write a workflowId");
            }
        }
        workflow->parameters = read_parameters(reader, "parameters", nullptr);
        read_actions(reader, "successActions", false, workflow->success_actions);
        read_actions(reader, "failureActions", true, workflow->failure_actions);
        if (const auto* outputs = reader.map("outputs")) workflow->outputs = read_outputs(*outputs);
        const auto* steps = reader.required("steps", "steps: [...]");
        if (steps && steps->is_array() && !steps->get_array().empty())
            for (const auto& step : steps->get_array()) read_step(step, *workflow);
        else if (steps)
            diagnostics_.error(*steps, "\"steps\" must be a list with at least one step", "add a step");
        document_.workflows_by_id.try_emplace(workflow->id, workflow.get());
        document_.workflows.push_back(std::move(workflow));
    }

    std::vector<Output> read_outputs(const json::object& map) {
        std::vector<Output> out;
        for (const auto& member : map) {
            check_key(member.value(), member.key());
            bool selector = is_newer() && Selector::is_selector(member.value());
            if (!member.value().is_string() && !selector) {
                diagnostics_.error(member.value(),
                                   is_newer() ? "an output is a runtime expression or a Selector Object"
                                              : "an output is a runtime expression",
                                   "write, for example, $response.body#/id");
                continue;
            }
            auto value = Template::compile(member.value(), is_newer(), diagnostics_);
            if (member.value().is_string() && value.is_literal())
                diagnostics_.warning(
                    member.value(),
                    "the output \"" + std::string(member.key()) + "\" is no runtime expression; it is always this text",
                    "write, for example, $response.body#/id");
            out.push_back({member.key(), std::move(value), &member.value()});
        }
        return out;
    }

    std::optional<Parameter> read_parameter(const json::value& value) {
        ObjectReader reader(value, "a parameter", diagnostics_);
        if (!reader.is_object()) return std::nullopt;
        reader.allow_only({"name", "in", "value"});
        Parameter out;
        out.node = &value;
        out.name = reader.required_text("name", "name: accountUid");
        const auto* parameter_value = reader.required("value", "value: $inputs.accountUid");
        if (const auto* in = reader.any("in")) {
            auto place = in->is_string() ? parse_parameter_place(in->get_string()) : std::nullopt;
            if (place == ParameterPlace::querystring && !is_newer()) place = std::nullopt;
            if (!place)
                diagnostics_.error(*in,
                                   is_newer() ? "\"in\" is path, query, querystring, header or cookie"
                                              : "\"in\" is path, query, header or cookie",
                                   "write one of them");
            out.in = place.value_or(ParameterPlace::none);
        }
        if (out.name.empty() || !parameter_value) return std::nullopt;
        out.value = Template::compile(*parameter_value, is_newer(), diagnostics_);
        return out;
    }

    // The name in "$components.KIND.NAME"; empty after a complaint.
    std::string read_reference(ObjectReader& reader, std::string_view kind) {
        const auto& node = *reader.any("reference");
        auto parsed = node.is_string() ? Expression::parse(node.get_string())
                                       : std::variant<Expression, std::string>(std::string());
        const auto* expression = std::get_if<Expression>(&parsed);
        if (expression && expression->root() == Expression::Root::component && expression->owner() == kind)
            return expression->name();
        diagnostics_.error(node, "a reference here is written $components." + std::string(kind) + ".NAME",
                           "correct the reference");
        return {};
    }

    template <class Map>
    void unknown_component(ObjectReader& reader, std::string_view kind, const std::string& name, const Map& known) {
        auto near = diagnostics_.may_suggest() ? nearest(name, keys(known)) : "";
        diagnostics_.error(*reader.any("reference"),
                           "there is no component $components." + std::string(kind) + "." + shorten(name, 60),
                           near.empty() ? "define it under components/" + std::string(kind)
                                        : "write $components." + std::string(kind) + "." + near);
    }

    template <class Map>
    static std::vector<std::string> keys(const Map& map) {
        std::vector<std::string> out;
        for (const auto& entry : map) out.push_back(entry.first);
        return out;
    }

    std::optional<Parameter> read_parameter_or_reference(const json::value& value) {
        const auto* object = value.if_object();
        if (!object || !object->contains("reference")) return read_parameter(value);
        ObjectReader reader(value, "a reusable parameter", diagnostics_);
        auto name = read_reference(reader, "parameters");
        if (name.empty()) return std::nullopt;
        auto found = document_.parameters.find(name);
        if (found == document_.parameters.end()) {
            unknown_component(reader, "parameters", name, document_.parameters);
            return std::nullopt;
        }
        Parameter out = found->second;
        out.node = &value;
        if (const auto* overriding = reader.any("value"))
            out.value = Template::compile(*overriding, is_newer(), diagnostics_);
        return out;
    }

    // With `to_operation`, each needs a place.
    std::vector<Parameter> read_parameters(ObjectReader& reader, std::string_view name, const bool* to_operation) {
        std::vector<Parameter> out;
        std::unordered_set<std::string> names;
        const auto* list = reader.array(name);
        if (!list) return out;
        for (const auto& element : *list) {
            auto parameter = read_parameter_or_reference(element);
            if (!parameter) continue;
            if (to_operation && *to_operation && parameter->in == ParameterPlace::none)
                diagnostics_.error(element, "the parameter \"" + shorten(parameter->name, 60) + "\" lacks \"in\"",
                                   "add \"in: query\" (or path, header, cookie)");
            if (!names.insert(std::to_string(int(parameter->in)) + parameter->name).second)
                diagnostics_.error(element,
                                   "the parameter \"" + shorten(parameter->name, 60) + "\" stands twice in the list",
                                   "remove one");
            else
                out.push_back(std::move(*parameter));
        }
        return out;
    }

    void read_actions(ObjectReader& reader, std::string_view name, bool failure, std::vector<Action>& out) {
        const auto* list = reader.array(name);
        if (!list) return;
        std::unordered_set<std::string> names;
        for (const Action& action : out) names.insert(action.name);
        for (const auto& element : *list) {
            auto action = read_action_or_reference(element, failure);
            if (!action) continue;
            if (!action->name.empty() && !names.insert(action->name).second)
                diagnostics_.error(element, "the action \"" + shorten(action->name, 60) + "\" stands twice in the list",
                                   "rename or remove one");
            else
                out.push_back(std::move(*action));
        }
    }

    std::optional<Action> read_action_or_reference(const json::value& value, bool failure) {
        const auto* object = value.if_object();
        if (!object || !object->contains("reference")) return read_action(value, failure);
        std::string_view kind = failure ? "failureActions" : "successActions";
        const auto& components = failure ? document_.failure_actions : document_.success_actions;
        ObjectReader reader(value, "a reusable action", diagnostics_);
        auto name = read_reference(reader, kind);
        if (name.empty()) return std::nullopt;
        auto found = components.find(name);
        if (found == components.end()) {
            unknown_component(reader, kind, name, components);
            return std::nullopt;
        }
        return read_action(*found->second, failure);
    }

    std::optional<Action> read_action(const json::value& value, bool failure) {
        ObjectReader reader(value, failure ? "a failure action" : "a success action", diagnostics_);
        if (!reader.is_object()) return std::nullopt;
        if (failure && is_newer())
            reader.allow_only(
                {"name", "type", "workflowId", "stepId", "parameters", "retryAfter", "retryLimit", "criteria"});
        else if (failure)
            reader.allow_only({"name", "type", "workflowId", "stepId", "retryAfter", "retryLimit", "criteria"},
                              {"parameters"});
        else if (is_newer())
            reader.allow_only({"name", "type", "workflowId", "stepId", "parameters", "criteria"});
        else
            reader.allow_only({"name", "type", "workflowId", "stepId", "criteria"}, {"parameters"});
        Action out;
        out.node = &value;
        out.name = reader.required_text("name", "name: wait-and-retry");
        auto type = reader.required_text("type", "type: end");
        if (type == "end")
            out.kind = Action::Kind::end;
        else if (type == "goto")
            out.kind = Action::Kind::go;
        else if (type == "retry" && failure)
            out.kind = Action::Kind::retry;
        else {
            if (!type.empty())
                diagnostics_.error(*reader.any("type"),
                                   failure ? "the type of a failure action is end, goto or retry"
                                           : "the type of a success action is end or goto",
                                   "write one of them");
            return std::nullopt;
        }
        read_target(reader, out);
        if (is_newer()) {
            out.parameters = read_parameters(reader, "parameters", nullptr);
            for (const auto& parameter : out.parameters) {
                const auto* written = parameter.node->if_object();
                const auto* in = written ? written->if_contains("in") : nullptr;
                if (in)
                    diagnostics_.error(*in,
                                       "the \"in\" field must not be used in a parameter of an action, which is "
                                       "an input of the workflow that it leads to",
                                       "remove \"in\"");
            }
        }
        if (failure) read_retry(reader, out);
        if (const auto* criteria = reader.array("criteria"))
            for (const auto& criterion : *criteria) out.criteria.push_back(Criterion::compile(criterion, diagnostics_));
        return out;
    }

    void read_target(ObjectReader& reader, Action& out) {
        const auto* step = reader.any("stepId");
        const auto* workflow = reader.any("workflowId");
        if (step && workflow)
            diagnostics_.error(*step, "an action names either a stepId or a workflowId", "remove one");
        if (out.kind == Action::Kind::go && !step && !workflow)
            diagnostics_.error(reader.node(), "a goto action needs a stepId or a workflowId", "add one");
        if (out.kind == Action::Kind::end && (step || workflow))
            diagnostics_.warning(step ? *step : *workflow, "an end action goes nowhere; the field has no effect",
                                 "remove it, or write \"type: goto\"");
        if (step && !reader.text("stepId").empty()) out.step_node = step;
        if (workflow && !step)
            if (auto id = reader.text("workflowId"); !id.empty()) out.workflow = WorkflowLink{id, workflow};
    }

    void read_retry(ObjectReader& reader, Action& out) {
        if (const auto* after = reader.any("retryAfter")) {
            double seconds = after->is_number() ? after->to_number<double>() : -1;
            if (seconds < 0)
                diagnostics_.error(*after, "retryAfter is a number of seconds, 0 or more", "write, for example, 1.5");
            else
                out.retry_after_seconds = seconds;
            if (out.kind != Action::Kind::retry)
                diagnostics_.warning(*after, "retryAfter has no effect unless the type is retry", "remove it");
        }
        if (const auto* limit = reader.any("retryLimit")) {
            std::int64_t count = limit->is_int64() ? limit->get_int64() : -1;
            if (limit->is_double() && limit->get_double() == std::trunc(limit->get_double()) &&
                std::abs(limit->get_double()) < 1e15)
                count = static_cast<std::int64_t>(limit->get_double());
            if (count < 0)
                diagnostics_.error(*limit, "retryLimit is a whole number, 0 or more", "write, for example, 3");
            else
                out.retry_limit = count;
            if (out.kind != Action::Kind::retry)
                diagnostics_.warning(*limit, "retryLimit has no effect unless the type is retry", "remove it");
        }
    }

    void read_step(const json::value& value, Workflow& workflow) {
        ObjectReader reader(value, "a step", diagnostics_);
        if (!reader.is_object()) return;
        Step step;
        step.node = &value;
        step.id = reader.required_text("stepId", "stepId: create-account");
        step.description = reader.text("description");
        if (is_newer())
            reader.allow_only({"stepId", "description", "operationId", "operationPath", "channelPath", "workflowId",
                               "parameters", "requestBody", "successCriteria", "onSuccess", "onFailure", "outputs",
                               "timeout", "correlationId", "action", "dependsOn"});
        else
            reader.allow_only({"stepId", "description", "operationId", "operationPath", "workflowId", "parameters",
                               "requestBody", "successCriteria", "onSuccess", "onFailure", "outputs"},
                              {"channelPath", "timeout", "correlationId", "action", "dependsOn"});
        if (const auto* id = reader.any("stepId")) {
            check_id(*id, step.id, "stepId");
            if (!step.id.empty() && workflow.index_of(step.id))
                diagnostics_.error(*id, "another step of the workflow has the stepId \"" + step.id + "\" already",
                                   "give each its own");
        }
        read_step_target(reader, step);
        bool to_operation = step.kind == Step::Kind::operation;
        step.parameters = read_parameters(reader, "parameters", &to_operation);
        if (const auto* body = reader.any("requestBody")) read_body(*body, step);
        if (const auto* criteria = reader.array("successCriteria")) {
            for (const auto& criterion : *criteria)
                step.success_criteria.push_back(Criterion::compile(criterion, diagnostics_));
            if (criteria->empty())
                diagnostics_.error(*reader.any("successCriteria"), "successCriteria must hold at least one criterion",
                                   "add one, or remove the field");
        }
        read_actions(reader, "onSuccess", false, step.on_success);
        read_actions(reader, "onFailure", true, step.on_failure);
        if (const auto* outputs = reader.map("outputs")) step.outputs = read_outputs(*outputs);
        if (is_newer()) read_newer_fields(reader, step);
        workflow.step_places.try_emplace(step.id, workflow.steps.size());
        workflow.steps.push_back(std::move(step));
    }

    void read_step_target(ObjectReader& reader, Step& step) {
        struct Target {
            std::string_view field;
            Step::Kind kind;
        };
        static constexpr Target targets[] = {{"operationId", Step::Kind::operation},
                                             {"operationPath", Step::Kind::operation},
                                             {"channelPath", Step::Kind::asyncapi},
                                             {"workflowId", Step::Kind::workflow}};
        for (const auto& [field, kind] : targets) {
            const auto* node = reader.any(field);
            if (!node || (kind == Step::Kind::asyncapi && !is_newer())) continue;
            if (step.target_node) {
                diagnostics_.error(*node, "a step has one of operationId, operationPath and workflowId",
                                   "remove the others");
                continue;
            }
            step.target_node = node;
            step.kind = kind;
            step.target = reader.text(field);
            if (!step.target.empty()) continue;
            const auto what = "its " + std::string(field) + " must be a text that says which one";
            if (node->is_string())
                diagnostics_.error(*node, "\"" + std::string(field) + "\" must not be empty", "name one");
            step.obstacle = what;
        }
        if (!step.target_node) {
            diagnostics_.error(reader.node(),
                               "the step \"" + step.id + "\" has no operationId, operationPath or workflowId",
                               "add one of them");
            step.obstacle = "it has no operationId, operationPath or workflowId";
        }
        if (step.kind == Step::Kind::workflow) step.called = {step.target, step.target_node};
    }

    void read_newer_fields(ObjectReader& reader, Step& step) {
        if (const auto* timeout = reader.any("timeout")) {
            if (timeout->is_int64() && timeout->get_int64() >= 0)
                step.timeout_ms = timeout->get_int64();
            else
                diagnostics_.error(*timeout, "timeout is a whole number of milliseconds", "write, for example, 5000");
        }
        if (reader.any("action") || reader.any("correlationId")) {
            if (step.kind == Step::Kind::operation) step.kind = Step::Kind::asyncapi;
        }
        const auto* list = reader.array("dependsOn");
        if (!list) return;
        for (const auto& element : *list) {
            StepDependency dependency;
            dependency.node = &element;
            dependency.text = to_text(element);
            if (!element.is_string() || dependency.text.empty()) {
                diagnostics_.error(element, "dependsOn lists stepIds", "write a stepId");
                continue;
            }
            std::string_view text = dependency.text;
            auto separator = text.find(".steps.");
            if (!text.starts_with('$')) {
                dependency.step = text;
            } else if (text.starts_with("$workflows.") && separator != std::string_view::npos) {
                dependency.workflow = text.substr(11, separator - 11);
                dependency.step = text.substr(separator + 7);
            } else if (text.starts_with("$sourceDescriptions.") && separator != std::string_view::npos) {
                dependency.workflow = text.substr(0, separator);
                dependency.step = text.substr(separator + 7);
            } else {
                diagnostics_.error(
                    element, "\"" + shorten(text, 60) + "\" names no step",
                    "write a stepId, $workflows.WORKFLOW.steps.STEP or $sourceDescriptions.NAME.WORKFLOW.steps.STEP");
                continue;
            }
            step.depends_on.push_back(std::move(dependency));
        }
    }

    void read_body(const json::value& value, Step& step) {
        ObjectReader reader(value, "requestBody", diagnostics_);
        if (!reader.is_object()) return;
        reader.allow_only({"contentType", "payload", "replacements"});
        Body body;
        body.node = &value;
        body.content_type = reader.text("contentType");
        if (const auto* payload = reader.any("payload"))
            body.payload = Template::compile(*payload, is_newer(), diagnostics_);
        if (const auto* list = reader.array("replacements"))
            for (const auto& element : *list) read_replacement(element, body);
        if (step.kind == Step::Kind::workflow)
            diagnostics_.warning(value, "a step that calls a workflow has no request; requestBody has no effect",
                                 "pass values as parameters");
        step.body = std::move(body);
    }

    void read_replacement(const json::value& value, Body& body) {
        ObjectReader reader(value, "a replacement", diagnostics_);
        if (!reader.is_object()) return;
        if (is_newer())
            reader.allow_only({"target", "targetSelectorType", "value"});
        else
            reader.allow_only({"target", "value"}, {"targetSelectorType"});
        Replacement out;
        out.node = &value;
        out.target_text = reader.text("target");
        const auto* target = reader.required("target", "target: /name");
        const auto* replacing = reader.required("value", "value: $inputs.name");
        if (!target || !target->is_string() || !replacing) return;
        out.value = Template::compile(*replacing, is_newer(), diagnostics_);
        if (const auto* type = reader.any("targetSelectorType"); type && is_newer())
            out.selector_type = read_selector_type(*type, diagnostics_);
        read_target_of(*target, body, out);
        body.replacements.push_back(std::move(out));
    }

    // Without a selector type, the payload's media type decides, which may be known only from the operation.
    void read_target_of(const json::value& target, const Body& body, Replacement& out) {
        bool undecided = !out.selector_type && body.content_type.empty();
        auto type = out.selector_type.value_or(is_xml_media_type(body.content_type) ? SelectorType::xpath
                                                                                    : SelectorType::jsonpointer);
        if (type == SelectorType::jsonpath) {
            auto compiled = jsonpath::Query::compile(out.target_text);
            if (!compiled.ok())
                return diagnostics_.error(target, compiled.error().detail, "write a JSONPath query of RFC 9535");
            out.jsonpath = std::move(compiled).value();
            return;
        }
        if (type == SelectorType::jsonpointer || undecided) out.pointer = parse_pointer(out.target_text);
        std::string why_no_xpath;
        if (type == SelectorType::xpath || undecided) {
            auto compiled = XPath::compile(out.target_text);
            if (auto* xpath = std::get_if<XPath>(&compiled))
                out.xpath = std::move(*xpath);
            else
                why_no_xpath = std::get<std::string>(compiled);
        }
        if (out.pointer || out.xpath) return;
        if (type == SelectorType::xpath)
            diagnostics_.error(target, why_no_xpath, "write a path of XPath 1.0");
        else
            diagnostics_.error(target, "\"" + shorten(out.target_text, 60) + "\" is no JSON Pointer",
                               "write a pointer such as /items/0/id");
    }

    Document& document_;
    Diagnostics& diagnostics_;
};

bool find_pointer(const json::value& at, const json::value* wanted, std::string& out) {
    if (&at == wanted) return true;
    std::size_t before = out.size();
    if (const auto* array = at.if_array()) {
        for (std::size_t i = 0; i < array->size(); ++i) {
            out += "/" + std::to_string(i);
            if (find_pointer((*array)[i], wanted, out)) return true;
            out.resize(before);
        }
    } else if (const auto* object = at.if_object()) {
        for (const auto& member : *object) {
            out += pointer_text({std::string(member.key())});
            if (find_pointer(member.value(), wanted, out)) return true;
            out.resize(before);
        }
    }
    return false;
}

}  // namespace

std::string pointer_of(const Tree& tree, const json::value& node) {
    std::string out;
    return find_pointer(tree.root(), &node, out) ? out : std::string();
}

const Step* Workflow::find_step(std::string_view id) const {
    auto index = index_of(id);
    return index ? &steps[*index] : nullptr;
}

std::optional<std::size_t> Workflow::index_of(std::string_view step_id) const {
    const auto found = step_places.find(step_id);
    return found == step_places.end() ? std::nullopt : std::optional(found->second);
}

const Source* Document::find_source(std::string_view name) const {
    for (const auto& source : sources)
        if (source.name == name) return &source;
    return nullptr;
}

const Workflow* Document::find_workflow(std::string_view id) const {
    const auto found = workflows_by_id.find(id);
    return found == workflows_by_id.end() ? nullptr : found->second;
}

Value source_value(const Document& document, const std::string& name, const std::string& field) {
    const auto* source = document.find_source(name);
    const auto* object = source && source->node ? source->node->if_object() : nullptr;
    const auto* value = object ? object->if_contains(field) : nullptr;
    return value ? Value(*value) : Value();
}

Value component_value(const Document& document, const std::string& kind, const std::string& name, const Scope& scope) {
    if (kind != "parameters") return {};
    auto found = document.parameters.find(name);
    if (found == document.parameters.end()) return {};
    // A component whose value names a component (itself, at worst) has none.
    Scope inner = scope;
    inner.document = nullptr;
    Gaps gaps;
    auto value = found->second.value.evaluate(inner, gaps);
    if (!value || !gaps.cannot.empty()) return {};
    return Value(std::move(value).copy());
}

void read_document(Document& document, Diagnostics& diagnostics) { DocumentReader(document, diagnostics).read(); }

}  // namespace workflow
