// `partnerd health`: whether a server can do its work, for whoever starts it again if not (a container's health
// command). It needs no credential. program.cc adds it.

#pragma once

#include "cli/program.h"

namespace cli {

void add_health_command(Program&);

}  // namespace cli
