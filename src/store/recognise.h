// Whether a database is one of ours, and what of it this program would miss. Reads only: for whoever is about to open a
// file, or checks one.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/embedded_file.h"
#include "db/database.h"
#include "store/migrate.h"

namespace store {

// "PRND", at PRAGMA application_id since schema version 6. Older files have 0 there.
constexpr std::uint32_t application_id = 1'347'571'268;

struct Recognised {
    bool is_empty = false;  // nothing is in it
    int version = 0;        // of the schema; 0: it has none yet
    std::string foreign;    // why it is somebody else's, a sentence; empty: it is ours, or nobody's
};

Recognised recognise(db::Tx&, const std::vector<EmbeddedFile>& files = schema_files);

// What is missing in `found`, or stands there otherwise, of the tables, columns and indexes in `wanted`; and triggers
// and views, which are not ours. Sentences.
std::vector<std::string> compare_schemas(db::Tx& found, db::Tx& wanted);

}  // namespace store
