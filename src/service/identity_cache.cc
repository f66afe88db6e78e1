#include "service/identity_cache.h"

#include "engine/access/console_session.h"
#include "engine/access/spoken_revision.h"
#include "engine/resellers/credentials.h"

namespace service {
namespace {

constexpr auto use_is_noted_every = std::chrono::minutes(1);

}  // namespace

void IdentityCache::find(std::string_view secret, FindIdentity how,
                         std::function<void(Found, std::exception_ptr)> found) {
    // The same text may mean something to one dialect and something else to another.
    std::string digest = sha256_hex(secret);
    if (how) digest += std::to_string(reinterpret_cast<std::uintptr_t>(how));
    if (auto identity = find_known(digest)) return found(std::move(identity), nullptr);

    struct Job {
        std::string secret;
        std::string digest;
        std::uint64_t generation;
        std::optional<Identity> identity;
        std::optional<Revision> spoken;
        RequestLimits limits;
    };
    // The generation is read first: what changes in between makes the entry too old, never too young.
    auto job = std::make_shared<Job>(Job{std::string(secret), digest, database_.generation(), std::nullopt, {}, {}});
    database_.read(
        [this, job, how](db::Tx& tx) {
            job->identity = how ? how(tx, world_, job->secret, &reach_) : find_identity(tx, job->secret, &reach_);
            if (job->identity) job->spoken = find_spoken_revision(tx, job->identity->credential);
            if (job->identity) job->limits = find_request_limits(tx, job->identity->credential.reseller_id);
            return db::Outcome::keep;
        },
        [this, job, found = std::move(found)](std::exception_ptr failure) {
            if (failure || !job->identity) return found(nullptr, failure);
            auto identity = remembered(std::move(*job->identity), job->generation, job->limits, job->spoken);
            remember(job->digest, identity);
            found(std::move(identity), nullptr);
        });
}

// What is in the database may have been noted less than a minute ago, by this server or another one.
IdentityCache::Found IdentityCache::remembered(Identity identity, std::uint64_t generation, const RequestLimits& limits,
                                               std::optional<Revision> spoken) {
    auto known = std::make_shared<KnownIdentity>();
    known->identity = std::move(identity);
    known->generation = generation;
    known->limits = limits;
    if (known->identity.credential.kind == CredentialKind::partner_token)
        known->spoken = spoken_of(known->identity.credential, spoken);
    if (const auto& session = known->identity.session)
        known->seen_at_ms = known->seen_noted_at_ms = to_milliseconds(session->seen_at);
    const auto& last_used_at = known->identity.credential.last_used_at;
    if (!last_used_at) return known;
    const auto unused_for = world_.now(known->identity.reseller) - *last_used_at;
    if (unused_for >= std::chrono::milliseconds(0) && unused_for < use_is_noted_every)
        known->use_noted_at_ms = to_milliseconds(world_.now() - unused_for);
    return known;
}

void IdentityCache::note_use(const KnownIdentity& known, const Caller& caller, Instant now) {
    std::int64_t noted_at_ms = known.use_noted_at_ms.load(std::memory_order_relaxed);
    if (now - from_milliseconds(noted_at_ms) < use_is_noted_every) return;
    if (!known.use_noted_at_ms.compare_exchange_strong(noted_at_ms, to_milliseconds(now), std::memory_order_relaxed))
        return;
    database_.write(
        [caller, &world = world_](db::Tx& tx) {
            ::note_use(tx, world, caller);
            return db::Outcome::keep;
        },
        [](std::exception_ptr) {});  // it will be noted another time
}

bool KnownIdentity::has_ended(Instant now) const {
    return identity.session && !is_lasting(*identity.session, from_milliseconds(seen_at_ms), now);
}

void IdentityCache::note_use_of_session(const KnownIdentity& known, Instant now) {
    if (!known.identity.session) return;
    known.seen_at_ms = to_milliseconds(now);
    std::int64_t noted_at_ms = known.seen_noted_at_ms.load(std::memory_order_relaxed);
    if (now - from_milliseconds(noted_at_ms) < use_is_noted_every) return;
    if (!known.seen_noted_at_ms.compare_exchange_strong(noted_at_ms, to_milliseconds(now), std::memory_order_relaxed))
        return;
    database_.write(
        [session = *known.identity.session, now](db::Tx& tx) {
            ::note_use(tx, session, now);
            return db::Outcome::keep;
        },
        [](std::exception_ptr) {});  // it will be noted another time
}

std::shared_ptr<SpokenRevision> IdentityCache::spoken_of(const Credential& credential, std::optional<Revision> stored) {
    std::lock_guard lock(mutex_);
    if (spoken_.size() >= entries_max)
        std::erase_if(spoken_, [](const auto& entry) { return entry.second.use_count() == 1; });
    auto& spoken = spoken_[credential.id];
    if (spoken) return spoken;
    spoken = std::make_shared<SpokenRevision>();
    if (stored) spoken->revision = static_cast<int>(*stored);
    return spoken;
}

std::optional<Revision> KnownIdentity::spoken_revision() const {
    const int revision = spoken ? spoken->revision.load(std::memory_order_relaxed) : 0;
    if (revision == 0) return std::nullopt;
    return Revision(revision);
}

void IdentityCache::note_spoken(const KnownIdentity& known, Revision revision) {
    if (!known.spoken || known.spoken->revision.exchange(static_cast<int>(revision)) == static_cast<int>(revision))
        return;
    if (known.spoken->is_being_written.exchange(true)) return;
    database_.write(
        [credential = known.identity.credential, spoken = known.spoken](db::Tx& tx) {
            spoken->is_being_written = false;  // what is spoken from here on is written once more
            note_spoken_revision(tx, credential, Revision(spoken->revision.load()));
            return db::Outcome::keep;
        },
        [spoken = known.spoken](std::exception_ptr) { spoken->is_being_written = false; });
}

IdentityCache::Found IdentityCache::find_known(const std::string& digest) const {
    const std::uint64_t generation = database_.generation();
    std::lock_guard lock(mutex_);
    const auto entry = entries_.find(digest);
    if (entry == entries_.end() || entry->second->generation != generation) return nullptr;
    return entry->second;
}

void IdentityCache::remember(const std::string& digest, Found identity) {
    std::lock_guard lock(mutex_);
    if (entries_.size() >= entries_max) entries_.clear();
    entries_.insert_or_assign(digest, std::move(identity));
}

}  // namespace service
