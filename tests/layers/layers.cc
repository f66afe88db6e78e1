#include "tests/layers/layers.h"

#include <algorithm>
#include <deque>
#include <fstream>
#include <set>
#include <sstream>
#include <tuple>

namespace layers {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

struct Include {
    std::size_t line = 0;
    std::string target;
    bool is_quoted = false;
};

struct File {
    std::string path;  // from src/
    std::string folder;
    bool is_header = false;
    bool is_test = false;
    bool opens_with_comment = false;
    bool has_pragma = false;
    std::size_t lines = 0;
    std::vector<Include> includes;
    std::map<std::string, std::size_t> names = {};  // "store" of store::find_account, and where it stands first
};

using Files = std::map<std::string, File>;
using Graph = std::map<std::string, std::map<std::string, Complaint>>;  // the complaint says where the edge stands

std::string folder_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? "." : std::string(path.substr(0, slash));
}

std::string top_of(std::string_view folder) { return std::string(folder.substr(0, folder.find('/'))); }

// "engine/accounts/hold_account.cc", .h and _test.cc are one unit.
std::string unit_of(std::string_view path) { return std::string(path.substr(0, path.rfind('.'))); }

std::string read_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

Words split(const std::string& text) {
    std::istringstream in(text);
    Words words;
    for (std::string word; in >> word;) words.push_back(word);
    return words;
}

std::string join(const Words& words, std::string_view between) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : std::string(between)) + word;
    return text;
}

std::string trim(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string::npos) return "";
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool contains(const Words& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// --- the table ---

class TableReader {
public:
    explicit TableReader(std::string name) : name_(std::move(name)) {}

    Table read(std::string_view text) {
        std::istringstream in{std::string(text)};
        for (std::string line; std::getline(in, line);) {
            ++line_;
            line = trim(line.substr(0, line.find('#')));
            if (!line.empty()) read_row(line);
        }
        return std::move(table_);
    }

private:
    void complain(std::string sentence) {
        table_.complaints.push_back({name_, line_, Rule::table, std::move(sentence)});
    }

    void complain_of_order(const std::string& folder, const std::string& name) {
        complain(folder + " may include only what stands above it in this table, and " + name + " does not");
    }

    void read_row(const std::string& line) {
        const std::size_t colon = line.find(':');
        const Words head = split(line.substr(0, colon));
        if (colon == std::string::npos || head.size() < 2) return complain("this is no row: " + line);
        const std::string rest = trim(line.substr(colon + 1));
        if (head[0] == "folder" && head.size() == 2) return read_folder(head[1], rest);
        if (rest.empty()) return complain("a reason is missing");
        if (head[0] == "name" && head.size() == 2 && split(rest).size() == 1) {
            if (!table_.rows.contains(rest)) return complain("there is no row for the folder " + rest + " above this");
            table_.names[head[1]] = rest;
            return;
        }
        if (head[0] == "long" && head.size() == 2)
            table_.long_files[head[1]] = {line_, rest};
        else if (head[0] == "circle" && head.size() > 2)
            table_.circles[Words(head.begin() + 1, head.end())] = {line_, rest};
        else
            complain("this is no row: " + line);
    }

    // FOLDER ... | HEADER ... | FOLDER ...
    void read_folder(const std::string& folder, const std::string& rest) {
        Words parts;
        std::istringstream in(rest);
        for (std::string part; std::getline(in, part, '|');) parts.push_back(part);
        parts.resize(std::max<std::size_t>(parts.size(), 3));
        if (parts.size() > 3) return complain("a row has three parts");
        Row row{line_, split(parts[0]), split(parts[1]), split(parts[2])};
        for (const std::string& name : row.folders)
            if (!table_.rows.contains(name) && !table_.rows.contains(folder_of(name))) complain_of_order(folder, name);
        if (!table_.rows.emplace(folder, std::move(row)).second) complain(folder + " has two rows");
    }

    std::string name_;
    std::size_t line_ = 0;
    Table table_;
};

// --- the tree ---

void read_include(const std::string& line, std::size_t number, File& file) {
    const std::size_t hash = line.find_first_not_of(" \t");
    if (hash == std::string::npos || line[hash] != '#') return;
    const std::size_t word = line.find_first_not_of(" \t", hash + 1);
    if (word == std::string::npos) return;
    if (line.compare(word, 6, "pragma") == 0 && line.find("once", word) != std::string::npos) file.has_pragma = true;
    if (line.compare(word, 7, "include") != 0) return;
    const std::size_t open = line.find_first_of("\"<", word + 7);
    if (open == std::string::npos) return;
    const std::size_t close = line.find(line[open] == '<' ? '>' : '"', open + 1);
    if (close == std::string::npos) return;
    file.includes.push_back({number, line.substr(open + 1, close - open - 1), line[open] == '"'});
}

bool may_stand_in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// What stands before "::", outside of comments.
void read_names(std::string_view line, std::size_t number, File& file) {
    line = line.substr(0, line.find("//"));
    for (std::size_t at = line.find("::"); at != std::string_view::npos; at = line.find("::", at + 2)) {
        std::size_t begin = at;
        while (begin > 0 && may_stand_in_name(line[begin - 1])) --begin;
        file.names.try_emplace(std::string(line.substr(begin, at - begin)), number);
    }
}

File read_file(const fs::path& source, const std::string& path) {
    File file{.path = path, .folder = folder_of(path)};
    file.is_header = path.ends_with(".h");
    file.is_test = path.ends_with("_test.cc") || path.ends_with("_test.h");
    const std::string text = read_text(source);
    file.opens_with_comment = text.starts_with("//") || text.starts_with("/*");
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        read_include(line, ++file.lines, file);
        read_names(line, file.lines, file);
    }
    return file;
}

