#include "workflow/text/masking.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

namespace workflow {

namespace {

constexpr std::size_t short_size = 4;    // below, a secret must stand alone
constexpr int decodings_inside_max = 4;  // of one another
constexpr std::size_t readings_max = 64;
constexpr std::size_t read_bytes_max = 64 << 20;
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

// One way to read the text; each byte knows from where in the original it comes.
struct Reading {
    std::string text;
    std::vector<std::uint32_t> from, to;
    int depth = 0;

    void take(const Reading& of, std::size_t begin, std::size_t end, char c) {
        text += c;
        from.push_back(of.from[begin]);
        to.push_back(of.to[end - 1]);
    }
    void take(const Reading& of, std::size_t begin, std::size_t end, std::string_view bytes) {
        for (char c : bytes) take(of, begin, end, c);
    }
};

int hex_digit(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

std::optional<std::uint32_t> hex_number(std::string_view text, std::size_t at, std::size_t digits) {
    if (at + digits > text.size()) return std::nullopt;
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        const int digit = hex_digit(text[at + i]);
        if (digit < 0) return std::nullopt;
        out = out << 4 | static_cast<std::uint32_t>(digit);
    }
    return out;
}

std::string utf8(std::uint32_t code) {
    std::string out;
    auto tail = [&](int shift) { out += static_cast<char>(0x80 | (code >> shift & 0x3F)); };
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | code >> 6);
        tail(0);
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | code >> 12);
        tail(6), tail(0);
    } else {
        out += static_cast<char>(0xF0 | (code >> 18 & 7));
        tail(12), tail(6), tail(0);
    }
    return out;
}

// Each of these takes one unit at `at` and moves it on; false: nothing is encoded here.
bool take_percent(const Reading& of, std::size_t& at, Reading& out) {
    if (of.text[at] != '%') return false;
    const auto byte = hex_number(of.text, at + 1, 2);
    if (!byte) return false;
    out.take(of, at, at + 3, static_cast<char>(*byte));
    at += 3;
    return true;
}

bool take_form(const Reading& of, std::size_t& at, Reading& out) {
    if (of.text[at] != '+') return take_percent(of, at, out);
    out.take(of, at, at + 1, ' ');
    ++at;
    return true;
}

// JSON's escapes, and \xHH as messages of ours have it.
bool take_json(const Reading& of, std::size_t& at, Reading& out) {
    if (of.text[at] != '\\' || at + 1 >= of.text.size()) return false;
    const char escaped = of.text[at + 1];
    static constexpr std::string_view letters = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
    if (const auto index = letters.find(escaped); index != std::string_view::npos) {
        out.take(of, at, at + 2, meant[index]);
        at += 2;
        return true;
    }
    if (escaped == 'x') {
        const auto byte = hex_number(of.text, at + 2, 2);
        if (!byte) return false;
        out.take(of, at, at + 4, utf8(*byte));
        at += 4;
        return true;
    }
    if (escaped != 'u') return false;
    auto code = hex_number(of.text, at + 2, 4);
    if (!code) return false;
    std::size_t size = 6;
    if (*code >= 0xD800 && *code < 0xDC00 && of.text.compare(at + 6, 2, "\\u") == 0) {
        if (const auto low = hex_number(of.text, at + 8, 4); low && *low >= 0xDC00 && *low < 0xE000) {
            code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
            size = 12;
        }
    }
    out.take(of, at, at + size, utf8(*code));
    at += size;
    return true;
}

bool take_xml(const Reading& of, std::size_t& at, Reading& out) {
    if (of.text[at] != '&') return false;
    const auto end = of.text.find(';', at);
    if (end == std::string::npos || end - at > 12) return false;
    const auto name = std::string_view(of.text).substr(at + 1, end - at - 1);
    std::string meant;
    if (name == "amp") meant = "&";
    if (name == "lt") meant = "<";
    if (name == "gt") meant = ">";
    if (name == "quot") meant = "\"";
    if (name == "apos") meant = "'";
    if (name.size() > 1 && name[0] == '#') {
        const bool is_hex = name[1] == 'x' || name[1] == 'X';
        const auto digits = name.substr(is_hex ? 2 : 1);
        std::uint32_t code = 0;
        const auto [last, failed] =
            std::from_chars(digits.data(), digits.data() + digits.size(), code, is_hex ? 16 : 10);
        if (failed == std::errc() && last == digits.data() + digits.size() && code <= 0x10FFFF) meant = utf8(code);
    }
    if (meant.empty()) return false;
    out.take(of, at, end + 1, meant);
    at = end + 1;
    return true;
}

// RFC 9112 5.2: a line break and white space inside a header's value is a space.
bool take_fold(const Reading& of, std::size_t& at, Reading& out) {
    if (of.text.compare(at, 2, "\r\n") != 0) return false;
    auto end = at + 2;
    while (end < of.text.size() && (of.text[end] == ' ' || of.text[end] == '\t')) ++end;
    if (end == at + 2) return false;
    out.take(of, at, end, ' ');
    at = end;
    return true;
}

