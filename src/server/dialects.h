// The APIs that a server answers. A new one is a folder in dialect/ and a line in dialects.cc.

#pragma once

#include <vector>

#include "service/dialect.h"

const std::vector<const service::Dialect*>& all_dialects();
