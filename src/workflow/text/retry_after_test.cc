#include "workflow/text/retry_after.h"

#include <gtest/gtest.h>

namespace workflow {
namespace {

using namespace std::chrono;

const system_clock::time_point now = sys_days(year(1994) / 11 / 6) + hours(8) + minutes(49) + seconds(30);

TEST(RetryAfter, is_a_number_of_seconds_or_a_date_in_three_formats) {
    EXPECT_EQ(parse_retry_after("120", now), milliseconds(120'000));
    EXPECT_EQ(parse_retry_after(" 0 ", now), milliseconds(0));
    for (const char* date :
         {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
        EXPECT_EQ(parse_retry_after(date, now), milliseconds(7000)) << date;
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now), milliseconds(0));
}

TEST(RetryAfter, says_nothing_when_it_cannot_be_understood) {
    for (const char* text :
         {"", "soon", "-1", "1.5", "1 2", "Sun, 06 Nov 1994", "Sun, 31 Feb 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 08:49:37 GMT x"})
        EXPECT_EQ(parse_retry_after(text, now), std::nullopt) << text;
}

TEST(RetryAfter, bounds_what_no_clock_can_hold) {
    EXPECT_GT(*parse_retry_after("99999999999999999999999", now), hours(24 * 365));
    EXPECT_EQ(parse_retry_after("Sun, 03 Nov 3988 08:49:37 GMT", now), hours(10 * 24 * 365));
    EXPECT_EQ(parse_retry_after("Sat, 01 Jan 0000 00:00:00 GMT", now), milliseconds(0));
    EXPECT_GT(system_clock::time_point(*parse_http_date("Fri, 31 Dec 9999 23:59:59 GMT", now)), now);
    EXPECT_LT(system_clock::time_point(*parse_http_date("Sat, 01 Jan 0000 00:00:00 GMT", now)), now);
}

}  // namespace
}  // namespace workflow
