// RFC 8259, strictly, with positions. Of our own because no JSON reader at hand tells where a value stood.

#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "workflow/document/tree_place.h"
#include "workflow/text/text.h"

namespace workflow {

namespace {

struct Refused {
    std::string message;
    std::size_t at;
};

class Reader {
public:
    Reader(std::string_view text, const TreeLimits& limits) : text_(text), limits_(limits) {}

    void read(json::value& value, Place& place) {
        skip_space();
        read_value(value, place, 1);
        skip_space();
        if (at_ < text_.size()) refuse("something follows the end of the document");
    }

    Position position() const { return {line_, static_cast<int>(at_ - line_start_) + 1}; }

private:
    [[noreturn]] void refuse(std::string message) { throw Refused{std::move(message), at_}; }

    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    void skip_space() {
        for (; at_ < text_.size(); ++at_) {
            char c = text_[at_];
            if (c == '\n') {
                ++line_;
                line_start_ = at_ + 1;
            } else if (c != ' ' && c != '\t' && c != '\r') {
                return;
            }
        }
    }

    void expect(char c) {
        if (peek() != c || at_ >= text_.size()) refuse(std::string("'") + c + "' is missing");
        ++at_;
    }

    void read_value(json::value& value, Place& place, int depth) {
        place.at = position();
        if (depth > limits_.depth_max)
            refuse("the document is deeper than " + std::to_string(limits_.depth_max) + " levels");
        if (++nodes_ > limits_.nodes_max)
            refuse("the document has more than " + std::to_string(limits_.nodes_max) + " nodes");
        switch (peek()) {
        case '{': return read_object(value.emplace_object(), place, depth);
        case '[': return read_array(value.emplace_array(), place, depth);
        case '"': value = read_string(); return;
        case 't':
            read_word("true");
            value = true;
            return;
        case 'f':
            read_word("false");
            value = false;
            return;
        case 'n':
            read_word("null");
            value = nullptr;
            return;
        default: value = read_number();
        }
    }

    void read_word(std::string_view word) {
        if (text_.substr(at_, word.size()) != word) refuse("a value is missing");
        at_ += word.size();
    }

    void read_object(json::object& object, Place& place, int depth) {
        expect('{');
        skip_space();
        if (peek() == '}') return void(++at_);
        while (true) {
            skip_space();
            Position name_at = position();
            if (peek() != '"') refuse("a name in double quotes is missing");
            auto name = read_string();
            if (object.contains(name)) refuse("the name \"" + shorten(name, 60) + "\" stands twice in one object");
            skip_space();
            expect(':');
            skip_space();
            json::value member;
            auto& child = place.children.emplace_back();
            child.name = name_at;
            read_value(member, child, depth + 1);
            object.emplace(name, std::move(member));
            skip_space();
            if (peek() == ',') {
                ++at_;
                continue;
            }
            return expect('}');
        }
    }

    void read_array(json::array& array, Place& place, int depth) {
        expect('[');
        skip_space();
        if (peek() == ']') return void(++at_);
        while (true) {
            skip_space();
            json::value element;
            read_value(element, place.children.emplace_back(), depth + 1);
            array.push_back(std::move(element));
            skip_space();
            if (peek() == ',') {
                ++at_;
                continue;
            }
            return expect(']');
        }
    }

    unsigned read_hex() {
        unsigned code = 0;
        auto digits = text_.substr(at_, 4);
        auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        if (failed != std::errc() || end != digits.data() + 4) refuse("\\u wants four hexadecimal digits");
        at_ += 4;
        return code;
    }

    void append_utf8(std::string& out, unsigned code) {
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
            out += static_cast<char>(0xF0 | code >> 18);
            tail(12), tail(6), tail(0);
        }
    }

    std::string read_string() {
        std::string out;
        expect('"');
        while (true) {
            if (at_ >= text_.size()) refuse("a string does not end");
            unsigned char c = text_[at_++];
            if (c == '"') return out;
            if (c < 0x20) refuse("a control character stands in a string");
            if (c != '\\') {
                out += static_cast<char>(c);
                continue;
            }
            char escaped = peek();
            ++at_;
            switch (escaped) {
            case '"':
            case '\\':
            case '/': out += escaped; break;
            case 'b': out += '\b'; break;
            case 'f': out += '\f'; break;
            case 'n': out += '\n'; break;
            case 'r': out += '\r'; break;
            case 't': out += '\t'; break;
            case 'u': read_unicode(out); break;
            default: refuse("an unknown escape stands in a string");
            }
        }
    }

    void read_unicode(std::string& out) {
        unsigned code = read_hex();
        if (code >= 0xDC00 && code <= 0xDFFF) refuse("half of a surrogate pair stands in a string");
        if (code >= 0xD800 && code <= 0xDBFF) {
            if (text_.substr(at_, 2) != "\\u") refuse("half of a surrogate pair stands in a string");
            at_ += 2;
            unsigned low = read_hex();
            if (low < 0xDC00 || low > 0xDFFF) refuse("half of a surrogate pair stands in a string");
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        }
        append_utf8(out, code);
    }

    json::value read_number() {
        std::size_t start = at_;
        auto digit = [&] { return peek() >= '0' && peek() <= '9'; };
        if (peek() == '-') ++at_;
        if (!digit()) refuse("a value is missing");
        bool whole = true;
        if (peek() == '0')
            ++at_;
        else
            while (digit()) ++at_;
        if (peek() == '.') {
            whole = false;
            ++at_;
            if (!digit()) refuse("a digit is missing after the point");
            while (digit()) ++at_;
        }
        if (peek() == 'e' || peek() == 'E') {
            whole = false;
            ++at_;
            if (peek() == '+' || peek() == '-') ++at_;
            if (!digit()) refuse("a digit is missing in the exponent");
            while (digit()) ++at_;
        }
        const char *first = text_.data() + start, *last = text_.data() + at_;
        std::int64_t small = 0;
        if (whole && std::from_chars(first, last, small).ec == std::errc()) return small;
        std::uint64_t large = 0;
        if (whole && *first != '-' && std::from_chars(first, last, large).ec == std::errc()) return large;
        if (whole) return make_big_integer(std::string_view(first, static_cast<std::size_t>(last - first)));
        double number = 0;
        if (std::from_chars(first, last, number).ec == std::errc()) return number;
        number = std::strtod(std::string(first, last).c_str(), nullptr);  // tells too small (0) from too large
        if (!std::isfinite(number)) refuse("a number is out of range");
        return number;
    }

    std::string_view text_;
    const TreeLimits& limits_;
    std::size_t at_ = 0;
    std::size_t line_start_ = 0;
    int line_ = 1;
    std::size_t nodes_ = 0;
};

}  // namespace

std::variant<Tree, TreeError> read_json(std::string_view text, const TreeLimits& limits) {
    Reader reader(text, limits);
    try {
        json::value value;
        auto place = std::make_unique<Place>();
        reader.read(value, *place);
        return Tree(std::move(value), std::move(place));
    } catch (const Refused& refused) {
        return TreeError{"not JSON: " + refused.message, reader.position()};
    }
}

}  // namespace workflow
