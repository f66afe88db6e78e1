// World: all that is not determined by the input: what time it is, a number that nobody can guess, an id that nobody
// has. The server hands in the real one, tests and the simulator one of their own, and every run becomes repeatable.
// Called from many threads at once.

#pragma once

#include <cstdint>

#include "core/crypto.h"
#include "core/time.h"
#include "model/reseller.h"

class World {
public:
    virtual ~World() = default;

    // The server's clock. Never goes back. Rules use now(reseller) below.
    virtual Instant now() = 0;

    // Unique in the database, grows with time, between 1 and 2^53 - 1; says nothing of how many there are.
    virtual std::int64_t new_id() = 0;

    virtual std::uint64_t random_bits() = 0;  // 64 of them, from a cryptographic source

    virtual const SealingKey& sealing_key() const = 0;

    // The time in which a reseller and its accounts live: the only clock that a rule may ask.
    Instant now(const Reseller& reseller) {
        return reseller.clock.frozen_at ? *reseller.clock.frozen_at : now() + reseller.clock.offset;
    }
};
