#include "dialect/workflows/compiled.h"

#include <boost/json.hpp>

#include "workflow/check.h"
#include "workflow/text.h"
#include "workflow/url.h"

namespace workflows {
namespace {

const std::string own_origin = "http://partnerd.invalid";
constexpr std::size_t errors_told_max = 50;

std::string describe(const workflow::Problem& problem) {
    std::string text;
    if (problem.position.line)
        text += "line " + std::to_string(problem.position.line) + ", column " +
                std::to_string(problem.position.column) + ": ";
    text += problem.message;
    if (!problem.fix.empty()) text += "; " + problem.fix;
    return text;
}

}  // namespace

Compiled compile(const std::string& name, const std::string& document, const std::string& sources,
                 const OwnDocuments& own) {
    const std::string url = own_origin + "/workflows/" + name;
    std::map<std::string, std::string> documents;
    for (const auto& [path, text] : own) documents[own_origin + path] = text;
    if (const auto given = workflow::parse_json(sources); given && given->is_object())
        for (const auto& source : given->get_object())
            if (source.value().is_string())
                documents[workflow::resolve_url(url, std::string_view(source.key()))] = source.value().get_string();
    documents[url] = document;
    Compiled compiled;
    compiled.loader = std::make_unique<workflow::MemoryLoader>(std::move(documents));
    compiled.library = std::make_unique<workflow::Library>(url, *compiled.loader);
    return compiled;
}

Result<void> check(const Compiled& compiled) {
    Error refusal{Reason::invalid, "The document cannot be run as it is."};
    for (const workflow::Problem& problem : workflow::check(*compiled.library)) {
        if (problem.severity != workflow::Severity::error) continue;
        if (refusal.fields.size() >= errors_told_max) break;
        refusal.fields.push_back({"document", "bad_document", describe(problem)});
    }
    if (refusal.fields.empty()) return {};
    return refusal;
}

}  // namespace workflows
