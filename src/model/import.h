// Import: a file of accounts, opened or changed row by row. Values only; what may happen to one is decided in engine/.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

// What is done with each row.
enum class ImportAction { open, hold, lift, redate, close, remove };

inline constexpr ImportAction all_import_actions[] = {ImportAction::open,   ImportAction::hold,  ImportAction::lift,
                                                      ImportAction::redate, ImportAction::close, ImportAction::remove};

inline std::string_view to_string(ImportAction action) {
    switch (action) {
    case ImportAction::open: return "open";
    case ImportAction::hold: return "hold";
    case ImportAction::lift: return "lift";
    case ImportAction::redate: return "redate";
    case ImportAction::close: return "close";
    case ImportAction::remove: return "remove";
    }
    return "";
}

inline std::optional<ImportAction> parse_import_action(std::string_view text) {
    for (const ImportAction action : all_import_actions)
        if (to_string(action) == text) return action;
    return std::nullopt;
}

struct Import {
    std::int64_t reseller_id = 0;  // whose operator imports; the rows name the resellers that they are for
    std::int64_t id = 0;
    std::string fingerprint;  // of the file: the same file again is the same import
    std::string name;
    ImportAction action = ImportAction::open;
    std::int64_t position = 0;  // so many rows are done, carried out or refused
    std::int64_t opened = 0;    // carried out: opened, held, ...
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
