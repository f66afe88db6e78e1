#include "cli/csv.h"

#include <algorithm>

#include "cli/words.h"

namespace cli {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Behind apostrophes, so that these can be told apart from those that are put before.
bool would_be_computed(std::string_view field) {
    const std::size_t first = field.find_first_not_of('\'');
    return first != std::string_view::npos && std::string_view("=+-@\t\r").find(field[first]) != std::string_view::npos;
}

}  // namespace

CsvReader::CsvReader(std::string_view text, char delimiter, std::size_t first_line)
    : text_(text), delimiter_(delimiter), line_(first_line) {
    if (text_.starts_with("\xef\xbb\xbf")) offset_ = 3;
}

// Passes over LF or CRLF.
bool CsvReader::take_line_end() {
    const std::size_t length = text_.substr(offset_).starts_with("\r\n") ? 2 : text_[offset_] == '\n' ? 1 : 0;
    offset_ += length;
    if (length > 0) ++line_;
    return length > 0;
}

std::string CsvReader::read_quoted(Record& record) {
    std::string field;
    const std::size_t begin = offset_++;
    while (!is_at_end()) {
        const char c = text_[offset_++];
        if (c == '\n') ++line_;
        if (c != '"') {
            field += c;
            continue;
        }
        if (is_at_end() || text_[offset_] != '"') {
            const bool ends_here = is_at_end() || text_[offset_] == delimiter_ || text_[offset_] == '\n' ||
                                   text_.substr(offset_).starts_with("\r\n");
            if (!ends_here) object_to_quote(record, begin, true);
            return field;
        }
        field += '"';
        ++offset_;
    }
    object_to_quote(record, begin, false);
    return field;
}

// One in a line of its own is known by what follows it; one that takes lines along, by where it begins.
void CsvReader::object_to_quote(Record& record, std::size_t begin, bool is_closed) {
    const std::string_view taken = text_.substr(begin, offset_ - begin);
    const std::string_view without_last = taken.ends_with('\n') ? taken.substr(0, taken.size() - 1) : taken;
    const auto lines = std::count(without_last.begin(), without_last.end(), '\n');
    record.wrong_offset = is_closed && lines == 0 ? offset_ : begin;
    const std::string along =
        lines == 0 ? "" : ": it would take along " + (lines == 1 ? "a line" : with_thousands(lines) + " lines");
    if (!is_closed)
        record.wrong = "A quote begins here that is never closed" + along + '.';
    else if (lines == 0)
        record.wrong = "Something stands between a closing quote and the next delimiter.";
    else
        record.wrong =
            "A quote begins here that is closed in the middle of line " + std::to_string(line_) + along + '.';
}

std::string CsvReader::read_plain(Record& record) {
    const std::size_t begin = offset_;
    while (!is_at_end() && text_[offset_] != delimiter_ && text_[offset_] != '\n') {
        if (text_[offset_] == '\r' && text_.substr(offset_).starts_with("\r\n")) break;
        if (text_[offset_] == '"' && record.wrong.empty()) {
            record.wrong = "There is a quote inside a field that has none around it.";
            record.wrong_offset = offset_;
        }
        ++offset_;
    }
    return std::string(text_.substr(begin, offset_ - begin));
}

// Behind the line in which what is wrong stands.
void CsvReader::skip_line(const Record& record) {
    line_ = position_of(record, record.wrong_offset).line;
    offset_ = record.wrong_offset;
    while (!is_at_end() && text_[offset_] != '\n') ++offset_;
    if (!is_at_end()) take_line_end();
}

std::optional<CsvReader::Record> CsvReader::next() {
    while (!is_at_end() && take_line_end()) {
    }
    if (is_at_end()) return std::nullopt;
    Record record{.offset = offset_, .line = line_};
    while (true) {
        record.starts.push_back(offset_);
        record.fields.push_back(!is_at_end() && text_[offset_] == '"' ? read_quoted(record) : read_plain(record));
        if (!record.wrong.empty()) {
            skip_line(record);
            return record;
        }
        if (is_at_end() || take_line_end()) return record;
        ++offset_;  // the delimiter
    }
}

TextPosition CsvReader::position_of(const Record& record, std::size_t offset) const {
    const std::string_view before = text_.substr(record.offset, offset - record.offset);
    const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    const std::size_t break_at = before.rfind('\n');
    const std::string_view in_line = break_at == std::string_view::npos ? before : before.substr(break_at + 1);
    const auto characters =
        in_line.size() - static_cast<std::size_t>(std::count_if(in_line.begin(), in_line.end(), is_continuation));
    return {record.line + lines, characters + 1};
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

void append_spreadsheet_field(std::string& line, std::string_view field) {
    append_csv_field(line, would_be_computed(field) ? '\'' + std::string(field) : std::string(field));
}

std::string_view without_apostrophe(std::string_view field) {
    return field.starts_with('\'') && would_be_computed(field) ? field.substr(1) : field;
}

}  // namespace cli
