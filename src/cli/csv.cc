#include "cli/csv.h"

namespace cli {

CsvReader::CsvReader(std::string_view text) : text_(text) {
    if (text_.starts_with("\xef\xbb\xbf")) offset_ = 3;
}

// Passes over LF or CRLF.
bool CsvReader::take_line_end() {
    const std::size_t length = text_.substr(offset_).starts_with("\r\n") ? 2 : text_[offset_] == '\n' ? 1 : 0;
    offset_ += length;
    if (length > 0) ++line_;
    return length > 0;
}

std::string CsvReader::read_quoted(std::string& wrong) {
    std::string field;
    ++offset_;
    while (!is_at_end()) {
        const char c = text_[offset_++];
        if (c == '\n') ++line_;
        if (c != '"') {
            field += c;
            continue;
        }
        if (is_at_end() || text_[offset_] != '"') {
            const bool ends_here = is_at_end() || text_[offset_] == ',' || text_[offset_] == '\n' ||
                                   text_.substr(offset_).starts_with("\r\n");
            if (!ends_here) wrong = "There is something between a closing quote and the next comma.";
            return field;
        }
        field += '"';
        ++offset_;
    }
    wrong = "A quote is never closed.";
    return field;
}

std::string CsvReader::read_plain(std::string& wrong) {
    const std::size_t begin = offset_;
    while (!is_at_end() && text_[offset_] != ',' && text_[offset_] != '\n') {
        if (text_[offset_] == '\r' && text_.substr(offset_).starts_with("\r\n")) break;
        if (text_[offset_] == '"') wrong = "There is a quote inside a field that has none around it.";
        ++offset_;
    }
    return std::string(text_.substr(begin, offset_ - begin));
}

void CsvReader::skip_to_line_end() {
    while (!is_at_end() && text_[offset_] != '\n') ++offset_;
    if (!is_at_end()) take_line_end();
}

std::optional<CsvReader::Record> CsvReader::next() {
    while (!is_at_end() && take_line_end()) {
    }
    if (is_at_end()) return std::nullopt;
    Record record{.line = line_};
    while (true) {
        record.fields.push_back(!is_at_end() && text_[offset_] == '"' ? read_quoted(record.wrong)
                                                                      : read_plain(record.wrong));
        if (!record.wrong.empty()) {
            skip_to_line_end();
            return record;
        }
        if (is_at_end() || take_line_end()) return record;
        ++offset_;  // the comma
    }
}

void append_csv_field(std::string& line, std::string_view field) {
    if (field.find_first_of(",\"\r\n") == std::string_view::npos) {
        line += field;
        return;
    }
    line += '"';
    for (const char c : field) line += c == '"' ? std::string("\"\"") : std::string(1, c);
    line += '"';
}

}  // namespace cli
