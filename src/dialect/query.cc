#include "dialect/query.h"

#include <algorithm>

#include "dialect/router.h"

namespace dialect {
namespace {

constexpr std::size_t parameters_max = 100;

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80                   ? 1
                                   : lead >= 0xc2 && lead < 0xe0 ? 2
                                   : lead >= 0xe0 && lead < 0xf0 ? 3
                                   : lead >= 0xf0 && lead < 0xf5 ? 4
                                                                 : 0;
        if (length == 0 || i + length > text.size()) return false;
        for (std::size_t k = 1; k < length; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            const unsigned char least = k > 1 ? 0x80 : lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
            const unsigned char greatest = k > 1 ? 0xbf : lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
            if (next < least || next > greatest) return false;
        }
        i += length;
    }
    return true;
}

std::optional<std::string> decode(std::string_view text) {
    std::string with_spaces(text);
    std::replace(with_spaces.begin(), with_spaces.end(), '+', ' ');
    auto decoded = decode_percent(with_spaces);
    if (decoded && !is_utf8(*decoded)) return std::nullopt;
    return decoded;
}

}  // namespace

Result<std::vector<QueryParameter>> parse_query(std::string_view query) {
    std::vector<QueryParameter> parameters;
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        auto name = decode(pair.substr(0, equals));
        auto value = decode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
        if (!name || !value || parameters.size() == parameters_max)
            return Error{Reason::malformed, "The query of the request is not well formed."};
        parameters.push_back({std::move(*name), std::move(*value)});
    }
    return parameters;
}

const std::string* find_parameter(const std::vector<QueryParameter>& parameters, std::string_view name) {
    for (const QueryParameter& parameter : parameters)
        if (parameter.name == name) return &parameter.value;
    return nullptr;
}

}  // namespace dialect
