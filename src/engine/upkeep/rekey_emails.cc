#include "engine/upkeep/rekey_emails.h"

#include "engine/email.h"
#include "engine/upkeep/database_identity.h"
#include "store/attribute_values.h"
#include "store/email_keys.h"

bool rekey_emails(db::Tx& tx, int limit) {
    if (find_copy(tx)) return false;  // what is in it is not touched until all of it is there
    const auto place = store::find_rekeyed_place(tx);
    if (!place) return false;
    store::RekeyedPlace reached = *place;
    const auto users = store::list_user_emails(tx, reached.user_id, limit);
    for (const store::StoredEmail& user : users) {
        store::put_user_email_key(tx, user.reseller_id, user.id, email_key(user.email));
        reached.user_id = user.id;
    }
    const auto profiles = store::list_profile_emails(tx, reached.account_id, limit);
    for (const store::StoredEmail& profile : profiles) {
        store::put_profile_email_key(tx, profile.reseller_id, profile.id, email_key(profile.email));
        reached.account_id = profile.id;
    }
    const bool has_more = !users.empty() || !profiles.empty();
    if (!has_more) store::shorten_attribute_values(tx);
    store::put_rekeyed_place(tx, has_more ? std::optional(reached) : std::nullopt);
    return has_more;
}
