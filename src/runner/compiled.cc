#include "runner/compiled.h"

#include <boost/json.hpp>
#include <map>

#include "uri/uri.h"
#include "workflow/document/check.h"
#include "workflow/text/text.h"

namespace workflows {
namespace {

constexpr std::size_t errors_told_max = 50;

class StoredLoader : public workflow::Loader {
public:
    StoredLoader(std::map<std::string, std::string> given, FindOwnDocument find_own)
        : given_(std::move(given)), find_own_(std::move(find_own)) {}

    Result<std::string> read(const std::string& url) override {
        if (const auto found = given_.find(url); found != given_.end()) return found->second;
        if (find_own_ && url.starts_with(own_origin))
            if (auto own = find_own_(std::string_view(url).substr(own_origin.size()))) return std::move(*own);
        return Error{Reason::not_found, "it was not given in \"sources\", and nothing is fetched here"};
    }

private:
    const std::map<std::string, std::string> given_;
    const FindOwnDocument find_own_;
};

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

std::shared_ptr<const workflow::Library> compile(const std::string& name, const std::string& document,
                                                 const std::string& sources, const FindOwnDocument& find_own) {
    const std::string url = own_origin + "/workflows/" + name;
    std::map<std::string, std::string> given;
    if (const auto read = workflow::parse_json(sources); read && read->is_object())
        for (const auto& source : read->get_object())
            if (source.value().is_string())
                given[uri::resolve(url, std::string_view(source.key()))] = source.value().get_string();
    given[url] = document;
    StoredLoader loader(std::move(given), find_own);
    workflow::LibraryOptions options;
    options.limits = {.bytes_max = 4 << 20, .nodes_max = 200'000, .depth_max = 100};  // also where aliases multiply
    return std::make_shared<const workflow::Library>(url, loader, std::move(options));
}

Result<void> check(const workflow::Library& library) {
    Error refusal{Reason::invalid, "The document cannot be run as it is."};
    for (const workflow::Problem& problem : workflow::check(library)) {
        if (problem.severity != workflow::Severity::error) continue;
        if (refusal.fields.size() >= errors_told_max) break;
        refusal.fields.push_back({"document", Rule::bad_document, describe(problem)});
    }
    if (refusal.fields.empty()) return {};
    return refusal;
}

}  // namespace workflows
