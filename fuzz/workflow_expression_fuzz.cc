// Runtime expressions, and texts with expressions embedded in them. No crash; what is an expression evaluates the same
// way twice, and reads the same once written again.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fuzz/workflow_fuzz_scope.h"
#include "workflow/document/template.h"
#include "workflow/text/text.h"

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void check_expression(std::string_view text, bool in_condition, const workflow::Scope& scope) {
    const auto parsed = workflow::Expression::parse(text, in_condition);
    if (const auto* why = std::get_if<std::string>(&parsed)) return require(!why->empty());
    const auto& expression = std::get<workflow::Expression>(parsed);
    require(expression.text() == text);
    const auto value = expression.evaluate(scope);
    const auto again = expression.evaluate(scope);
    require(static_cast<bool>(value) == static_cast<bool>(again));
    if (value) require(workflow::to_json(*value) == workflow::to_json(*again));
    if (const auto* pointer = expression.pointer()) {
        const auto read = workflow::parse_pointer(workflow::pointer_text(*pointer));
        require(read && *read == *pointer);
    }
}

void check_template(std::string_view text, const workflow::Scope& scope) {
    workflow::Problems problems;
    const auto read = workflow::read_tree(workflow::to_json(workflow::json::value(text)), "x.json");
    const auto& tree = std::get<workflow::Tree>(read);
    workflow::Diagnostics diagnostics("", tree, problems);
    const auto compiled = workflow::Template::compile(tree.root(), true, diagnostics);
    workflow::Gaps gaps;
    const auto value = compiled.evaluate(scope, gaps);
    if (value) (void)workflow::to_text(*value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (!workflow::is_utf8(text)) return 0;  // documents are refused before
    static const workflow::FuzzScope things;
    check_expression(text, false, things.scope());
    check_expression(text, true, things.scope());
    check_template(text, things.scope());
    return 0;
}
