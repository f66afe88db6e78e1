// ActivePlatform API v3: resellers, their managers, and the accounts that they open, over JSON:API. Names, paths,
// members and texts in this folder are the document's; where it is silent, ARCHITECTURE.md says what was decided (Known
// quirks). https://docs.activeplatform.com/api-guide/latest/en/

#pragma once

#include "service/dialect.h"

namespace activeplatform {

extern const service::Dialect dialect;

}  // namespace activeplatform
