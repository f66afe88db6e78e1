#include "core/ip_address.h"

#include <gtest/gtest.h>

namespace {

IpAddress address(std::string_view text) {
    const auto parsed = parse_ip_address(text);
    EXPECT_TRUE(parsed) << text;
    return parsed.value_or(IpAddress{});
}

TEST(SpecialPurpose, HoldsTheFirstAndTheLastAddressOfEachRegisteredRange) {
    const char* const ranges[][2] = {
        {"0.0.0.0", "0.255.255.255"},
        {"10.0.0.0", "10.255.255.255"},
        {"100.64.0.0", "100.127.255.255"},
        {"127.0.0.0", "127.255.255.255"},
        {"169.254.0.0", "169.254.255.255"},
        {"169.254.169.254", "169.254.169.254"},  // where clouds keep their secrets
        {"172.16.0.0", "172.31.255.255"},
        {"192.0.0.0", "192.0.0.255"},
        {"192.0.2.0", "192.0.2.255"},
        {"192.31.196.0", "192.31.196.255"},
        {"192.52.193.0", "192.52.193.255"},
        {"192.88.99.0", "192.88.99.255"},
        {"192.168.0.0", "192.168.255.255"},
        {"192.175.48.0", "192.175.48.255"},
        {"198.18.0.0", "198.19.255.255"},
        {"198.51.100.0", "198.51.100.255"},
        {"203.0.113.0", "203.0.113.255"},
        {"224.0.0.0", "239.255.255.255"},
        {"240.0.0.0", "255.255.255.255"},
        {"::", "::1"},
        {"::127.0.0.1", "::255.255.255.255"},
        {"::ffff:0.0.0.0", "::ffff:255.255.255.255"},
        {"64:ff9b::", "64:ff9b::255.255.255.255"},
        {"64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"},
        {"100::", "100::ffff:ffff:ffff:ffff"},
        {"100:0:0:1::", "100:0:0:1:ffff:ffff:ffff:ffff"},
        {"2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff"},
        {"3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"4000::", "fbff::"},  // not assigned to anybody
    };
    for (const auto& [first, last] : ranges) {
        EXPECT_TRUE(is_special_purpose(address(first))) << first;
        EXPECT_TRUE(is_special_purpose(address(last))) << last;
    }
}

TEST(SpecialPurpose, LeavesTheNeighboursAlone) {
    for (const char* text :
         {"1.0.0.0",         "9.255.255.255",   "11.0.0.0",        "100.63.255.255", "100.128.0.0",
          "126.255.255.255", "128.0.0.0",       "169.253.255.255", "169.255.0.0",    "172.15.255.255",
          "172.32.0.0",      "191.255.255.255", "192.0.1.0",       "192.0.3.0",      "192.31.195.255",
          "192.31.197.0",    "192.52.192.255",  "192.52.194.0",    "192.88.98.255",  "192.88.100.0",
          "192.167.255.255", "192.169.0.0",     "192.175.47.255",  "192.175.49.0",   "198.17.255.255",
          "198.20.0.0",      "198.51.99.255",   "198.51.101.0",    "203.0.112.255",  "203.0.114.0",
          "223.255.255.255", "2001:200::",      "2001:db7:ffff::", "2001:db9::",     "2003::",
          "2600::1",         "2620:4f:7fff::",  "2620:4f:8001::",  "2a00:1450::1",   "3ffe:ffff::1"})
        EXPECT_FALSE(is_special_purpose(address(text))) << text;
}

TEST(IpAddresses, AreReadInEverySpellingThatAResolverKnows) {
    for (const char* text : {"127.0.0.1", "127.1", "0x7f.1", "0x7f000001", "0x7F.0x0.0x0.0x1", "017700000001",
                             "2130706433", "0177.0.0.1", "127.0.0.1."})
        EXPECT_EQ(parse_host_as_ip_address(text), address("127.0.0.1")) << text;
    for (const char* text : {"example.com", "127.0.0.1.example.com", "cafe.de", "", "1.2.3.4.5", "256.1.1.1x", "face"})
        EXPECT_FALSE(parse_host_as_ip_address(text)) << text;
    EXPECT_EQ(parse_ip_address("fe80::1%eth0"), address("fe80::1"));
    for (const char* text : {"127.1", "0x7f.1", "1.2.3", "::g", "1.2.3.4%eth0", ""})
        EXPECT_FALSE(parse_ip_address(text));
}

TEST(IpNetworks, HoldWhatBeginsAsTheyDo) {
    const auto holds = [](std::string_view network, std::string_view text) {
        return contains(parse_ip_network(network).value(), address(text));
    };
    EXPECT_TRUE(holds("10.0.0.0/8", "10.255.0.1"));
    EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.1"));
    EXPECT_TRUE(holds("192.168.4.0/22", "192.168.7.255"));
    EXPECT_FALSE(holds("192.168.4.0/22", "192.168.8.0"));
    EXPECT_TRUE(holds("10.1.2.3", "10.1.2.3"));
    EXPECT_FALSE(holds("10.1.2.3", "10.1.2.4"));
    EXPECT_TRUE(holds("10.0.0.0/8", "::ffff:10.0.0.1")) << "however it is written";
    EXPECT_TRUE(holds("fd00::/8", "fd12::1"));
    EXPECT_FALSE(holds("::/0", "10.0.0.1"));
    EXPECT_TRUE(holds("0.0.0.0/0", "10.0.0.1"));
    EXPECT_FALSE(holds("0.0.0.0/0", "2600::1"));
    for (const char* text : {"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10/8", "fd00::/129", "x"})
        EXPECT_FALSE(parse_ip_network(text)) << text;
}

TEST(Loopback, IsWhatLeadsBackHere) {
    for (const char* text : {"127.0.0.1", "127.255.0.3", "::1", "::ffff:127.0.0.1"})
        EXPECT_TRUE(is_loopback(address(text)));
    for (const char* text : {"128.0.0.1", "::2", "10.0.0.1"}) EXPECT_FALSE(is_loopback(address(text)));
}

}  // namespace
