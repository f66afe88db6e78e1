#include "cli/account_name.h"

namespace cli {

Result<std::string> find_account_id(Api& api, const std::string& account) {
    const std::size_t slash = account.find('/');
    if (slash == std::string::npos) return account;
    const json::value found =
        TRY(api.get(path({"resellers", account.substr(0, slash), "accounts", account.substr(slash + 1)})));
    return std::to_string(found.at("id").as_int64());
}

}  // namespace cli
