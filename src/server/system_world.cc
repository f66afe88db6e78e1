#include "server/system_world.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace {

void fill_with_random(void* bytes, std::size_t size) {
    for (std::size_t done = 0; done < size;) {
        const ssize_t count = getrandom(static_cast<char*>(bytes) + done, size - done, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw std::runtime_error("the machine gives no random numbers");
        done += static_cast<std::size_t>(count);
    }
}

// Ids are milliseconds since 2024, then 12 random bits: 53 in all, so that a double still holds them, until 2093.
constexpr Instant first_id_at = std::chrono::sys_days(std::chrono::year(2024) / 1 / 1);
constexpr int random_id_bits = 12;

}  // namespace

Instant SystemWorld::now() { return time_->now(); }

std::int64_t SystemWorld::new_id() {
    const std::uint64_t bits = random_bits();
    const std::int64_t milliseconds = std::max<std::int64_t>(0, (now() - first_id_at).count());
    const std::int64_t wanted =
        milliseconds << random_id_bits | static_cast<std::int64_t>(bits & ((1u << random_id_bits) - 1));
    std::int64_t last = last_id_.load(std::memory_order_relaxed);
    std::int64_t id = 0;
    do {
        // Within a millisecond, and after the machine's clock went back: on from the last one, in small uneven steps.
        id = wanted > last ? wanted : last + 1 + static_cast<std::int64_t>(bits >> 60);
    } while (!last_id_.compare_exchange_weak(last, id, std::memory_order_relaxed));
    return id;
}

std::int64_t SystemWorld::settle_ids() {
    const std::int64_t milliseconds = std::max<std::int64_t>(0, (now() - first_id_at).count());
    raise_ids_above((milliseconds << random_id_bits) - 1);
    return last_id_.load(std::memory_order_relaxed);
}

void SystemWorld::raise_ids_above(std::int64_t id) {
    std::int64_t last = last_id_.load(std::memory_order_relaxed);
    while (last < id && !last_id_.compare_exchange_weak(last, id, std::memory_order_relaxed)) continue;
}

std::uint64_t SystemWorld::random_bits() {
    static thread_local std::array<std::uint64_t, 512> pool;
    static thread_local std::size_t left = 0;
    if (left == 0) {
        fill_with_random(pool.data(), sizeof pool);
        left = pool.size();
    }
    return std::exchange(pool[--left], 0);
}

SealingKey new_sealing_key() {
    SealingKey key;
    fill_with_random(key.data(), key.size());
    return key;
}
