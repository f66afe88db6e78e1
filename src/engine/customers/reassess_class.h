// Judges accounts anew when what judges them has changed: see engine/customers/credit.h.

#pragma once

#include "db/database.h"
#include "engine/world.h"
#include "model/catalogue.h"

// All accounts of the class whose balance is below zero, of all resellers.
void judge_accounts_of_class(db::Tx&, World&, const AccountClass&);
