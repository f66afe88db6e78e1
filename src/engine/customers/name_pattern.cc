#include "engine/customers/name_pattern.h"

namespace {

struct Placeholder {
    std::string_view text;
    std::string Profile::*member;
};

constexpr std::string_view primary_name = "%primary_name";

constexpr Placeholder placeholders[] = {
    {"%first_name", &Profile::first_name},
    {"%middle_name", &Profile::middle_name},
    {"%last_name", &Profile::last_name},
    {primary_name, &Profile::primary_name},
};

}  // namespace

std::string expand_name_pattern(std::string_view pattern, const Profile& profile) {
    std::string name;
    while (!pattern.empty()) {
        const std::size_t literal = pattern.find('%');
        name += pattern.substr(0, literal);
        if (literal == std::string_view::npos) break;
        pattern.remove_prefix(literal);
        std::size_t used = 0;
        for (const Placeholder& placeholder : placeholders) {
            if (!pattern.starts_with(placeholder.text)) continue;
            name += profile.*placeholder.member;
            used = placeholder.text.size();
        }
        if (used == 0) name += '%';
        pattern.remove_prefix(used == 0 ? 1 : used);
    }
    return name;
}

bool names_company(std::string_view pattern) { return pattern.find(primary_name) != std::string_view::npos; }
