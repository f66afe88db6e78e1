#include "cli/workflow_library.h"

#include <cstdio>

#include "http/client.h"
#include "workflow/text/text.h"
#include "workflow/text/url.h"

namespace {

// Documents are small, and the machine they come from may not be ours: bounded in size and time, over verified TLS.
Result<std::string> fetch(const std::string& url, const std::string& ca_file) {
    http::ClientOptions options;
    options.body_bytes_max = workflow::document_bytes_max;
    options.ca_file = ca_file;
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

}  // namespace

std::unique_ptr<const workflow::Library> open_library(const WorkflowOptions& options, bool reads_sources) {
    workflow::DiskLoader::Fetch fetcher;
    if (!options.is_offline)
        fetcher = [ca_file = options.ca_file](const std::string& url) { return fetch(url, ca_file); };
    workflow::LibraryOptions library_options;
    library_options.reads_sources = reads_sources;
    for (const auto& text : options.sources)
        if (auto pair = split_pair(text, "--source"))
            library_options.source_urls[pair->first] = workflow::url_of_path(pair->second);
    workflow::DiskLoader loader(std::move(fetcher));
    return std::make_unique<const workflow::Library>(workflow::url_of_path(options.file), loader,
                                                     std::move(library_options));
}

void print_problem(const workflow::Problem& problem) {
    std::string where = problem.file;
    if (problem.position.line)
        where += ":" + std::to_string(problem.position.line) + ":" + std::to_string(problem.position.column);
    const char* severity = problem.severity == workflow::Severity::error ? "error" : "warning";
    // What a document says, a terminal must not obey.
    constexpr std::size_t shown_max = 4'000;
    std::printf("%s: %s: %s\n", workflow::shorten(where, shown_max).c_str(), severity,
                workflow::shorten(problem.message, shown_max).c_str());
    if (!problem.fix.empty()) std::printf("    %s\n", workflow::shorten(problem.fix, shown_max).c_str());
}

std::optional<std::pair<std::string, std::string>> split_pair(const std::string& text, const char* option) {
    auto equal = text.find('=');
    if (equal == std::string::npos || equal == 0) {
        std::fprintf(stderr, "partnerd: %s wants NAME=VALUE, and \"%s\" is none\n", option,
                     workflow::shorten(text, 60).c_str());
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
    std::fprintf(stderr, "partnerd: there is no workflow \"%s\" in %s; it has: %s\n", workflow::shorten(id, 60).c_str(),
                 document.file.c_str(), known.c_str());
    return nullptr;
}
