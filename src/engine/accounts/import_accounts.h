// Imports: a file's accounts are opened, or changed, by the hundred, in order. What has been done and how far it has
// come are written in one transaction, so whoever is interrupted asks where it stands and goes on from there; no row is
// done twice. A row that is refused is noted and passed over. Called by the operator API.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/accounts/open_account.h"
#include "engine/caller.h"
#include "engine/page.h"
#include "engine/world.h"
#include "model/import.h"

constexpr std::size_t import_fingerprint_length_max = 200;
constexpr std::size_t import_name_length_max = 200;
constexpr std::size_t import_rows_at_once_max = 1'000;

struct BeginImport {
    std::string fingerprint;
    std::string name;
    ImportAction action = ImportAction::open;
};

struct BegunImport {
    Import import;
    bool is_new = true;
};

// The same fingerprint again: the import that there is. Refuses, in this order: invalid fingerprint (required,
// too_long), name (too_long).
Result<BegunImport> begin_import(db::Tx&, World&, const Caller&, const BeginImport&);

struct NameImport {
    std::int64_t id = 0;
};

// Refuses: not_found.
Result<Import> show_import(db::Tx&, World&, const Caller&, const NameImport&);
Result<Import> remove_import(db::Tx&, World&, const Caller&, const NameImport&);
// Nothing more comes. Does nothing when it is finished already. Refuses: not_found.
Result<Import> finish_import(db::Tx&, World&, const Caller&, const NameImport&);

struct ListImports {
    PageRequest<std::int64_t> page;  // places are ids; forwards only
};

// The caller's own, oldest first.
Result<Page<Import, std::int64_t>> list_imports(db::Tx&, World&, const Caller&, const ListImports&);

struct ImportRow {
    std::int64_t account_id = 0;  // of an account that is changed; 0: it is named by reseller and uid
    std::int64_t reseller_id = 0;
    OpenAccount open;                         // of one that is changed, uid and ends_at alone
    bool says_what_to_open = true;            // type and domain; a row that does not fit the action is refused
    bool has_end = false;                     // ends_at is there, if only to say that there is no end
    std::optional<ImportRefusal> unreadable;  // whoever reads the file could make nothing of the row
};

struct ImportRows {
    std::int64_t import_id = 0;
    std::int64_t position = 0;  // so many rows come before
    std::vector<ImportRow> rows;
};

// Refuses, in this order: not_found; invalid rows (too_many); conflict (finished; position: out_of_step, the import
// stands elsewhere). A row is refused as open_account_for() and the operations of operate_account.h refuse; that is
// noted, and no refusal of this.
Result<Import> import_rows(db::Tx&, World&, const Caller&, const ImportRows&);

struct ListImportRefusals {
    std::int64_t import_id = 0;
    PageRequest<std::int64_t> page;  // places are rows; forwards only
};

// In order of rows. Refuses: not_found.
Result<Page<ImportRefusal, std::int64_t>> list_import_refusals(db::Tx&, World&, const Caller&,
                                                               const ListImportRefusals&);
