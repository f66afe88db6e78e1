// Remembers what a secret stands for, so that a request need not ask the database. An entry counts only as long as
// Database::generation() is what it was when it was read: whoever changes a credential or a reseller ends all entries,
// and a revoked credential stops at once. Secrets are kept as digests. Used by many threads at once.

#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "db/database.h"
#include "engine/access/authenticate.h"
#include "engine/access/reach_cache.h"
#include "engine/access/request_limits.h"

namespace service {

// In which revision of the Partnership API the holder of a credential spoke last: known here at once, written down in
// its time. One for each credential, whatever else of it is read anew.
struct SpokenRevision {
    std::atomic<int> revision = 0;  // 0: none
    std::atomic<bool> is_being_written = false;
};

struct KnownIdentity {
    Identity identity;
    std::uint64_t generation = 0;  // of the database, when it was read
    RequestLimits limits = {};
    mutable std::atomic<std::int64_t> use_noted_at_ms = 0;  // by the server's clock
    std::shared_ptr<SpokenRevision> spoken = {};
    mutable std::atomic<std::int64_t> seen_at_ms = 0;        // of a session: when it was used last, as known here
    mutable std::atomic<std::int64_t> seen_noted_at_ms = 0;  // and as the database knows

    // Of a session: nobody has used it for too long, or it has lasted too long.
    bool has_ended(Instant now) const;
    std::optional<Revision> spoken_revision() const;
};

class IdentityCache {
public:
    IdentityCache(db::Database& database, World& world) : database_(database), world_(world) {}

    using Found = std::shared_ptr<const KnownIdentity>;  // null: nobody's secret
    // Calls back at once when the answer is known, else when the database has answered; with the failure if it could
    // not. `how` finds whose the secret is; null: it is a credential.
    void find(std::string_view secret, FindIdentity how, std::function<void(Found, std::exception_ptr)> found);
    void find(std::string_view secret, std::function<void(Found, std::exception_ptr)> found) {
        find(secret, nullptr, std::move(found));
    }

    // Writes down that it has been used just now, once a minute at most, and lets nobody wait for that.
    void note_use(const KnownIdentity&, const Caller&, Instant now);

    // The same of a session, which lasts as long as it is used.
    void note_use_of_session(const KnownIdentity&, Instant now);

    // The same of the revision in which it has just spoken, whenever that is another one than before.
    void note_spoken(const KnownIdentity&, Revision);

private:
    static constexpr std::size_t entries_max = 10'000;

    Found remembered(Identity, std::uint64_t generation, const RequestLimits&, std::optional<Revision> spoken);
    std::shared_ptr<SpokenRevision> spoken_of(const Credential&, std::optional<Revision> stored);
    Found find_known(const std::string& digest) const;
    void remember(const std::string& digest, Found);

    db::Database& database_;
    World& world_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Found> entries_;
    std::unordered_map<std::int64_t, std::shared_ptr<SpokenRevision>> spoken_;  // by credential
    ReachCache reach_;
};

}  // namespace service
