#include "cli/account_rows.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cctype>
#include <charconv>

#include "cli/csv.h"
#include "cli/dates.h"
#include "cli/words.h"
#include "core/utf8.h"
#include "json/read.h"

namespace cli {
namespace {

constexpr std::size_t row_bytes_max = 16 * 1024;  // far more than a row can hold, far less than a request

std::vector<std::string> known_members(RowsFor rows_for) {
    switch (rows_for) {
    case RowsFor::opening: return {"reseller_id", "uid", "type", "domain", "ends_at"};
    case RowsFor::changing: return {"id", "reseller_id", "uid"};
    case RowsFor::redating: return {"id", "reseller_id", "uid", "ends_at"};
    }
    return {};
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// "\u00a0Ends At " -> "ends_at"
std::string normalised(std::string_view name) {
    std::string text;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const std::string_view rest = name.substr(i);
        if (rest.starts_with("\xc2\xa0")) {
            text += ' ';
            ++i;
        } else if (rest.starts_with("\xef\xbb\xbf") || rest.starts_with("\xe2\x80\x8b")) {
            i += 2;
        } else {
            text += name[i] == '\t' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
        }
    }
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == std::string::npos) return "";
    text = text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
    for (char& c : text)
        if (c == ' ' || c == '-') c = '_';
    return text;
}

// What a column or member is called here; else as the file calls it, normalised.
std::string own_name(std::string_view name, const RowOptions& options) {
    const std::string text = normalised(name);
    for (const auto& [own, theirs] : options.names)
        if (normalised(theirs) == text) return own;
    return options.names.contains(text) ? text + " of the file" : text;  // another column is what this one is called
}

std::string unknown_name(const std::string& name, const std::vector<std::string>& known) {
    const std::string nearest = find_nearest(normalised(name), known).value_or("uid");
    return "Nothing is known of " + name + '.' + suggestion(normalised(name), known) +
           " --ignore-unknown passes over it; --columns " + nearest + '=' + name + " says what it is.";
}

void append_unreadable(std::string& json, std::string_view why) {
    json += "{\"unreadable\":";
    ::json::append_json_string(json, why);
    json += '}';
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

bool is_text(const std::string& field) { return is_valid_utf8(field) && field.find('\0') == std::string::npos; }

class CsvRows final : public AccountRows {
public:
    // The reader's text begins behind so many bytes of the file.
    CsvRows(CsvReader reader, std::size_t begin, std::vector<std::string> columns, RowOptions options)
        : reader_(std::move(reader)),
          begin_(begin),
          columns_(std::move(columns)),
          options_(std::move(options)),
          known_(known_members(options_.rows_for)),
          names_reseller_(contains(columns_, "reseller_id")) {}

    std::size_t offset() const override { return begin_ + reader_.offset(); }

    bool append_next(std::string& json) override {
        auto record = reader_.next();
        while (record && record->wrong.empty() && is_empty(*record)) record = reader_.next();
        fault_.reset();
        if (!record) return false;
        line_ = record->line;
        find_fault(*record);
        if (fault_)
            append_unreadable(json, to_sentence(*fault_));
        else
            append_row(json, *record);
        return true;
    }

private:
    using Record = CsvReader::Record;

    // As spreadsheets leave them behind: delimiters and nothing else.
    static bool is_empty(const Record& record) {
        return record.fields.size() > 1 &&
               std::all_of(record.fields.begin(), record.fields.end(), [](const auto& field) { return field.empty(); });
    }

    void object_to(const Record& record, std::size_t offset, std::string detail) {
        const TextPosition at = reader_.position_of(record, offset);
        fault_ = RowFault{at.line, at.column, std::move(detail)};
    }

    void find_fault(const Record& record) {
        const std::vector<std::string>& fields = record.fields;
        if (!record.wrong.empty()) return object_to(record, record.wrong_offset, record.wrong);
        if (fields.size() < columns_.size())
            return object_to(record, record.starts.back(),
                             "The line ends after " + count_of(std::int64_t(fields.size()), "field") +
                                 "; the first line names " + std::to_string(columns_.size()) + '.');
        std::size_t length = 0;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            length += fields[i].size();
            const bool is_named = i < columns_.size() && !columns_[i].empty();
            if (!is_named && !fields[i].empty())
                return object_to(record, record.starts[i], "Here is a field for which the first line has no name.");
            if (!is_text(fields[i]))
                return object_to(record, record.starts[i],
                                 "This is not UTF-8, or has a character that no text has: save the file as UTF-8.");
            if (is_named && contains(known_, columns_[i]) && fields[i].find('\n') != std::string::npos)
                return object_to(record, record.starts[i],
                                 "A quote begins here that takes along " +
                                     count_of(std::count(fields[i].begin(), fields[i].end(), '\n'), "line") + "; no " +
                                     columns_[i] + " has more than one line.");
        }
        if (length > row_bytes_max) object_to(record, record.offset, "The row is too long.");
    }

    void append_row(std::string& json, const Record& record) {
        json += '{';
        if (!names_reseller_ && options_.reseller_id) append_number(json, "reseller_id", reseller_text());
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (!contains(known_, columns_[i])) continue;
            const std::string_view field = without_apostrophe(record.fields[i]);
            append_member(json, columns_[i], columns_[i] == "uid" ? field : trimmed(field));
        }
        json += '}';
    }

