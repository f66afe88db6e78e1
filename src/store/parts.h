// Resellers in 16 parts, so that several servers may each do a part of the work that is about all of them
// (engine/leases.h): one bit of a number for each part. An id's last bits may be the same for many, so all of it
// decides.

#pragma once

#include <cstdint>

namespace store {

constexpr int parts_count = 16;
constexpr std::int64_t all_parts = (std::int64_t{1} << parts_count) - 1;

constexpr int part_of(std::int64_t reseller_id) { return static_cast<int>(reseller_id % 1009 % parts_count); }

// The same in SQL: a condition on a column, and a parameter that has such bits.
#define IS_OF_PARTS(reseller_id, parts) \
    "((CAST(" parts " AS BIGINT) >> CAST(" reseller_id " % 1009 % 16 AS INTEGER)) & 1) = 1"

}  // namespace store
