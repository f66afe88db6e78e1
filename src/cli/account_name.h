// How a command line names an account: by its id, or as RESELLER/UID. Used wherever one is named.

#pragma once

#include <string>

#include "cli/api.h"

namespace cli {

// Its id. Asks the server only where it is named as RESELLER/UID. Refuses: as the API does.
Result<std::string> find_account_id(Api&, const std::string& account);

}  // namespace cli
