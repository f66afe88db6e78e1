#include "service/trusted_proxies.h"

#include <gtest/gtest.h>

#include <thread>

namespace {

using Networks = service::TrustedProxies::Networks;

Networks networks(const char* text) { return {*http::Network::parse(text)}; }

TEST(TrustedProxiesTest, AreThoseThatWereSetLast) {
    service::TrustedProxies proxies(networks("10.0.0.0/8"));
    EXPECT_EQ(proxies.get(), networks("10.0.0.0/8"));
    proxies.set({});
    EXPECT_EQ(proxies.get(), Networks());
}

TEST(TrustedProxiesTest, KeepAListThatIsReadWhileAnotherTakesItsPlace) {
    service::TrustedProxies proxies(networks("10.0.0.0/8"));
    const Networks& read = proxies.get();
    proxies.set(networks("172.16.0.0/12"));
    EXPECT_EQ(read, networks("10.0.0.0/8"));
    proxies.set(networks("10.0.0.0/8"));
    EXPECT_EQ(&proxies.get(), &read) << "who reloads the same again and again takes no memory";
}

TEST(TrustedProxiesTest, AreOneListOrTheOtherToWhoeverReads) {
    const Networks one = networks("10.0.0.0/8"), other = networks("172.16.0.0/12");
    service::TrustedProxies proxies(one);
    std::atomic<bool> is_over = false;
    std::atomic<int> torn = 0;
    std::thread reader([&] {
        while (!is_over)
            if (const Networks& seen = proxies.get(); seen != one && seen != other) ++torn;
    });
    for (int i = 0; i < 2'000; ++i) proxies.set(i % 2 == 0 ? other : one);
    is_over = true;
    reader.join();
    EXPECT_EQ(torn, 0);
}

}  // namespace
