#include "cli/output.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

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
    return static_cast<std::size_t>(
        std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string cell_of(const json::value& value) {
    if (value.is_null()) return "-";
    if (value.is_string()) return value.get_string().empty() ? "-" : printable(value.get_string());
    if (value.is_bool()) return value.get_bool() ? "yes" : "no";
    if (!value.is_array() || holds_objects(value)) return printable(json::serialize(value));
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

void Output::note(std::string_view sentence) {
    if (!options_.is_json) notes_ << sentence << '\n';
}

void Output::show(const json::value& value) {
    if (value.is_null()) return;
    if (options_.is_json) {
        out_ << json::serialize(value) << '\n';
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
}

void Output::list_more(const json::array& items, const std::vector<Column>& columns) {
    if (options_.is_json) {
        for (const json::value& item : items) out_ << json::serialize(item) << '\n';
        return;
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::value& item : items) {
        std::vector<std::string> cells;
        for (const Column& column : columns) {
            const json::value* value = find_member(item, column.member);
            cells.push_back(value ? cell_of(*value) : "-");
        }
        rows.push_back(std::move(cells));
    }
    // The first page decides about the widths: later ones are not waited for.
    const bool begins = widths_.empty();
    if (begins) {
        if (rows.empty()) return;
        is_number_.assign(columns.size(), false);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            widths_.push_back(columns_of(columns[i].title));
            for (const auto& row : rows) widths_[i] = std::max(widths_[i], columns_of(row[i]));
            for (const json::value& item : items) {
                const json::value* value = find_member(item, columns[i].member);
                if (value && value->is_number()) is_number_[i] = true;
            }
        }
        std::vector<std::string> head;
        for (const Column& column : columns) head.emplace_back(column.title);
        write_row(head, true);
    }
    for (const auto& row : rows) write_row(row, false);
    out_.flush();
}

void Output::write_row(const std::vector<std::string>& cells, bool is_head) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const bool is_last = i + 1 == cells.size();
        std::string cell = is_last && !is_number_[i] ? cells[i] : padded(cells[i], widths_[i], is_number_[i]);
        if (i > 0) line += "  ";
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
    if (count == 0) note("There are none.");
    if (has_more) note("There are more: --limit 0 shows all.");
    return {};
}

}  // namespace cli
