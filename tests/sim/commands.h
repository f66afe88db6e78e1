// What all commands share: how requests are made, what they are about, and what is the same in several dialects. The
// commands of one dialect are one file, with their rows of the table at its end; commands.cc joins the tables.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/simulation.h"

namespace sim {

std::vector<Command> account_commands();  // of the operator, as the next one
std::vector<Command> reseller_commands();
std::vector<Command> partnership_commands();
std::vector<Command> activeplatform_commands();
std::vector<Command> signalmind_commands();
std::vector<Command> import_commands();
std::vector<Command> list_commands();
std::vector<Command> webhook_commands();

constexpr const char* root = "sandbox-operator";
constexpr const char* domains[] = {"b5test.com", "b5test.ca", "b5test.eu", "1password.com"};
constexpr std::size_t living_max = 40;
constexpr std::int64_t reseller_of_families = 6;  // which may have sub-accounts

http::Request request_of(http::Method, std::string target, const std::string& secret, std::string body = "");

// Some requests carry a key of their own; others repeat one that has been used.
void maybe_with_key(Simulation&, http::Request&);

std::int64_t pick_reseller(Simulation&);
std::string pick_uid(Simulation&);
std::string pick_domain(Simulation&);
Instant pick_end(Simulation&, std::int64_t reseller_id);  // mostly in the future, by the reseller's clock
std::optional<std::size_t> pick_account(Simulation&);     // its place in the model; rather a living one

// Enough accounts live already: to be asked before one more is opened.
bool is_full(Simulation&);

inline const Expected closed{409, "conflict"};

// Opens an account in the model, as all that ask for a promotion. What is wrong with it otherwise; empty: nothing.
struct Objection {
    std::string field, code;
};
std::optional<Objection> try_to_open(Model&, std::int64_t reseller_id, const std::string& uid, AccountType,
                                     const std::string& domain, std::optional<Instant> ends_at, Revision);
// The same, and how it is answered.
Expected open(Model&, std::int64_t reseller_id, const std::string& uid, AccountType, const std::string& domain,
              std::optional<Instant> ends_at, Revision);

}  // namespace sim