Files read_tree(const fs::path& top) {
    Files files;
    for (const auto& entry : fs::recursive_directory_iterator(top / "src")) {
        const std::string extension = entry.path().extension().string();
        if (!entry.is_regular_file() || (extension != ".h" && extension != ".cc")) continue;
        const std::string path = fs::relative(entry.path(), top / "src").generic_string();
        files.emplace(path, read_file(entry.path(), path));
    }
    return files;
}

// --- the check ---

class Checker {
public:
    Checker(const fs::path& top, const Table& table, const std::string& table_name)
        : top_(top), table_(table), table_name_(table_name), files_(read_tree(top)), complaints_(table.complaints) {}

    std::vector<Complaint> check() {
        check_rows();
        for (const auto& [path, file] : files_) {
            check_form(file);
            check_includes(file);
            check_names(file);
        }
        check_circles(graph_of_files(), Rule::file_circle, "these files include each other");
        check_circles(graph_of_units(), Rule::unit_circle, "these include each other");
        check_reasons();
        std::sort(complaints_.begin(), complaints_.end(), [](const Complaint& left, const Complaint& right) {
            return std::tie(left.file, left.line, left.rule, left.sentence) <
                   std::tie(right.file, right.line, right.rule, right.sentence);
        });
        return std::move(complaints_);
    }

private:
    void complain(const File& file, std::size_t line, Rule rule, std::string sentence) {
        complaints_.push_back({"src/" + file.path, line, rule, std::move(sentence)});
    }

    void complain_of_row(std::size_t line, std::string sentence) {
        complaints_.push_back({table_name_, line, Rule::table, std::move(sentence)});
    }

    void check_rows() {
        std::set<std::string> folders;
        for (const auto& [path, file] : files_) folders.insert(file.folder);
        for (const auto& [folder, row] : table_.rows)
            if (!folders.contains(folder)) complain_of_row(row.line, "there is no folder src/" + folder);
    }

    void check_form(const File& file) {
        if (file.is_header && !file.opens_with_comment)
            complain(file, 1, Rule::comment, "a header opens with a comment: what it is for, who calls it");
        if (file.is_header && !file.has_pragma) complain(file, 1, Rule::pragma, "a header says #pragma once");
        if (file.lines > length_max && !table_.long_files.contains(file.path))
            complain(file, length_max + 1, Rule::length,
                     "the file has " + std::to_string(file.lines) + " lines; more than " + std::to_string(length_max) +
                         " need a reason in " + table_name_);
    }

