#include "engine/host_name.h"

#include <algorithm>
#include <cstddef>

namespace {

constexpr std::size_t label_length_max = 63;

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= label_length_max && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label,
                               [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

}  // namespace

bool is_host_name(std::string_view name) {
    std::size_t labels = 0;
    while (true) {
        const std::size_t dot = name.find('.');
        if (!is_label(name.substr(0, dot))) return false;
        ++labels;
        if (dot == std::string_view::npos) return labels >= 2;
        name.remove_prefix(dot + 1);
    }
}
