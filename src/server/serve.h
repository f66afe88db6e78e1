// `partnerd serve`: wires a database, a clock, the dialects and a port together, and runs until it is told to stop.

#pragma once

#include <functional>

#include "server/config.h"

// Returns the program's exit code: 0 after a clean end, 1 when it could not start, 2 for a setting that makes no sense.
// SIGINT and SIGTERM end it: requests in flight are answered, the database is checkpointed. SIGHUP has the settings
// read again.
using ReadConfig = std::function<Result<Config>()>;
int serve(const Config&, const ReadConfig& read_again);
