// Holds src/ against the table of who may include what (table.txt), and against what else is true of every file there.
// Called by layers_test alone. Reads files, knows no compiler: an include is a line that begins with #include.

#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace layers {

enum class Rule {
    table,        // a row of the table cannot be read, names what stands below it, or is about nothing that is there
    no_row,       // a folder with sources that the table does not know
    folder,       // an include of a folder that the table does not allow
    name,         // a namespace that belongs to a folder which the table does not allow
    third_party,  // an include of a library's or the system's header that the table does not allow
    path,         // an include in quotes that names no file, as seen from src/ or from the top
    comment,      // a header that does not open with a comment
    pragma,       // a header without #pragma once
    length,       // a file of more than length_max lines without a reason in the table
    file_circle,  // files that include each other
    unit_circle,  // sources and headers of one name, taken together, that include each other without a reason
};

inline constexpr std::size_t length_max = 500;  // lines

std::string_view to_string(Rule);

struct Complaint {
    std::string file;  // from the top of the tree
    std::size_t line = 0;
    Rule rule = Rule::table;
    std::string sentence;

    std::string text() const;  // FILE:LINE: [rule] sentence
};

struct Row {
    std::size_t line = 0;
    std::vector<std::string> folders;      // that it may include, or single files of them
    std::vector<std::string> third_party;  // headers, or their folders: boost/json
    std::vector<std::string> for_tests;    // folders that only its tests may include
};

struct Reason {
    std::size_t line = 0;
    std::string reason;
};

struct Table {
    std::map<std::string, Row> rows;  // by folder
    std::map<std::string, Reason> long_files;
    std::map<std::vector<std::string>, Reason> circles;  // by the names of the units
    std::map<std::string, std::string> names;            // by namespace, without "::": the folder that it belongs to
    std::vector<Complaint> complaints;                   // what cannot be read
};

// See table.txt for the syntax. The name stands in complaints.
Table read_table(std::string_view text, const std::string& name);

// The files of TOP/src, in order of file, line and rule.
std::vector<Complaint> check(const std::filesystem::path& top, const Table&, const std::string& table_name);

}  // namespace layers
