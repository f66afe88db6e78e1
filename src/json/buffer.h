// The text of a JSON answer while it grows: what the dialects' JSON writers are made of. It knows tokens, not
// structure: commas and brackets are the writer's. Room is made for a whole token at once, since a page of a list has
// thousands.

#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/time.h"

namespace json {

class JsonBuffer {
public:
    explicit JsonBuffer(std::size_t expected_bytes) : text_(expected_bytes, '\0') {}

    void put(char character) {
        *room(1) = character;
        ++size_;
    }
    void put(std::string_view text) {
        copy(room(text.size()), text);
        size_ += text.size();
    }
    // A member's name that no escape is needed in, and the colon.
    void put_name(std::string_view name) {
        char* const begin = room(name.size() + 3);
        begin[0] = '"';
        copy(begin + 1, name);
        begin[name.size() + 1] = '"';
        begin[name.size() + 2] = ':';
        size_ += name.size() + 3;
    }
    // With quotes; nothing in it needs an escape.
    void put_unescaped(std::string_view text) {
        char* const begin = room(text.size() + 2);
        begin[0] = '"';
        copy(begin + 1, text);
        begin[text.size() + 1] = '"';
        size_ += text.size() + 2;
    }
    // With quotes; any UTF-8.
    void put_string(std::string_view text);
    void put_number(std::int64_t value) {
        constexpr std::size_t length_max = 20;
        char* const begin = room(length_max);
        size_ += static_cast<std::size_t>(std::to_chars(begin, begin + length_max, value).ptr - begin);
    }
    void put_instant(Instant value) {
        char digits[rfc3339_length];
        write_rfc3339(digits, value);
        put_unescaped({digits, sizeof digits});
    }

    bool empty() const { return size_ == 0; }
    char back() const { return text_[size_ - 1]; }

    std::string finish() {
        text_.resize(size_);
        return std::move(text_);
    }

private:
    static void copy(char* to, std::string_view text) { std::char_traits<char>::copy(to, text.data(), text.size()); }
    // Where the next so many bytes go.
    char* room(std::size_t bytes) {
        if (text_.size() - size_ < bytes) grow(bytes);
        return text_.data() + size_;
    }
    void grow(std::size_t bytes);

    std::string text_;  // longer than what has been put
    std::size_t size_ = 0;
};

}  // namespace json
