// Template: a value as an author writes it, in which strings may be expressions ("$inputs.id") or have some embedded
// ("id-{$inputs.id}"), compiled once and evaluated for each request. Used for parameters, payloads, outputs,
// conditions.

#pragma once

#include <functional>
#include <memory>

#include "workflow/document/selector.h"

namespace workflow {

// What evaluating ran into.
struct Gaps {
    std::vector<std::string> left_out;  // expressions without a value whose member or element could be left out
    std::string cannot;                 // the first embedded expression without a value: the text cannot be made
};

class Template {
public:
    // Selector Objects are recognised when `selectors` (Arazzo 1.1).
    static Template compile(const json::value&, bool selectors, Diagnostics&);
    // Only the embedded form: for conditions, where "$" alone means something else.
    static Template compile_embedded(const json::value& text, Diagnostics&);

    // None: the whole has no value. A member of an object without a value is left out, an element of an array is null;
    // both are told in `gaps`. When gaps.cannot is set, the value must not be used.
    Value evaluate(const Scope&, Gaps& gaps) const;

    bool is_literal() const;
    // The whole is one expression or selector (so that a string made by it is a value, not a text written by the
    // author).
    bool is_expression() const;
    const json::value& written() const { return written_; }  // as the author wrote it
    void for_each_expression(const std::function<void(const Expression&)>&) const;

private:
    struct Node;
    struct Compiler;

    json::value written_;
    std::shared_ptr<const Node> node_;
};

}  // namespace workflow