    void append_member(std::string& json, const std::string& column, std::string_view field) {
        if (column == "reseller_id")
            return append_number(json, column, field.empty() && options_.reseller_id ? reseller_text() : field);
        if (column == "id") return field.empty() ? void() : append_number(json, column, field);
        const bool may_be_left_out = options_.rows_for != RowsFor::opening || column == "ends_at";
        if (field.empty() && column == "ends_at" && options_.rows_for == RowsFor::redating) {
            append_name(json, column);
            json += "null";
            return;
        }
        if (field.empty() && may_be_left_out) return;
        append_name(json, column);
        const auto start_of_day = column == "ends_at" ? find_start_of_day(field) : std::nullopt;
        if (start_of_day) ++days_;
        ::json::append_json_string(json, start_of_day ? std::string_view(*start_of_day) : field);
    }

    std::string reseller_text() const { return std::to_string(*options_.reseller_id); }

    static void append_name(std::string& json, std::string_view name) {
        if (json.back() != '{') json += ',';
        ::json::append_json_string(json, name);
        json += ':';
    }

    // A number if it looks like one; else as it is, for the API to refuse.
    static void append_number(std::string& json, std::string_view name, std::string_view text) {
        append_name(json, name);
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc() && end == text.data() + text.size())
            json += std::to_string(number);
        else
            ::json::append_json_string(json, text);
    }

    CsvReader reader_;
    const std::size_t begin_;
    const std::vector<std::string> columns_;
    const RowOptions options_;
    const std::vector<std::string> known_;
    const bool names_reseller_;
};

constexpr std::string_view json_blanks = " \t\r\n";

class JsonRows final : public AccountRows {
public:
    JsonRows(std::string_view text, RowOptions options)
        : text_(text), options_(std::move(options)), known_(known_members(options_.rows_for)) {
        if (text_.starts_with("\xef\xbb\xbf")) offset_ = 3;
        pass_blanks();
        if (offset_ < text_.size() && text_[offset_] == '[') {
            shape_ = Shape::array;
            ++offset_;
            pass_blanks();
        } else {
            const std::string_view first = text_.substr(offset_, text_.find('\n', offset_) - offset_);
            const bool goes_on = text_.find_first_not_of(json_blanks, offset_ + first.size()) != std::string_view::npos;
            shape_ = goes_on && trimmed(first) == "{" ? Shape::sequence : Shape::lines;
        }
    }

    std::size_t offset() const override { return offset_; }

    bool append_next(std::string& json) override {
        fault_.reset();
        const auto piece = next_piece();
        if (!piece && !fault_) return false;
        if (piece) {
            auto row = read_row(*piece);
            if (row.ok()) {
                json += boost::json::serialize(row.value());
                return true;
            }
            fault_ = RowFault{line_, column_of(*piece), row.error().detail};
        }
        append_unreadable(json, to_sentence(*fault_));
        return true;
    }

private:
    enum class Shape { lines, sequence, array };

    void pass_blanks() { pass_to(std::min(text_.find_first_not_of(json_blanks, offset_), text_.size())); }

    void pass_to(std::size_t offset) {
        current_line_ += static_cast<std::size_t>(
            std::count(text_.begin() + std::ptrdiff_t(offset_), text_.begin() + std::ptrdiff_t(offset), '\n'));
        offset_ = offset;
    }

    std::size_t column_of(std::string_view piece) const {
        const auto begin = static_cast<std::size_t>(piece.data() - text_.data());
        const std::size_t break_at = begin == 0 ? std::string_view::npos : text_.rfind('\n', begin - 1);
        const std::size_t mark = text_.starts_with("\xef\xbb\xbf") ? 3 : 0;
        const std::size_t line_begin = break_at == std::string_view::npos ? std::min(mark, begin) : break_at + 1;
        return count_code_points(text_.substr(line_begin, begin - line_begin)) + 1;
    }

