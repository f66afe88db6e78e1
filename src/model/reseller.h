// Reseller: a node in the tree whose root is the operator who runs the server. What the Partnership API calls a partner
// is a reseller with promotions. Values only; the rules are in engine/.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "core/time.h"
#include "model/account.h"

// In a sandbox each reseller lives in a time of its own; in production all of this stays as it is here.
struct Clock {
    std::chrono::milliseconds offset{0};  // ahead of the server's clock by so much
    std::optional<Instant> frozen_at;     // stands still here

    bool operator==(const Clock&) const = default;
};

// What follows once an account has been frozen for the grace.
enum class EndAction {
    close = 1,        // it is closed for good
    stay_frozen = 2,  // nothing
};

struct Reseller {
    std::int64_t id = 0;  // 1 .. 2^32 - 1; the operator is 1
    std::optional<std::int64_t> parent_id;
    std::string name;
    std::chrono::minutes utc_offset{0};  // in which dialects that show local time render it
    EndAction end_action = EndAction::close;
    std::chrono::milliseconds grace{std::chrono::days(30)};  // between the end and the end action; 0: at once
    Clock clock;
    Instant created_at;
    Instant updated_at;
    std::int64_t version = 1;
    // The settings have changed, and up to this account the frozen ones have new due times; absent: all have.
    std::optional<std::int64_t> redated_through;

    bool operator==(const Reseller&) const = default;
};

// Where the vendor's product runs: "b5test.com".
struct Domain {
    std::string name;
    Instant created_at;

    bool operator==(const Domain&) const = default;
};

// A reseller may use a domain for a type of account only from the moment a promotion says so.
struct Promotion {
    std::int64_t reseller_id = 0;
    std::string domain;
    AccountType type = AccountType::individual;
    std::optional<Instant> from;
    std::optional<Instant> until;
    std::int64_t version = 1;

    bool operator==(const Promotion&) const = default;
};
