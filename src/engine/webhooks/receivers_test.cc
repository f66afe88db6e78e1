#include "engine/webhooks/receivers.h"

#include <gtest/gtest.h>

namespace {

std::string judge(const ReceiverRules& rules, std::string_view url) {
    const auto result = check_receiver_url(rules, url);
    return std::string(result.ok() ? "done" : to_string(result.error().fields.at(0).rule));
}

const ReceiverRules production;
const ReceiverRules sandbox{.is_sandbox = true};
const ReceiverRules inside{.allowed = {parse_ip_network("10.1.0.0/16").value()}};

TEST(ReceiverUrls, AreHttpsToAPublicPlace) {
    for (const char* url : {"https://example.com", "https://example.com/hook?a=b", "HTTPS://example.com:8443/",
                            "https://8.8.8.8/x", "https://[2600::1]:443/x", "https://1.example"})
        EXPECT_EQ(judge(production, url), "done") << url;
    EXPECT_EQ(judge(production, "http://example.com/"), "scheme");
    EXPECT_EQ(judge(production, "ftp://example.com/"), "scheme");
    EXPECT_EQ(judge(production, "file:///etc/passwd"), "scheme");
    EXPECT_EQ(judge(production, "https://ada@example.com/"), "credentials");
    EXPECT_EQ(judge(production, "https://example.com/#a"), "fragment");
    EXPECT_EQ(judge(production, "https://example.com#@127.0.0.1/"), "fragment");
    for (const char* url : {"", "example.com", "https:/example.com", "https://", "https:///x", "https://a b/",
                            "https://a:0/", "https://a:65536/", "https://a:x/", "https://[::1/", "https://[::1]x/",
                            "https://a\\@b/", "https://a,b/", "https://[8.8.8.8]/", "https://[fe80::1%25a]/",
                            "https://[x::1]/", "https://exa%6dple.com/", "https://\xc3\xa4.example/"})
        EXPECT_EQ(judge(production, url), "bad_format") << url;
    EXPECT_EQ(judge(production, "https://example.com/" + std::string(1'000, 'x')), "too_long");
}

TEST(ReceiverUrls, NameNoForbiddenAddressInAnySpelling) {
    for (const char* url :
         {"https://127.0.0.1/", "https://127.1/", "https://0x7f.1/", "https://2130706433/", "https://017700000001/",
          "https://127.0.0.1./", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
          "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[fe80::1]/",
          "https://169.254.169.254/latest", "https://10.0.0.1:8080/", "https://0/", "https://localhost/",
          "https://LOCALHOST./", "https://a.localhost/", "https://224.0.0.1/"})
        EXPECT_EQ(judge(production, url), "forbidden_address") << url;
}

TEST(ReceiverUrls, MayLeadToLoopbackInASandbox) {
    for (const char* url : {"http://127.0.0.1:8081/hook", "http://localhost:8081/", "http://[::1]/", "https://127.1/",
                            "http://example.com/"})
        EXPECT_EQ(judge(sandbox, url), "done") << url;
    EXPECT_EQ(judge(sandbox, "http://10.0.0.1/"), "forbidden_address");
    EXPECT_EQ(judge(sandbox, "http://169.254.169.254/"), "forbidden_address");
}

TEST(ReceiverUrls, MayLeadToWhereTheOperatorAllowsIt) {
    EXPECT_EQ(judge(inside, "http://10.1.2.3/"), "done");
    EXPECT_EQ(judge(inside, "https://10.1.2.3/"), "done");
    EXPECT_EQ(judge(inside, "https://10.2.0.0/"), "forbidden_address");
    EXPECT_EQ(judge(inside, "https://127.0.0.1/"), "forbidden_address");
}

TEST(Receivers, AreJudgedByTheAddressThatANameLeadsTo) {
    const auto judge_address = [](const ReceiverRules& rules, std::string_view text, bool is_https) {
        return may_receive(rules, parse_ip_address(text).value(), is_https);
    };
    EXPECT_TRUE(judge_address(production, "8.8.8.8", true));
    EXPECT_FALSE(judge_address(production, "8.8.8.8", false));
    EXPECT_FALSE(judge_address(production, "127.0.0.1", true));
    EXPECT_TRUE(judge_address(sandbox, "127.0.0.1", false));
    EXPECT_TRUE(judge_address(sandbox, "8.8.8.8", false));
    EXPECT_FALSE(judge_address(sandbox, "192.168.0.1", true));
    EXPECT_TRUE(judge_address(inside, "10.1.0.1", false));
    EXPECT_FALSE(judge_address(inside, "8.8.8.8", false)) << "http only to where it is allowed";
}

}  // namespace
