// A set of code points, for character classes that RE2 has no name for: negated inside a class, or unassigned in
// Unicode.

#pragma once

#include <string>
#include <vector>

namespace regex {

class CodePointSet {
public:
    void add(char32_t first, char32_t last) { ranges_.push_back({first, last}); }
    void add(const CodePointSet& other) { ranges_.insert(ranges_.end(), other.ranges_.begin(), other.ranges_.end()); }

    CodePointSet complement() const;

    // As the inside of a class, without its brackets: "\x{9}-\x{d}\x{20}".
    std::string render() const;

private:
    struct Range {
        char32_t first;
        char32_t last;
    };

    std::vector<Range> ranges_;  // in any order; may overlap
};

// General category Cn: what RE2's tables of Unicode assign to nothing. Found by asking RE2 once, on first use.
const CodePointSet& unassigned_code_points();

// White space and line terminators as ECMA-262 defines \s.
const CodePointSet& ecma_white_space();

}  // namespace regex
