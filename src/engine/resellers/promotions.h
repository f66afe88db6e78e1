// Operators say where resellers may open accounts: the vendor's domains, and promotions for them. Each change is an
// event of the reseller (a domain's: of the operator's own).

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/reseller.h"

struct NameDomain {
    std::string name;
};

struct ListDomains {};

// By name. Everybody who reaches anything sees them: they are the vendor's, and public.
Result<std::vector<Domain>> list_domains(db::Tx&, World&, const Caller&, const ListDomains&);

// Refuses: not_found.
Result<Domain> show_domain(db::Tx&, World&, const Caller&, const NameDomain&);

// Refuses, in this order: forbidden (not the root's operator); invalid name (required, too_long, bad_format: no host
// name in lower case); conflict (taken).
Result<Domain> add_domain(db::Tx&, World&, const Caller&, const NameDomain&);

// Refuses, in this order: forbidden (not the root's operator); not_found; conflict (promoted: some reseller has a
// promotion for it).
Result<Domain> remove_domain(db::Tx&, World&, const Caller&, const NameDomain&);

struct NamePromotion {
    std::int64_t reseller_id = 0;
    std::string domain;
    AccountType type = AccountType::individual;
};

struct ListPromotions {
    std::int64_t reseller_id = 0;
};

// By domain and type. Refuses: not_found (the reseller).
Result<std::vector<Promotion>> list_promotions(db::Tx&, World&, const Caller&, const ListPromotions&);

// Refuses: not_found (the reseller, the promotion).
Result<Promotion> show_promotion(db::Tx&, World&, const Caller&, const NamePromotion&);

// Refuses, in this order: not_found (the reseller); invalid domain (unknown), until (before_from); conflict (there is
// one for the domain and type).
Result<Promotion> create_promotion(db::Tx&, World&, const Caller&, const Promotion&);

struct ChangePromotion {
    NamePromotion name;
    std::optional<std::optional<Instant>> from;  // absent: stays; absent inside: no beginning
    std::optional<std::optional<Instant>> until;
};

// Refuses, in this order: not_found; invalid until (before_from).
Result<Promotion> change_promotion(db::Tx&, World&, const Caller&, const ChangePromotion&);

struct RemovePromotion {
    NamePromotion name;
};

// Accounts that are there stay. Refuses, in this order: not_found.
Result<Promotion> remove_promotion(db::Tx&, World&, const Caller&, const RemovePromotion&);
