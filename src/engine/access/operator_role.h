// What an operator may do, by the role of the credential: the one place that refuses for want of a role. Asked by
// service/ for each route of an operator's API before anything else is looked at, and by operations whose least role
// depends on what they are about.

#pragma once

#include <string_view>

#include "core/result.h"
#include "engine/caller.h"

// reader         looks at everything
// support        and holds, lifts, re-dates, re-issues tokens, writes notes
// operator       and all else, but for the credentials of operators
// administrator  and these
std::string_view name_of(OperatorRole);

// Callers of other kinds have no such role, and nothing is asked of them here.
// Refuses: forbidden (a lesser role).
Result<void> require_role(const Caller&, OperatorRole least);
