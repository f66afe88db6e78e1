// World: all that is not determined by the input: what time it is, a number that nobody can guess, an id that nobody
// has. The server hands in the real one, tests and the simulator one of their own, and every run becomes repeatable.
// Called from many threads at once.

#pragma once

#include <cstdint>
#include <optional>

#include "core/crypto.h"
#include "core/time.h"
#include "model/reseller.h"

struct StampKeys {
    struct Previous {
        SealingKey key;
        Instant until;  // opens only what was issued by then
    };
    SealingKey current;
    std::optional<Previous> previous;
};

class World {
public:
    virtual ~World() = default;

    // The server's clock. Goes back only when the machine's clock has been set back for good. Rules use now(reseller)
    // below.
    virtual Instant now() = 0;

    // Unique in the database, grows with time, between 1 and 2^53 - 1; says nothing of how many there are. Throws
    // db::Unavailable where several servers number and this one may not at the moment.
    virtual std::int64_t new_id() = 0;

    virtual std::uint64_t random_bits() = 0;  // 64 of them, from a cryptographic source

    // Of identifiers (GUIDs, activation tokens): never another one as long as the database lives.
    virtual const SealingKey& sealing_key() const = 0;

    // Of what lives for minutes or hours (sessions, links; see sealed_stamp.h): may be rotated, and lie elsewhere.
    virtual StampKeys stamp_keys() const { return {.current = sealing_key(), .previous = {}}; }

    // The time in which a reseller and its accounts live: the only clock that a rule may ask.
    Instant now(const Reseller& reseller) {
        return reseller.clock.frozen_at ? *reseller.clock.frozen_at : now() + reseller.clock.offset;
    }
};
