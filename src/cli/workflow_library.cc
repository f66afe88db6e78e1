#include "cli/workflow_library.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "http/client.h"
#include "workflow/text/text.h"
#include "workflow/text/url.h"

namespace {

constexpr const char* standard_input = "-";

// Documents are small, and the machine they come from may not be ours: bounded in size and time, over verified TLS.
Result<std::string> fetch(const std::string& url, const std::string& ca_file, const http::Proxies& proxies) {
    http::ClientOptions options;
    options.body_bytes_max = workflow::document_bytes_max;
    options.ca_file = ca_file;
    options.proxies = proxies;
    http::Client client(options);
    http::Request request;
    request.method = http::Method::get;
    request.method_name = "GET";
    auto outcome = client.send(url, std::move(request));
    if (!outcome.ok()) return Error{Reason::unavailable, outcome.error().detail};
    if (outcome.response().status != 200)
        return Error{Reason::not_found, "the server answered " + std::to_string(outcome.response().status)};
    return std::move(outcome).response().body;
}

// Standard input stands in the current folder, under the name by which it was asked for.
class StandardInputLoader : public workflow::Loader {
public:
    StandardInputLoader(std::string url, workflow::Loader& others) : url_(std::move(url)), others_(others) {}

    Result<std::string> read(const std::string& url) override {
        return url == url_ ? read_standard_input() : others_.read(url);
    }

private:
    const std::string url_;
    workflow::Loader& others_;
};

bool may_be_document(const std::string& text) {
    std::error_code failed;
    return text == standard_input || text.find("://") != std::string::npos || std::filesystem::exists(text, failed);
}

bool is_chosen(const Targets& targets, const workflow::Workflow& workflow) {
    return std::ranges::any_of(targets.chosen, [&](const Target& target) {
        return target.workflow->id == workflow.id && target.workflow->document->url == workflow.document->url;
    });
}

void choose(Targets& targets, const workflow::Library& library, const workflow::Workflow& workflow) {
    if (!is_chosen(targets, workflow)) targets.chosen.push_back({&library, &workflow});
}

// False after a complaint.
bool choose_without_ids(Targets& targets, const workflow::Library& library, bool all) {
    const auto& workflows = library.entry()->workflows;
    if (workflows.empty()) return complain(library.entry()->file + " has no workflows"), false;
    for (const auto& workflow : workflows) {
        choose(targets, library, *workflow);
        if (!all) break;
    }
    return true;
}

}  // namespace

std::unique_ptr<const workflow::Library> open_library(const WorkflowOptions& options, const std::string& file,
                                                      const http::Proxies& proxies, bool reads_sources) {
    workflow::DiskLoader::Fetch fetcher;
    if (!options.is_offline)
        fetcher = [ca_file = options.ca_file, &proxies](const std::string& url) {
            return fetch(url, ca_file, proxies);
        };
    workflow::LibraryOptions library_options;
    library_options.reads_sources = reads_sources;
    for (const auto& text : options.sources)
        if (auto pair = split_pair(text, "--source"))
            library_options.source_urls[pair->first] = workflow::url_of_path(pair->second);
    workflow::DiskLoader disk(std::move(fetcher));
    const auto url = workflow::url_of_path(file);
    StandardInputLoader input(url, disk);
    workflow::Loader& loader = file == standard_input ? static_cast<workflow::Loader&>(input) : disk;
    return std::make_unique<const workflow::Library>(url, loader, std::move(library_options));
}

std::unique_ptr<const workflow::Library> open_library(const WorkflowOptions& options, bool reads_sources) {
    const auto environment = Environment::read(options.environment_files);
    if (!environment.ok()) return complain(environment.error().detail), nullptr;
    const auto proxies = environment.value().proxies();
    if (!proxies.ok()) return complain(proxies.error().detail), nullptr;
    return open_library(options, options.file, proxies.value(), reads_sources);
}

std::string describe_place(const workflow::Problem& problem) {
    if (!problem.position.line) return problem.file;
    return problem.file + ":" + std::to_string(problem.position.line) + ":" + std::to_string(problem.position.column);
}

void print_problem(const workflow::Problem& problem) {
    const char* severity = problem.severity == workflow::Severity::error ? "error" : "warning";
    // What a document says, a terminal must not obey.
    constexpr std::size_t shown_max = 4'000;
    std::printf("%s: %s: %s\n", workflow::shorten(describe_place(problem), shown_max).c_str(), severity,
                workflow::shorten(problem.message, shown_max).c_str());
    if (!problem.fix.empty()) std::printf("    %s\n", workflow::shorten(problem.fix, shown_max).c_str());
}

std::optional<std::pair<std::string, std::string>> split_pair(const std::string& text, const char* option) {
    auto equal = text.find('=');
    if (equal == std::string::npos || equal == 0) {
        complain(std::string(option) + " wants NAME=VALUE, and \"" + workflow::shorten(text, 60) + "\" is none");
        return std::nullopt;
    }
    return std::pair(text.substr(0, equal), text.substr(equal + 1));
}

const workflow::Workflow* choose_workflow(const workflow::Document& document, const std::string& id) {
    if (id.empty() && !document.workflows.empty()) return document.workflows[0].get();
    const auto* found = document.find_workflow(id);
    if (found) return found;
    std::string known;
    for (const auto& workflow : document.workflows) known += (known.empty() ? "" : ", ") + workflow->id;
    complain("there is no workflow \"" + workflow::shorten(id, 60) + "\" in " + document.file + "; it has: " + known);
    return nullptr;
}

std::optional<Targets> open_targets(const WorkflowOptions& options, const http::Proxies& proxies) {
    Targets out;
    bool has_ids = true;
    const auto end_document = [&] {
        return out.libraries.empty() || has_ids || choose_without_ids(out, *out.libraries.back(), options.runs_all);
    };
    for (const auto& text : options.targets) {
        const auto* document = out.libraries.empty() ? nullptr : out.libraries.back()->entry();
        if (const auto* workflow = document ? document->find_workflow(text) : nullptr) {
            choose(out, *out.libraries.back(), *workflow);
            has_ids = true;
            continue;
        }
        if (document && !may_be_document(text)) return choose_workflow(*document, text), std::nullopt;
        if (!end_document()) return std::nullopt;
        out.libraries.push_back(open_library(options, text, proxies));
        has_ids = false;
        if (out.libraries.back()->entry()) continue;
        for (const auto& problem : out.libraries.back()->problems()) print_problem(problem);
        return std::nullopt;
    }
    if (!end_document()) return std::nullopt;
    return out;
}