    // What is left cannot be told apart: that ends the rows.
    std::optional<std::string_view> give_up(std::string detail) {
        line_ = current_line_;
        fault_ = RowFault{line_, column_of(text_.substr(offset_)), std::move(detail)};
        offset_ = text_.size();
        return std::nullopt;
    }

    std::optional<std::string_view> next_piece() {
        pass_blanks();
        if (offset_ >= text_.size()) {
            if (shape_ != Shape::array) return std::nullopt;
            shape_ = Shape::sequence;
            return give_up("The array is never closed.");
        }
        if (shape_ == Shape::array && text_[offset_] == ']') {
            pass_to(offset_ + 1);
            pass_blanks();
            shape_ = Shape::sequence;
            if (offset_ >= text_.size()) return std::nullopt;
            return give_up("Something follows behind the end of the array.");
        }
        const std::size_t end = shape_ == Shape::lines ? end_of_line() : end_of_value();
        if (end == std::string_view::npos) {
            shape_ = Shape::sequence;
            return give_up("What begins here is never closed.");
        }
        line_ = current_line_;
        const std::string_view piece = text_.substr(offset_, end - offset_);
        pass_to(end);
        if (shape_ == Shape::array) pass_comma();
        return piece;
    }

    // A missing or superfluous one is found where the next value should begin.
    void pass_comma() {
        pass_blanks();
        if (offset_ < text_.size() && text_[offset_] == ',') pass_to(offset_ + 1);
    }

    std::size_t end_of_line() const {
        const std::size_t end = std::min(text_.find('\n', offset_), text_.size());
        return text_.find_last_not_of(json_blanks, end - 1) + 1;
    }

    // npos: there is none.
    std::size_t end_of_value() const {
        int depth = 0;
        bool is_in_string = false;
        for (std::size_t at = offset_; at < text_.size(); ++at) {
            const char c = text_[at];
            if (is_in_string) {
                if (c == '\\') ++at;
                if (c == '"') is_in_string = false;
                continue;
            }
            if (c == '"') is_in_string = true;
            if (c == '{' || c == '[') ++depth;
            if (c == '}' || c == ']') --depth;
            if (depth == 0 && (c == '}' || c == ']')) return at + 1;
            if (depth < 0 || (depth == 0 && (c == ',' || json_blanks.find(c) != std::string_view::npos)))
                return std::max(at, offset_ + 1);
        }
        return depth == 0 && !is_in_string ? text_.size() : std::string_view::npos;
    }

    Result<boost::json::object> read_row(std::string_view piece) {
        if (piece.size() > row_bytes_max) return Error{Reason::invalid, "The row is too long."};
        boost::json::value value = TRY(::json::read_json(piece));
        if (!value.is_object()) return Error{Reason::invalid, "This is no JSON object."};
        boost::json::object row;
        for (auto& member : value.get_object()) {
            const std::string name = own_name(member.key(), options_);
            if (!contains(known_, name)) {
                if (options_.ignores_unknown) continue;
                return Error{Reason::invalid, unknown_name(std::string(member.key()), known_)};
            }
            if (member.value().is_structured())
                return Error{Reason::invalid, "The member " + name + " is an object or an array."};
            if (row.contains(name)) return Error{Reason::invalid, "There are two members " + name + '.'};
            row[name] = std::move(member.value());
        }
        if (boost::json::value* end = row.if_contains("ends_at")) take_day(*end);
        if (!row.contains("reseller_id") && options_.reseller_id) row["reseller_id"] = *options_.reseller_id;
        return row;
    }

    void take_day(boost::json::value& end) {
        const auto start_of_day = end.is_string() ? find_start_of_day(end.get_string()) : std::nullopt;
        if (!start_of_day) return;
        end = *start_of_day;
        ++days_;
    }

    std::string_view text_;
    const RowOptions options_;
    const std::vector<std::string> known_;
    Shape shape_ = Shape::lines;
    std::size_t offset_ = 0;
    std::size_t current_line_ = 1;
};

struct Head {
    char delimiter = ',';
    std::size_t offset = 0, line = 1;  // where it begins
};

// `sep=;` as spreadsheets write it.
std::optional<Head> find_sep_line(std::string_view text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::string_view bare = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
    if (bare.size() != 5 || normalised(bare.substr(0, 4)) != "sep=") return std::nullopt;
    return Head{bare[4], std::min(line.size() + 1, text.size()), 2};
}

