#include "cli/output.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "core/utf8.h"

namespace cli {
namespace {

constexpr std::string_view bold = "1", green = "32", yellow = "33", red = "31";

std::string_view colour_of(std::string_view word) {
    for (const std::string_view good : {"active", "activated", "provisioned", "entitled"})
        if (word == good) return green;
    for (const std::string_view held : {"suspended", "expired", "frozen", "inactive"})
        if (word == held) return yellow;
    for (const std::string_view over : {"deprovisioned", "revoked"})
        if (word == over) return red;
    return {};
}

const json::value* find_member(const json::value& item, std::string_view name) {
    const std::size_t dot = name.find('.');
    const json::value* value = item.is_object() ? item.get_object().if_contains(name.substr(0, dot)) : nullptr;
    if (!value || dot == std::string_view::npos) return value;
    return find_member(*value, name.substr(dot + 1));
}

bool holds_objects(const json::value& value) {
    return value.is_object() || (value.is_array() && !value.get_array().empty() && value.get_array()[0].is_object());
}

struct CharacterRange {
    char32_t first, last;
};
constexpr CharacterRange marks[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},
                                    {0x64b, 0x65f},   {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2064},
                                    {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}};
constexpr CharacterRange wide_ones[] = {{0x1100, 0x115f},   {0x2e80, 0xa4cf},  {0xac00, 0xd7a3}, {0xf900, 0xfaff},
                                        {0xfe30, 0xfe6f},   {0xff00, 0xff60},  {0xffe0, 0xffe6}, {0x1f300, 0x1f64f},
                                        {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

std::size_t columns_of_character(char32_t character) {
    for (const CharacterRange& range : marks)
        if (character >= range.first && character <= range.last) return 0;
    for (const CharacterRange& range : wide_ones)
        if (character >= range.first && character <= range.last) return 2;
    return 1;
}

// With an ellipsis where something is missing.
std::string cut_to(const std::string& text, std::size_t width) {
    if (columns_of(text) <= width) return text;
    std::string cut;
    std::size_t columns = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto decoded = decode_utf8(text, at);
        const std::size_t bytes = decoded ? decoded->bytes : 1;
        columns += decoded ? columns_of_character(decoded->value) : 1;
        if (columns + 1 > width) break;
        cut += text.substr(at, bytes);
        at += bytes;
    }
    return cut + "\u2026";
}

// "2026-11-22T05:33:42.962Z": without the milliseconds, to the minute. Other texts stay as they are.
std::string shortened(const std::string& text, int shortness) {
    constexpr std::size_t length = 24, length_to_second = 19, length_to_minute = 16;
    const bool is_instant = text.size() == length && text[10] == 'T' && text[19] == '.' && text.back() == 'Z';
    if (!is_instant || shortness == 0) return text;
    if (shortness == 1) return text.substr(0, length_to_second) + 'Z';
    return text.substr(0, 10) + ' ' + text.substr(11, length_to_minute - 11);
}

void append_text(std::string& text, const json::value& value) {
    if (value.is_double()) {
        char digits[400];
        const double number = value.get_double();
        const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number, std::chars_format::fixed);
        text.append(digits, error == std::errc() ? end : digits);
    } else if (const json::object* object = value.if_object()) {
        text += '{';
        for (const auto& member : *object) {
            if (text.back() != '{') text += ',';
            text += json::serialize(member.key()) + ':';
            append_text(text, member.value());
        }
        text += '}';
    } else if (const json::array* array = value.if_array()) {
        text += '[';
        for (const json::value& element : *array) {
            if (&element != array->begin()) text += ',';
            append_text(text, element);
        }
        text += ']';
    } else {
        text += json::serialize(value);
    }
}

std::string padded(const std::string& text, std::size_t width, bool is_right) {
    const std::string blanks(width > columns_of(text) ? width - columns_of(text) : 0, ' ');
    return is_right ? blanks + text : text + blanks;
}

}  // namespace

