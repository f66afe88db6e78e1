#include "workflow/text/retry_after.h"

#include <algorithm>
#include <charconv>

#include "workflow/text/text.h"

namespace workflow {

namespace {

using namespace std::chrono;

class DateReader {
public:
    explicit DateReader(std::string_view text) : text_(text) {}

    bool skip(std::string_view expected) {
        if (!text_.starts_with(expected)) return false;
        text_.remove_prefix(expected.size());
        return true;
    }

    // Exactly so many digits; asctime pads a day with a space.
    bool number(std::size_t digits, int& out, bool padded = false) {
        auto field = text_.substr(0, digits);
        if (padded && field.starts_with(' ')) field.remove_prefix(1);
        if (field.empty() || field.find_first_not_of("0123456789") != std::string_view::npos) return false;
        if (text_.size() < digits) return false;
        std::from_chars(field.data(), field.data() + field.size(), out);
        text_.remove_prefix(digits);
        return true;
    }

    bool word(std::string_view& out) {
        out = text_.substr(0, text_.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"));
        text_.remove_prefix(out.size());
        return !out.empty();
    }

    bool month(unsigned& out) {
        static constexpr std::string_view names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        std::string_view name;
        if (!word(name)) return false;
        const auto* found = std::ranges::find(names, name);
        out = static_cast<unsigned>(found - std::begin(names)) + 1;
        return found != std::end(names);
    }

    bool time(seconds& out) {
        int h = 0, m = 0, s = 0;
        if (!number(2, h) || !skip(":") || !number(2, m) || !skip(":") || !number(2, s)) return false;
        out = hours(h) + minutes(m) + seconds(s);
        return h < 24 && m < 60 && s <= 60;
    }

    bool at_end() const { return text_.empty(); }

private:
    std::string_view text_;
};

constexpr seconds wait_max = hours(10 * 365 * 24);

}  // namespace

std::optional<sys_seconds> parse_http_date(std::string_view text, system_clock::time_point now) {
    DateReader in(trim(text));
    std::string_view weekday;
    int y = 0, d = 0;
    unsigned m = 0;
    seconds t{};
    if (!in.word(weekday)) return std::nullopt;
    if (in.skip(", ")) {
        if (!in.number(2, d)) return std::nullopt;
        if (in.skip(" ")) {  // Sun, 06 Nov 1994 08:49:37 GMT
            if (!in.month(m) || !in.skip(" ") || !in.number(4, y) || !in.skip(" ")) return std::nullopt;
        } else {  // Sunday, 06-Nov-94 08:49:37 GMT
            if (!in.skip("-") || !in.month(m) || !in.skip("-") || !in.number(2, y) || !in.skip(" "))
                return std::nullopt;
            // "more than 50 years in the future" means the most recent year in the past with the same digits
            int current = static_cast<int>(year_month_day(floor<days>(now)).year());
            y += current / 100 * 100;
            if (y > current + 50) y -= 100;
        }
        if (!in.time(t) || !in.skip(" GMT")) return std::nullopt;
    } else {  // Sun Nov  6 08:49:37 1994
        if (!in.skip(" ") || !in.month(m) || !in.skip(" ") || !in.number(2, d, true) || !in.skip(" ") || !in.time(t) ||
            !in.skip(" ") || !in.number(4, y))
            return std::nullopt;
    }
    year_month_day date{year(y), month(m), day(static_cast<unsigned>(d))};
    if (!in.at_end() || !date.ok()) return std::nullopt;
    return std::clamp(sys_seconds(sys_days(date) + t), ceil<seconds>(system_clock::time_point::min()),
                      floor<seconds>(system_clock::time_point::max()));
}

std::optional<milliseconds> parse_retry_after(std::string_view text, system_clock::time_point now) {
    text = trim(text);
    if (!text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos) {
        std::int64_t count = 0;
        auto failed = std::from_chars(text.data(), text.data() + text.size(), count).ec;
        return failed != std::errc() ? wait_max : std::min(seconds(count), wait_max);
    }
    auto date = parse_http_date(text, now);
    if (!date) return std::nullopt;
    const auto wait = time_point_cast<milliseconds>(*date) - time_point_cast<milliseconds>(now);
    return std::clamp<milliseconds>(wait, milliseconds(0), wait_max);
}

}  // namespace workflow
