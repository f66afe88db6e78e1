// Ties the names in a document to what they name: steps to operations and workflows, actions to steps, dependencies to
// an order; and gives each step the parameters and actions that it inherits from its workflow.

#include <algorithm>
#include <set>

#include "uri/uri.h"
#include "workflow/document/document.h"
#include "workflow/text/text.h"
#include "workflow/text/url.h"

namespace workflow {

namespace {

std::string quoted(std::string_view text) { return "\"" + shorten(text, 60) + "\""; }

class Linker {
public:
    Linker(Document& document, Diagnostics& diagnostics) : document_(document), diagnostics_(diagnostics) {}

    void link() {
        for (auto& workflow : document_.workflows) link_workflow(*workflow);
    }

private:
    void link_workflow(Workflow& workflow) {
        for (auto& link : workflow.depends_on) {
            link_to_workflow(link);
            if (!link.workflow && workflow.obstacle.empty()) workflow.obstacle = link.why_not;
        }
        const bool inherits = !inherits_too_much(workflow);
        for (auto& step : workflow.steps) {
            if (inherits) {
                inherit_parameters(workflow, step);
                inherit_actions(workflow.success_actions, step.on_success);
                inherit_actions(workflow.failure_actions, step.on_failure);
            }
            link_target(step);
            make_sure(step);
            for (auto& action : step.on_success) link_action(workflow, action);
            for (auto& action : step.on_failure) link_action(workflow, action);
            for (auto& dependency : step.depends_on) link_dependency(workflow, dependency);
        }
        order_steps(workflow);
    }

    // What is inherited is copied to each step: many steps and much to inherit are more than either.
    bool inherits_too_much(Workflow& workflow) {
        constexpr std::size_t inherited_max = 100'000;
        const std::size_t each =
            workflow.parameters.size() + workflow.success_actions.size() + workflow.failure_actions.size();
        if (each == 0 || workflow.steps.size() <= inherited_max / each) return false;
        workflow.obstacle = "its steps inherit too much";
        diagnostics_.error(*workflow.node,
                           "the workflow " + quoted(workflow.id) + " has more steps than can inherit its " +
                               std::to_string(each) + " parameters and actions",
                           "write them at the steps that need them");
        return true;
    }

    // "These parameters can be overridden at the step level but cannot be removed there."
    static void inherit_parameters(const Workflow& workflow, Step& step) {
        if (workflow.parameters.empty()) return;
        std::vector<Parameter> out;
        std::set<std::pair<std::string_view, ParameterPlace>> own_places;
        std::set<std::string_view> own_names;
        for (const auto& own : step.parameters) {
            own_places.emplace(own.name, own.in);
            own_names.insert(own.name);
        }
        for (const auto& inherited : workflow.parameters) {
            const bool overridden = step.kind == Step::Kind::workflow
                                        ? own_names.contains(inherited.name)
                                        : own_places.contains({inherited.name, inherited.in});
            if (overridden) continue;
            out.push_back(inherited);
            out.back().inherited = true;
        }
        out.insert(out.end(), step.parameters.begin(), step.parameters.end());
        step.parameters = std::move(out);
    }

    // A step's own actions come first: an action of the workflow without criteria must not hide them.
    static void inherit_actions(const std::vector<Action>& inherited, std::vector<Action>& own) {
        if (inherited.empty()) return;
        std::set<std::string> names;
        for (const auto& action : own) names.insert(action.name);
        for (const auto& action : inherited)
            if (!names.contains(action.name)) own.push_back(action);
    }

    void link_target(Step& step) {
        if (step.kind == Step::Kind::workflow) {
            link_to_workflow(step.called);
            if (!step.called.workflow) step.obstacle = step.called.why_not;
        } else if (step.kind == Step::Kind::asyncapi) {
            not_supported(step);
        } else if (step.kind == Step::Kind::operation && !step.target.empty()) {
            const auto& object = step.node->get_object();
            if (object.contains("operationId"))
                link_operation_id(step);
            else
                link_operation_path(step);
        }
    }

    // Whoever executes a step, or plans it, relies on this: it has what it needs, or says why not.
    static void make_sure(Step& step) {
        const bool can_be_executed =
            step.kind == Step::Kind::workflow ? step.called.workflow != nullptr : step.operation && step.source;
        if (!can_be_executed && step.obstacle.empty()) step.obstacle = "it names no operation and no workflow";
    }

    void not_supported(Step& step) {
        step.kind = Step::Kind::asyncapi;
        step.obstacle = "it is an AsyncAPI step, which is not supported";
        diagnostics_.warning(*step.node,
                             "the step " + quoted(step.id) +
                                 " is an AsyncAPI step; AsyncAPI is not supported, and the workflow cannot be run");
    }

