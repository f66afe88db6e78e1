#include "uri/uri.h"

#include <algorithm>

#include "core/ascii.h"
#include "core/hexadecimal.h"

namespace uri {
namespace {

bool is_hex_digit(char c) { return hexadecimal(c) >= 0; }

bool is_scheme(std::string_view text) {
    return !text.empty() && is_ascii_letter(text[0]) && std::all_of(text.begin(), text.end(), [](char c) {
        return is_ascii_letter(c) || is_ascii_digit(c) || c == '+' || c == '-' || c == '.';
    });
}

// RFC 3986, section 5.2.4.
std::string remove_dot_segments(std::string_view input) {
    std::string output;
    const auto drop_last = [&] {
        const auto slash = output.rfind('/');
        output.resize(slash == output.npos ? 0 : slash);
    };
    while (!input.empty()) {
        if (input.starts_with("../")) {
            input.remove_prefix(3);
        } else if (input.starts_with("./") || input.starts_with("/./")) {
            input.remove_prefix(2);
        } else if (input == "/.") {
            input = "/";
        } else if (input.starts_with("/../")) {
            input.remove_prefix(3);
            drop_last();
        } else if (input == "/..") {
            input = "/";
            drop_last();
        } else if (input == "." || input == "..") {
            input = {};
        } else {
            const std::size_t end = std::min(input.find('/', 1), input.size());
            output += input.substr(0, end);
            input.remove_prefix(end);
        }
    }
    return output;
}

std::string merge_paths(const Parts& base, std::string_view path) {
    if (base.authority && base.path.empty()) return "/" + std::string(path);
    const auto slash = base.path.rfind('/');
    return std::string(slash == base.path.npos ? std::string_view() : base.path.substr(0, slash + 1)) +
           std::string(path);
}

std::string put_together(std::optional<std::string_view> scheme, std::optional<std::string_view> authority,
                         std::string_view path, std::optional<std::string_view> query,
                         std::optional<std::string_view> fragment) {
    std::string text;
    if (scheme) text.append(*scheme).append(":");
    if (authority) text.append("//").append(*authority);
    text += path;
    if (query) text.append("?").append(*query);
    if (fragment) text.append("#").append(*fragment);
    return text;
}

// unreserved, sub-delims, and what else the caller allows; percent-encoded triplets.
bool consists_of_uri_characters(std::string_view text, std::string_view also) {
    constexpr std::string_view marks = "-._~!$&'()*+,;=";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '%') {
            if (i + 2 >= text.size() || !is_hex_digit(text[i + 1]) || !is_hex_digit(text[i + 2])) return false;
            i += 2;
        } else if (!is_ascii_letter(c) && !is_ascii_digit(c) && marks.find(c) == marks.npos &&
                   also.find(c) == also.npos) {
            return false;
        }
    }
    return true;
}

bool is_ipv_future(std::string_view text) {
    if (text.empty() || (text[0] | 0x20) != 'v') return false;
    const auto dot = text.find('.');
    if (dot == text.npos || dot < 2 || dot + 1 == text.size()) return false;
    const auto version = text.substr(1, dot - 1);
    return std::all_of(version.begin(), version.end(), is_hex_digit) && text.find('%') == text.npos &&
           consists_of_uri_characters(text.substr(dot + 1), ":");
}

bool is_authority(std::string_view text) {
    if (const auto at = text.rfind('@'); at != text.npos) {
        if (!consists_of_uri_characters(text.substr(0, at), ":")) return false;
        text.remove_prefix(at + 1);
    }
    std::string_view port;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == text.npos) return false;
        const auto literal = text.substr(1, end - 1);
        if (!is_ipv6(literal) && !is_ipv_future(literal)) return false;
        port = text.substr(end + 1);
        if (!port.empty() && port[0] != ':') return false;
    } else {
        const std::size_t colon = std::min(text.find(':'), text.size());
        if (!consists_of_uri_characters(text.substr(0, colon), "")) return false;
        port = text.substr(colon);
    }
    return port.empty() || std::all_of(port.begin() + 1, port.end(), is_ascii_digit);
}

bool is_well_formed(const Parts& parts) {
    if (parts.scheme && !is_scheme(*parts.scheme)) return false;
    if (parts.authority && !is_authority(*parts.authority)) return false;
    const std::string_view first_segment = parts.path.substr(0, parts.path.find('/'));
    if (!parts.scheme && !parts.authority && first_segment.find(':') != first_segment.npos) return false;
    return consists_of_uri_characters(parts.path, ":@/") &&
           consists_of_uri_characters(parts.query.value_or(""), ":@/?") &&
           consists_of_uri_characters(parts.fragment.value_or(""), ":@/?");
}

}  // namespace