    void check_includes(const File& file) {
        const auto row = table_.rows.find(file.folder);
        if (row == table_.rows.end())
            return complain(file, 1, Rule::no_row, table_name_ + " has no row for the folder " + file.folder);
        for (const Include& include : file.includes) {
            if (include.is_quoted)
                check_quoted(file, row->second, include);
            else
                check_third_party(file, row->second, include);
        }
    }

    // A header in between may bring what a folder must not know.
    void check_names(const File& file) {
        const auto row = table_.rows.find(file.folder);
        if (row == table_.rows.end() || file.is_test) return;
        for (const auto& [name, folder] : table_.names) {
            const auto found = file.names.find(name);
            const auto is_of_it = [&owner = folder](const std::string& allowed) {
                return allowed == owner || folder_of(allowed) == owner;
            };
            if (found == file.names.end() || file.folder == folder ||
                std::ranges::any_of(row->second.folders, is_of_it))
                continue;
            complain(file, found->second, Rule::name,
                     file.folder + " may not name " + name + "::, which belongs to " + folder);
        }
    }

    void check_quoted(const File& file, const Row& row, const Include& include) {
        if (!files_.contains(include.target)) {
            const bool is_of_tests = include.target.starts_with("tests/") && fs::exists(top_ / include.target);
            if (is_of_tests && !file.is_test)
                complain(file, include.line, Rule::folder, "only tests include " + include.target);
            else if (!is_of_tests && !is_third_party(row, include.target))
                complain(file, include.line, Rule::path, "there is no " + include.target + " in src/");
            return;
        }
        const std::string folder = folder_of(include.target);
        if (folder == file.folder || contains(row.folders, folder) || contains(row.folders, include.target)) return;
        if (file.is_test && may_be_tested_with(file, row, folder)) return;
        complain(file, include.line, Rule::folder,
                 file.folder + " may not include " + include.target + " (" + table_name_ + ":" +
                     std::to_string(row.line) + " says what it may)");
    }

    // Tests also see what the folder stands on, whoever is in between, and their folder's other slices.
    bool may_be_tested_with(const File& file, const Row& row, const std::string& folder) const {
        if (top_of(file.folder) == top_of(folder) && top_of(folder) != "dialect") return true;
        if (contains(row.for_tests, folder)) return true;
        std::set<std::string> seen;
        std::deque<std::string> open(row.folders.begin(), row.folders.end());
        for (const std::string& name : row.for_tests) open.push_back(name);
        while (!open.empty()) {
            const std::string name = open.front();
            open.pop_front();
            if (name == folder) return true;
            const auto next = table_.rows.find(name);
            if (next == table_.rows.end() || !seen.insert(name).second) continue;
            open.insert(open.end(), next->second.folders.begin(), next->second.folders.end());
        }
        return false;
    }

    static bool is_third_party(const Row& row, const std::string& header) {
        return std::any_of(row.third_party.begin(), row.third_party.end(), [&](const std::string& allowed) {
            return header == allowed || header.starts_with(allowed + "/") || header == allowed + ".hpp";
        });
    }

