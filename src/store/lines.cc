#include "store/lines.h"

namespace store {

void append_cell(std::string& column, std::string_view cell) {
    for (const char character : cell) {
        switch (character) {
        case '\t': column += "\\t"; break;
        case '\n': column += "\\n"; break;
        case '\\': column += "\\\\"; break;
        default: column += character;
        }
    }
}

std::vector<std::vector<std::string>> decode_lines(std::string_view column) {
    std::vector<std::vector<std::string>> lines;
    std::vector<std::string> cells(1);
    for (std::size_t i = 0; i < column.size(); ++i) {
        const char character = column[i];
        if (character == '\t') {
            cells.emplace_back();
        } else if (character == '\n') {
            lines.push_back(std::move(cells));
            cells.assign(1, "");
        } else if (character == '\\' && i + 1 < column.size()) {
            const char escaped = column[++i];
            cells.back() += escaped == 't' ? '\t' : escaped == 'n' ? '\n' : escaped;
        } else {
            cells.back() += character;
        }
    }
    return lines;
}

}  // namespace store