// By appendix B, but a scheme must look like one: "1:2" has none.
Parts split(std::string_view text) {
    Parts parts;
    if (const auto hash = text.find('#'); hash != text.npos) {
        parts.fragment = text.substr(hash + 1);
        text = text.substr(0, hash);
    }
    if (const auto question = text.find('?'); question != text.npos) {
        parts.query = text.substr(question + 1);
        text = text.substr(0, question);
    }
    if (const auto colon = text.find(':'); colon != text.npos && is_scheme(text.substr(0, colon))) {
        parts.scheme = text.substr(0, colon);
        text.remove_prefix(colon + 1);
    }
    if (text.starts_with("//")) {
        text.remove_prefix(2);
        const std::size_t end = std::min(text.find('/'), text.size());
        parts.authority = text.substr(0, end);
        text.remove_prefix(end);
    }
    parts.path = text;
    return parts;
}

SplitUri split_fragment(std::string_view text) {
    const std::size_t hash = std::min(text.find('#'), text.size());
    SplitUri split{std::string(text.substr(0, hash)), ""};
    const std::string_view encoded = text.substr(std::min(hash + 1, text.size()));
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        if (encoded[i] == '%' && i + 2 < encoded.size() && is_hex_digit(encoded[i + 1]) &&
            is_hex_digit(encoded[i + 2])) {
            split.fragment.push_back(static_cast<char>(hexadecimal(encoded[i + 1]) * 16 + hexadecimal(encoded[i + 2])));
            i += 2;
        } else {
            split.fragment.push_back(encoded[i]);
        }
    }
    return split;
}

std::string resolve(std::string_view base_text, std::string_view reference_text) {
    const Parts base = split(base_text);
    const Parts reference = split(reference_text);
    if (reference.scheme) {
        return put_together(reference.scheme, reference.authority, remove_dot_segments(reference.path), reference.query,
                            reference.fragment);
    }
    if (reference.authority) {
        return put_together(base.scheme, reference.authority, remove_dot_segments(reference.path), reference.query,
                            reference.fragment);
    }
    if (reference.path.empty()) {
        return put_together(base.scheme, base.authority, base.path, reference.query ? reference.query : base.query,
                            reference.fragment);
    }
    const std::string path =
        reference.path.starts_with('/') ? std::string(reference.path) : merge_paths(base, reference.path);
    return put_together(base.scheme, base.authority, remove_dot_segments(path), reference.query, reference.fragment);
}

bool is_uri(std::string_view text) {
    const Parts parts = split(text);
    return parts.scheme && is_well_formed(parts);
}

bool is_uri_reference(std::string_view text) { return is_well_formed(split(text)); }

bool is_ipv4(std::string_view text) {
    for (int octet = 0; octet < 4; ++octet) {
        std::size_t digits = 0;
        int number = 0;
        while (digits < text.size() && digits < 3 && is_ascii_digit(text[digits]))
            number = number * 10 + (text[digits++] - '0');
        if (digits == 0 || number > 255 || (digits > 1 && text[0] == '0')) return false;
        text.remove_prefix(digits);
        if (octet == 3) return text.empty();
        if (!text.starts_with('.')) return false;
        text.remove_prefix(1);
    }
    return false;
}

bool is_ipv6(std::string_view text) {
    int groups = 0;
    bool has_gap = false;
    if (text.starts_with(':') && !text.starts_with("::")) return false;
    while (!text.empty()) {
        if (text.starts_with("::")) {
            if (has_gap) return false;
            has_gap = true;
            text.remove_prefix(2);
            if (text.empty()) break;
        } else if (groups > 0) {
            if (!text.starts_with(':')) return false;
            text.remove_prefix(1);
        }
        const std::size_t end = std::min(text.find(':'), text.size());
        const std::string_view group = text.substr(0, end);
        if (group.find('.') != group.npos) {
            if (end != text.size() || !is_ipv4(group)) return false;
            groups += 2;
            break;
        }
        if (group.empty() || group.size() > 4 || !std::all_of(group.begin(), group.end(), is_hex_digit)) return false;
        ++groups;
        text.remove_prefix(end);
    }
    return has_gap ? groups < 8 : groups == 8;
}

}  // namespace uri
