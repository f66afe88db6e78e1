// All rows of all tables, for a database that is copied into another one. The one place whose statements are made of
// what Tx::list_schema() says, so that no table is forgotten: whoever adds one adds nothing here. Used by
// server/copy_database.cc; knows nothing of what the rows mean.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "db/database.h"

namespace store {

using CopiedValue = std::variant<std::monostate, std::int64_t, std::string>;  // NULL, an integer, a text
using CopiedRow = std::vector<CopiedValue>;

// The settings of a database as a whole: what it says of itself.
constexpr std::string_view setting_table = "setting";

struct CopiedColumn {
    std::string name;
    bool is_text = false;
    int key_place = 0;           // in the primary key, from 1; 0: none
    bool refers_to_own = false;  // to another row of the same table
};

// One table, with its statements, which are the same for both databases. They are no literals: it must outlive each
// transaction that runs one (connections know a statement by its place and its text, and so take none for another).
class CopiedTable {
public:
    CopiedTable(std::string name, std::vector<CopiedColumn> columns);
    CopiedTable(const CopiedTable&) = delete;
    CopiedTable& operator=(const CopiedTable&) = delete;

    const std::string& name() const { return name_; }
    const std::vector<CopiedColumn>& columns() const { return columns_; }
    // Tables without one have a few rows, and are read and written as a whole.
    bool has_key() const { return !key_.empty(); }
    bool refers_to_own() const { return refers_to_own_; }

    std::int64_t count(db::Tx&) const;
    bool has_rows(db::Tx&) const;

    // The next rows behind that one (absent: from the first on), by the primary key, in the same order in every
    // database; at most `limit`. Without a key: all.
    std::vector<CopiedRow> read(db::Tx&, const CopiedRow* after, std::int64_t limit) const;
    std::optional<CopiedRow> find_last(db::Tx&) const;  // by the key

    // References to the table itself are left out: link() adds them once all rows are there.
    void insert(db::Tx&, const CopiedRow&) const;
    void link(db::Tx&, const CopiedRow&) const;
    void delete_all(db::Tx&) const;

    // The key of a row, for a sentence: "7, 'a'".
    std::string describe_key(const CopiedRow&) const;

private:
    struct Statement {
        std::string name;
        std::string sql;
        db::Query query() const { return {name, sql}; }
    };
    Statement statement(const char* what, std::string sql) const;
    CopiedRow to_row(const db::Row&) const;

    const std::string name_;
    const std::vector<CopiedColumn> columns_;
    std::vector<std::size_t> key_;  // its columns, in its order
    std::vector<std::size_t> own_references_;
    bool refers_to_own_ = false;
    Statement count_, has_rows_, read_first_, read_after_, find_last_, insert_, link_, delete_all_;
};

using CopiedTables = std::vector<std::unique_ptr<const CopiedTable>>;

// Each table of the schema but those about the schema itself and about who is at work at this moment; what others refer
// to comes first.
CopiedTables list_copied_tables(db::Tx&);

// Adds what two rows differ in, if they do, to a text that is to be digested.
void append_for_digest(std::string& text, const CopiedRow&);

std::size_t size_of(const CopiedRow&);  // in bytes, about

}  // namespace store
