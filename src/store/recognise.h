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
    int works_from = 0;     // programs that know this version or later may go on with it; 0: only those that know all
    std::string foreign;    // why it is somebody else's, a sentence; empty: it is ours, or nobody's
};

// A migration that leaves all that earlier programs need says so: CREATE TABLE schema_works_from (version INTEGER NOT
// NULL) with the version that they have to know at least; the greatest counts.
Recognised recognise(db::Tx&, const std::vector<EmbeddedFile>& files = schema_files);

// Why a program that knows `newest` may not touch it, a sentence; empty: it may.
std::string refuse_newer(const Recognised&, int newest);

// What is missing in `found`, or stands there otherwise, of the tables, columns and indexes in `wanted`; and triggers
// and views, which are not ours. What else is there beside these is not looked at. Sentences.
// Where the two are of different databases, indexes are compared by their names alone.
std::vector<std::string> compare_schemas(db::Tx& found, db::Tx& wanted, bool are_alike = true);

}  // namespace store
