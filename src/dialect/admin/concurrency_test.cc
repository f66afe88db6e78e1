// Several operators at once, over the operator API: who edits what another has edited meanwhile is told, and whoever
// walks through a list while others write sees everything that was there once.

#include <gtest/gtest.h>

#include <atomic>
#include <boost/json/parse.hpp>
#include <map>
#include <set>
#include <thread>

#include "dialect/admin/admin.h"
#include "engine/resellers/add_reseller.h"
#include "tests/testing/in_process.h"

namespace {

namespace json = boost::json;
using enum http::Method;

class ConcurrencyTest : public testing::Test {
protected:
    static constexpr std::int64_t root_id = 1;
    static constexpr std::int64_t partner_id = 2;

    ConcurrencyTest() {
        db::write_and_wait(service_.database(), [&](db::Tx& tx) {
            World& world = service_.world();
            ASSERT_TRUE(add_reseller(tx, world, {.id = root_id, .name = "Root"}).ok());
            ASSERT_TRUE(add_reseller(tx, world, {.id = partner_id, .parent_id = root_id, .name = "Partner"}).ok());
            ASSERT_TRUE(add_promotion(tx, world, {.reseller_id = partner_id, .domain = "b5test.com"}).ok());
            ASSERT_TRUE(
                add_credential(tx, world,
                               {.reseller_id = root_id, .kind = CredentialKind::operator_token, .secret = "operator"})
                    .ok());
        });
    }

    http::Response send(http::Method method, const std::string& path, const std::string& body = "",
                        const std::string& if_match = "") {
        http::Headers headers{{"Authorization", "Bearer operator"}};
        if (!if_match.empty()) headers.set("If-Match", if_match);
        return service_.send(method, "/admin/v1" + path, std::move(headers), body);
    }

    json::value get_json(const std::string& path) {
        const http::Response response = send(get, path);
        EXPECT_EQ(response.status, 200) << path << ": " << response.body;
        return json::parse(response.body);
    }

    std::string open(const std::string& uid) {
        const http::Response response = send(post, "/resellers/2/accounts",
                                             R"({"uid":")" + uid + R"(","type":"individual","domain":"b5test.com"})");
        EXPECT_EQ(response.status, 201) << response.body;
        return std::to_string(json::parse(response.body).at("id").as_int64());
    }

    // Runs it in several threads, and waits for all of them.
    static void at_once(int count, const std::function<void(int)>& work) {
        std::vector<std::thread> threads;
        for (int i = 0; i < count; ++i) threads.emplace_back(work, i);
        for (std::thread& thread : threads) thread.join();
    }

    // How often each uid is met on the way through all pages.
    std::map<std::string, int> walk(const std::string& filters, const char* direction, std::string cursor = "") {
        std::map<std::string, int> met;
        while (true) {
            const json::value page = get_json("/accounts?limit=7" + filters + cursor);
            for (const json::value& account : page.at("accounts").as_array())
                ++met[account.at("uid").as_string().c_str()];
            if (page.at(direction).is_null()) return met;
            cursor = "&cursor=" + std::string(page.at(direction).as_string());
        }
    }

    std::string last_cursor(const std::string& filters) {
        std::string cursor;
        while (true) {
            const json::value page = get_json("/accounts?limit=7" + filters + cursor);
            if (page.at("next").is_null()) return cursor;
            cursor = "&cursor=" + std::string(page.at("next").as_string());
        }
    }

