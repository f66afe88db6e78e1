// Expression: a runtime expression of Arazzo ($response.body#/id), parsed once, evaluated against a Scope as often as
// needed; the value's type is kept. Arazzo 1.0.1 "Runtime Expressions", 1.1.0 "Runtime Expressions" (the newer grammar
// is a superset but for $message, which belongs to AsyncAPI and never has a value here).
//
// Two liberties, where the grammar would otherwise leave the text without a meaning: after a body or a name,
// ".member" and "[0]" de-reference (the operators of simple conditions; the specification's own examples use them
// elsewhere too), and a ".length" of an array or string is its size. A name that matches literally always wins over a
// de-reference.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "workflow/document/exchange.h"
#include "workflow/text/json.h"

namespace workflow {

struct Document;

// What an expression may see. Null: nothing of that kind exists where the expression stands.
struct Scope {
    const Exchange* exchange = nullptr;
    const json::object* inputs = nullptr;
    const json::object* outputs = nullptr;    // of the workflow, or of the one that the step has called
    const json::object* steps = nullptr;      // step id -> {"outputs": {...}}
    const json::object* workflows = nullptr;  // workflow id -> {"inputs": {...}, "outputs": {...}, "steps": {...}}
    const Document* document = nullptr;
};

// A value, or none. Refers to the scope's values where it can, so the scope must outlive it.
class Value {
public:
    Value() = default;
    explicit Value(const json::value& referred) : referred_(&referred) {}
    explicit Value(json::value&& own) : own_(std::move(own)), is_own_(true) {}

    explicit operator bool() const { return is_own_ || referred_; }
    const json::value& operator*() const { return is_own_ ? own_ : *referred_; }
    const json::value* operator->() const { return &**this; }
    // The value, null for none.
    const json::value& or_null() const;
    json::value copy() && { return is_own_ ? std::move(own_) : *referred_; }

private:
    const json::value* referred_ = nullptr;
    json::value own_;
    bool is_own_ = false;
};

class Expression {
public:
    enum class Root {
        url,
        method,
        status_code,
        request_header,
        request_query,
        request_path,
        request_body,
        response_header,
        response_query,
        response_path,
        response_body,
        message,
        inputs,
        outputs,
        step,
        workflow,
        source,
        component,
        self,
    };

    // The whole of `text` must be an expression. The string says why it is none. In a condition, "." and "[0]" are
    // operators behind a JSON Pointer as well, where the pointer as it stands leads nowhere.
    static std::variant<Expression, std::string> parse(std::string_view text, bool in_condition = false);

    Value evaluate(const Scope&) const;

    Root root() const { return root_; }
    // The step's, workflow's or source's name, the component's kind.
    const std::string& owner() const { return owner_; }
    // "inputs" or "outputs" of a workflow.
    const std::string& field() const { return field_; }
    // Header, parameter, input, output, component; of a source: what follows its name. De-references included.
    const std::string& name() const { return name_; }
    const std::vector<std::string>* pointer() const { return pointer_ ? &*pointer_ : nullptr; }
    const std::string& text() const { return text_; }
    bool is_in_condition() const { return in_condition_; }

private:
    struct Parser;

    Root root_ = Root::url;
    std::string owner_;
    std::string field_;
    std::string name_;
    std::optional<std::vector<std::string>> pointer_;
    bool in_condition_ = false;
    std::string text_;
};

// True for text that means to be an expression: "$" and one of the roots.
bool looks_like_expression(std::string_view text);

// The expression that was surely meant by a text that is none ("$response.statusCode", "$Response.Body#/id"); empty:
// nobody knows.
std::string meant_expression(std::string_view text);

// RFC 6901. parse: nullopt when the text is no pointer.
std::optional<std::vector<std::string>> parse_pointer(std::string_view text);
std::string pointer_text(const std::vector<std::string>& tokens);
const json::value* follow_pointer(const json::value& from, const std::vector<std::string>& tokens);

// ".a.b[0]" and "a.b[0]": member and index by turns. nullptr: not there. A size (".length") is made in `made`.
const json::value* dereference(const json::value& from, std::string_view path, json::value& made);

// Resolves a name in an object: itself first, then the longest member that is a prefix, de-referenced by the rest.
Value find_named(const json::object& in, std::string_view name);

}  // namespace workflow