    void refuse(Step& step, std::string why, std::string fix) {
        step.obstacle = why;
        diagnostics_.error(*step.target_node, why, std::move(fix));
    }

    void use(Step& step, const Source& source, const Result<const Operation*>& operation, std::string fix) {
        if (!operation.ok())
            return refuse(step, operation.error().detail + " in the source " + quoted(source.name), std::move(fix));
        step.operation = operation.value();
        step.source = &source;
    }

    // A source that could not be read was reported where it stands; one that was not to be read is no mistake.
    bool is_usable(Step& step, const Source& source) {
        if (source.kind == Source::Kind::asyncapi) return not_supported(step), false;
        if (source.kind == Source::Kind::arazzo) {
            refuse(step, "the source " + quoted(source.name) + " is an Arazzo document, which has no operations",
                   "name an OpenAPI source, or write workflowId");
            return false;
        }
        if (!source.api)
            step.obstacle = "the source " + quoted(source.name) +
                            (source.why_not.empty() ? " was not read" : " cannot be read: " + source.why_not);
        return source.api != nullptr;
    }

    std::string fix_for_operation(const Source& source, const std::string& id) {
        auto near = diagnostics_.may_suggest() ? nearest(id, source.api->operation_ids()) : "";
        return near.empty() ? "write an operationId of " + display_name(source.api->url()) : "write " + near;
    }

    const Source* named_source(Step& step, const std::string& name) {
        const auto* source = document_.find_source(name);
        if (!source) refuse(step, "there is no source " + quoted(name), fix_for_source(name));
        return source;
    }

    std::string fix_for_source(const std::string& name) {
        std::vector<std::string> names;
        if (diagnostics_.may_suggest())
            for (const auto& source : document_.sources) names.push_back(source.name);
        auto near = nearest(name, names);
        return near.empty() ? "add it to sourceDescriptions" : "write " + near;
    }

    static std::string_view without_braces(std::string_view text) {
        return text.starts_with("{$") && text.ends_with('}') ? text.substr(1, text.size() - 2) : text;
    }

    void link_operation_id(Step& step) {
        auto text = without_braces(step.target);
        if (text.starts_with('$')) {
            auto parsed = Expression::parse(text);
            const auto* expression = std::get_if<Expression>(&parsed);
            if (!expression || expression->root() != Expression::Root::source)
                return refuse(step, quoted(text) + " names no operation",
                              "write an operationId, or $sourceDescriptions.NAME.OPERATION");
            const auto* source = named_source(step, expression->owner());
            if (!source || !is_usable(step, *source)) return;
            return use(step, *source, source->api->find_operation(expression->name()),
                       fix_for_operation(*source, expression->name()));
        }
        std::vector<const Source*> candidates, having;
        for (const auto& source : document_.sources) {
            if (source.kind == Source::Kind::arazzo) continue;
            candidates.push_back(&source);
            if (source.api && source.api->has_operation(text)) having.push_back(&source);
        }
        if (having.size() > 1)
            return refuse(step, "the operation " + quoted(text) + " stands in several sources",
                          "write $sourceDescriptions." + having[0]->name + "." + std::string(text));
        if (having.size() == 1) {
            if (candidates.size() > 1)
                diagnostics_.warning(*step.target_node,
                                     "with several sources, an operationId says which one it belongs to",
                                     "write $sourceDescriptions." + having[0]->name + "." + std::string(text));
            return use(step, *having[0], having[0]->api->find_operation(text), "");
        }
        link_dotted_id(step, std::string(text), candidates);
    }

    // "museum-api.getHours" instead of "$sourceDescriptions.museum-api.getHours", as another runner has it.
    void link_dotted_id(Step& step, const std::string& text, const std::vector<const Source*>& candidates) {
        auto dot = text.find('.');
        const auto* source = dot == std::string::npos ? nullptr : document_.find_source(text.substr(0, dot));
        if (source && source->api && source->api->has_operation(text.substr(dot + 1))) {
            diagnostics_.warning(
                *step.target_node,
                "an operation of a named source starts with $sourceDescriptions; it works here as it is",
                "write $sourceDescriptions." + text);
            return use(step, *source, source->api->find_operation(text.substr(dot + 1)), "");
        }
        for (const auto* candidate : candidates)
            if (candidate->kind == Source::Kind::openapi && !candidate->api) return void(is_usable(step, *candidate));
        if (candidates.empty())
            return refuse(step, "there is no OpenAPI source with the operation " + quoted(text),
                          "add one to sourceDescriptions");
        if (candidates.size() == 1) {
            if (!is_usable(step, *candidates[0])) return;
            return use(step, *candidates[0], candidates[0]->api->find_operation(text),
                       fix_for_operation(*candidates[0], text));
        }
        for (const auto* candidate : candidates)
            if (candidate->kind == Source::Kind::asyncapi) return not_supported(step);
        refuse(step, "there is no operation " + quoted(text) + " in any source",
               "write $sourceDescriptions.NAME.OPERATION");
    }

