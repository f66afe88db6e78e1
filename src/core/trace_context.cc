#include "core/trace_context.h"

#include <algorithm>

#include "core/hexadecimal.h"

namespace {

constexpr std::size_t trace_id_length = 32;
constexpr std::size_t span_id_length = 16;
constexpr std::size_t trace_id_place = 3;
constexpr std::size_t parent_id_place = trace_id_place + trace_id_length + 1;
constexpr std::size_t flags_place = parent_id_place + span_id_length + 1;
constexpr std::size_t length = flags_place + 2;
constexpr unsigned known_flags = 3;

bool is_hexadecimal(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) {
    return is_hexadecimal(text) && text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

std::optional<TraceContext> parse_traceparent(std::string_view text) {
    if (text.size() < length) return std::nullopt;
    const std::string_view version = text.substr(0, 2);
    if (!is_hexadecimal(version) || version == "ff") return std::nullopt;
    const bool is_longer = text.size() > length;
    if (is_longer && (version == "00" || text[length] != '-')) return std::nullopt;
    for (const std::size_t dash : {std::size_t{2}, parent_id_place - 1, flags_place - 1})
        if (text[dash] != '-') return std::nullopt;
    const std::string_view trace_id = text.substr(trace_id_place, trace_id_length);
    const std::string_view parent_id = text.substr(parent_id_place, span_id_length);
    const std::string_view flags = text.substr(flags_place, 2);
    if (!is_id(trace_id) || !is_id(parent_id) || !is_hexadecimal(flags)) return std::nullopt;
    return TraceContext{.trace_id = std::string(trace_id),
                        .parent_id = std::string(parent_id),
                        .flags = static_cast<unsigned>(hexadecimal(flags[1])) & known_flags};
}

std::string render_traceparent(const TraceContext& context) {
    std::string text = "00-" + context.trace_id + '-' + context.parent_id + '-';
    append_hexadecimal(text, static_cast<std::uint8_t>(context.flags));
    return text;
}

std::string span_id_of(std::uint64_t random_bits) {
    if (random_bits == 0) random_bits = 1;
    std::string id;
    for (int shift = 60; shift >= 0; shift -= 4) id += hexadecimal_digit(static_cast<unsigned>(random_bits >> shift));
    return id;
}