// The delimiter by which the first line names most of what is known.
char find_delimiter(std::string_view text, const RowOptions& options) {
    const auto known = known_members(options.rows_for);
    char best = ',';
    std::pair<std::ptrdiff_t, std::size_t> best_score{0, 1};
    for (const char delimiter : {',', ';', '\t', '|'}) {
        const auto record = CsvReader(text, delimiter).next();
        if (!record || !record->wrong.empty()) continue;
        const auto names = std::count_if(record->fields.begin(), record->fields.end(),
                                         [&](const auto& field) { return contains(known, own_name(field, options)); });
        const std::pair<std::ptrdiff_t, std::size_t> score{names, record->fields.size()};
        if (score <= best_score) continue;
        best_score = score;
        best = delimiter;
    }
    return best;
}

Head find_head(std::string_view text, const RowOptions& options) {
    Head head = find_sep_line(text).value_or(Head{});
    if (options.delimiter)
        head.delimiter = *options.delimiter;
    else if (head.line == 1)
        head.delimiter = find_delimiter(text, options);
    return head;
}

std::string name_of(char delimiter) { return delimiter == '\t' ? "a tab" : std::string("'") + delimiter + '\''; }

Result<void> check_names(const RowOptions& options, const std::vector<std::string>& known) {
    for (const auto& [own, theirs] : options.names)
        if (!contains(known, own))
            return Error{Reason::malformed, "--columns: there is no " + own + " here, only " + any_of_words(known) +
                                                '.' + suggestion(own, known)};
    return {};
}

Error missing_column(const std::string& name, const std::vector<std::string>& theirs, char delimiter) {
    std::string all;
    for (const std::string& their : theirs) all += (all.empty() ? "" : ", ") + their;
    return {Reason::malformed, "The first line names no column " + name + ". With " + name_of(delimiter) +
                                   " between them it names: " + all +
                                   ". Another character: --delimiter; another name: --columns " + name + "=NAME."};
}

Result<void> check_columns(const std::vector<std::string>& columns, const std::vector<std::string>& theirs,
                           char delimiter, const RowOptions& options) {
    const auto known = known_members(options.rows_for);
    TRY(check_names(options, known));
    for (const auto& [own, their] : options.names)
        if (!contains(columns, own)) return missing_column(own, theirs, delimiter);
    const bool opens = options.rows_for == RowsFor::opening;
    std::vector<std::string> required{"uid"};
    if (opens) required = {"uid", "type", "domain"};
    if (!opens && contains(columns, "id")) required.clear();
    if (options.rows_for == RowsFor::redating) required.emplace_back("ends_at");
    for (const std::string& name : required)
        if (!contains(columns, name)) return missing_column(name, theirs, delimiter);
    const bool needs_reseller = opens || !contains(columns, "id");
    if (needs_reseller && !contains(columns, "reseller_id") && !options.reseller_id)
        return Error{Reason::malformed, "There is no column reseller_id: --reseller ID says whose accounts they are."};
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].empty()) continue;
        if (std::count(columns.begin(), columns.end(), columns[i]) > 1)
            return Error{Reason::malformed, "There are two columns " + columns[i] + '.'};
        if (!contains(known, columns[i]) && !options.ignores_unknown)
            return Error{Reason::malformed, "The first line: " + unknown_name(theirs[i], known)};
    }
    return {};
}

}  // namespace

std::string to_sentence(const RowFault& fault) {
    return "Line " + std::to_string(fault.line) + ", column " + std::to_string(fault.column) + ": " + fault.detail;
}

Result<std::unique_ptr<AccountRows>> read_csv_rows(std::string_view text, const RowOptions& options) {
    const std::size_t mark = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
    text.remove_prefix(mark);
    const Head head = find_head(text, options);
    CsvReader reader(text.substr(head.offset), head.delimiter, head.line);
    auto record = reader.next();
    if (!record) return Error{Reason::malformed, "The file is empty: its first line has to name the columns."};
    if (!record->wrong.empty()) {
        const TextPosition at = reader.position_of(*record, record->wrong_offset);
        return Error{Reason::malformed, to_sentence({at.line, at.column, record->wrong})};
    }
    std::vector<std::string> columns;
    for (const std::string& field : record->fields) {
        if (!is_text(field)) return Error{Reason::malformed, "The first line is not UTF-8: save the file as UTF-8."};
        columns.push_back(own_name(field, options));
    }
    TRY(check_columns(columns, record->fields, head.delimiter, options));
    return std::make_unique<CsvRows>(std::move(reader), mark + head.offset, std::move(columns), options);
}

std::unique_ptr<AccountRows> read_json_rows(std::string_view text, const RowOptions& options) {
    return std::make_unique<JsonRows>(text, options);
}

bool looks_like_json(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

}  // namespace cli
