// CSV by RFC 4180, read record by record out of one text: fields in double quotes may hold commas, line breaks and
// doubled quotes; lines end with LF or CRLF; an empty line is no record; a byte order mark at the beginning is passed
// over. Written the same way. Used by imports and exports; knows nothing of accounts.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

class CsvReader {
public:
    explicit CsvReader(std::string_view text);

    struct Record {
        std::vector<std::string> fields;
        std::size_t line = 0;  // that it begins on, from 1
        std::string wrong;     // why it is none; empty: it is one
    };

    // Absent: there are no more. After a quote that is never closed nothing more can be told apart: it takes the rest.
    std::optional<Record> next();

    std::size_t offset() const { return offset_; }  // so many bytes are behind it

private:
    bool is_at_end() const { return offset_ >= text_.size(); }
    bool take_line_end();
    std::string read_quoted(std::string& wrong);
    std::string read_plain(std::string& wrong);
    void skip_to_line_end();

    std::string_view text_;
    std::size_t offset_ = 0;
    std::size_t line_ = 1;
};

// With quotes where they are needed.
void append_csv_field(std::string& line, std::string_view field);

}  // namespace cli
