#include "core/time.h"

namespace {

using namespace std::chrono;

// Takes text apart from left to right; once something does not fit, ok() stays false.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    int digits(std::size_t count) {
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (i >= rest_.size() || !is_digit(rest_[i])) return fail();
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(count);
        return value;
    }

    void expect(char character) {
        if (!take(character)) fail();
    }

    bool take(char character) {
        if (rest_.empty() || rest_.front() != character) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool next_is_digit() const { return !rest_.empty() && is_digit(rest_.front()); }
    bool at_end() const { return rest_.empty(); }
    bool ok() const { return ok_; }

    int fail() {
        ok_ = false;
        rest_ = {};
        return 0;
    }

private:
    static bool is_digit(char character) { return character >= '0' && character <= '9'; }

    std::string_view rest_;
    bool ok_ = true;
};

milliseconds read_fraction(Reader& reader) {
    if (!reader.take('.')) return milliseconds(0);
    if (!reader.next_is_digit()) reader.fail();
    int value = 0;
    int place = 100;
    while (reader.next_is_digit()) {
        value += reader.digits(1) * place;
        place /= 10;
    }
    return milliseconds(value);
}

minutes read_offset(Reader& reader) {
    if (reader.take('Z') || reader.take('z')) return minutes(0);
    const int sign = reader.take('-') ? -1 : 1;
    if (sign == 1) reader.expect('+');
    const int hour = reader.digits(2);
    reader.expect(':');
    const int minute = reader.digits(2);
    if (hour > 23 || minute > 59) reader.fail();
    return sign * (hours(hour) + minutes(minute));
}

// Whether a 60th second may follow in this minute: 23:59 UTC on the last day of a month.
bool is_leap_second(sys_seconds minute_utc) {
    const auto day_utc = floor<days>(minute_utc);
    const bool last_day = year_month_day(day_utc + days(1)).day() == day(1);
    return last_day && minute_utc - day_utc == hours(23) + minutes(59);
}

// `width` digits; returns where the next one goes.
char* write_digits(char* to, unsigned value, int width) {
    for (int i = width - 1; i >= 0; --i, value /= 10) to[i] = static_cast<char>('0' + value % 10);
    return to + width;
}

constexpr std::size_t local_length = rfc3339_length - 1;

void write_local(char* to, Instant local) {
    const auto date = floor<days>(local);
    const year_month_day calendar(date);
    const hh_mm_ss time(local - date);
    to = write_digits(to, static_cast<unsigned>(static_cast<int>(calendar.year())), 4);
    *to++ = '-';
    to = write_digits(to, static_cast<unsigned>(calendar.month()), 2);
    *to++ = '-';
    to = write_digits(to, static_cast<unsigned>(calendar.day()), 2);
    *to++ = 'T';
    to = write_digits(to, static_cast<unsigned>(time.hours().count()), 2);
    *to++ = ':';
    to = write_digits(to, static_cast<unsigned>(time.minutes().count()), 2);
    *to++ = ':';
    to = write_digits(to, static_cast<unsigned>(time.seconds().count()), 2);
    *to++ = '.';
    write_digits(to, static_cast<unsigned>(time.subseconds().count()), 3);
}

constexpr Instant first_instant = sys_days(year(0) / 1 / 1);
constexpr Instant end_of_instants = sys_days(year(10'000) / 1 / 1);

}  // namespace

std::optional<Instant> parse_rfc3339(std::string_view text) {
    Reader reader(text);
    const int year_number = reader.digits(4);
    reader.expect('-');
    const int month_number = reader.digits(2);
    reader.expect('-');
    const int day_number = reader.digits(2);
    const year_month_day date(year(year_number), month(static_cast<unsigned>(month_number)),
                              day(static_cast<unsigned>(day_number)));
    if (!reader.take('T') && !reader.take('t')) reader.fail();
    const int hour = reader.digits(2);
    reader.expect(':');
    const int minute = reader.digits(2);
    reader.expect(':');
    const int second = reader.digits(2);
    const milliseconds fraction = read_fraction(reader);
    const minutes offset = read_offset(reader);
    if (!reader.ok() || !reader.at_end()) return std::nullopt;
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;

    const sys_seconds minute_utc = sys_days(date) + hours(hour) + minutes(minute) - offset;
    if (second == 60 && !is_leap_second(minute_utc)) return std::nullopt;
    const Instant instant = minute_utc + seconds(second) + (second == 60 ? milliseconds(0) : fraction);
    if (instant < first_instant || instant >= end_of_instants) return std::nullopt;
    return instant;
}

void write_rfc3339(char* to, Instant instant) {
    write_local(to, instant);
    to[local_length] = 'Z';
}

std::string format_rfc3339(Instant instant) {
    std::string text(rfc3339_length, '\0');
    write_rfc3339(text.data(), instant);
    return text;
}

std::string format_rfc3339(Instant instant, minutes offset) {
    std::string text(local_length + std::string_view("+00:00").size(), '\0');
    write_local(text.data(), instant + offset);
    const minutes size = abs(offset);
    char* to = text.data() + local_length;
    *to++ = offset < minutes(0) ? '-' : '+';
    to = write_digits(to, static_cast<unsigned>(size.count() / 60), 2);
    *to++ = ':';
    write_digits(to, static_cast<unsigned>(size.count() % 60), 2);
    return text;
}
