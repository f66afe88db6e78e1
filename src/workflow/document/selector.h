// Selector Object (Arazzo 1.1.0): picks a value out of a structured one, by JSONPath, XPath or JSON Pointer. Compiled
// once.

#pragma once

#include "jsonpath/query.h"
#include "workflow/document/diagnostics.h"
#include "workflow/document/expression.h"
#include "workflow/text/xml.h"

namespace workflow {

enum class SelectorType { jsonpath, xpath, jsonpointer };

// What a declared version of an expression's language means here (1.1.0 "Expression Type Object"). RFC 9535 and XPath
// 1.0 are what there is: of the JSONPath draft, XPath 2.0, 3.0 and 3.1 what these have as well.
struct LanguageVersion {
    std::string refusal;   // why it cannot be read: not known, by name; empty otherwise
    std::string reminder;  // for what cannot be compiled: "xpath-31 is declared, of which ..."; may be empty
};
LanguageVersion judge_version(std::string_view type, std::string_view version);

// What `type` (or targetSelectorType) says: a name, or an object with type and version. nullopt, after a report:
// neither, or a version that is not known. `reminder`: see LanguageVersion.
std::optional<SelectorType> read_selector_type(const json::value&, Diagnostics&, std::string* reminder = nullptr);

class Selector {
public:
    // True for an object with context, selector and type, and nothing else but extensions.
    static bool is_selector(const json::value&);

    static Selector compile(const json::object&, Diagnostics&);

    // JSONPath: the value of a singular query, otherwise an array of all that it selects. XPath: see XPath::select.
    Value evaluate(const Scope&) const;

    const Expression* context() const { return context_ ? &*context_ : nullptr; }
    const std::string& text() const { return text_; }

private:
    std::optional<Expression> context_;
    std::string text_;
    // Nothing when the selector could not be compiled: it then never has a value.
    std::variant<std::monostate, jsonpath::Query, XPath, std::vector<std::string>> program_;
};

}  // namespace workflow
