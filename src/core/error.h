// Error: why the engine refused, in the domain's own words. Each dialect has one function that turns an Error into that
// dialect's status and body. A broken machine is no Error: it throws (see Result).

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/revision.h"
#include "core/rule.h"

// In order of precedence: a request that deserves several gets the first. A Reason is not an HTTP status.
enum class Reason {
    malformed,             // could not be read as a request of this dialect
    unauthenticated,       // no credential, or none that is known
    forbidden,             // known, but not allowed to do this
    not_found,             // no such thing, or none that this caller may see
    gone,                  // it was there and has been removed
    invalid,               // read, but a field breaks a rule: see Error::fields
    conflict,              // true of the request, false of the present state
    idempotency_mismatch,  // the same Idempotency-Key with another request
    limit_exceeded,        // a quota or a rate
    unavailable,           // the machine cannot do it now (queue full, disk full); the caller may try again
    broken,                // a bug or a fault; says nothing to the caller
};

struct FieldError {
    std::string field;  // name in the domain: "uid", "owner.email"
    Rule rule;
    std::string detail;  // one sentence for a person; may be empty
};

struct Error {
    Reason reason;
    std::string detail;  // one sentence for a person; never a secret, never SQL
    std::vector<FieldError> fields = {};
    // The revision under which the account that the refusal is about was opened: a dialect with several revisions then
    // answers in the words that its caller knows.
    std::optional<Revision> opened_under = {};
};
