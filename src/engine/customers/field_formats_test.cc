#include "engine/customers/field_formats.h"

#include <gtest/gtest.h>

namespace {

TEST(FieldFormatsTest, KnowsTheCountriesOfIso3166) {
    EXPECT_GE(country_codes.size(), 249u);
    for (const char* code : {"BY", "RU", "DE", "US", "GB", "AQ"}) EXPECT_TRUE(is_country(code)) << code;
    for (const char* code : {"", "B", "by", "By", "BLR", "ZZ", "EU", "UK", "SU", "Y!", "BY "})
        EXPECT_FALSE(is_country(code)) << code;
}

TEST(FieldFormatsTest, TakesPhoneNumbersInBothDocumentedForms) {
    for (const char* text :
         {"+375290000000", "00375290000000", "+375 29 000-00-00", "+1 (212) 555-0100", "+44.20.7946.0000",
          "+7 495 0000000", "+881600000000", "+123456789012345", "+ 375 29 000 00 00", "00 375 29 0000000",
          "+44 (0)20 7946 0000", "+49 (0) 30 901820", "+375/29/0000000", "+49(0)30/901820-0"})
        EXPECT_TRUE(is_phone_number(text)) << text;
}

TEST(FieldFormatsTest, RefusesWhatNobodyCanCall) {
    for (const char* text : {"",
                             "+",
                             "00",
                             "375290000000",
                             "0375290000000",
                             "+375",
                             "+123456",
                             "+1234567890123456",
                             "+999290000000",
                             "+210000000000",
                             "+375x90000000",
                             "+375290000000x",
                             "+1234567",
                             "+375 29 000 00 00 ext 5",
                             "+375290000000;",
                             "+375(29)(0000000",
                             "+375 29) 0000000",
                             "+375290000000 ",
                             "+375290000000-",
                             "+(375)290000000",
                             "+375 ((29)) 0000000",
                             "++375290000000",
                             "+٣٧٥٢٩٠٠٠٠٠٠٠",
                             "abc"})
        EXPECT_FALSE(is_phone_number(text)) << text;
}

TEST(FieldFormatsTest, KnowsTheCalendar) {
    for (const char* text : {"01.01.2024", "29.02.2024", "31.12.1999"}) EXPECT_TRUE(is_day(text)) << text;
    for (const char* text : {"", "1.1.2024", "29.02.2023", "31.04.2024", "00.01.2024", "01.13.2024", "2024-01-01",
                             "01/01/2024", "01.01.24", "01.01.2024 ", "aa.bb.cccc"})
        EXPECT_FALSE(is_day(text)) << text;
}

}  // namespace
