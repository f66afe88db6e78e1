#include "server/system_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

namespace {

const SealingKey key = {1, 2, 3};
constexpr std::int64_t id_max = (std::int64_t{1} << 53) - 1;

TEST(SystemWorld, GivesIdsThatGrow) {
    SystemWorld world(key, 0);
    std::int64_t last = 0;
    for (int i = 0; i < 100'000; ++i) {
        const std::int64_t id = world.new_id();
        ASSERT_GT(id, last);
        ASSERT_LE(id, id_max);
        last = id;
    }
}

TEST(SystemWorld, GivesEachIdOnceWhoeverAsks) {
    SystemWorld world(key, 0);
    std::vector<std::vector<std::int64_t>> drawn(4);
    std::vector<std::thread> threads;
    for (auto& ids : drawn)
        threads.emplace_back([&] {
            for (int i = 0; i < 20'000; ++i) ids.push_back(world.new_id());
        });
    for (std::thread& thread : threads) thread.join();
    std::set<std::int64_t> all;
    for (const auto& ids : drawn) {
        EXPECT_TRUE(std::ranges::is_sorted(ids));
        all.insert(ids.begin(), ids.end());
    }
    EXPECT_EQ(all.size(), 80'000u);
}

// As after the machine's clock went back between two runs: the database knows ids from what is now the future.
TEST(SystemWorld, GoesOnAboveTheGreatestIdThereIsWhateverTheClockSays) {
    const std::int64_t in_ten_years = SystemWorld(key, 0).new_id() + (std::int64_t{10} * 365 * 86'400'000 << 12);
    SystemWorld world(key, in_ten_years);
    std::int64_t last = in_ten_years;
    for (int i = 0; i < 10'000; ++i) {
        const std::int64_t id = world.new_id();
        ASSERT_GT(id, last);
        last = id;
    }
    EXPECT_LE(last, in_ten_years + 10'000 * 16);
}

TEST(SystemWorld, SaysNothingOfHowManyIdsThereAre) {
    SystemWorld world(key, 0);
    std::set<std::int64_t> low_bits;
    for (int i = 0; i < 1000; ++i) low_bits.insert(SystemWorld(key, 0).new_id() & 0xfff);
    EXPECT_GT(low_bits.size(), 500u);
}

TEST(SystemWorld, HasAClockThatNeverGoesBack) {
    SystemWorld world(key, 0);
    Instant last{};
    for (int i = 0; i < 10'000; ++i) {
        const Instant now = world.now();
        ASSERT_GE(now, last);
        last = now;
    }
    EXPECT_GT(last, *parse_rfc3339("2024-01-01T00:00:00Z"));
}

TEST(SystemWorld, DrawsDifferentNumbersInEachThread) {
    SystemWorld world(key, 0);
    std::vector<std::vector<std::uint64_t>> drawn(4);
    std::vector<std::thread> threads;
    for (auto& numbers : drawn)
        threads.emplace_back([&] {
            for (int i = 0; i < 2'000; ++i) numbers.push_back(world.random_bits());
        });
    for (std::thread& thread : threads) thread.join();
    std::set<std::uint64_t> all;
    for (const auto& numbers : drawn) all.insert(numbers.begin(), numbers.end());
    EXPECT_EQ(all.size(), 8'000u);
}

TEST(SystemWorld, MakesAKeyOfItsOwnEachTime) { EXPECT_NE(new_sealing_key(), new_sealing_key()); }

TEST(SystemWorldIds, are_above_what_has_been_settled_and_what_others_have) {
    SystemWorld world(new_sealing_key(), 0);
    for (int i = 0; i < 100; ++i) {
        const std::int64_t settled = world.settle_ids();
        EXPECT_GT(world.new_id(), settled);
        EXPECT_GE(world.settle_ids(), settled);
    }
    const std::int64_t far = world.new_id() + (std::int64_t{1} << 40);
    world.raise_ids_above(far);
    EXPECT_GT(world.new_id(), far);
    world.raise_ids_above(7);
    EXPECT_GT(world.new_id(), far);
}

}  // namespace
