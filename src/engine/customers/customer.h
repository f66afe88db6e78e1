// Customer: an account as managers see it, with all that belongs to it. What ActivePlatform shows of an account is read
// from here; accounts opened through another API have no profile, type, class, owner or manager.

#pragma once

#include <memory>
#include <optional>

#include "core/result.h"
#include "db/database.h"
#include "engine/access/enter_reseller.h"
#include "engine/catalogue/catalogue.h"
#include "engine/world.h"
#include "model/account.h"
#include "model/profile.h"
#include "model/user.h"
#include "store/customers.h"

enum class CustomerStatus { active, credit_hold, administrative_hold, deleted };

struct Customer {
    Account account;
    std::optional<Profile> profile;
    std::optional<User> owner;
    const CatalogueType* type = nullptr;  // these three live in the catalogue
    const AccountClass* account_class = nullptr;
    const Manager* manager = nullptr;
    std::shared_ptr<const Catalogue> catalogue;
};

CustomerStatus status_of_customer(const Account&);

// As it stands now, by its reseller's clock.
Customer make_customer(db::Tx&, World&, const Scope&, store::CustomerRow);

// Changed only in memory or not at all: the stored account, with its profile.
// Refuses: not_found.
Result<store::CustomerRow> get_customer(db::Tx&, const Scope&, std::int64_t account_id);