// Control characters, and the C1 ones that terminals obey too, could move the cursor or worse.
std::string printable(std::string_view text) {
    std::string clean;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool is_c1 = byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
        if (is_c1) ++i;
        clean += is_c1 || byte < 0x20 || byte == 0x7f ? '?' : text[i];
    }
    return clean;
}

std::size_t columns_of(std::string_view utf8) {
    std::size_t columns = 0;
    for (std::size_t at = 0; at < utf8.size();) {
        const auto decoded = decode_utf8(utf8, at);
        columns += decoded ? columns_of_character(decoded->value) : 1;
        at += decoded ? decoded->bytes : 1;
    }
    return columns;
}

std::string cell_of(const json::value& value) {
    if (value.is_null()) return "-";
    if (value.is_string()) return value.get_string().empty() ? "-" : printable(value.get_string());
    if (value.is_bool()) return value.get_bool() ? "yes" : "no";
    if (!value.is_array() || holds_objects(value)) return printable(to_text(value));
    std::string text;
    for (const json::value& element : value.get_array()) text += (text.empty() ? "" : ",") + cell_of(element);
    return text.empty() ? "-" : text;
}

std::string Output::in_colour(std::string_view code, std::string text) const {
    if (!options_.has_colours || code.empty()) return text;
    return "\x1b[" + std::string(code) + "m" + std::move(text) + "\x1b[0m";
}

std::string Output::coloured(std::string text) const {
    const std::size_t end = text.find_last_not_of(' ');
    return in_colour(colour_of(std::string_view(text).substr(0, end + 1)), std::move(text));
}

std::string to_text(const json::value& value) {
    std::string text;
    append_text(text, value);
    return text;
}

void Output::note(std::string_view sentence) {
    if (!options_.is_json) notes_ << sentence << '\n';
}

void Output::show(const json::value& value) {
    if (value.is_null()) return;
    if (options_.is_json) {
        out_ << to_text(value) << '\n';
        return;
    }
    if (value.is_object())
        show_members(value.get_object(), "");
    else
        out_ << cell_of(value) << '\n';
}

void Output::show_members(const json::object& object, const std::string& indent) {
    std::size_t width = 0;
    for (const auto& member : object)
        if (!holds_objects(member.value())) width = std::max(width, member.key().size());
    for (const auto& member : object) {
        std::string name = indent + printable(member.key());
        if (!holds_objects(member.value())) {
            out_ << in_colour(bold, padded(name, indent.size() + width, false)) << "  "
                 << coloured(cell_of(member.value())) << '\n';
            continue;
        }
        out_ << in_colour(bold, name) << '\n';
        if (member.value().is_object()) {
            show_members(member.value().get_object(), indent + "  ");
            continue;
        }
        for (const json::value& element : member.value().get_array()) {
            if (!element.is_object()) continue;
            std::string line = indent + " ";
            for (const auto& part : element.get_object()) line += ' ' + cell_of(part.value());
            out_ << line << '\n';
        }
    }
}

void Output::list(const json::array& items, const std::vector<Column>& columns) {
    begin_list();
    list_more(items, columns);
    end_list();
}

Output::Cells Output::cells_of(const json::array& items, const std::vector<Column>& columns) const {
    Cells rows;
    for (const json::value& item : items) {
        std::vector<std::string> cells;
        for (const Column& column : columns) {
            const json::value* value = find_member(item, column.member);
            cells.push_back(value ? shortened(cell_of(*value), shortness_) : "-");
        }
        rows.push_back(std::move(cells));
    }
    return rows;
}

void Output::measure(const Cells& rows, const std::vector<Column>& columns) {
    widths_.clear();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        widths_.push_back(columns_of(columns[i].title));
        for (const auto& row : rows) widths_[i] = std::max(widths_[i], columns_of(row[i]));
    }
}

std::size_t Output::total_width() const {
    std::size_t total = 0, shown = 0;
    for (const std::size_t width : widths_) {
        total += width;
        shown += width > 0 ? 1 : 0;
    }
    return total + (shown > 0 ? 2 * (shown - 1) : 0);
}

