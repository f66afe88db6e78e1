// `partnerd workflow check`, `list` and `show`: what can be said of a document without running it.

#include <cstdio>

#include "cli/workflow_library.h"
#include "workflow/document/check.h"
#include "workflow/text/text.h"

namespace {

constexpr int exit_problems = 1;
constexpr int exit_unreadable = 2;

const workflow::Document* entry_of(const workflow::Library& library) {
    if (library.entry()) return library.entry();
    for (const auto& problem : library.problems()) print_problem(problem);
    return nullptr;
}

std::string step_target(const workflow::Step& step) {
    if (step.operation) return step.operation->method + " " + step.operation->path;
    if (step.kind == workflow::Step::Kind::workflow) return "workflow " + step.target;
    return step.target;
}

}  // namespace

int check_workflow(const WorkflowOptions& options) {
    const auto library = open_library(options);
    if (!entry_of(*library)) return exit_unreadable;
    std::size_t errors = 0, warnings = 0;
    for (const auto& problem : workflow::check(*library)) {
        print_problem(problem);
        ++(problem.severity == workflow::Severity::error ? errors : warnings);
    }
    std::printf("%s: %zu error%s, %zu warning%s\n", library->entry()->file.c_str(), errors, errors == 1 ? "" : "s",
                warnings, warnings == 1 ? "" : "s");
    return errors ? exit_problems : 0;
}

int list_workflows(const WorkflowOptions& options) {
    const auto library = open_library(options, false);
    const auto* document = entry_of(*library);
    if (!document) return exit_unreadable;
    std::size_t width = 0;
    for (const auto& workflow : document->workflows) width = std::max(width, workflow->id.size());
    for (const auto& workflow : document->workflows)
        std::printf(
            "%-*s  %2zu step%s  %s\n", static_cast<int>(width), workflow->id.c_str(), workflow->steps.size(),
            workflow->steps.size() == 1 ? " " : "s",
            workflow::shorten(workflow->summary.empty() ? workflow->description : workflow->summary, 100).c_str());
    return 0;
}

int show_workflow(const WorkflowOptions& options) {
    const auto library = open_library(options);
    const auto* document = entry_of(*library);
    if (!document) return exit_unreadable;
    const auto* workflow = choose_workflow(*document, options.workflow_id);
    if (!workflow) return exit_unreadable;
    std::printf("%s\n", workflow->id.c_str());
    if (!workflow->summary.empty()) std::printf("  %s\n", workflow::shorten(workflow->summary, 400).c_str());
    if (!workflow->depends_on.empty()) {
        std::printf("depends on\n");
        for (const auto& link : workflow->depends_on) std::printf("  %s\n", workflow::shorten(link.text).c_str());
    }
    if (workflow->inputs) std::printf("inputs\n%s\n", workflow::to_pretty_json(*workflow->inputs).c_str());
    std::printf("steps\n");
    for (const auto& step : workflow->steps) {
        std::printf("  %-28s %s\n", step.id.c_str(), workflow::shorten(step_target(step), 100).c_str());
        if (!step.obstacle.empty())
            std::printf("      cannot be executed: %s\n", workflow::shorten(step.obstacle, 300).c_str());
    }
    if (!workflow->outputs.empty()) std::printf("outputs\n");
    for (const auto& output : workflow->outputs)
        std::printf("  %-28s %s\n", output.name.c_str(),
                    workflow::shorten(workflow::to_text(output.value.written())).c_str());
    return 0;
}
