// Judges accounts anew when what judges them has changed: see engine/customers/credit.h.

#pragma once

#include "db/database.h"
#include "engine/world.h"
#include "model/catalogue.h"

// All accounts of the class whose balance is below zero, of all resellers that use it: a first lot at once, the others
// in lots of their own (housekeeping.h), each by the class as it is then. A later change begins from the first account
// again.
void judge_accounts_of_class(db::Tx&, World&, const AccountClass&);
void judge_further(db::Tx&, World&);  // the next lot of any
