#include "server/sandbox.h"

#include <arpa/inet.h>

#include <stdexcept>

#include "engine/access/spoken_revision.h"
#include "engine/resellers/add_reseller.h"
#include "engine/resellers/promotions.h"

namespace {

// What is seeded cannot be refused: if it is, the seed is wrong.
template <class T>
void require(const Result<T>& result) {
    if (!result.ok()) throw std::logic_error("seeding the sandbox: " + result.error().detail);
}

struct SeededReseller {
    std::int64_t id;
    std::int64_t parent_id;  // 0: the root
    const char* name;
    const char* secret;  // null: no credential
    CredentialKind kind;
    bool has_promotions;
    std::optional<Revision> spoken_revision = {};
};

constexpr SeededReseller resellers[] = {
    {operator_reseller_id, 0, "Meridian Software", "sandbox-operator", CredentialKind::operator_token, false},
    {2, 1, "Northwind Telecom", "sandbox-partner", CredentialKind::partner_token, true,
     Revision::partnership_reference},  // as if it had used the vendor's page already
    {3, 1, "Lakeside Bank", "sandbox-partner-b", CredentialKind::partner_token, true},
    {4, 1, "Harbour Insurance", "sandbox-partner-nopromo", CredentialKind::partner_token, false},
    {5, 2, "Northwind Retail", nullptr, CredentialKind::partner_token, true},
};

void require_credential(db::Tx& tx, World& world, const SeededReseller& seeded) {
    const auto added =
        add_credential(tx, world, {.reseller_id = seeded.id, .kind = seeded.kind, .secret = seeded.secret});
    require(added);
    if (seeded.spoken_revision) note_spoken_revision(tx, added.value().credential, *seeded.spoken_revision);
}

// Operators of lesser roles. They have ids of their own, so that what is drawn after them stays what it was.
struct SeededRole {
    std::int64_t id;
    OperatorRole role;
    const char* secret;
};

constexpr SeededRole roles[] = {{1, OperatorRole::reader, "sandbox-reader"},
                                {2, OperatorRole::support, "sandbox-support"}};

void seed_roles(db::Tx& tx, World& world) {
    for (const SeededRole& seeded : roles)
        require(add_credential(tx, world,
                               {.reseller_id = operator_reseller_id,
                                .kind = CredentialKind::operator_token,
                                .secret = seeded.secret,
                                .role = seeded.role,
                                .id = seeded.id}));
}

constexpr const char* test_domains[] = {"b5test.com", "b5test.ca", "b5test.eu"};

void seed_promotions(db::Tx& tx, World& world, std::int64_t reseller_id) {
    for (const char* domain : test_domains)
        for (const AccountType type : {AccountType::individual, AccountType::family})
            require(add_promotion(tx, world, {.reseller_id = reseller_id, .domain = domain, .type = type}));
}

void seed_domains(db::Tx& tx, World& world) {
    const Caller seeder{.reseller = {.id = operator_reseller_id}, .actor = {.kind = ActorKind::operator_}};
    for (const char* domain : test_domains) require(add_domain(tx, world, seeder, {domain}));
}

}  // namespace

void seed_sandbox(db::Tx& tx, World& world) {
    seed_domains(tx, world);
    for (const SeededReseller& seeded : resellers) {
        Reseller reseller{.id = seeded.id, .name = seeded.name};
        if (seeded.id == operator_reseller_id) reseller.utc_offset = std::chrono::hours(3);
        if (seeded.parent_id != 0) reseller.parent_id = seeded.parent_id;
        require(add_reseller(tx, world, reseller));
        if (seeded.secret) require_credential(tx, world, seeded);
        if (seeded.has_promotions) seed_promotions(tx, world, seeded.id);
    }
    seed_roles(tx, world);
    seed_activeplatform(tx, world);
    seed_signalmind(tx, world);
}

std::optional<std::string> find_sandbox_secret(CredentialKind kind) {
    if (kind == CredentialKind::manager_token) return "sandbox-manager";
    if (kind == CredentialKind::api_key) return "sandbox-reseller";
    for (const SeededReseller& seeded : resellers)
        if (seeded.kind == kind && seeded.secret) return seeded.secret;
    return std::nullopt;
}

bool is_loopback(const std::string& address) {
    in_addr four{};
    if (inet_pton(AF_INET, address.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
    in6_addr six{};
    return inet_pton(AF_INET6, address.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}
