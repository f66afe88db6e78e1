#include "core/time.h"

#include <gtest/gtest.h>

namespace {

std::string normalised(std::string_view text) {
    const auto instant = parse_rfc3339(text);
    return instant ? format_rfc3339(*instant) : "refused";
}

TEST(Rfc3339, IsShownInUtcWithMilliseconds) {
    EXPECT_EQ(normalised("2023-01-23T15:55:58Z"), "2023-01-23T15:55:58.000Z");
    EXPECT_EQ(normalised("2023-01-23T15:55:58.1Z"), "2023-01-23T15:55:58.100Z");
    EXPECT_EQ(normalised("2023-01-23T15:55:58.1239999999999999999Z"), "2023-01-23T15:55:58.123Z");
    EXPECT_EQ(normalised("2050-02-05T13:00:00-05:00"), "2050-02-05T18:00:00.000Z");
    EXPECT_EQ(normalised("2028-05-02T01:30:00.250+02:00"), "2028-05-01T23:30:00.250Z");
    EXPECT_EQ(normalised("1963-06-19t08:30:06.283185z"), "1963-06-19T08:30:06.283Z");
    EXPECT_EQ(normalised("2024-02-29T00:00:00-00:00"), "2024-02-29T00:00:00.000Z");
    EXPECT_EQ(normalised("0000-01-01T00:00:00Z"), "0000-01-01T00:00:00.000Z");
    EXPECT_EQ(normalised("9999-12-31T23:59:59.999Z"), "9999-12-31T23:59:59.999Z");
}

TEST(Rfc3339, RefusesWhatIsNoTime) {
    for (std::string_view text : {"",
                                  "tomorrow",
                                  "2027-01-01",
                                  "2027-13-01T00:00:00Z",
                                  "2027-00-01T00:00:00Z",
                                  "2027-02-30T00:00:00Z",
                                  "2023-02-29T00:00:00Z",
                                  "2027-01-00T00:00:00Z",
                                  "2027-01-01T24:00:00Z",
                                  "2027-01-01T23:60:00Z",
                                  "2027-01-01T23:59:61Z",
                                  "2027-01-01T00:00:00",
                                  "20270101T000000Z",
                                  "2027-01-01 00:00:00Z",
                                  "2027-01-01T00:00:00.Z",
                                  "2027-01-01T00:00:00,5Z",
                                  "2027-01-01T00:00:00+24:00",
                                  "2027-01-01T00:00:00+01:60",
                                  "2027-01-01T00:00:00+0100",
                                  "2027-01-01T00:00:00+01",
                                  "2027-01-01T00:00:00Z ",
                                  " 2027-01-01T00:00:00Z",
                                  "2027-01-01T00:00:00ZZ",
                                  "2027-1-01T00:00:00Z",
                                  "+2027-01-01T00:00:00Z",
                                  "-0001-01-01T00:00:00Z",
                                  "10000-01-01T00:00:00Z",
                                  "2027-01-01T00:00Z",
                                  "2027-01-01T00:00:00.5"})
        EXPECT_EQ(normalised(text), "refused") << text;
}

TEST(Rfc3339, RefusesWhatLeavesTheYears0000To9999InUtc) {
    EXPECT_EQ(normalised("9999-12-31T23:59:59-00:01"), "refused");
    EXPECT_EQ(normalised("0000-01-01T00:00:00+00:01"), "refused");
}

TEST(Rfc3339, TakesALeapSecondOnlyAtTheEndOfAMonthInUtc) {
    EXPECT_EQ(normalised("1998-12-31T23:59:60Z"), "1999-01-01T00:00:00.000Z");
    EXPECT_EQ(normalised("1998-12-31T15:59:60.123-08:00"), "1999-01-01T00:00:00.000Z");
    EXPECT_EQ(normalised("1998-12-31T23:58:60Z"), "refused");
    EXPECT_EQ(normalised("1998-12-31T22:59:60Z"), "refused");
    EXPECT_EQ(normalised("1998-12-30T23:59:60Z"), "refused");
}

TEST(Rfc3339, RefusesNulAndBytesThatOnlyLookLikeDigits) {
    using namespace std::string_view_literals;
    EXPECT_EQ(normalised("2027-01-01T00:00:00Z\0"sv), "refused");
    EXPECT_EQ(normalised("1963-06-1\xe0\xa7\xaaT00:00:00Z"), "refused");
}

TEST(Rfc3339, IsShownAtAnOffsetWhereADialectWantsOne) {
    const Instant instant = *parse_rfc3339("2021-02-11T07:18:19.148Z");
    EXPECT_EQ(format_rfc3339(instant, std::chrono::minutes(180)), "2021-02-11T10:18:19.148+03:00");
    EXPECT_EQ(format_rfc3339(instant, std::chrono::minutes(-210)), "2021-02-11T03:48:19.148-03:30");
    EXPECT_EQ(format_rfc3339(instant, std::chrono::minutes(0)), "2021-02-11T07:18:19.148+00:00");
}

}  // namespace
