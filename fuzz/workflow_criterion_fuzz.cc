// Criteria: simple conditions, and whole criterion objects (regex, jsonpath, xpath). No crash, nothing that takes long;
// the short way to a verdict and the long one agree, and one that does not hold says why.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fuzz/workflow_fuzz_scope.h"
#include "workflow/document/condition.h"
#include "workflow/document/criterion.h"
#include "workflow/text/text.h"

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void check_condition(std::string_view text, const workflow::Scope& scope) {
    const auto parsed = workflow::Condition::parse(text);
    if (const auto* error = std::get_if<workflow::SyntaxError>(&parsed))
        return require(!error->message.empty() && error->offset <= text.size());
    const auto& condition = std::get<workflow::Condition>(parsed);
    (void)condition.holds(scope);
    require(workflow::is_utf8(condition.explain(scope)));
}

void check_criterion(const workflow::json::value& written, const workflow::Scope& scope) {
    workflow::Problems problems;
    const auto read = workflow::read_tree(workflow::to_json(written), "x.json");
    const auto* tree = std::get_if<workflow::Tree>(&read);
    if (!tree) return;  // too deep
    workflow::Diagnostics diagnostics("", *tree, problems);
    const auto criterion = workflow::Criterion::compile(tree->root(), diagnostics);
    const auto verdict = criterion.check(scope);
    require(verdict.holds == criterion.holds(scope));
    require(verdict.holds || !verdict.why.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (!workflow::is_utf8(text)) return 0;
    static const workflow::FuzzScope things;
    const auto scope = things.scope();
    check_condition(text, scope);
    if (const auto written = workflow::parse_json(text)) {
        check_criterion(*written, scope);
        return 0;
    }
    for (const char* context : {"$response.body", "$inputs.xml", "$statusCode"})
        for (const char* type : {"regex", "jsonpath", "xpath"})
            check_criterion(
                workflow::json::object{{"context", context}, {"type", type}, {"condition", std::string(text)}}, scope);
    return 0;
}
