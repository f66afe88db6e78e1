#include "core/visible_text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>

namespace {

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Whether any character is so; what is no UTF-8 counts as U+FFFD.
template <class Predicate>
bool any_character(std::string_view text, Predicate is_so) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto size = static_cast<std::int32_t>(text.size());
    for (std::int32_t i = 0; i < size;) {
        UChar32 character = 0;
        U8_NEXT_OR_FFFD(bytes, i, size, character);
        if (is_so(character)) return true;
    }
    return false;
}

bool is_control(UChar32 character) { return u_charType(character) == U_CONTROL_CHAR; }

bool can_be_seen(UChar32 character) {
    constexpr UChar32 braille_without_dots = 0x2800;
    return !u_hasBinaryProperty(character, UCHAR_WHITE_SPACE) &&
           !u_hasBinaryProperty(character, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) && !is_control(character) &&
           character != braille_without_dots;
}

// U+202A to U+202E, U+2066 to U+2069.
bool turns_text_round(UChar32 character) {
    switch (u_charDirection(character)) {
    case U_LEFT_TO_RIGHT_EMBEDDING:
    case U_LEFT_TO_RIGHT_OVERRIDE:
    case U_RIGHT_TO_LEFT_EMBEDDING:
    case U_RIGHT_TO_LEFT_OVERRIDE:
    case U_POP_DIRECTIONAL_FORMAT:
    case U_FIRST_STRONG_ISOLATE:
    case U_LEFT_TO_RIGHT_ISOLATE:
    case U_RIGHT_TO_LEFT_ISOLATE:
    case U_POP_DIRECTIONAL_ISOLATE: return true;
    default: return false;
    }
}

bool ends_line(UChar32 character) {
    const auto type = u_charType(character);
    return type == U_LINE_SEPARATOR || type == U_PARAGRAPH_SEPARATOR;
}

icu::UnicodeString compose(const icu::UnicodeString& text) {
    UErrorCode failure = U_ZERO_ERROR;
    const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(failure);
    icu::UnicodeString composed = U_SUCCESS(failure) ? nfc->normalize(text, failure) : text;
    if (U_FAILURE(failure)) throw std::runtime_error("ICU cannot normalize");
    return composed;
}

}  // namespace

bool is_blank(std::string_view text) { return !any_character(text, can_be_seen); }

bool holds_unprintable(std::string_view text, Lines lines) {
    return any_character(text, [&](UChar32 character) {
        if (lines == Lines::several && (character == '\n' || character == '\r' || character == '\t')) return false;
        return is_control(character) || ends_line(character) || turns_text_round(character);
    });
}

bool holds_invisible(std::string_view text) {
    return any_character(text, [](UChar32 character) {
        return !can_be_seen(character) || u_hasBinaryProperty(character, UCHAR_BIDI_CONTROL);
    });
}

std::string fold_case(std::string_view text) {
    std::string folded;
    if (is_ascii(text)) {
        folded = text;
        std::ranges::transform(folded, folded.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        return folded;
    }
    const icu::UnicodeString given =
        icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    compose(compose(given).foldCase(U_FOLD_CASE_DEFAULT)).toUTF8String(folded);
    return folded;
}
