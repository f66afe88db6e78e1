#include "engine/email.h"

#include <idn2.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "core/visible_text.h"
#include "engine/host_name.h"

namespace {

constexpr std::size_t length_max = 254;
constexpr std::size_t local_part_length_max = 64;
constexpr std::size_t host_length_max = 253;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// RFC 5321 4.1.2 Dot-string; bytes above ASCII as RFC 6531 allows them.
bool is_local_part(std::string_view text) {
    if (text.empty() || text.size() > local_part_length_max || text.front() == '.' || text.back() == '.') return false;
    if (text.find("..") != std::string_view::npos) return false;
    constexpr std::string_view others = "!#$%&'*+/=?^_`{|}~.-";
    return std::ranges::all_of(text, [&](char c) {
        return is_letter_or_digit(c) || is_beyond_ascii(c) || others.find(c) != std::string_view::npos;
    });
}

// In lower case, labels beyond ASCII as xn--. Absent: no name can be made of it.
std::optional<std::string> to_ascii_host(std::string_view host) {
    const bool is_plain = std::ranges::none_of(host, is_beyond_ascii);
    if (is_plain) {
        std::string folded = fold_case(host);
        if (folded.find("xn--") == std::string::npos)
            return is_host_name(folded) ? std::optional(std::move(folded)) : std::nullopt;
    }
    char* output = nullptr;
    const int result = idn2_to_ascii_8z(std::string(host).c_str(), &output, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
    const std::unique_ptr<char, void (*)(void*)> owned(output, idn2_free);
    if (result != IDN2_OK || !output) return std::nullopt;
    std::string ascii = fold_case(output);
    if (ascii.size() > host_length_max || !is_host_name(ascii)) return std::nullopt;
    return ascii;
}

}  // namespace

bool is_email(std::string_view text) {
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos || text.size() > length_max || holds_invisible(text)) return false;
    return is_local_part(text.substr(0, at)) && to_ascii_host(text.substr(at + 1));
}

std::string email_key(std::string_view text) {
    const std::size_t at = text.rfind('@');
    const auto host = at == std::string_view::npos ? std::nullopt : to_ascii_host(text.substr(at + 1));
    if (!host) return fold_case(text);
    return fold_case(text.substr(0, at)) + '@' + *host;
}
