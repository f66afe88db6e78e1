// Collects what is wrong with the fields of one request, so that its caller is told everything at once. Of one field
// the first fault counts.

#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"

class FieldErrors {
public:
    FieldErrors() = default;
    explicit FieldErrors(std::vector<FieldError> errors) : errors_(std::move(errors)) {}

    void add(std::string_view field, Rule rule, std::string detail) {
        if (!has(field)) errors_.push_back({std::string(field), rule, std::move(detail)});
    }
    bool has(std::string_view field) const {
        for (const FieldError& error : errors_)
            if (error.field == field) return true;
        return false;
    }
    // Besides these rules of this one field.
    bool contains_other_than(std::string_view field, std::initializer_list<Rule> rules) const {
        for (const FieldError& error : errors_)
            if (error.field != field || std::find(rules.begin(), rules.end(), error.rule) == rules.end()) return true;
        return false;
    }
    bool empty() const { return errors_.empty(); }

    Error to_error(std::string detail) && { return {Reason::invalid, std::move(detail), std::move(errors_)}; }

private:
    std::vector<FieldError> errors_;
};

// One field breaks one rule, and that is all.
inline Error refuse(std::string field, Rule rule, std::string detail) {
    return {Reason::invalid, detail, {{std::move(field), rule, detail}}};
}
