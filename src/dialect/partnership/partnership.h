// The 1Password Partnership API, in its two published revisions:
//   reference ("rev A")  the vendor's reference page: https://www.1password.dev/partnership-api/reference/
//   openapi   ("rev B")  the OpenAPI 3.1 file: https://github.com/api-evangelist/1password
// Names, statuses, bodies and texts in this folder are the documents', not ours; where they are silent, ARCHITECTURE.md
// says what was decided (Known quirks).

#pragma once

#include "service/dialect.h"

namespace partnership {

extern const service::Dialect dialect;

}  // namespace partnership
