// SignalMind REST v2 (https://files.safemobi.net/rest/v2/Help): accounts in an envelope. See docs/signalmind.md.

#pragma once

#include "service/dialect.h"

namespace signalmind {

extern const service::Dialect dialect;

}  // namespace signalmind