template <class Take>
std::optional<Reading> read_as(const Reading& of, Take take) {
    Reading out;
    bool any = false;
    for (std::size_t at = 0; at < of.text.size();) {
        if (take(of, at, out)) {
            any = true;
        } else {
            out.take(of, at, at + 1, of.text[at]);
            ++at;
        }
    }
    if (!any) return std::nullopt;
    return out;
}

int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
}

// What may be base64, read from each of the four places where it could have begun, one behind the other.
std::optional<Reading> read_as_base64(const Reading& of) {
    constexpr std::size_t run_min = 6;  // of a secret of four bytes
    Reading out;
    for (std::size_t at = 0; at < of.text.size();) {
        auto end = at;
        while (end < of.text.size() && base64_digit(of.text[end]) >= 0) ++end;
        if (end - at >= run_min) {
            for (std::size_t shift = 0; shift < 4; ++shift) {
                for (std::size_t i = at + shift; i + 1 < end; i += 4) {
                    const auto digit = [&](std::size_t k) {
                        return i + k < end ? static_cast<unsigned>(base64_digit(of.text[i + k])) : 0u;
                    };
                    const unsigned group = digit(0) << 18 | digit(1) << 12 | digit(2) << 6 | digit(3);
                    for (std::size_t k = 0; k < 3 && i + k + 1 < end; ++k)
                        out.take(of, i + k, i + k + 2, static_cast<char>(group >> (16 - 8 * k) & 0xFF));
                }
                out.take(of, end - 1, end, '\n');
            }
        }
        at = std::max(end, at + 1);
    }
    if (out.text.empty()) return std::nullopt;
    return out;
}

std::vector<Reading> all_readings(std::string_view text) {
    std::vector<Reading> out(1);
    out[0].text = text;
    for (std::uint32_t i = 0; i < text.size(); ++i) {
        out[0].from.push_back(i);
        out[0].to.push_back(i + 1);
    }
    std::size_t bytes = text.size();
    auto add = [&](std::optional<Reading> next, int depth) {
        if (!next || out.size() >= readings_max || bytes > read_bytes_max) return;
        const bool is_known = std::ranges::any_of(out, [&](const Reading& other) { return other.text == next->text; });
        if (is_known) return;
        next->depth = depth;
        bytes += next->text.size();
        out.push_back(std::move(*next));
    };
    for (std::size_t i = 0; i < out.size(); ++i) {
        const int depth = out[i].depth + 1;
        if (depth > decodings_inside_max) break;
        add(read_as(out[i], take_percent), depth);
        if (out[i].text.find('+') != std::string::npos) add(read_as(out[i], take_form), depth);
        add(read_as(out[i], take_json), depth);
        add(read_as(out[i], take_xml), depth);
        add(read_as(out[i], take_fold), depth);
        if (depth <= 3) add(read_as_base64(out[i]), depth);
    }
    return out;
}

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
}

struct Range {
    std::size_t begin, end;
};

void find_in(const Reading& reading, const std::string& secret, std::vector<Range>& out) {
    const auto& text = reading.text;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 1)) {
        const auto end = at + secret.size();
        const bool stands_alone =
            (at == 0 || !is_letter_or_digit(text[at - 1])) && (end == text.size() || !is_letter_or_digit(text[end]));
        if (secret.size() < short_size && !stands_alone) continue;
        const auto first = std::min_element(reading.from.begin() + static_cast<std::ptrdiff_t>(at),
                                            reading.from.begin() + static_cast<std::ptrdiff_t>(end));
        const auto last = std::max_element(reading.to.begin() + static_cast<std::ptrdiff_t>(at),
                                           reading.to.begin() + static_cast<std::ptrdiff_t>(end));
        out.push_back({*first, *last});
    }
}

// The first bytes of a secret before each "…".
void find_cut(const Reading& reading, const SecretTexts& secrets, std::vector<Range>& out) {
    const std::string_view text = reading.text;
    for (auto cut = text.find(ellipsis); cut != std::string_view::npos; cut = text.find(ellipsis, cut + 1)) {
        for (const auto& secret : secrets) {
            for (auto size = std::min(secret.size(), cut); size > 1; --size) {
                if (text.substr(cut - size, size) != std::string_view(secret).substr(0, size)) continue;
                out.push_back({reading.from[cut - size], reading.to[cut - 1]});
                break;
            }
        }
    }
}

}  // namespace

std::string mask_secrets(std::string_view text, const SecretTexts& secrets) {
    if (secrets.empty() || text.empty()) return std::string(text);
    std::vector<Range> ranges;
    for (const Reading& reading : all_readings(text)) {
        for (const auto& secret : secrets) find_in(reading, secret, ranges);
        find_cut(reading, secrets, ranges);
    }
    if (ranges.empty()) return std::string(text);
    std::ranges::sort(ranges, {}, &Range::begin);
    std::string out;
    std::size_t at = 0;
    for (std::size_t i = 0; i < ranges.size();) {
        Range whole = ranges[i++];
        for (; i < ranges.size() && ranges[i].begin < whole.end; ++i) whole.end = std::max(whole.end, ranges[i].end);
        out += text.substr(at, whole.begin - at);
        out += masked;
        at = whole.end;
    }
    return out + std::string(text.substr(at));
}

}  // namespace workflow
