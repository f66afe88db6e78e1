// Caller: who asks, once a credential has been accepted. Every operation gets one; what lies outside its reseller does
// not exist for it.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/revision.h"
#include "model/credential.h"
#include "model/event.h"
#include "model/manager.h"
#include "model/reseller.h"

// A reseller and all below it, by id.
using ResellerTree = std::vector<std::int64_t>;

class CatalogueShelf;

struct Caller {
    Reseller reseller;
    std::optional<std::int64_t> credential_id;  // absent: the server itself
    CredentialKind kind = CredentialKind::partner_token;
    OperatorRole operator_role = OperatorRole::administrator;  // of operators; the server itself may do all
    std::optional<Revision> revision;                          // the credential's pin
    std::string request_id;
    std::string trace = {};  // a traceparent of this request, to be passed on; empty: it belongs to no trace

    // What its events say of it, beside these two: see model/event.h.
    Actor actor = {};
    std::string api = {};
    std::string remote_address = {};
    Why why = {};

    // What follows from its changes is left to lots of its own: one transaction may make many; see sub_accounts.h.
    bool follows_later = false;

    std::shared_ptr<const ResellerTree> tree =
        {};  // of operators, whose reach goes further down; see engine/access/reach.h

    // Of those who reach the resellers below theirs too: `reseller` is then the one that the request is about.
    std::int64_t home_reseller_id = 0;
    std::optional<ManagerRole> role = {};             // of a manager
    std::shared_ptr<CatalogueShelf> catalogues = {};  // null: none are kept
};
