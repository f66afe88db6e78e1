#include "engine/leases.h"

#include <algorithm>

#include "store/leases.h"
#include "store/parts.h"

namespace {

// A server that wants parts says with such a row that it is there, so that the others leave it its share.
constexpr std::string_view server_prefix = "server ";
constexpr auto server_is_forgotten_after = std::chrono::minutes(1);

std::string name_of_part(int part) { return "part " + std::to_string(part); }
std::string name_of_server(std::int64_t owner) { return std::string(server_prefix) + std::to_string(owner); }

struct Changes {
    std::vector<std::string> taken;  // or renewed
    std::vector<std::string> given_back;
    std::vector<store::Lease> forgotten;
    bool is_empty() const { return taken.empty() && given_back.empty() && forgotten.empty(); }
};

// What is to be done about what stands there, for one owner.
class Look {
public:
    Look(const std::vector<store::Lease>& leases, std::int64_t owner, Instant now)
        : leases_(leases), owner_(owner), now_(now) {}

    Changes changes(const Leases::Wanted& wanted) {
        for (const std::string& name : wanted.names)
            if (is_mine(name) || is_free(name)) changes_.taken.push_back(name);
        if (wanted.parts) {
            changes_.taken.push_back(name_of_server(owner_));
            share(count_servers());
        }
        return std::move(changes_);
    }

private:
    const store::Lease* find(const std::string& name) const {
        const auto found =
            std::find_if(leases_.begin(), leases_.end(), [&](const store::Lease& lease) { return lease.name == name; });
        return found == leases_.end() ? nullptr : &*found;
    }
    bool is_mine(const std::string& name) const {
        const store::Lease* lease = find(name);
        return lease && lease->owner == owner_;
    }
    bool is_free(const std::string& name) const {
        const store::Lease* lease = find(name);
        return !lease || !is_running(*lease);
    }
    // What ends later than it can have been made to was taken before the clock was set back (see store::take_lease()).
    bool is_running(const store::Lease& lease) const {
        return lease.until > now_ && lease.until <= now_ + 2 * Leases::lasts;
    }

    int count_servers() {
        int servers = 1;
        for (const store::Lease& lease : leases_) {
            if (!lease.name.starts_with(server_prefix) || lease.owner == owner_) continue;
            if (is_running(lease))
                ++servers;
            else if (lease.until + server_is_forgotten_after < now_)
                changes_.forgotten.push_back(lease);
        }
        return servers;
    }

    // Each begins elsewhere, so that two that come at the same time want different ones first.
    void share(int servers) {
        const int most = (store::parts_count + servers - 1) / servers;
        int kept = 0;
        const auto each_part = [&](const auto& look_at) {
            for (int i = 0; i < store::parts_count; ++i)
                look_at(name_of_part(static_cast<int>((owner_ + i) % store::parts_count)));
        };
        each_part([&](const std::string& name) {
            if (!is_mine(name)) return;
            (kept < most ? changes_.taken : changes_.given_back).push_back(name);
            ++kept;
        });
        each_part([&](const std::string& name) {
            if (is_mine(name) || !is_free(name) || kept >= most) return;
            changes_.taken.push_back(name);
            ++kept;
        });
    }

    const std::vector<store::Lease>& leases_;
    const std::int64_t owner_;
    const Instant now_;
    Changes changes_;
};

}  // namespace

void LeaseTerm::require(db::Tx& tx) const {
    if (name.empty()) return;
    const auto lease = store::find_lease(tx, name);
    if (!lease || lease->owner != owner || lease->epoch != epoch)
        throw LeaseLost("the lease " + name + " is another server's by now");
}

Leases::Leases(db::Database& database, World& world, Wanted wanted) : wanted_(std::move(wanted)) {
    if (!database.is_shared()) return;
    database_ = &database;
    world_ = &world;
    owner_ = static_cast<std::int64_t>(world.random_bits() >> 1 | 1);
}

// Read first: a statement that takes what another has would wait for that one's renewal, for nothing.
void Leases::look() {
    if (!is_needed()) return;
    const Instant now = world_->now();
    std::vector<store::Lease> leases;
    const auto read = [&](db::Tx& tx) { leases = store::list_leases(tx); };
    db::read_and_wait(*database_, read);
    const Changes changes = Look(leases, owner_, now).changes(wanted_);
    if (!changes.is_empty()) {
        db::write_and_wait(*database_, [&](db::Tx& tx) {
            for (const std::string& name : changes.taken) store::take_lease(tx, name, owner_, now, now + lasts);
            for (const std::string& name : changes.given_back) store::give_lease_back(tx, name, owner_);
            for (const store::Lease& lease : changes.forgotten) store::delete_lease(tx, lease.name, lease.owner);
        });
        db::read_and_wait(*database_, read);
    }
    held_.clear();
    for (const store::Lease& lease : leases)
        if (lease.owner == owner_ && !lease.name.starts_with(server_prefix))
            held_.emplace(lease.name, Held{lease.epoch, lease.until});
    count_ = static_cast<int>(held_.size());
    looked_at_ = now;
}

void Leases::keep() {
    if (!is_needed()) return;
    const Instant now = world_->now();
    if (!looked_at_ || now < *looked_at_ || now - *looked_at_ >= renewed_each) look();
}

std::optional<LeaseTerm> Leases::keep(std::string_view name) {
    keep();
    return find(name);
}

std::optional<LeaseTerm> Leases::keep_part(std::int64_t reseller_id) {
    return keep(name_of_part(store::part_of(reseller_id)));
}

std::optional<LeaseTerm> Leases::find(std::string_view name) const {
    if (!is_needed()) return LeaseTerm{};
    const auto held = held_.find(name);
    if (held == held_.end()) return std::nullopt;
    return LeaseTerm{.name = held->first, .owner = owner_, .epoch = held->second.epoch};
}

std::int64_t Leases::parts() const {
    if (!is_needed()) return store::all_parts;
    std::int64_t parts = 0;
    for (int part = 0; part < store::parts_count; ++part)
        if (held_.contains(name_of_part(part))) parts |= std::int64_t{1} << part;
    return parts;
}

std::int64_t Leases::parts_with(std::int64_t reseller_id) const {
    return is_needed() ? std::int64_t{1} << store::part_of(reseller_id) : store::all_parts;
}

bool Leases::is_fresh(const LeaseTerm& term) const {
    if (term.name.empty()) return true;
    const auto held = held_.find(term.name);
    return held != held_.end() && held->second.epoch == term.epoch && world_->now() < held->second.until - margin;
}

void Leases::give_back() {
    if (!is_needed() || !looked_at_) return;
    const bool is_over = world_->now() - *looked_at_ >= lasts;  // then others may have it, and the database be away
    if (!is_over)
        db::write_and_wait(*database_, [&](db::Tx& tx) {
            for (const auto& [name, held] : held_) store::give_lease_back(tx, name, owner_);
            if (wanted_.parts) store::delete_lease(tx, name_of_server(owner_), owner_);
        });
    held_.clear();
    count_ = 0;
    looked_at_.reset();
}
