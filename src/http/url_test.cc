#include "http/url.h"

#include <gtest/gtest.h>

namespace http {
namespace {

std::string parts(std::string_view text) {
    const auto url = parse_url(text);
    if (!url) return "none";
    return (url->is_https ? "https " : "http ") + url->host_and_port() + " " + url->target + " " + url->authority();
}

TEST(Url, IsTakenApart) {
    EXPECT_EQ(parts("http://example.com"), "http example.com:80 / example.com");
    EXPECT_EQ(parts("https://example.com/"), "https example.com:443 / example.com");
    EXPECT_EQ(parts("HTTPS://Example.COM:8443/a/B?c=d#e"), "https example.com:8443 /a/B?c=d example.com:8443");
    EXPECT_EQ(parts("http://h?q"), "http h:80 /?q h");
    EXPECT_EQ(parts("http://h:80/"), "http h:80 / h");
    EXPECT_EQ(parts("http://h:443/"), "http h:443 / h:443");
    EXPECT_EQ(parts("http://h:/a"), "http h:80 /a h");
    EXPECT_EQ(parts("http://[::1]:8080/a"), "http [::1]:8080 /a [::1]:8080");
    EXPECT_EQ(parts("https://[2001:DB8::1]"), "https [2001:db8::1]:443 / [2001:db8::1]");
    EXPECT_EQ(parts("http://127.0.0.1:1/%20"), "http 127.0.0.1:1 /%20 127.0.0.1:1");
}

TEST(Url, IsNoneWhenAClientCouldNotSendIt) {
    for (const char* text : {"",
                             "h",
                             "/a",
                             "ftp://h/",
                             "http:/h",
                             "http://",
                             "http:///a",
                             "http://u@h/",
                             "http://u:p@h/",
                             "http://h:x/",
                             "http://h:0/",
                             "http://h:65536/",
                             "http://h:-1/",
                             "http://h:1:2/",
                             "http://[::1",
                             "http://[]/",
                             "http://[h]/",
                             "http://[::1]x/",
                             "http://::1/",
                             "http://a b/",
                             "http://h/a b",
                             "http://h/\r\nX: y",
                             "http://h/\xc3\xa9",
                             "http://h\xc3\xa9/",
                             "http://h,i/"})
        EXPECT_EQ(parts(text), "none") << text;
}

}  // namespace
}  // namespace http
