#include "http/forwarded.h"

#include <gtest/gtest.h>

namespace {

using http::find_requester;
using http::Network;

std::vector<Network> networks(std::initializer_list<const char*> texts) {
    std::vector<Network> list;
    for (const char* text : texts) list.push_back(Network::parse(text).value());
    return list;
}

const std::vector<Network> proxies = networks({"10.0.0.0/8", "2001:db8:ffff::/48", "127.0.0.1"});

// "192.0.2.1 https example.com"
std::string requester(const char* from, http::Headers headers, const std::vector<Network>& trusted = proxies) {
    headers.add("Host", "inside:8080");
    http::Request request;
    request.headers = std::move(headers);
    request.remote_address = from;
    const http::Requester found = find_requester(request, trusted);
    return found.address + ' ' + found.scheme + ' ' + found.host;
}

std::string for_x(const char* from, const char* list) { return requester(from, {{"X-Forwarded-For", list}}); }
std::string for_standard(const char* list) { return requester("10.0.0.1", {{"Forwarded", list}}); }

TEST(Forwarded, IsBelievedOfATrustedProxyOnly) {
    EXPECT_EQ(for_x("10.0.0.1", "192.0.2.1"), "192.0.2.1 http inside:8080");
    EXPECT_EQ(for_x("192.0.2.99", "192.0.2.1"), "192.0.2.99 http inside:8080");
    EXPECT_EQ(requester("10.0.0.1", {{"X-Forwarded-For", "192.0.2.1"}}, {}), "10.0.0.1 http inside:8080");
    EXPECT_EQ(for_x("", "192.0.2.1"), " http inside:8080");
    EXPECT_EQ(for_x("2001:db8:ffff::1", "192.0.2.1"), "192.0.2.1 http inside:8080");
    EXPECT_EQ(for_x("::ffff:10.0.0.1", "192.0.2.1"), "192.0.2.1 http inside:8080");
}

TEST(Forwarded, NamesTheRightmostAddressThatIsNoProxy) {
    EXPECT_EQ(for_x("10.0.0.1", "198.51.100.7, 192.0.2.1"), "192.0.2.1 http inside:8080");
    EXPECT_EQ(for_x("10.0.0.1", "198.51.100.7, 192.0.2.1, 10.1.1.1"), "192.0.2.1 http inside:8080");
    EXPECT_EQ(for_x("10.0.0.1", "10.2.2.2, 10.1.1.1"), "10.2.2.2 http inside:8080");
    EXPECT_EQ(requester("10.0.0.1", {{"X-Forwarded-For", "198.51.100.7"}, {"X-Forwarded-For", "192.0.2.1"}}),
              "192.0.2.1 http inside:8080");
}

TEST(Forwarded, EndsWhereAProxySaysNothingOfUse) {
    EXPECT_EQ(for_x("10.0.0.1", ""), "10.0.0.1 http inside:8080");
    EXPECT_EQ(for_x("10.0.0.1", "192.0.2.1, unknown"), "10.0.0.1 http inside:8080");
    EXPECT_EQ(for_x("10.0.0.1", "192.0.2.1, <script>, 10.1.1.1"), "10.1.1.1 http inside:8080");
    EXPECT_EQ(for_standard("for=192.0.2.1, for=_hidden"), "10.0.0.1 http inside:8080");
}

TEST(Forwarded, TakesAddressesInAllTheirShapes) {
    EXPECT_EQ(for_x("10.0.0.1", "192.0.2.1:4711"), "192.0.2.1 http inside:8080");
    EXPECT_EQ(for_x("10.0.0.1", "[2001:DB8::1]:4711"), "2001:db8::1 http inside:8080");
    EXPECT_EQ(for_x("10.0.0.1", "2001:db8:0:0::1"), "2001:db8::1 http inside:8080");
    EXPECT_EQ(for_x("10.0.0.1", "::ffff:192.0.2.1"), "192.0.2.1 http inside:8080");
    EXPECT_EQ(for_x("10.0.0.1", "[2001:db8::1"), "10.0.0.1 http inside:8080");
    EXPECT_EQ(for_x("10.0.0.1", "[2001:db8::1]x"), "10.0.0.1 http inside:8080");
    EXPECT_EQ(for_standard("For=\"[2001:db8:cafe::17]:4711\""), "2001:db8:cafe::17 http inside:8080");
}

TEST(Forwarded, TakesSchemeAndHostOfTheClientsOwnConnection) {
    EXPECT_EQ(for_standard("for=192.0.2.43;proto=https;host=\"shop.example.com:8443\";by=203.0.113.60"),
              "192.0.2.43 https shop.example.com:8443");
    EXPECT_EQ(for_standard("for=192.0.2.43;proto=https;host=shop.example.com, for=10.1.1.1;proto=http;host=inner"),
              "192.0.2.43 https shop.example.com");
    EXPECT_EQ(for_standard("for=198.51.100.7;proto=http;host=forged, for=192.0.2.43;proto=https"),
              "192.0.2.43 https inside:8080");
    EXPECT_EQ(requester("10.0.0.1", {{"X-Forwarded-For", "192.0.2.1"},
                                     {"X-Forwarded-Proto", "https"},
                                     {"X-Forwarded-Host", "start.b5test.com"}}),
              "192.0.2.1 https start.b5test.com");
    EXPECT_EQ(requester("10.0.0.1", {{"X-Forwarded-For", "192.0.2.1, 10.1.1.1"}, {"X-Forwarded-Proto", "https, http"}}),
              "192.0.2.1 https inside:8080");
    EXPECT_EQ(requester("10.0.0.1", {{"X-Forwarded-Proto", "https"}}), "10.0.0.1 https inside:8080");
    EXPECT_EQ(requester("192.0.2.9", {{"X-Forwarded-Proto", "https"}, {"X-Forwarded-Host", "forged"}}),
              "192.0.2.9 http inside:8080");
    EXPECT_EQ(requester("10.0.0.1", {{"X-Forwarded-Proto", "gopher"}, {"X-Forwarded-Host", "a b"}}),
              "10.0.0.1 http inside:8080");
}

TEST(Forwarded, IsNotBelievedWhenTheTwoHeadersDisagree) {
    EXPECT_EQ(requester("10.0.0.1", {{"Forwarded", "for=198.51.100.7"}, {"X-Forwarded-For", "192.0.2.1"}}),
              "10.0.0.1 http inside:8080");
    EXPECT_EQ(requester("10.0.0.1", {{"Forwarded", "for=192.0.2.1;proto=https"}, {"X-Forwarded-For", "192.0.2.1"}}),
              "192.0.2.1 https inside:8080");
}

TEST(Forwarded, SplitsNothingWithinQuotes) {
    EXPECT_EQ(for_standard("for=\"192.0.2.1\";host=\"a,b;c\""), "192.0.2.1 http inside:8080");
    EXPECT_EQ(for_standard("for=\"unclosed, for=192.0.2.1"), "10.0.0.1 http inside:8080");
    EXPECT_EQ(for_standard("=;,;for=;x"), "10.0.0.1 http inside:8080");
}

TEST(Network, IsAnAddressAndALength) {
    for (const char* text : {"10.0.0.0/8", "0.0.0.0/0", "192.0.2.1", "192.0.2.1/32", "::/0", "2001:db8::/32", "::1"})
        EXPECT_TRUE(Network::parse(text)) << text;
    for (const char* text :
         {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "::/129", "x", "10.0.0.0/8x", "[::1]/64"})
        EXPECT_FALSE(Network::parse(text)) << text;
}

TEST(Network, HoldsTheAddressesThatBeginAsItDoes) {
    const auto holds = [](const char* network, const char* address) {
        return Network::parse(network)->contains(http::parse_address(address).value());
    };
    EXPECT_TRUE(holds("10.0.0.0/8", "10.255.255.255"));
    EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.0"));
    EXPECT_TRUE(holds("192.0.2.128/25", "192.0.2.129"));
    EXPECT_FALSE(holds("192.0.2.128/25", "192.0.2.127"));
    EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
    EXPECT_TRUE(holds("::/0", "2001:db8::1"));
    EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
    EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
}

TEST(NetworkOf, IsTheAddressOrTheFirstHalfOfIt) {
    EXPECT_EQ(http::network_of("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(http::network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    EXPECT_EQ(http::network_of("::ffff:192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(http::network_of("a workflow's run"), "a workflow's run");
}

}  // namespace
