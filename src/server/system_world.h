// The World of a running server: the machine's clock and its source of randomness.

#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "engine/world.h"
#include "server/steady_time.h"

class SystemWorld final : public World {
public:
    // Ids go on from above_id, whatever the machine's clock says.
    SystemWorld(const SealingKey& sealing_key, std::int64_t above_id,
                std::shared_ptr<SteadyTime> time = std::make_shared<SteadyTime>())
        : sealing_key_(sealing_key), time_(std::move(time)), last_id_(above_id) {}

    using World::now;
    Instant now() override;
    std::int64_t new_id() override;  // throws db::Unavailable where the next one is not reserved
    std::uint64_t random_bits() override;

    // As db::Ids has them. Until the first call of reserve_ids() ids are of no slot, and without limit.
    std::int64_t settle_ids();
    void raise_ids_above(std::int64_t);
    void reserve_ids(int slot, std::int64_t through);
    static constexpr std::int64_t ids_reserved_ahead = std::int64_t{15'000} << 12;  // of 15 s

    const SealingKey& sealing_key() const override { return sealing_key_; }
    StampKeys stamp_keys() const override { return stamp_keys_; }

    // Before anybody else uses it.
    void set_stamp_keys(const StampKeys& keys) { stamp_keys_ = keys; }

private:
    const SealingKey sealing_key_;
    StampKeys stamp_keys_{.current = sealing_key_, .previous = {}};
    const std::shared_ptr<SteadyTime> time_;
    std::atomic<std::int64_t> last_id_;
    std::atomic<std::int64_t> greatest_reserved_id_ = 0;  // tells the slot, too; 0: ids are of none
};

// Fresh from the machine's source.
SealingKey new_sealing_key();
