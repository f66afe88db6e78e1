#include "engine/upkeep/database_identity.h"

#include <algorithm>

#include "core/hexadecimal.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/settings.h"

namespace {

std::string to_hexadecimal(const SealingKey& key) {
    std::string text;
    for (const std::uint8_t byte : key) append_hexadecimal(text, byte);
    return text;
}

SealingKey to_key(const std::string& text) {
    SealingKey key{};
    if (text.size() != 2 * key.size()) throw db::Broken("the sealing key has a wrong length");
    for (std::size_t i = 0; i < key.size(); ++i)
        key[i] = static_cast<std::uint8_t>(std::stoi(text.substr(2 * i, 2), nullptr, 16));
    return key;
}

std::string_view to_string(Mode mode) { return mode == Mode::sandbox ? "sandbox" : "production"; }

std::optional<DatabaseIdentity> find_identity(db::Tx& tx) {
    const auto key = store::find_setting(tx, "sealing_key");
    const auto mode = store::find_setting(tx, "mode");
    if (!key || !mode) return std::nullopt;
    return DatabaseIdentity{to_key(*key), *mode == "sandbox" ? Mode::sandbox : Mode::production, false};
}

}  // namespace

Result<DatabaseIdentity> establish_identity(db::Tx& tx, const SealingKey& new_key, Mode mode) {
    if (const auto identity = find_identity(tx)) {
        if (identity->mode == mode) return *identity;
        return Error{Reason::conflict,
                     mode == Mode::sandbox
                         ? "This is a production database: a sandbox would put fixed credentials into it."
                         : "This is a sandbox's database: its fixed credentials are known to everybody."};
    }
    store::insert_setting(tx, "sealing_key", to_hexadecimal(new_key));
    store::insert_setting(tx, "mode", to_string(mode));
    return DatabaseIdentity{new_key, mode, true};
}

Result<DatabaseIdentity> get_identity(db::Tx& tx) {
    if (const auto identity = find_identity(tx)) return *identity;
    return Error{Reason::not_found, "This database has never been served."};
}

std::int64_t greatest_id(db::Tx& tx) { return std::max(store::greatest_account_id(tx), store::greatest_event_id(tx)); }
