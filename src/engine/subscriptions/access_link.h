// Links by which a reseller lets a customer in without a password: good for two minutes, once. What they open is a
// session of the customer with a page of its own, for twenty minutes. Both are sealed stamps (see stamp.h); only that a
// link has been opened is written down.

#pragma once

#include <string>

#include "engine/subscriptions/subscribed_account.h"
#include "model/reseller.h"

constexpr auto access_link_life = std::chrono::minutes(2);
constexpr auto visit_life = std::chrono::minutes(20);

struct AccessLink {
    std::string token;
};

// Refuses: not_found; conflict status (closed).
Result<AccessLink> issue_access_link(db::Tx&, World&, const Caller&, const NameSubscribed&);

struct Visit {
    std::string token;
    Reseller reseller;
    SubscribedAccount account;
    std::string plan_name;  // empty: it has none, or one that is not offered any more
};

// Both are for anyone: the token says whose account it is. Both refuse, always in the same words (not_found link
// not_valid): a token
// that is none, too old or, of a link, used; an account that is closed or gone.
Result<void> look_at_access_link(db::Tx&, World&, const Caller&, const AccessLink&);  // without opening it
Result<Visit> open_access_link(db::Tx&, World&, const Caller&, const AccessLink&);
Result<Visit> show_visit(db::Tx&, World&, const Caller&, const AccessLink&);

Result<void> look_at_visit(db::Tx&, World&, const Caller&, const AccessLink&);

// From then on the visit's token is none, whoever has it. Writes nothing when it is none already.
struct VisitEnded {};
Result<VisitEnded> end_visit(db::Tx&, World&, const Caller&, const AccessLink&);
