// Remembers what a secret stands for, so that a request need not ask the database. An entry counts only as long as
// Database::generation() is what it was when it was read: whoever changes a credential or a reseller ends all entries,
// and a revoked credential stops at once. Secrets are kept as digests. Used by many threads at once.

#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "db/database.h"
#include "engine/authenticate.h"

namespace dialect {

class IdentityCache {
public:
    explicit IdentityCache(db::Database& database) : database_(database) {}

    using Found = std::shared_ptr<const Identity>;  // null: nobody's secret
    // Calls back at once when the answer is known, else when the database has answered; with the failure if it could
    // not.
    void find(std::string_view secret, std::function<void(Found, std::exception_ptr)> found);

private:
    static constexpr std::size_t entries_max = 10'000;

    struct Entry {
        Found identity;
        std::uint64_t generation;
    };

    Found find_known(const std::string& digest) const;
    void remember(const std::string& digest, Entry);

    db::Database& database_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Entry> entries_;
};

}  // namespace dialect
