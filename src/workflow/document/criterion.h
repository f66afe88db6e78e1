// Criterion Object: one assertion about a step, of type simple, regex, jsonpath or xpath; compiled once, unless values
// are embedded in the condition ("{$inputs.pattern}"), which then are put in first. Arazzo 1.0.1 "Criterion
// Object", 1.1.0 "Condition Evaluation".
//
// What cannot be evaluated (a syntax error, no context, a context of the wrong kind) does not hold, and says why.

#pragma once

#include "regex/regex.h"
#include "workflow/document/condition.h"
#include "workflow/document/template.h"

namespace workflow {

struct Verdict {
    bool holds = false;
    std::string why;        // when it does not: the values, or what prevented the evaluation
    bool is_error = false;  // it could not be evaluated
};

class Criterion {
public:
    static Criterion compile(const json::value&, Diagnostics&);

    Verdict check(const Scope&) const;
    // Without the explanation.
    bool holds(const Scope&) const;

    // Why it can never hold, whatever comes: it cannot be read. Empty otherwise.
    std::string defect() const;

    // As written, with the context when there is one: "$response.body: $.pets[*] (jsonpath)".
    const std::string& text() const { return text_; }
    void for_each_expression(const std::function<void(const Expression&)>&) const;

private:
    enum class Type { simple, regex, jsonpath, xpath };
    struct Broken {
        std::string why;
    };
    using Program = std::variant<Broken, Condition, regex::Regex, jsonpath::Query, XPath>;

    static Program compile_program(Type, std::string_view condition);
    static Verdict apply(const Program&, const json::value& context);
    std::variant<Verdict, const json::value*> find_context(const Scope&, Value& context) const;

    Type type_ = Type::simple;
    std::string text_;
    std::optional<Expression> context_;
    std::optional<Template> embedded_;  // the condition, when expressions are embedded in it
    Program program_;
};

// All must hold; an empty list does.
bool all_hold(const std::vector<Criterion>&, const Scope&);

}  // namespace workflow
