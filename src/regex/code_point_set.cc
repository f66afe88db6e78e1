#include "regex/code_point_set.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "core/utf8.h"

namespace regex {
namespace {

constexpr char32_t last_code_point = 0x10FFFF;
constexpr char32_t first_surrogate = 0xD800;
constexpr char32_t last_surrogate = 0xDFFF;

std::string every_code_point() {
    std::string text;
    for (char32_t code_point = 0; code_point <= last_code_point; ++code_point) {
        if (code_point == first_surrogate) code_point = last_surrogate + 1;
        append_utf8(text, code_point);
    }
    return text;
}

char32_t first_of(std::string_view text) { return decode_utf8(text, 0)->value; }

char32_t last_of(std::string_view text) {
    std::size_t begin = text.size() - 1;
    while ((static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
    return first_of(text.substr(begin));
}

CodePointSet find_unassigned() {
    const re2::RE2 run("[^\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Z}\\p{Cc}\\p{Cf}\\p{Co}]+");
    const std::string text = every_code_point();
    CodePointSet found;
    re2::StringPiece match;
    std::size_t offset = 0;
    while (run.Match(text, offset, text.size(), re2::RE2::UNANCHORED, &match, 1)) {
        const std::string_view code_points(match.data(), match.size());
        found.add(first_of(code_points), last_of(code_points));
        offset = static_cast<std::size_t>(match.data() - text.data()) + match.size();
    }
    return found;
}

}  // namespace

CodePointSet CodePointSet::complement() const {
    auto sorted = ranges_;
    std::sort(sorted.begin(), sorted.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
    CodePointSet rest;
    char32_t next = 0;
    for (const auto& range : sorted) {
        if (range.first > next) rest.add(next, range.first - 1);
        next = std::max<char32_t>(next, range.last + 1);
    }
    if (next <= last_code_point) rest.add(next, last_code_point);
    return rest;
}

std::string CodePointSet::render() const {
    std::string text;
    for (const auto& range : ranges_) {
        if (range.first == range.last) {
            text += fmt::format("\\x{{{:x}}}", static_cast<std::uint32_t>(range.first));
        } else {
            text += fmt::format("\\x{{{:x}}}-\\x{{{:x}}}", static_cast<std::uint32_t>(range.first),
                                static_cast<std::uint32_t>(range.last));
        }
    }
    return text;
}

const CodePointSet& unassigned_code_points() {
    static const CodePointSet unassigned = find_unassigned();
    return unassigned;
}

const CodePointSet& ecma_white_space() {
    static const CodePointSet white_space = [] {
        CodePointSet set;
        set.add(0x09, 0x0D);
        set.add(0x20, 0x20);
        set.add(0xA0, 0xA0);
        set.add(0x1680, 0x1680);
        set.add(0x2000, 0x200A);
        set.add(0x2028, 0x2029);
        set.add(0x202F, 0x202F);
        set.add(0x205F, 0x205F);
        set.add(0x3000, 0x3000);
        set.add(0xFEFF, 0xFEFF);
        return set;
    }();
    return white_space;
}

}  // namespace regex
