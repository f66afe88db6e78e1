// A real database of its own for each test, with its tables, gone afterwards.

#pragma once

#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "db/sqlite.h"
#include "store/migrate.h"

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

class FreshDatabase {
public:
    FreshDatabase() : database_(db::open_sqlite({.path = folder_.file("test.db")})) {
        if (!store::migrate(*database_).ok()) throw std::runtime_error("no tables");
    }

    db::Database& operator*() { return *database_; }
    db::Database* operator->() { return database_.get(); }

    // Finishes what waits in it; nothing may be asked of it afterwards.
    void close() { database_.reset(); }

    // Closes it, as at the end of the server, and opens it again.
    void reopen() {
        close();
        database_ = db::open_sqlite({.path = folder_.file("test.db")});
    }

private:
    TemporaryFolder folder_;
    std::unique_ptr<db::Database> database_;
};
