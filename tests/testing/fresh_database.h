// A real database of its own for each test, with its tables, gone afterwards: a SQLite file, or, where
// PARTNERD_TEST_DATABASE says postgres, one of the test program's own PostgreSQL cluster (postgres_step_by_step: where
// nothing is sent ahead, for tests that look at single statements). CMake runs the programs that know no other
// difference once with each.

#pragma once

#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "db/sqlite.h"
#include "store/migrate.h"
#include "tests/testing/postgres_cluster.h"

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "partnerd-test-XXXXXX").string();
        if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
        path_ = pattern;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;

    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

// As long as it lives, databases are PostgreSQL's whatever the program is run for: a base of a fixture, ahead of what
// has the database.
class OnPostgres {
public:
    OnPostgres() {
        const char* const wanted = std::getenv(variable);
        if (wanted != nullptr) before_ = wanted;
        if (!before_) setenv(variable, "postgres", 1);
    }
    ~OnPostgres() {
        if (!before_) unsetenv(variable);
    }
    OnPostgres(const OnPostgres&) = delete;

private:
    static constexpr const char* variable = "PARTNERD_TEST_DATABASE";
    std::optional<std::string> before_;
};

// Without tables, and not open.
class EmptyDatabase {
public:
    static bool is_postgres() { return wanted().starts_with("postgres"); }

    explicit EmptyDatabase(const std::string& like = "template1") {
        if (is_postgres()) postgres_.emplace(like);
    }

    std::unique_ptr<db::Database> open() const {
        if (!postgres_) return db::open_sqlite({.path = folder_.file("test.db")});
        db::PostgresOptions options = postgres_->options();
        options.is_step_by_step = wanted() == "postgres_step_by_step";
        options.write_connections = 2;
        options.read_connections = 2;
        return db::open_postgres(options);
    }

private:
    static std::string_view wanted() {
        const char* const wanted = std::getenv("PARTNERD_TEST_DATABASE");
        return wanted == nullptr ? std::string_view() : wanted;
    }

    TemporaryFolder folder_;
    std::optional<test::PostgresDatabase> postgres_;
};

class FreshDatabase {
public:
    static bool is_postgres() { return EmptyDatabase::is_postgres(); }

    FreshDatabase() : place_(is_postgres() ? filled_template() : ""), database_(place_.open()) {
        if (!is_postgres() && !store::migrate(*database_).ok()) throw std::runtime_error("no tables");
    }

    db::Database& operator*() { return *database_; }
    db::Database* operator->() { return database_.get(); }

    // Of PostgreSQL: the same database, as another server opens it.
    std::unique_ptr<db::Database> open_beside() const { return place_.open(); }

    // Finishes what waits in it; nothing may be asked of it afterwards.
    void close() { database_.reset(); }

    // Closes it, as at the end of the server, and opens it again.
    void reopen() {
        close();
        database_ = place_.open();
    }

private:
    // Made once, with all tables: copying it is quicker than making them.
    static const std::string& filled_template() {
        static const std::string name = [] {
            test::PostgresCluster& cluster = test::PostgresCluster::shared();
            const std::string made = cluster.make_database();
            if (!store::migrate(*db::open_postgres({.address = cluster.address(made)})).ok())
                throw std::runtime_error("no tables");
            return made;
        }();
        return name;
    }

    EmptyDatabase place_;
    std::unique_ptr<db::Database> database_;
};
