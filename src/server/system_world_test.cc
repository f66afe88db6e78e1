#include "server/system_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "db/database.h"

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

// A machine whose clock stands until somebody moves it.
struct Machine {
    std::atomic<std::int64_t> ms = 1'800'000'000'000;
    std::shared_ptr<SteadyTime> time = std::make_shared<SteadyTime>(
        SteadyTime::Clocks{.wall_ms = [this] { return ms.load(); }, .uptime_ms = [this] { return ms.load(); }});
    SystemWorld world{key, 0, time};
};

constexpr std::int64_t slot_of(std::int64_t id) { return id >> 6 & 63; }
constexpr std::int64_t millisecond = 4096;  // in ids

TEST(SystemWorldSlots, give_ids_that_carry_the_slot_and_grow) {
    SystemWorld world(key, 0);
    world.reserve_ids(5, world.settle_ids() + 1'000'000 * millisecond);
    std::int64_t last = 0;
    for (int i = 0; i < 10'000; ++i) {
        if (i % 100 == 0) last = world.settle_ids();
        const std::int64_t id = world.new_id();
        ASSERT_EQ(slot_of(id), 5);
        ASSERT_GT(id, last);
        ASSERT_LE(id, id_max);
        last = id;
    }
}

TEST(SystemWorldSlots, go_no_further_than_is_reserved) {
    Machine machine;
    const std::int64_t through = machine.world.settle_ids() + 3 * millisecond;
    machine.world.reserve_ids(63, through);
    // Steps differ: where a long one goes too far, a short one may not.
    const auto draw_all = [&] {
        std::vector<std::int64_t> drawn;
        for (int refused = 0; refused < 50;) {
            try {
                drawn.push_back(machine.world.new_id());
            } catch (const db::Unavailable&) {
                ++refused;
            }
        }
        return drawn;
    };
    const std::vector<std::int64_t> drawn = draw_all();
    EXPECT_GT(drawn.size(), 1u);
    EXPECT_LE(drawn.back(), through);
    machine.world.reserve_ids(63, through - millisecond);  // an answer that was overtaken
    EXPECT_TRUE(draw_all().empty());
    machine.world.reserve_ids(63, through + 3 * millisecond);
    EXPECT_GT(draw_all().front(), drawn.back());
}

TEST(SystemWorldSlots, give_nothing_to_who_was_stopped_for_a_minute) {
    Machine machine;
    machine.world.reserve_ids(1, machine.world.settle_ids() + SystemWorld::ids_reserved_ahead);
    const std::int64_t before = machine.world.new_id();
    machine.ms += 60'000;
    EXPECT_THROW((void)machine.world.new_id(), db::Unavailable);
    machine.world.reserve_ids(2, machine.world.settle_ids() + SystemWorld::ids_reserved_ahead);
    const std::int64_t after = machine.world.new_id();
    EXPECT_EQ(slot_of(after), 2);
    EXPECT_GT(after, before + 59'000 * millisecond);
}

// What another server had reserved in the slot is passed over.
TEST(SystemWorldSlots, go_on_above_what_others_have_in_the_same_and_in_another_millisecond) {
    Machine machine;
    const std::int64_t now = machine.world.settle_ids() + 1;
    machine.world.reserve_ids(9, now + SystemWorld::ids_reserved_ahead);
    for (const std::int64_t above : {now + 8 * 64 + 63, now + 9 * 64 + 63, now + 10 * 64, now + 700 * millisecond + 7,
                                     now + 700 * millisecond + 4095}) {
        machine.world.raise_ids_above(above);
        const std::int64_t id = machine.world.new_id();
        EXPECT_EQ(slot_of(id), 9);
        EXPECT_GT(id, above);
        EXPECT_LT(id, above + 2 * millisecond);
    }
}

TEST(SystemWorldSlots, begin_at_random_in_each_millisecond) {
    Machine machine;
    machine.world.reserve_ids(9, machine.world.settle_ids() + SystemWorld::ids_reserved_ahead);
    std::set<std::int64_t> places;
    for (int i = 0; i < 1'000; ++i, ++machine.ms) places.insert(machine.world.new_id() & 63);
    EXPECT_GT(places.size(), 50u);
}

// Whoever draws while the slot changes has an id that was reserved in the slot that it carries.
TEST(SystemWorldSlots, never_mix_one_slot_with_the_limit_of_another) {
    Machine machine;
    const std::int64_t now = machine.world.settle_ids();
    const std::int64_t limits[] = {now + 100 * millisecond, now + 1'000 * millisecond};
    machine.world.reserve_ids(0, limits[0]);
    std::atomic<bool> is_done = false;
    std::vector<std::vector<std::int64_t>> drawn(3);
    std::atomic<std::size_t> begun = 0;
    const auto wait_until_all_have_begun = [&] {
        while (begun < drawn.size()) std::this_thread::yield();
    };
    std::vector<std::thread> threads;
    for (auto& ids : drawn)
        threads.emplace_back([&] {
            ids.push_back(machine.world.new_id());
            ++begun;
            wait_until_all_have_begun();
            while (!is_done) {
                try {
                    ids.push_back(machine.world.new_id());
                } catch (const db::Unavailable&) {
                }
            }
        });
    wait_until_all_have_begun();
    for (int i = 0; i < 20'000; ++i) machine.world.reserve_ids(i % 2, limits[i % 2]);
    is_done = true;
    for (std::thread& thread : threads) thread.join();
    std::set<std::int64_t> all;
    for (const auto& ids : drawn)
        for (const std::int64_t id : ids) {
            ASSERT_LE(slot_of(id), 1);
            ASSERT_LE(id, limits[slot_of(id)]);
            ASSERT_TRUE(all.insert(id).second);
        }
    EXPECT_GE(all.size(), drawn.size());
}

}  // namespace