    // "$sourceDescriptions.NAME", which is no expression, but is used.
    const Source* source_by_name(std::string_view text) const {
        constexpr std::string_view root = "$sourceDescriptions.";
        return text.starts_with(root) ? document_.find_source(std::string(text.substr(root.size()))) : nullptr;
    }

    // {$sourceDescriptions.NAME.url}#/paths/~1pets/get
    void link_operation_path(Step& step) {
        std::string_view text = step.target;
        auto hash = text.find('#');
        auto owner = std::string(without_braces(text.substr(0, hash)));
        constexpr std::string_view form = "write {$sourceDescriptions.NAME.url}#/paths/~1pets/get";
        const Source* source = nullptr;
        if (owner.starts_with('$') && !source_by_name(owner)) {
            auto parsed = Expression::parse(owner);
            const auto* expression = std::get_if<Expression>(&parsed);
            if (!expression || expression->root() != Expression::Root::source)
                return refuse(step, quoted(text) + " is no operationPath", std::string(form));
            source = named_source(step, expression->owner());
            if (!source) return;
            if (source->kind == Source::Kind::asyncapi) return not_supported(step);
            if (expression->name() != "url")
                return refuse(step, quoted(text) + " is no operationPath", std::string(form));
        } else if (const auto* named = source_by_name(owner)) {
            source = named;
            if (source->kind == Source::Kind::asyncapi) return not_supported(step);
            diagnostics_.warning(*step.target_node,
                                 "an operationPath names its source by its url; it works here as it is",
                                 "write {$sourceDescriptions." + source->name + ".url}" +
                                     std::string(hash == std::string_view::npos ? "" : text.substr(hash)));
        } else {
            auto location = uri::resolve(document_.base, owner);
            for (const auto& candidate : document_.sources)
                if (candidate.location == location) source = &candidate;
            if (!source) return refuse(step, quoted(text) + " is no operationPath", std::string(form));
            diagnostics_.warning(*step.target_node,
                                 "an operationPath names its source by an expression; it works here as it is",
                                 std::string(form));
        }
        if (!is_usable(step, *source)) return;
        auto pointer = hash == std::string_view::npos ? std::nullopt : parse_pointer(text.substr(hash + 1));
        if (!pointer)
            return refuse(step, quoted(text) + " is no operationPath: a JSON Pointer follows '#'", std::string(form));
        auto found = source->api->find_operation_at(*pointer);
        if (!found.ok()) {  // a pointer in a URL may be percent-encoded
            auto decoded = parse_pointer(percent_decode(text.substr(hash + 1)));
            if (decoded && *decoded != *pointer) found = source->api->find_operation_at(*decoded);
        }
        use(step, *source, found, std::string(form));
    }

    void link_to_workflow(WorkflowLink& link) {
        auto fail = [&](std::string why, std::string fix) {
            link.why_not = why;
            diagnostics_.error(*link.node, std::move(why), std::move(fix));
        };
        auto text = std::string(without_braces(link.text));
        if (!text.starts_with('$')) {
            link.workflow = document_.find_workflow(text);
            if (link.workflow) return;
            std::vector<std::string> ids;
            if (diagnostics_.may_suggest())
                for (const auto& workflow : document_.workflows) ids.push_back(workflow->id);
            auto near = nearest(text, ids);
            return fail("there is no workflow " + quoted(text),
                        near.empty() ? "write the workflowId of a workflow of this document" : "write " + near);
        }
        auto parsed = Expression::parse(text);
        const auto* expression = std::get_if<Expression>(&parsed);
        if (!expression || expression->root() != Expression::Root::source)
            return fail(quoted(text) + " names no workflow",
                        "write a workflowId, or $sourceDescriptions.NAME.WORKFLOW");
        const auto* source = document_.find_source(expression->owner());
        if (!source)
            return fail("there is no source " + quoted(expression->owner()), fix_for_source(expression->owner()));
        if (source->kind != Source::Kind::arazzo)
            return fail("the source " + quoted(source->name) + " is no Arazzo document, and has no workflows",
                        "name a source of type arazzo");
        if (!source->document) {
            link.why_not = "the source " + quoted(source->name) +
                           (source->why_not.empty() ? " was not read" : " cannot be read: " + source->why_not);
            return;
        }
        link.workflow = source->document->find_workflow(expression->name());
        if (!link.workflow)
            fail("there is no workflow " + quoted(expression->name()) + " in the source " + quoted(source->name),
                 "write the workflowId of a workflow of that document");
    }

