// Files of accounts: every row becomes one JSON object that can be read strictly, whatever the file holds, or says why
// it is none; no byte is read twice, and all are behind it in the end. And what is written as CSV is read again.

#include <boost/json/value.hpp>
#include <cstdint>
#include <string_view>

#include "cli/account_rows.h"
#include "cli/csv.h"
#include "json/read.h"

namespace {

void require(bool holds) {
    if (!holds) __builtin_trap();
}

void check_rows(cli::AccountRows& rows, std::size_t size) {
    std::string row;
    std::size_t offset = 0, count = 0;
    while (rows.append_next(row)) {
        require(++count <= size + 1);
        if (rows.fault()) {
            require(!rows.fault()->detail.empty() && rows.line() > 0);
        } else {
            const auto value = ::json::read_json(row);
            require(value.ok() && value.value().is_object());
        }
        require(rows.offset() >= offset && rows.offset() <= size);
        offset = rows.offset();
        row.clear();
    }
    require(rows.offset() == size);
}

void check_round_trip(std::string_view text) {
    cli::CsvReader reader(text);
    while (const auto record = reader.next()) {
        if (!record->wrong.empty()) continue;
        std::string line;
        for (std::size_t i = 0; i < record->fields.size(); ++i) {
            if (i > 0) line += ',';
            cli::append_csv_field(line, record->fields[i]);
        }
        line += '\n';
        cli::CsvReader again(line);
        const auto reread = again.next();
        if (record->fields.size() == 1 && record->fields[0].empty()) continue;
        if (line.starts_with("\xef\xbb\xbf")) continue;
        require(reread && reread->wrong.empty() && reread->fields == record->fields);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    cli::RowOptions options{.reseller_id = 2, .ignores_unknown = (data[0] & 1) != 0};
    options.rows_for = static_cast<cli::RowsFor>((data[0] >> 1) % 3);
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    check_rows(*cli::read_json_rows(text, options), text.size());
    for (const std::string& csv : {std::string(text), "uid,type,domain\n" + std::string(text)}) {
        const auto rows = cli::read_csv_rows(csv, options);
        if (rows.ok()) check_rows(*rows.value(), csv.size());
    }
    check_round_trip(text);
    return 0;
}
