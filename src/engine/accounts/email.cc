#include "engine/accounts/email.h"

namespace {

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// RFC 5321 4.1.2 Dot-string; bytes above ASCII as RFC 6531 allows them.
bool is_local_part(std::string_view text) {
    if (text.empty() || text.size() > 64 || text.front() == '.' || text.back() == '.') return false;
    if (text.find("..") != std::string_view::npos) return false;
    constexpr std::string_view others = "!#$%&'*+/=?^_`{|}~.-";
    for (const char c : text)
        if (!is_letter_or_digit(c) && others.find(c) == std::string_view::npos && static_cast<unsigned char>(c) < 0x80)
            return false;
    return true;
}

bool is_domain_label(std::string_view label) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    for (const char c : label)
        if (!is_letter_or_digit(c) && c != '-' && static_cast<unsigned char>(c) < 0x80) return false;
    return true;
}

bool is_domain(std::string_view text) {
    std::size_t labels = 1;
    for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.'), ++labels) {
        if (!is_domain_label(text.substr(0, dot))) return false;
        text.remove_prefix(dot + 1);
    }
    return labels >= 2 && is_domain_label(text);
}

}  // namespace

bool is_email(std::string_view text) {
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos || text.size() > email_length_max) return false;
    return is_local_part(text.substr(0, at)) && is_domain(text.substr(at + 1));
}
