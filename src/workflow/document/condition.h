// Condition: the simple condition of an Arazzo criterion, such as
//     ($statusCode == 200 || $statusCode == 201) && !($response.body#/state == 'held')
// parsed once. Arazzo 1.0.1 "Criterion Object", Literals and Operators; 1.1.0 "Condition Evaluation" for what is true.
//
// From loosest to tightest: ||, &&, one of < <= > >= == !=, !, then [index] and .member. Braces group like parentheses
// (the specification writes "{$statusCode == 401}" once). Strings compare without regard to case. Where 1.1.0 leaves a
// choice:
// - a text that is a number, against a number, is that number, also for == and !=; so is 'true' against true;
// - < <= > >= between two texts that are both numbers compare numbers; otherwise texts;
// - null (and what has no value) equals only null, and is neither less nor greater than anything;
// - objects and arrays are equal or not, and have no order;
// - on its own, a value is true unless it is null, false, 0 or ''.

#pragma once

#include <functional>
#include <memory>

#include "workflow/document/expression.h"

namespace workflow {

struct SyntaxError {
    std::string message;
    std::size_t offset = 0;  // bytes into the text
};

class Condition {
public:
    static std::variant<Condition, SyntaxError> parse(std::string_view text);

    bool holds(const Scope&) const;

    // The values that it looked at: "$statusCode is 404, $inputs.limit has no value".
    std::string explain(const Scope&) const;

    void for_each_expression(const std::function<void(const Expression&)>&) const;
    // A text stood in double quotes, which the specification does not know.
    bool has_double_quotes() const { return has_double_quotes_; }

private:
    struct Node;
    struct Parser;

    std::shared_ptr<const Node> node_;
    bool has_double_quotes_ = false;
};

// The truth of a value on its own.
bool is_true(const json::value&);

enum class Comparison { less, less_or_equal, greater, greater_or_equal, equal, not_equal };

bool compare(const json::value& left, Comparison, const json::value& right);

}  // namespace workflow
