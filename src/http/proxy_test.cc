#include "http/proxy.h"

#include <gtest/gtest.h>

namespace http {
namespace {

std::string way_to(const Proxies& proxies, const std::string& url) {
    const Proxy* const proxy = proxies.find(*parse_url(url));
    return proxy == nullptr ? "directly"
                            : proxy->host_and_port() + (proxy->authorization.empty() ? "" : " " + proxy->authorization);
}

Proxies proxies(std::string_view http, std::string_view https, std::string_view none) {
    auto parsed = Proxies::parse(http, https, none);
    EXPECT_TRUE(parsed.ok());
    return std::move(parsed).value();
}

TEST(Proxies, AreNoneUnlessSomebodyNamesThem) {
    EXPECT_EQ(way_to({}, "http://example.com"), "directly");
    EXPECT_EQ(way_to(proxies("", " ", "*"), "https://example.com"), "directly");
}

TEST(Proxies, AreOneForEachScheme) {
    const auto both = proxies("http://Plain:3128/", "user%40x:p%3Aq@[::1]:8080", "");
    EXPECT_EQ(way_to(both, "http://example.com"), "plain:3128");
    EXPECT_EQ(way_to(both, "https://example.com"), "[::1]:8080 Basic dXNlckB4OnA6cQ==");
    EXPECT_EQ(way_to(proxies("proxy", "", ""), "https://example.com"), "directly");
}

TEST(Proxies, AreRefusedWithoutTellingTheirPasswords) {
    for (const char* text :
         {"https://user:hush@proxy", "socks5://user:hush@proxy", "http://user:hush@", "http://user:hush@a b"}) {
        const auto refused = Proxies::parse("", text, "");
        ASSERT_FALSE(refused.ok()) << text;
        EXPECT_EQ(refused.error().detail.find("hush"), std::string::npos) << refused.error().detail;
    }
}

TEST(Proxies, AreNotAskedForWhatIsReachedDirectly) {
    struct Row {
        const char* none;
        const char* url;
        bool is_direct;
    };
    for (const auto& [none, url, is_direct] : std::initializer_list<Row>{{"*", "http://a.test", true},
                                                                         {"a.test", "http://a.test", true},
                                                                         {"A.Test", "http://a.test", true},
                                                                         {"a.test", "http://b.a.test", true},
                                                                         {"a.test", "http://ba.test", false},
                                                                         {".a.test", "http://b.a.test", true},
                                                                         {"*.a.test", "http://b.a.test", true},
                                                                         {"x, a.test", "http://a.test", true},
                                                                         {"a.test:81", "http://a.test", false},
                                                                         {"a.test:81", "http://a.test:81", true},
                                                                         {"a.test:80", "http://a.test", true},
                                                                         {"127.0.0.1", "http://127.0.0.1:5", true},
                                                                         {"127.0.0.1:6", "http://127.0.0.1:5", false},
                                                                         {"127.0.0.0/8", "http://127.9.9.9", true},
                                                                         {"127.0.0.0/8", "http://128.0.0.1", false},
                                                                         {"10.1.0.0/15", "http://10.0.255.1", true},
                                                                         {"10.2.0.0/15", "http://10.1.255.1", false},
                                                                         {"::1", "http://[::1]:5", true},
                                                                         {"[::1]", "http://[::1]:5", true},
                                                                         {"[::1]:6", "http://[::1]:5", false},
                                                                         {"fe80::/10", "http://[febf::1]", true},
                                                                         {"127.0.0.0/x", "http://127.0.0.1", false},
                                                                         {"127.0.0.0/33", "http://127.0.0.1", false},
                                                                         {",,", "http://a.test", false},
                                                                         {".", "http://a.test", false},
                                                                         {"[", "http://a.test", false}})
        EXPECT_EQ(way_to(proxies("proxy:1", "", none), url), is_direct ? "directly" : "proxy:1") << none << " " << url;
}

}  // namespace
}  // namespace http
