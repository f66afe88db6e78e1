// Small lists in one text column: a line each, cells separated by tabs, with \t, \n and \\ for what would be mistaken
// for structure. For what is read and written as a whole and never searched. Shared by the files of store/.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace store {

void append_cell(std::string& column, std::string_view cell);

// The lines of a column, each with its cells.
std::vector<std::vector<std::string>> decode_lines(std::string_view column);

}  // namespace store
