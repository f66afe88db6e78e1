#include "server/system_world.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include "db/database.h"

namespace {

void fill_with_random(void* bytes, std::size_t size) {
    for (std::size_t done = 0; done < size;) {
        const ssize_t count = getrandom(static_cast<char*>(bytes) + done, size - done, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw std::runtime_error("the machine gives no random numbers");
        done += static_cast<std::size_t>(count);
    }
}

// Ids are milliseconds since 2024, then 12 bits: 53 in all, so that a double still holds them, until 2093. The 12 bits
// are random, or, where several servers number, 6 of the server's slot and 6 that begin at random.
constexpr Instant first_id_at = std::chrono::sys_days(std::chrono::year(2024) / 1 / 1);
constexpr int bits_in_millisecond = 12;
constexpr int sequence_bits = 6;
constexpr std::int64_t ids_in_millisecond = 1 << bits_in_millisecond;
constexpr std::int64_t ids_in_slot = 1 << sequence_bits;  // in a millisecond
static_assert(db::id_slots * ids_in_slot == ids_in_millisecond);
static_assert(SystemWorld::ids_reserved_ahead == 15'000 * ids_in_millisecond);

std::int64_t next_random_id(std::int64_t last, std::int64_t milliseconds, std::uint64_t bits) {
    const std::int64_t wanted =
        milliseconds << bits_in_millisecond | static_cast<std::int64_t>(bits & (ids_in_millisecond - 1));
    // Within a millisecond, and after the machine's clock went back: on from the last one, in small uneven steps.
    return wanted > last ? wanted : last + 1 + static_cast<std::int64_t>(bits >> 60);
}

// At a random place in each millisecond, on from there in steps of one or two, and where the millisecond's are at their
// end, into the next one.
std::int64_t next_id_of_slot(std::int64_t last, std::int64_t milliseconds, std::int64_t slot, std::uint64_t bits) {
    const auto place = static_cast<std::int64_t>(bits & (ids_in_slot - 1));
    const auto step = static_cast<std::int64_t>(1 + (bits >> 63));
    milliseconds = std::max(milliseconds, last >> bits_in_millisecond);
    const std::int64_t first = milliseconds << bits_in_millisecond | slot << sequence_bits;
    if (first > last) return first + place;
    if (last - first + step < ids_in_slot) return last + step;
    return first + ids_in_millisecond + place;
}

}  // namespace

Instant SystemWorld::now() { return time_->now(); }

std::int64_t SystemWorld::new_id() {
    const std::uint64_t bits = random_bits();
    const std::int64_t milliseconds = std::max<std::int64_t>(0, (now() - first_id_at).count());
    const std::int64_t limit = greatest_reserved_id_.load(std::memory_order_acquire);
    const std::int64_t slot = limit >> sequence_bits & (db::id_slots - 1);
    std::int64_t last = last_id_.load(std::memory_order_relaxed);
    std::int64_t id = 0;
    do {
        id = limit == 0 ? next_random_id(last, milliseconds, bits) : next_id_of_slot(last, milliseconds, slot, bits);
        if (limit != 0 && id > limit) throw db::Unavailable("no id is reserved for this server at the moment");
    } while (!last_id_.compare_exchange_weak(last, id, std::memory_order_relaxed));
    return id;
}

std::int64_t SystemWorld::settle_ids() {
    const std::int64_t milliseconds = std::max<std::int64_t>(0, (now() - first_id_at).count());
    raise_ids_above((milliseconds << bits_in_millisecond) - 1);
    return last_id_.load(std::memory_order_relaxed);
}

// Slot and limit are one number: whoever draws at the same time goes by both as they were before, or as they are now.
void SystemWorld::reserve_ids(int slot, std::int64_t through) {
    const std::int64_t last_millisecond = (through >> bits_in_millisecond) - 1;  // that is reserved as a whole
    const std::int64_t wanted =
        last_millisecond << bits_in_millisecond | std::int64_t{slot} << sequence_bits | (ids_in_slot - 1);
    std::int64_t known = greatest_reserved_id_.load(std::memory_order_relaxed);
    const auto is_less = [&] {
        return known == 0 || (known >> sequence_bits & (db::id_slots - 1)) != slot || known < wanted;
    };
    while (is_less() && !greatest_reserved_id_.compare_exchange_weak(known, wanted, std::memory_order_release))
        continue;
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
