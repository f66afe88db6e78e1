// The operator API, /admin/v1/...: JSON, a bearer operator token, RFC 9457 problem details (see problem.h). Ours, so
// the documents are this folder's headers and docs/. It does what the operator's people and tools do: set up resellers
// and look after accounts, anywhere at or below the reseller that the token belongs to.

#pragma once

#include "service/dialect.h"

namespace admin {

extern const service::Dialect dialect;

}  // namespace admin
