// Diagnostics: collects the problems of one document. Whoever compiles a part of it reports here, naming the node; the
// position is looked up from the document's Tree.

#pragma once

#include <string>
#include <unordered_set>

#include "workflow/document/problem.h"
#include "workflow/document/tree.h"

namespace workflow {

class Diagnostics {
public:
    Diagnostics(std::string file, Tree tree, Problems& problems)
        : file_(std::move(file)), tree_(std::move(tree)), problems_(problems) {
        for (const Problem& problem : problems_)
            if (problem.file == file_) told_.insert(key_of(problem.position, problem.message));
    }

    void error(const json::value& node, std::string message, std::string fix = {}) {
        add(Severity::error, tree_.position_of(node), std::move(message), std::move(fix));
    }
    void warning(const json::value& node, std::string message, std::string fix = {}) {
        add(Severity::warning, tree_.position_of(node), std::move(message), std::move(fix));
    }
    // At the member's name instead of its value.
    void error_at_name(const json::value& node, std::string message, std::string fix = {}) {
        add(Severity::error, tree_.name_position_of(node), std::move(message), std::move(fix));
    }
    void warning_at_name(const json::value& node, std::string message, std::string fix = {}) {
        add(Severity::warning, tree_.name_position_of(node), std::move(message), std::move(fix));
    }
    // A part that stands in several places (a component) is compiled for each of them, and complains once.
    void add(Severity severity, Position at, std::string message, std::string fix) {
        if (!told_.insert(key_of(at, message)).second) return;
        problems_.push_back({severity, file_, at, std::move(message), std::move(fix)});
    }

    // What is near to a name is looked for among all names there are: for the first problems only.
    bool may_suggest() const { return told_.size() < suggestions_max; }

    const Tree& tree() const { return tree_; }
    const std::string& file() const { return file_; }
    const Problems& problems() const { return problems_; }

private:
    static constexpr std::size_t suggestions_max = 50;

    static std::string key_of(Position at, const std::string& message) {
        return std::to_string(at.line) + ':' + std::to_string(at.column) + ' ' + message;
    }

    std::string file_;
    Tree tree_;
    Problems& problems_;
    std::unordered_set<std::string> told_;
};

}  // namespace workflow
