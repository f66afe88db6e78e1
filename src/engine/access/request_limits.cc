#include "engine/access/request_limits.h"

#include <charconv>
#include <string>

#include "engine/catalogue/catalogue.h"
#include "store/reseller_settings.h"

namespace {

constexpr std::int64_t count_max = 1'000'000'000;
constexpr std::int64_t seconds_max = 86'400;

std::optional<std::int64_t> parse_number(std::string_view text, std::int64_t greatest) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 1 || number > greatest)
        return std::nullopt;
    return number;
}

bool is_stricter(const RequestLimit& left, const RequestLimit& right) {
    return left.count * right.seconds < right.count * left.seconds;
}

void tighten(std::optional<RequestLimit>& limit, const std::optional<RequestLimit>& other) {
    if (other && (!limit || is_stricter(*other, *limit))) limit = other;
}

}  // namespace

std::optional<RequestLimit> parse_request_limit(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto count = parse_number(text.substr(0, slash), count_max);
    const auto seconds = parse_number(text.substr(slash + 1), seconds_max);
    if (!count || !seconds) return std::nullopt;
    return RequestLimit{*count, *seconds};
}

RequestLimits find_request_limits(db::Tx& tx, std::int64_t reseller_id) {
    RequestLimits limits;
    for (const auto& [name, value] :
         store::list_settings_upwards(tx, reseller_id,
                                      {setting::read_limit, setting::write_limit, setting::credential_read_limit,
                                       setting::credential_write_limit})) {
        const auto limit = parse_request_limit(value);
        if (name == setting::read_limit) tighten(limits.reads, limit);
        if (name == setting::write_limit) tighten(limits.writes, limit);
        if (name == setting::credential_read_limit) tighten(limits.credential_reads, limit);
        if (name == setting::credential_write_limit) tighten(limits.credential_writes, limit);
    }
    return limits;
}