    void link_action(const Workflow& workflow, Action& action) {
        if (action.kind == Action::Kind::end) return;
        if (action.workflow) {
            link_to_workflow(*action.workflow);
            if (!action.workflow->workflow) action.obstacle = action.workflow->why_not;
        }
        if (!action.step_node) return;
        std::string_view id = action.step_node->get_string();
        action.step = workflow.index_of(id);
        if (action.step) return;
        std::vector<std::string> ids;
        if (diagnostics_.may_suggest())
            for (const auto& step : workflow.steps) ids.push_back(step.id);
        auto near = nearest(id, ids);
        action.obstacle = "there is no step " + quoted(id) + " in the workflow " + quoted(workflow.id);
        diagnostics_.error(*action.step_node, action.obstacle,
                           near.empty() ? "write the stepId of a step of this workflow" : "write " + near);
    }

    void link_dependency(const Workflow& workflow, StepDependency& dependency) {
        const Workflow* owner = &workflow;
        if (!dependency.workflow.empty()) {
            WorkflowLink link{dependency.workflow, dependency.node};
            link_to_workflow(link);
            if (!link.workflow) return;
            owner = link.workflow;
            dependency.workflow = owner->id;
        }
        auto index = owner->index_of(dependency.step);
        if (!index)
            diagnostics_.error(*dependency.node,
                               "there is no step " + quoted(dependency.step) + " in the workflow " + quoted(owner->id),
                               "write the stepId of a step of it");
        else if (owner == &workflow)
            dependency.index = index;
    }

    // The steps of this workflow that a step needs: those it names in dependsOn, and those whose outputs it uses.
    static std::set<std::size_t> needs_of(const Workflow& workflow, std::size_t index) {
        const auto& step = workflow.steps[index];
        std::set<std::size_t> out;
        for (const auto& dependency : step.depends_on)
            if (dependency.index) out.insert(*dependency.index);
        auto use = [&](const Expression& expression) {
            if (expression.root() != Expression::Root::step) return;
            auto used = workflow.index_of(expression.owner());
            if (used && *used != index) out.insert(*used);
        };
        for (const auto& parameter : step.parameters) parameter.value.for_each_expression(use);
        if (step.body && step.body->payload) step.body->payload->for_each_expression(use);
        if (step.body)
            for (const auto& replacement : step.body->replacements) replacement.value.for_each_expression(use);
        return out;
    }

    // "Tools supporting only sequential execution MUST execute steps in an order that satisfies both explicit
    // (dependsOn) and implicit (output reference) dependencies." Without any dependsOn, steps run as they stand.
    void order_steps(Workflow& workflow) {
        bool any = std::ranges::any_of(workflow.steps, [](const auto& step) { return !step.depends_on.empty(); });
        if (!any) return;
        std::vector<std::set<std::size_t>> needs;
        for (std::size_t i = 0; i < workflow.steps.size(); ++i) needs.push_back(needs_of(workflow, i));
        std::vector<std::vector<std::size_t>> needed_by(needs.size());
        std::vector<std::size_t> missing(needs.size());
        std::set<std::size_t> ready;  // of them the first comes next
        for (std::size_t i = 0; i < needs.size(); ++i) {
            missing[i] = needs[i].size();
            if (missing[i] == 0) ready.insert(i);
            for (const std::size_t need : needs[i]) needed_by[need].push_back(i);
        }
        std::vector<bool> placed(needs.size());
        std::vector<std::size_t> order;
        while (!ready.empty()) {
            const std::size_t next = *ready.begin();
            ready.erase(ready.begin());
            placed[next] = true;
            order.push_back(next);
            for (const std::size_t later : needed_by[next])
                if (--missing[later] == 0) ready.insert(later);
        }
        if (order.size() < placed.size()) return report_circle(workflow, placed);
        if (!std::ranges::is_sorted(order)) workflow.order = std::move(order);
    }

    void report_circle(Workflow& workflow, const std::vector<bool>& placed) {
        for (std::size_t i = 0; i < placed.size(); ++i) {
            auto& step = workflow.steps[i];
            if (placed[i] || step.depends_on.empty()) continue;
            step.obstacle = "it depends, through dependsOn, on itself";
            diagnostics_.error(*step.depends_on[0].node,
                               "the step " + quoted(step.id) + " depends, in a circle, on itself",
                               "remove a dependsOn");
        }
    }

    Document& document_;
    Diagnostics& diagnostics_;
};

}  // namespace

void link_document(Document& document, Diagnostics& diagnostics) { Linker(document, diagnostics).link(); }

}  // namespace workflow
