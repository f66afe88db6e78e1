// The rows of a file of accounts, CSV or JSON, one after the other, each as the operator API's imports take it. What a
// row says is judged there, row by row; here only whether it is a row at all. Used by `partnerd import` and by the
// commands that change accounts in bulk, which read a file to its end before they begin anything.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace cli {

// What the rows are for, which says what they hold.
enum class RowsFor {
    opening,   // uid, type, domain; reseller_id, ends_at
    changing,  // id, or uid and reseller_id
    redating,  // the same, and ends_at; empty: the account has no end
};

struct RowOptions {
    std::optional<std::int64_t> reseller_id;  // of rows that name none
    bool ignores_unknown = false;             // columns and members
    RowsFor rows_for = RowsFor::opening;
    std::optional<char> delimiter;             // of CSV; absent: as the first line shows
    std::map<std::string, std::string> names;  // what the file calls a column: "uid" -> "Kundennummer"
};

// Why something is no row.
struct RowFault {
    std::size_t line = 0, column = 0;  // from 1
    std::string detail;
};

std::string to_sentence(const RowFault&);  // "Line 3, column 1: ..."

class AccountRows {
public:
    virtual ~AccountRows() = default;

    // Appends the next row to `json`, as an object; false: there are no more. Where fault() is there, it was none.
    virtual bool append_next(std::string& json) = 0;
    const std::optional<RowFault>& fault() const { return fault_; }
    std::size_t line() const { return line_; }  // on which the last row begins

    virtual std::size_t offset() const = 0;  // so many bytes of the text are behind it

    // So many dates without a time have been taken for the beginning of the day.
    std::int64_t days() const { return days_; }

protected:
    std::optional<RowFault> fault_;
    std::size_t line_ = 0;
    std::int64_t days_ = 0;
};

// The text must outlive the rows. CSV begins with the names of its columns, in any case, with blanks or hyphens for
// underscores; before that there may be a line `sep=;`. Refuses: malformed (the columns: one is missing, unknown, or
// there twice).
Result<std::unique_ptr<AccountRows>> read_csv_rows(std::string_view text, const RowOptions&);
// JSON objects with members of the same names: one on each line, one after the other, or in an array.
std::unique_ptr<AccountRows> read_json_rows(std::string_view text, const RowOptions&);

bool looks_like_json(std::string_view text);

}  // namespace cli
