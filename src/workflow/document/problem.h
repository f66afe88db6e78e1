// Problem: something wrong with a document, said so that its author can mend it: where, what, and what to write
// instead. Made by all that reads documents (tree, source, document, check); printed by cli/. Not for what goes wrong
// in a run.

#pragma once

#include <string>
#include <vector>

namespace workflow {

// 1-based, as editors count. 0: unknown.
struct Position {
    int line = 0;
    int column = 0;

    bool operator==(const Position&) const = default;
};

enum class Severity {
    error,    // against the specification, or cannot work
    warning,  // works here, but is not what the specification says, or is surely not what was meant
};

struct Problem {
    Severity severity = Severity::error;
    std::string file;  // as the user named it, or its URL
    Position position;
    std::string message;  // one sentence without a full stop at its end
    std::string fix;      // what to do about it; may be empty
};

using Problems = std::vector<Problem>;

inline bool has_errors(const Problems& problems) {
    for (const auto& problem : problems)
        if (problem.severity == Severity::error) return true;
    return false;
}

}  // namespace workflow
