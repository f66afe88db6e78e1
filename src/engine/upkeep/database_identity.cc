#include "engine/upkeep/database_identity.h"

#include <algorithm>

#include "core/hexadecimal.h"
#include "engine/upkeep/stamp_keys.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/resellers.h"
#include "store/settings.h"

namespace {

constexpr std::string_view stamp_keys_name = "stamp_keys";
constexpr std::string_view in_a_file = "file";

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
    DatabaseIdentity identity{
        .sealing_key = to_key(*key), .mode = *mode == "sandbox" ? Mode::sandbox : Mode::production, .is_new = false};
    const auto stamp_keys = store::find_setting(tx, stamp_keys_name);
    if (!stamp_keys) return identity;
    identity.has_key_file = *stamp_keys == in_a_file;
    if (!identity.has_key_file) identity.stamp_keys = parse_stamp_keys(*stamp_keys);
    if (!identity.has_key_file && !identity.stamp_keys) throw db::Broken("the keys of sessions cannot be read");
    return identity;
}

}  // namespace

Result<DatabaseIdentity> establish_identity(db::Tx& tx, const SealingKey& new_key, Mode mode) {
    TRY(refuse_unfinished_copy(tx));
    if (const auto identity = find_identity(tx)) {
        if (identity->mode == mode) return *identity;
        return Error{Reason::conflict,
                     mode == Mode::sandbox
                         ? "This is a production database: a sandbox would put fixed credentials into it."
                         : "This is a sandbox's database: its fixed credentials are known to everybody."};
    }
    store::insert_setting(tx, "sealing_key", to_hexadecimal(new_key));
    store::insert_setting(tx, "mode", to_string(mode));
    return DatabaseIdentity{.sealing_key = new_key, .mode = mode, .is_new = true};
}

StampKeys own_stamp_keys(const DatabaseIdentity& identity) {
    return identity.stamp_keys.value_or(StampKeys{.current = identity.sealing_key, .previous = {}});
}

void put_stamp_keys(db::Tx& tx, const StampKeys& keys) {
    store::put_setting(tx, stamp_keys_name, format_stamp_keys(keys));
}

void note_key_file(db::Tx& tx) { store::put_setting(tx, stamp_keys_name, in_a_file); }

Result<DatabaseIdentity> get_identity(db::Tx& tx) {
    TRY(refuse_unfinished_copy(tx));
    if (const auto identity = find_identity(tx)) return *identity;
    return Error{Reason::not_found, "This database has never been served."};
}

void note_copy(db::Tx& tx, std::string_view of) { store::put_setting(tx, copy_setting, of); }

std::optional<std::string> find_copy(db::Tx& tx) { return store::find_setting(tx, copy_setting); }

Result<void> refuse_unfinished_copy(db::Tx& tx) {
    if (!find_copy(tx)) return {};
    return Error{Reason::conflict,
                 "Another database is being copied into this one, or that was interrupted: the same partnerd copy once "
                 "more goes on with it."};
}

std::int64_t greatest_id(db::Tx& tx) { return std::max(store::greatest_account_id(tx), store::greatest_event_id(tx)); }

bool has_resellers(db::Tx& tx) { return store::greatest_reseller_id(tx) > 0; }
