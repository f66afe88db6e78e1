#include "dialect/identity_cache.h"

namespace dialect {

void IdentityCache::find(std::string_view secret, std::function<void(Found, std::exception_ptr)> found) {
    const std::string digest = sha256_hex(secret);
    if (auto identity = find_known(digest)) return found(std::move(identity), nullptr);

    struct Job {
        std::string secret;
        std::string digest;
        std::uint64_t generation;
        std::optional<Identity> identity;
    };
    // The generation is read first: what changes in between makes the entry too old, never too young.
    auto job = std::make_shared<Job>(Job{std::string(secret), digest, database_.generation(), std::nullopt});
    database_.read(
        [job](db::Tx& tx) {
            job->identity = find_identity(tx, job->secret);
            return db::Outcome::keep;
        },
        [this, job, found = std::move(found)](std::exception_ptr failure) {
            if (failure || !job->identity) return found(nullptr, failure);
            auto identity = std::make_shared<const Identity>(std::move(*job->identity));
            remember(job->digest, {identity, job->generation});
            found(std::move(identity), nullptr);
        });
}

IdentityCache::Found IdentityCache::find_known(const std::string& digest) const {
    const std::uint64_t generation = database_.generation();
    std::lock_guard lock(mutex_);
    const auto entry = entries_.find(digest);
    if (entry == entries_.end() || entry->second.generation != generation) return nullptr;
    return entry->second.identity;
}

void IdentityCache::remember(const std::string& digest, Entry entry) {
    std::lock_guard lock(mutex_);
    if (entries_.size() >= entries_max) entries_.clear();
    entries_.insert_or_assign(digest, std::move(entry));
}

}  // namespace dialect
