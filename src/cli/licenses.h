// partnerd licenses: what others made of this program, and under which licences.

#pragma once

#include "cli/program.h"

namespace cli {

void add_licenses_command(Program&);

}  // namespace cli