    InProcess service_{{&admin::dialect}};
};

TEST_F(ConcurrencyTest, OfThoseWhoEditTheSameVersionOneSucceeds) {
    std::atomic<int> done = 0, told = 0;
    at_once(6, [&](int number) {
        for (int i = 0; i < 15; ++i) {
            const http::Response seen = send(get, "/resellers/2");
            const std::string name = "Partner " + std::to_string(number) + "/" + std::to_string(i);
            const http::Response answer =
                send(patch, "/resellers/2", R"({"name":")" + name + R"("})", *seen.headers.find("etag"));
            if (answer.status == 200) ++done;
            if (answer.status == 412) ++told;
        }
    });
    EXPECT_EQ(done + told, 6 * 15) << "nothing else is answered";
    const json::value reseller = get_json("/resellers/2");
    EXPECT_EQ(reseller.at("version").as_int64(), 1 + done) << "no edit has overwritten another";
    int changes = 0;
    const json::value page = get_json("/resellers/2/events?limit=200");
    for (const json::value& event : page.at("events").as_array())
        if (event.at("kind").as_string() == "reseller.changed") ++changes;
    EXPECT_EQ(changes, done);
}

TEST_F(ConcurrencyTest, OfThoseWhoChangeTheSameAccountOneSucceeds) {
    const std::string id = open("a");
    std::atomic<int> done = 0, told = 0;
    at_once(6, [&](int number) {
        for (int i = 0; i < 15; ++i) {
            const http::Response seen = send(get, "/accounts/" + id);
            const std::string end =
                R"({"ends_at":"20)" + std::to_string(50 + number) + "-01-01T00:00:" + std::to_string(10 + i) + R"(Z"})";
            const http::Response answer = send(patch, "/accounts/" + id, end, *seen.headers.find("etag"));
            if (answer.status == 200) ++done;
            if (answer.status == 412) ++told;
        }
    });
    EXPECT_EQ(done + told, 6 * 15);
    EXPECT_EQ(get_json("/accounts/" + id).at("version").as_int64(), 1 + done);
    EXPECT_EQ(get_json("/accounts/" + id + "/events?limit=200").at("events").as_array().size(), 1u + done);
}

TEST_F(ConcurrencyTest, PagesShowEachAccountOnceWhateverOthersOpenMeanwhile) {
    std::set<std::string> there;
    for (int i = 0; i < 60; ++i) {
        there.insert("there-" + std::to_string(i));
        open("there-" + std::to_string(i));
    }
    std::atomic<bool> ends = false;
    std::thread writer([&] {
        for (int i = 0; !ends && i < 2'000; ++i) open("new-" + std::to_string(i));
    });
    for (const std::string filters : {"", "&order=oldest", "&reseller=2&type=individual", "&uid_prefix=there"})
        for (int round = 0; round < 3; ++round) {
            const std::map<std::string, int> met = walk(filters, "next");
            for (const auto& [uid, times] : met) EXPECT_EQ(times, 1) << filters << ": " << uid;
            for (const std::string& uid : there) EXPECT_TRUE(met.contains(uid)) << filters << ": " << uid;
        }
    ends = true;
    writer.join();
}

TEST_F(ConcurrencyTest, GoingBackShowsWhatWasShownOnTheWayThere) {
    for (int i = 0; i < 45; ++i) open("u-" + std::to_string(i));
    for (const std::string filters : {"", "&order=oldest", "&uid_prefix=u-"}) {
        const std::string end = last_cursor(filters);
        const std::map<std::string, int> back = walk(filters, "previous", end);
        std::map<std::string, int> there = walk(filters, "next");
        // The page at which the way back begins is among both.
        for (const auto& [uid, times] : there) EXPECT_TRUE(back.contains(uid)) << filters << ": " << uid;
        for (const auto& [uid, times] : back) EXPECT_EQ(times, 1) << filters << ": " << uid;
    }
}

TEST_F(ConcurrencyTest, TheFeedOfEventsMissesNothingAndRepeatsNothing) {
    constexpr int writers = 4, accounts = 40;
    std::atomic<int> running = writers;
    std::thread all([&] {
        at_once(writers, [&](int number) {
            for (int i = 0; i < accounts; ++i) {
                const std::string id = open(std::to_string(number) + "-" + std::to_string(i));
                EXPECT_EQ(send(post, "/accounts/" + id + "/hold").status, 200);
            }
            --running;
        });
    });
    std::set<std::int64_t> seen;
    std::int64_t last = 0;
    std::string cursor;
    while (true) {
        const bool is_over = running == 0;
        const json::value page = get_json("/events?order=oldest&limit=11" + cursor);
        for (const json::value& event : page.at("events").as_array()) {
            EXPECT_GT(event.at("id").as_int64(), last) << "in order";
            last = event.at("id").as_int64();
            if (!event.at("account_id").is_null()) seen.insert(last);
        }
        if (!page.at("next").is_null()) cursor = "&cursor=" + std::string(page.at("next").as_string());
        if (is_over && page.at("events").as_array().empty()) break;
    }
    all.join();
    EXPECT_EQ(seen.size(), std::size_t(writers * accounts * 2));
}

}  // namespace
