// The World of a running server: the machine's clock and its source of randomness.

#pragma once

#include <atomic>

#include "engine/world.h"

class SystemWorld final : public World {
public:
    // Ids go on from above_id, whatever the machine's clock says.
    SystemWorld(const SealingKey& sealing_key, std::int64_t above_id) : sealing_key_(sealing_key), last_id_(above_id) {}

    using World::now;
    Instant now() override;
    std::int64_t new_id() override;
    std::uint64_t random_bits() override;
    const SealingKey& sealing_key() const override { return sealing_key_; }

private:
    const SealingKey sealing_key_;
    std::atomic<std::int64_t> last_id_;
    std::atomic<std::int64_t> last_now_ms_{0};
};

// Fresh from the machine's source.
SealingKey new_sealing_key();
