// The keys by which e-mail addresses compare (engine/email.h), of rows that were written before there were such: SQL
// could make them for ASCII only. At the end of it, long attribute values get their digests. Called once at start, by
// whoever opens a database.

#pragma once

#include "db/database.h"

// The next rows, at most limit; whether there may be more. Two users whose addresses have become equal stay two: the
// first has the key, and nobody new gets it.
bool rekey_emails(db::Tx&, int limit);
