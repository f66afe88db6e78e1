#include "cli/workflow_plan.h"

#include <fmt/format.h>

#include <cstdio>

#include "cli/workflow_environment.h"
#include "cli/workflow_inputs.h"
#include "workflow/run/server_choice.h"
#include "workflow/text/text.h"

using namespace workflow;

namespace {

std::string describe_target(const Step& step, const RequestOptions& requests) {
    if (step.kind == Step::Kind::workflow) return "workflow " + step.target;
    if (!step.operation || !step.source) return step.target;
    const auto server = find_server(*step.operation, *step.source, requests);
    return step.operation->method + " " + (server.ok() ? server.value() : "") + step.operation->path;
}

void print_parameters(const Step& step, const Scope& scope, const Secrets& secrets) {
    for (const auto& parameter : step.parameters) {
        Gaps gaps;
        auto value = parameter.value.evaluate(scope, gaps);
        const bool known = value && gaps.cannot.empty();
        auto shown =
            known ? to_json(secrets.mask_value(json::object{{parameter.name, *value}}).as_object().begin()->value())
                  : to_text(parameter.value.written());
        std::printf("     %s %s = %s\n", std::string(to_string(parameter.in)).c_str(),
                    shorten(parameter.name, 60).c_str(), shorten(shown).c_str());
    }
}

void print_actions(const char* when, const std::vector<Action>& actions, const Workflow& workflow) {
    for (const auto& action : actions) {
        std::string text = action.kind == Action::Kind::end  ? "end"
                           : action.kind == Action::Kind::go ? "goto"
                                                             : fmt::format("retry up to {} times", action.retry_limit);
        if (action.retry_after_seconds) text += fmt::format(" after {} s", *action.retry_after_seconds);
        if (action.step) text += " step " + workflow.steps[*action.step].id;
        if (action.workflow) text += " workflow " + action.workflow->text;
        for (const auto& criterion : action.criteria)
            text += (&criterion == &action.criteria[0] ? " if " : " and ") + criterion.text();
        std::printf("     %s: %s\n", when, shorten(text, 300).c_str());
    }
}

}  // namespace

int print_plan(const Workflow& workflow, json::object inputs, const RequestOptions& requests, const Secrets& secrets) {
    int exit_code = 0;
    for (const auto& sentence : complete_inputs(workflow, inputs)) exit_code = complain(sentence);
    std::printf("%s\ninputs %s\n", workflow.id.c_str(), to_json(secrets.mask_value(inputs)).c_str());
    for (const auto& link : workflow.depends_on) std::printf("first: workflow %s\n", link.text.c_str());
    std::size_t number = 0;
    for (std::size_t i = 0; i < workflow.steps.size(); ++i) {
        const auto& step = workflow.steps[workflow.order.empty() ? i : workflow.order[i]];
        std::printf("%zu. %s  %s\n", ++number, step.id.c_str(), describe_target(step, requests).c_str());
        print_parameters(step, Scope{.inputs = &inputs, .document = workflow.document}, secrets);
        if (step.body && step.body->payload)
            std::printf("     body (%s) %s\n", request_content_type(step).c_str(),
                        shorten(secrets.mask(to_json(step.body->payload->written())), 400).c_str());
        for (const auto& criterion : step.success_criteria)
            std::printf("     succeeds when %s\n", shorten(criterion.text(), 200).c_str());
        print_actions("on success", step.on_success, workflow);
        print_actions("on failure", step.on_failure, workflow);
    }
    return exit_code;
}
