// The rows of a file of accounts, CSV or JSON lines, one after the other, each as the operator API's imports take it.
// What a row says is judged there, row by row; here only whether it is a row at all. Used by `partnerd import`.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace cli {

class AccountRows {
public:
    virtual ~AccountRows() = default;

    // Appends the next row to `json`, as an object; false: there are no more.
    virtual bool append_next(std::string& json) = 0;
    virtual bool skip_next() = 0;

    virtual std::size_t offset() const = 0;  // so many bytes of the text are behind it
};

struct RowOptions {
    std::optional<std::int64_t> reseller_id;  // of rows that name none
    bool ignores_unknown = false;             // columns and members
};

// The text must outlive the rows. CSV begins with the names of its columns: uid, type, domain; reseller_id, ends_at.
// Refuses: invalid (the columns: one is missing, unknown, or there twice).
Result<std::unique_ptr<AccountRows>> read_csv_rows(std::string_view text, const RowOptions&);
// A JSON object on each line, with members of the same names. Empty lines are no rows.
std::unique_ptr<AccountRows> read_json_rows(std::string_view text, const RowOptions&);

}  // namespace cli
