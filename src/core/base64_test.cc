#include "core/base64.h"

#include <gtest/gtest.h>

namespace {

// RFC 4648 section 10, without the padding.
TEST(Base64, WritesAndReadsTheVectorsOfTheRfc) {
    const std::pair<const char*, const char*> vectors[] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(encode_base64url(bytes), text);
        EXPECT_EQ(decode_base64url(text), bytes);
    }
}

TEST(Base64, UsesTheAlphabetForUrls) {
    EXPECT_EQ(encode_base64url("\xfb\xff\xfe"), "-__-");
    EXPECT_EQ(decode_base64url("-__-"), "\xfb\xff\xfe");
}

TEST(Base64, PadsWhereItIsNotForUrls) {
    const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"},
                                                           {"\xfb\xff\xfe", "+//+"}};
    for (const auto& [bytes, text] : vectors) EXPECT_EQ(encode_base64(bytes), text);
}

TEST(Base64, RefusesWhatIsNotItsOwn) {
    for (const char* text : {"Z", "Zg==", "Zh", "Zm9", "Z m9v", "Zm9v+", "Zm9v/", "Zm9vY\xc3\xa4"})
        EXPECT_FALSE(decode_base64url(text)) << text;
}

}  // namespace
