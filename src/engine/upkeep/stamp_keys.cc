#include "engine/upkeep/stamp_keys.h"

#include <vector>

#include "core/hexadecimal.h"

namespace {

constexpr std::string_view title = "partnerd stamp keys";

std::string to_text(const SealingKey& key) {
    std::string text;
    for (const std::uint8_t byte : key) append_hexadecimal(text, byte);
    return text;
}

std::optional<SealingKey> to_key(std::string_view text) {
    SealingKey key{};
    if (text.size() != 2 * key.size()) return std::nullopt;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const int high = hexadecimal(text[2 * i]);
        const int low = hexadecimal(text[2 * i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        key[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return key;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return parts;
}

}  // namespace

std::string format_stamp_keys(const StampKeys& keys) {
    std::string text = std::string(title) + "\ncurrent " + to_text(keys.current) + '\n';
    if (keys.previous)
        text += "previous " + to_text(keys.previous->key) + ' ' + format_rfc3339(keys.previous->until) + '\n';
    return text;
}

std::optional<StampKeys> parse_stamp_keys(std::string_view text) {
    const auto lines = split(text, '\n');
    if (lines.size() < 2 || lines.size() > 3 || lines[0] != title) return std::nullopt;
    const auto current = split(lines[1], ' ');
    if (current.size() != 2 || current[0] != "current") return std::nullopt;
    const auto current_key = to_key(current[1]);
    if (!current_key) return std::nullopt;
    StampKeys keys{.current = *current_key, .previous = {}};
    if (lines.size() == 2) return keys;
    const auto previous = split(lines[2], ' ');
    if (previous.size() != 3 || previous[0] != "previous") return std::nullopt;
    const auto previous_key = to_key(previous[1]);
    const auto until = parse_rfc3339(previous[2]);
    if (!previous_key || !until) return std::nullopt;
    keys.previous = StampKeys::Previous{*previous_key, *until};
    return keys;
}

StampKeys rotate(const StampKeys& keys, const SealingKey& next, Instant now) {
    return {.current = next, .previous = StampKeys::Previous{keys.current, now}};
}
