#include "json/pointer.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>

namespace json {
namespace {

using boost::json::value;

std::optional<std::string> unescape(std::string_view token) {
    std::string plain;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] != '~') {
            plain.push_back(token[i]);
            continue;
        }
        if (++i == token.size() || (token[i] != '0' && token[i] != '1')) return std::nullopt;
        plain.push_back(token[i] == '0' ? '~' : '/');
    }
    return plain;
}

std::optional<std::size_t> parse_index(std::string_view token) {
    if (token.empty() || (token[0] == '0' && token.size() > 1)) return std::nullopt;
    std::size_t index = 0;
    const auto [end, failure] = std::from_chars(token.data(), token.data() + token.size(), index);
    if (failure != std::errc() || end != token.data() + token.size()) return std::nullopt;
    return index;
}

}  // namespace

void append_token(std::string& pointer, std::string_view token) {
    pointer.push_back('/');
    for (const char c : token) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer.push_back(c);
        }
    }
}

std::optional<std::vector<std::string>> split_pointer(std::string_view pointer) {
    std::vector<std::string> tokens;
    while (!pointer.empty()) {
        if (pointer.front() != '/') return std::nullopt;
        const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
        auto token = unescape(pointer.substr(1, end - 1));
        if (!token) return std::nullopt;
        tokens.push_back(*std::move(token));
        pointer.remove_prefix(end);
    }
    return tokens;
}

const value* find_child(const value& parent, std::string_view token) {
    if (const auto* object = parent.if_object()) return object->if_contains({token.data(), token.size()});
    const auto* array = parent.if_array();
    const auto index = array ? parse_index(token) : std::nullopt;
    return index && *index < array->size() ? &(*array)[*index] : nullptr;
}

const value* find_by_pointer(const value& document, std::string_view pointer) {
    const auto tokens = split_pointer(pointer);
    if (!tokens) return nullptr;
    const value* found = &document;
    for (const auto& token : *tokens) {
        found = find_child(*found, token);
        if (!found) return nullptr;
    }
    return found;
}

}  // namespace json
