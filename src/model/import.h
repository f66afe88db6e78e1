// Import: a file of accounts, opened row by row. Values only; what may happen to one is decided in engine/.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/time.h"

struct Import {
    std::int64_t reseller_id = 0;  // whose operator imports; the rows name the resellers that they are for
    std::int64_t id = 0;
    std::string fingerprint;  // of the file: the same file again is the same import
    std::string name;
    std::int64_t position = 0;  // so many rows are done, opened or refused
    std::int64_t opened = 0;
    std::int64_t refused = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<Instant> finished_at;

    bool operator==(const Import&) const = default;
};

struct ImportRefusal {
    std::int64_t row = 0;  // from 1
    std::string uid;
    std::string field;
    std::string code;
    std::string detail;

    bool operator==(const ImportRefusal&) const = default;
};
