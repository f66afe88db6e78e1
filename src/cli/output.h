// Output: what a command shows. For people aligned tables and lines, with colours on a terminal only; for programs
// (--json) what the API answered: one JSON value on a line, lists one item on a line, as they come.

#pragma once

#include <boost/json/array.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/api.h"

namespace cli {

struct Column {
    std::string_view title;
    std::string_view member;  // of the JSON object; "owner.email" reaches inside
    int gives_way = 0;        // where a table is too wide, the greatest goes first; 0: it stays
    std::size_t cut_to = 0;   // before any column goes it may lose its end, down to so much; 0: it may not
};

class Output {
public:
    struct Options {
        bool is_json = false;
        bool has_colours = false;
        std::size_t columns = 0;  // that a line may have; 0: no limit
    };
    Output(std::ostream& out, std::ostream& notes, Options options) : out_(out), notes_(notes), options_(options) {}

    bool is_json() const { return options_.is_json; }

    // One thing: its members as lines. null: nothing.
    void show(const json::value&);

    // A list, page by page, with one table's head.
    Result<void> list(Api&, const std::string& target, const Query&, std::string_view member,
                      const std::vector<Column>& columns, std::int64_t limit);
    // The same for what is not paged.
    void list(const json::array&, const std::vector<Column>& columns);
    void begin_list() { widths_.clear(); }
    void list_more(const json::array&, const std::vector<Column>& columns);
    void end_list();  // says what there was no room for

    // A sentence for people; not a word where a program reads along.
    void note(std::string_view sentence);

    std::ostream& stream() { return out_; }

private:
    void show_members(const json::object&, const std::string& indent);
    std::string coloured(std::string text) const;
    std::string in_colour(std::string_view code, std::string text) const;
    void write_row(const std::vector<std::string>& cells, bool is_head);

    std::ostream& out_;
    std::ostream& notes_;
    const Options options_;
    using Cells = std::vector<std::vector<std::string>>;
    Cells cells_of(const json::array&, const std::vector<Column>&) const;
    void fit(const json::array&, const std::vector<Column>&);
    void measure(const Cells&, const std::vector<Column>&);
    std::size_t total_width() const;

    std::vector<std::size_t> widths_;  // of the list under way; empty: it has not begun. 0: a column that is left out
    std::vector<bool> is_number_;
    int shortness_ = 0;  // of date-times in it
    std::string hidden_;
};

// With numbers as people write them: 0.5, not 5E-1.
std::string to_text(const json::value&);

std::string printable(std::string_view);        // without what a terminal would take for a command
std::string cell_of(const json::value&);        // as it stands in a table
std::size_t columns_of(std::string_view utf8);  // of a terminal: wide characters take two, marks none

}  // namespace cli
