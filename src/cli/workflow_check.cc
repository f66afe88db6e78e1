// `partnerd workflow check`, `list` and `show`: what can be said of a document without running it.

#include <algorithm>
#include <cstdio>

#include "cli/workflow_library.h"
#include "workflow/document/check.h"
#include "workflow/text/text.h"
#include "workflow/text/url.h"

namespace {

constexpr int exit_problems = 1;
constexpr int exit_unreadable = 2;
constexpr std::size_t shown_max = 4'000;

// Null after a complaint.
const workflow::Document* entry_of(const workflow::Library* library) {
    if (!library) return nullptr;
    if (library->entry()) return library->entry();
    for (const auto& problem : library->problems()) print_problem(problem);
    return nullptr;
}

// What check has to say of a document.
struct Checked {
    std::string file;
    bool is_readable = true;
    workflow::Problems problems;

    std::size_t count(workflow::Severity severity) const {
        return static_cast<std::size_t>(std::ranges::count(problems, severity, &workflow::Problem::severity));
    }
    int exit_code() const {
        return !is_readable ? exit_unreadable : count(workflow::Severity::error) ? exit_problems : 0;
    }
};

std::optional<Checked> check_document(const WorkflowOptions& options) {
    const auto library = open_library(options);
    if (!library) return std::nullopt;
    if (!library->entry())
        return Checked{workflow::display_name(workflow::url_of_path(options.file)), false, library->problems()};
    return Checked{library->entry()->file, true, workflow::check(*library)};
}

void print_text(const Checked& checked) {
    for (const auto& problem : checked.problems) print_problem(problem);
    if (!checked.is_readable) return;
    const auto errors = checked.count(workflow::Severity::error), warnings = checked.count(workflow::Severity::warning);
    std::printf("%s: %zu error%s, %zu warning%s\n", checked.file.c_str(), errors, errors == 1 ? "" : "s", warnings,
                warnings == 1 ? "" : "s");
}

std::string_view name_of(workflow::Severity severity) {
    return severity == workflow::Severity::error ? "error" : "warning";
}

void print_json(const std::vector<Checked>& all) {
    workflow::json::array documents;
    for (const auto& checked : all) {
        workflow::json::array problems;
        for (const auto& problem : checked.problems) {
            workflow::json::object one{{"severity", name_of(problem.severity)}, {"file", problem.file}};
            if (problem.position.line) {
                one["line"] = problem.position.line;
                one["column"] = problem.position.column;
            }
            one["message"] = problem.message;
            if (!problem.fix.empty()) one["fix"] = problem.fix;
            problems.push_back(std::move(one));
        }
        documents.push_back({{"file", checked.file},
                             {"readable", checked.is_readable},
                             {"errors", checked.count(workflow::Severity::error)},
                             {"warnings", checked.count(workflow::Severity::warning)},
                             {"problems", std::move(problems)}});
    }
    std::printf("%s\n", workflow::to_pretty_json(workflow::json::object{{"documents", std::move(documents)}}).c_str());
}

// As GitHub's runners read annotations: a line each, with what would end it, or a property, percent-encoded.
std::string github_escape(std::string_view text, bool is_property) {
    std::string out;
    for (char c : text) {
        const bool is_special = c == '%' || c == '\r' || c == '\n' || (is_property && (c == ':' || c == ','));
        out += is_special ? workflow::percent_encode({&c, 1}) : std::string(1, c);
    }
    return out;
}

void print_github(const Checked& checked) {
    for (const auto& problem : checked.problems) {
        std::string text = "::" + std::string(name_of(problem.severity)) + " file=" + github_escape(problem.file, true);
        if (problem.position.line)
            text +=
                ",line=" + std::to_string(problem.position.line) + ",col=" + std::to_string(problem.position.column);
        text += "::" + github_escape(workflow::shorten(problem.message, shown_max) +
                                         (problem.fix.empty() ? "" : "\n" + workflow::shorten(problem.fix, shown_max)),
                                     false);
        std::printf("%s\n", text.c_str());
    }
}

std::string step_target(const workflow::Step& step) {
    if (step.operation) return step.operation->method + " " + step.operation->path;
    if (step.kind == workflow::Step::Kind::workflow) return "workflow " + step.target;
    return step.target;
}

}  // namespace

int check_workflows(const WorkflowOptions& options) {
    if (options.format != "text" && options.format != "json" && options.format != "github")
        return complain("--format is text, json or github");
    int exit_code = 0;
    std::vector<Checked> all;
    for (const auto& file : options.files) {
        WorkflowOptions one = options;
        one.file = file;
        auto checked = check_document(one);
        if (!checked) return exit_unreadable;
        exit_code = std::max(exit_code, checked->exit_code());
        if (options.format == "text") print_text(*checked);
        if (options.format == "github") print_github(*checked);
        all.push_back(std::move(*checked));
    }
    if (options.format == "json") print_json(all);
    return exit_code;
}

int list_workflows(const WorkflowOptions& options) {
    const auto library = open_library(options, false);
    const auto* document = entry_of(library.get());
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
    const auto* document = entry_of(library.get());
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
