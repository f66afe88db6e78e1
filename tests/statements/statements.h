// All statements that store/ declares, out of its preprocessed sources: a Query is a literal name beside a literal
// text.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace statements {

struct Statement {
    std::string file;  // "accounts.cc"
    std::string name;
    std::string sql;
};

// What the preprocessor made of the source at `path`; what it included is left out.
std::vector<Statement> find_statements(std::string_view preprocessed, const std::string& path);

// All of the folder that the build has filled.
std::vector<Statement> all_statements();

}  // namespace statements
