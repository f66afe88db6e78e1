// CSV by RFC 4180, read record by record out of one text: fields in double quotes may hold delimiters, line breaks and
// doubled quotes; lines end with LF or CRLF; an empty line is no record. The delimiter is a comma unless said
// otherwise. Written with commas. Used by imports and exports; knows nothing of accounts.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

// Both from 1; columns count characters.
struct TextPosition {
    std::size_t line = 1;
    std::size_t column = 1;
};

class CsvReader {
public:
    explicit CsvReader(std::string_view text, char delimiter = ',', std::size_t first_line = 1);

    struct Record {
        std::vector<std::string> fields;
        std::vector<std::size_t> starts;  // of each field: so many bytes come before
        std::size_t offset = 0;           // so many bytes come before the record
        std::size_t line = 0;             // that it begins on, from 1
        std::string wrong;                // why it is none; empty: it is one
        std::size_t wrong_offset = 0;     // where that is
    };

    // Absent: there are no more. Goes on in the next line behind what is wrong; where a quote has taken several lines
    // along, behind the line in which it begins.
    std::optional<Record> next();

    // Of a byte inside a record.
    TextPosition position_of(const Record&, std::size_t offset) const;

    std::size_t offset() const { return offset_; }  // so many bytes are behind it

private:
    bool is_at_end() const { return offset_ >= text_.size(); }
    bool take_line_end();
    std::string read_quoted(Record&);
    std::string read_plain(Record&);
    void object_to_quote(Record&, std::size_t begin, bool is_closed);
    void skip_line(const Record&);

    std::string_view text_;
    const char delimiter_;
    std::size_t offset_ = 0;
    std::size_t line_ = 1;
};

// With quotes where they are needed.
void append_csv_field(std::string& line, std::string_view field);

// The same for a text that a spreadsheet may open: what it would compute (=1+1, +1, -1, @SUM) begins with an
// apostrophe.
void append_spreadsheet_field(std::string& line, std::string_view field);
// Back again.
std::string_view without_apostrophe(std::string_view field);

}  // namespace cli
