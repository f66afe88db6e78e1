// Reads a pattern one code point at a time, and says where an error is. Used by the translators only.

#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace regex {

constexpr char32_t end_of_pattern = 0xFFFFFFFF;

class PatternReader {
public:
    // Refuses (malformed) what is not UTF-8 or too long.
    static Result<PatternReader> open(std::string_view pattern);

    bool is_at_end() const { return offset_ == code_points_.size(); }
    char32_t peek(std::size_t ahead = 0) const {
        return offset_ + ahead < code_points_.size() ? code_points_[offset_ + ahead] : end_of_pattern;
    }
    char32_t next() { return is_at_end() ? end_of_pattern : code_points_[offset_++]; }
    bool skip(char32_t code_point);
    bool skip(std::u32string_view text);

    std::size_t offset() const { return offset_; }
    void go_back_to(std::size_t offset) { offset_ = offset; }

    // About the code point to be read next.
    Error error(Reason reason, std::string_view what) const;

    // About the code point that was read last.
    Error error_before(Reason reason, std::string_view what) const;

private:
    std::u32string code_points_;
    std::size_t offset_ = 0;
};

}  // namespace regex