// Shorter date-times first, then fewer columns, and in the end the widest text loses its end.
void Output::fit(const json::array& items, const std::vector<Column>& columns) {
    constexpr int shortness_max = 2;
    constexpr std::size_t width_min = 8;
    hidden_.clear();
    shortness_ = 0;
    measure(cells_of(items, columns), columns);
    if (options_.columns == 0) return;
    while (total_width() > options_.columns && shortness_ < shortness_max) {
        ++shortness_;
        measure(cells_of(items, columns), columns);
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::size_t over = total_width() - std::min(total_width(), options_.columns);
        if (columns[i].cut_to > 0 && over > 0 && widths_[i] > columns[i].cut_to)
            widths_[i] = std::max(columns[i].cut_to, widths_[i] - std::min(over, widths_[i]));
    }
    while (total_width() > options_.columns) {
        std::size_t least = columns.size();
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (widths_[i] > 0 && columns[i].gives_way > 0 &&
                (least == columns.size() || columns[i].gives_way >= columns[least].gives_way))
                least = i;
        if (least == columns.size()) break;
        widths_[least] = 0;
        hidden_ += (hidden_.empty() ? "" : ", ") + std::string(columns[least].title);
    }
    while (total_width() > options_.columns) {
        std::size_t widest = 0;
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (!is_number_[i] && (is_number_[widest] || widths_[i] > widths_[widest])) widest = i;
        if (widths_[widest] <= width_min) return;
        const std::size_t over = total_width() - options_.columns;
        widths_[widest] = std::max(width_min, widths_[widest] - std::min(over, widths_[widest]));
    }
}

void Output::list_more(const json::array& items, const std::vector<Column>& columns) {
    if (options_.is_json) {
        for (const json::value& item : items) out_ << to_text(item) << '\n';
        return;
    }
    // The first page decides about the widths: later ones are not waited for.
    if (widths_.empty()) {
        if (items.empty()) return;
        is_number_.assign(columns.size(), false);
        for (std::size_t i = 0; i < columns.size(); ++i)
            for (const json::value& item : items) {
                const json::value* value = find_member(item, columns[i].member);
                if (value && value->is_number()) is_number_[i] = true;
            }
        fit(items, columns);
        std::vector<std::string> head;
        for (const Column& column : columns) head.emplace_back(column.title);
        write_row(head, true);
    }
    for (const auto& row : cells_of(items, columns)) write_row(row, false);
    out_.flush();
}

void Output::end_list() {
    if (hidden_.empty()) return;
    std::string sentence = "No room for " + hidden_ + ": --wide shows all.";
    for (std::size_t begin = 0; sentence.size() - begin > options_.columns;) {
        const std::size_t blank = sentence.rfind(' ', begin + options_.columns);
        if (blank == std::string::npos || blank <= begin) break;
        sentence[blank] = '\n';
        begin = blank + 1;
    }
    note(sentence);
    hidden_.clear();
}

void Output::write_row(const std::vector<std::string>& cells, bool is_head) {
    std::size_t last = 0;
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (widths_[i] > 0) last = i;
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (widths_[i] == 0) continue;
        std::string cell = options_.columns > 0 && !is_number_[i] ? cut_to(cells[i], widths_[i]) : cells[i];
        if (i != last || is_number_[i]) cell = padded(cell, widths_[i], is_number_[i]);
        if (!line.empty()) line += "  ";
        line += is_head ? in_colour(bold, std::move(cell)) : coloured(std::move(cell));
    }
    out_ << line << '\n';
}

Result<void> Output::list(Api& api, const std::string& target, const Query& query, std::string_view member,
                          const std::vector<Column>& columns, std::int64_t limit) {
    begin_list();
    std::size_t count = 0;
    const bool has_more = TRY(api.list(target, query, member, limit, [&](const json::array& items) {
        list_more(items, columns);
        count += items.size();
        return out_.good();
    }));
    end_list();
    if (count == 0) note("There are none.");
    if (has_more) note("There are more: --limit 0 shows all.");
    return {};
}

}  // namespace cli
