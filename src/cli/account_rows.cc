#include "cli/account_rows.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <vector>

#include "cli/csv.h"
#include "core/utf8.h"
#include "json/read.h"

namespace cli {
namespace {

constexpr std::size_t row_bytes_max = 16 * 1024;  // far more than a row can hold, far less than a request

constexpr std::string_view known_members[] = {"reseller_id", "uid", "type", "domain", "ends_at"};

bool is_known(std::string_view name) {
    return std::find(std::begin(known_members), std::end(known_members), name) != std::end(known_members);
}

bool is_plain(const boost::json::object& row) {
    return std::none_of(row.begin(), row.end(), [](const auto& member) { return member.value().is_structured(); });
}

void append_unreadable(std::string& json, std::string_view why) {
    json += "{\"unreadable\":";
    ::json::append_json_string(json, why);
    json += '}';
}

class CsvRows final : public AccountRows {
public:
    CsvRows(CsvReader reader, std::vector<std::string> columns, RowOptions options)
        : reader_(std::move(reader)), columns_(std::move(columns)), options_(options) {
        names_reseller_ = std::find(columns_.begin(), columns_.end(), "reseller_id") != columns_.end();
    }

    bool skip_next() override { return reader_.next().has_value(); }
    std::size_t offset() const override { return reader_.offset(); }

    bool append_next(std::string& json) override {
        const auto record = reader_.next();
        if (!record) return false;
        if (!record->wrong.empty()) {
            append_unreadable(json, where(*record) + record->wrong);
        } else if (record->fields.size() != columns_.size()) {
            append_unreadable(json, where(*record) + "It has " + std::to_string(record->fields.size()) +
                                        " fields, and the first line " + std::to_string(columns_.size()) + '.');
        } else if (length_of(*record) > row_bytes_max) {
            append_unreadable(json, where(*record) + "It is too long.");
        } else if (!std::all_of(record->fields.begin(), record->fields.end(), is_text)) {
            append_unreadable(json, where(*record) + "It is not UTF-8, or has a character that no text has.");
        } else {
            append_row(json, *record);
        }
        return true;
    }

private:
    static std::string where(const CsvReader::Record& record) { return "Line " + std::to_string(record.line) + ": "; }

    static std::size_t length_of(const CsvReader::Record& record) {
        std::size_t length = 0;
        for (const std::string& field : record.fields) length += field.size();
        return length;
    }

    static bool is_text(const std::string& field) {
        return is_valid_utf8(field) && field.find('\0') == std::string::npos;
    }

    void append_row(std::string& json, const CsvReader::Record& record) const {
        json += '{';
        if (!names_reseller_ && options_.reseller_id) append_reseller(json, std::to_string(*options_.reseller_id));
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const std::string& field = record.fields[i];
            if (!is_known(columns_[i])) continue;
            if (columns_[i] == "reseller_id") {
                append_reseller(json,
                                field.empty() && options_.reseller_id ? std::to_string(*options_.reseller_id) : field);
                continue;
            }
            if (columns_[i] == "ends_at" && field.empty()) continue;
            append_name(json, columns_[i]);
            ::json::append_json_string(json, field);
        }
        json += '}';
    }

    static void append_name(std::string& json, std::string_view name) {
        if (json.back() != '{') json += ',';
        ::json::append_json_string(json, name);
        json += ':';
    }

    // A number if it looks like one; else as it is, for the API to refuse.
    static void append_reseller(std::string& json, const std::string& text) {
        append_name(json, "reseller_id");
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc() && end == text.data() + text.size())
            json += std::to_string(number);
        else
            ::json::append_json_string(json, text);
    }

    CsvReader reader_;
    const std::vector<std::string> columns_;
    const RowOptions options_;
    bool names_reseller_ = false;
};

class JsonRows final : public AccountRows {
public:
    JsonRows(std::string_view text, RowOptions options) : text_(text), options_(options) {
        if (text_.starts_with("\xef\xbb\xbf")) offset_ = 3;
    }

    bool skip_next() override { return next_line().has_value(); }
    std::size_t offset() const override { return offset_; }

    bool append_next(std::string& json) override {
        const auto line = next_line();
        if (!line) return false;
        auto row = read_row(*line);
        if (!row.ok()) {
            append_unreadable(json, "Line " + std::to_string(line_) + ": " + row.error().detail);
            return true;
        }
        json += boost::json::serialize(row.value());
        return true;
    }

private:
    Result<boost::json::object> read_row(std::string_view line) const {
        if (line.size() > row_bytes_max) return Error{Reason::invalid, "It is too long."};
        boost::json::value value = TRY(::json::read_json(line));
        if (!value.is_object()) return Error{Reason::invalid, "It is no JSON object."};
        boost::json::object& row = value.get_object();
        if (options_.ignores_unknown) remove_unknown(row);
        if (!is_plain(row)) return Error{Reason::invalid, "A member is an object or an array."};
        if (!row.contains("reseller_id") && options_.reseller_id) row["reseller_id"] = *options_.reseller_id;
        return std::move(row);
    }

    std::optional<std::string_view> next_line() {
        while (offset_ < text_.size()) {
            const std::size_t end = std::min(text_.find('\n', offset_), text_.size());
            const std::string_view line = text_.substr(offset_, end - offset_);
            offset_ = std::min(end + 1, text_.size());
            ++line_;
            if (line.find_first_not_of(" \t\r") != std::string_view::npos) return line;
        }
        return std::nullopt;
    }

    static void remove_unknown(boost::json::object& row) {
        std::vector<std::string> names;
        for (const auto& member : row)
            if (!is_known(member.key())) names.emplace_back(member.key());
        for (const std::string& name : names) row.erase(name);
    }

    std::string_view text_;
    const RowOptions options_;
    std::size_t offset_ = 0;
    std::size_t line_ = 0;
};

Result<void> check_columns(const std::vector<std::string>& columns, const RowOptions& options) {
    const auto count = [&](std::string_view name) { return std::count(columns.begin(), columns.end(), name); };
    for (const std::string_view name : {"uid", "type", "domain"})
        if (count(name) == 0)
            return Error{Reason::invalid, "The first line names no column " + std::string(name) + '.'};
    if (count("reseller_id") == 0 && !options.reseller_id)
        return Error{Reason::invalid, "There is no column reseller_id: --reseller ID says whose accounts they are."};
    for (const std::string& name : columns) {
        if (count(name) > 1) return Error{Reason::invalid, "There are two columns " + name + '.'};
        if (!is_known(name) && !options.ignores_unknown)
            return Error{Reason::invalid,
                         "Nothing is known of a column " + name + ": --ignore-unknown passes over it."};
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<AccountRows>> read_csv_rows(std::string_view text, const RowOptions& options) {
    CsvReader reader(text);
    auto head = reader.next();
    if (!head) return Error{Reason::invalid, "The file is empty: its first line has to name the columns."};
    if (!head->wrong.empty()) return Error{Reason::invalid, "The first line cannot be read: " + head->wrong};
    TRY(check_columns(head->fields, options));
    return std::make_unique<CsvRows>(std::move(reader), std::move(head->fields), options);
}

std::unique_ptr<AccountRows> read_json_rows(std::string_view text, const RowOptions& options) {
    return std::make_unique<JsonRows>(text, options);
}

}  // namespace cli