    // <vector>, but not <re2/re2.h> or <unistd.h>.
    static bool is_standard(const std::string& header) {
        return std::all_of(header.begin(), header.end(),
                           [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
    }

    void check_third_party(const File& file, const Row& row, const Include& include) {
        if (is_standard(include.target) || is_third_party(row, include.target)) return;
        const std::string folder = include.target.substr(0, include.target.find('/'));
        if (file.is_test && (folder == "gtest" || folder == "gmock" || is_system(include.target))) return;
        complain(file, include.line, Rule::third_party,
                 file.folder + " may not include <" + include.target + "> (" + table_name_ + ":" +
                     std::to_string(row.line) + " says what it may)");
    }

    static bool is_system(const std::string& header) {
        return header.starts_with("sys/") || header.starts_with("netinet/") || header.starts_with("arpa/") ||
               header == "fcntl.h" || header == "stdlib.h" || header == "poll.h" || header == "signal.h" ||
               header == "unistd.h";
    }

    Graph graph_of_files() const {
        Graph graph;
        for (const auto& [path, file] : files_)
            for (const Include& include : file.includes)
                if (files_.contains(include.target))
                    graph[path].try_emplace(include.target, Complaint{"src/" + path, include.line});
        return graph;
    }

    Graph graph_of_units() const {
        Graph graph;
        for (const auto& [path, file] : files_) {
            if (file.is_test) continue;
            for (const Include& include : file.includes)
                if (files_.contains(include.target) && unit_of(path) != unit_of(include.target))
                    graph[unit_of(path)].try_emplace(unit_of(include.target), Complaint{"src/" + path, include.line});
        }
        return graph;
    }

    // From one node back to itself by the shortest way; empty: there is none.
    static Words shortest_circle(const Graph& graph, const std::string& start) {
        std::map<std::string, std::string> came_from;
        std::deque<std::string> open{start};
        while (!open.empty()) {
            const std::string name = open.front();
            open.pop_front();
            const auto edges = graph.find(name);
            if (edges == graph.end()) continue;
            for (const auto& [next, where] : edges->second) {
                if (next != start) {
                    if (came_from.emplace(next, name).second) open.push_back(next);
                    continue;
                }
                Words way{start};
                for (std::string at = name; at != start; at = came_from[at]) way.push_back(at);
                way.push_back(start);
                std::reverse(way.begin(), way.end());
                return way;
            }
        }
        return {};
    }

    // A reason covers the circles that go through none but the units that it names.
    bool has_reason(const Words& way) {
        for (const auto& circle : table_.circles) {
            const Words& units = circle.first;
            const bool covers =
                std::all_of(way.begin(), way.end(), [&](const std::string& name) { return contains(units, name); });
            if (!covers) continue;
            used_.insert(units);
            return true;
        }
        return false;
    }

    void check_circles(const Graph& graph, Rule rule, const std::string& sentence) {
        std::set<Words> told;
        for (const auto& [name, edges] : graph) {
            const Words way = shortest_circle(graph, name);
            if (way.empty()) continue;
            Words members = way;
            std::sort(members.begin(), members.end());
            members.erase(std::unique(members.begin(), members.end()), members.end());
            if (!told.insert(members).second || (rule == Rule::unit_circle && has_reason(way))) continue;
            const Complaint& where = graph.at(way[0]).at(way[1]);
            complaints_.push_back({where.file, where.line, rule, sentence + ": " + join(way, " -> ")});
        }
    }

    void check_reasons() {
        for (const auto& [path, reason] : table_.long_files) {
            const auto file = files_.find(path);
            if (file == files_.end() || file->second.lines <= length_max)
                complain_of_row(reason.line, "src/" + path + " needs no reason for its length");
        }
        for (const auto& [units, reason] : table_.circles)
            if (!used_.contains(units)) complain_of_row(reason.line, "there is no circle of " + join(units, ", "));
    }

    const fs::path top_;
    const Table& table_;
    const std::string table_name_;
    const Files files_;
    std::vector<Complaint> complaints_;
    std::set<Words> used_;
};

}  // namespace

std::string_view to_string(Rule rule) {
    switch (rule) {
    case Rule::table: return "table";
    case Rule::no_row: return "no_row";
    case Rule::folder: return "folder";
    case Rule::name: return "name";
    case Rule::third_party: return "third_party";
    case Rule::path: return "path";
    case Rule::comment: return "comment";
    case Rule::pragma: return "pragma";
    case Rule::length: return "length";
    case Rule::file_circle: return "file_circle";
    case Rule::unit_circle: return "unit_circle";
    }
    return "";
}

std::string Complaint::text() const {
    return file + ":" + std::to_string(line) + ": [" + std::string(to_string(rule)) + "] " + sentence;
}

Table read_table(std::string_view text, const std::string& name) { return TableReader(name).read(text); }

std::vector<Complaint> check(const fs::path& top, const Table& table, const std::string& table_name) {
    return Checker(top, table, table_name).check();
}

}  // namespace layers
