// Rows <-> Import, and the rows of its file that were refused. Each look-up carries the reseller.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "model/import.h"

namespace store {

struct ImportKey {
    std::int64_t reseller_id = 0;
    std::int64_t import_id = 0;
};

std::optional<Import> find_import(db::Tx&, std::int64_t reseller_id, std::int64_t id);
std::optional<Import> find_import(db::Tx&, std::int64_t reseller_id, std::string_view fingerprint);
std::vector<Import> list_imports(db::Tx&, std::int64_t reseller_id, std::int64_t after_id, int limit);

void insert_import(db::Tx&, const Import&);  // throws db::Duplicate when the reseller has one of that fingerprint
void update_import(db::Tx&, const Import&);
// Its refusals, of which there may be many, are noted to be deleted in lots.
void delete_import(db::Tx&, const Import&);
std::optional<ImportKey> find_forgotten_import(db::Tx&);  // whose refusals are not all gone
// Some of them; when none is left, the note too.
void delete_import_refusals(db::Tx&, const ImportKey&, int limit);

void insert_import_refusal(db::Tx&, const ImportKey&, const ImportRefusal&);
std::vector<ImportRefusal> list_import_refusals(db::Tx&, const ImportKey&, std::int64_t after_row, int limit);

}  // namespace store
