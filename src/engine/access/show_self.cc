#include "engine/access/show_self.h"

#include "engine/catalogue/catalogue.h"
#include "store/credentials.h"
#include "store/managers.h"
#include "store/reseller_settings.h"
#include "store/resellers.h"

Result<Self> show_self(db::Tx& tx, World& world, const Caller& caller, const ShowSelf&) {
    auto reseller = store::find_reseller(tx, caller.reseller.id);
    if (!reseller) return Error{Reason::not_found, "There is no such reseller."};
    Self self{.reseller = std::move(*reseller)};
    if (caller.credential_id)
        self.credential = store::find_credential_by_id(tx, self.reseller.id, *caller.credential_id);
    if (self.credential && self.credential->manager_id)
        self.manager = store::find_manager(tx, self.reseller.id, *self.credential->manager_id);
    self.promotions = store::list_promotions(tx, self.reseller.id);
    self.sees_reasons = store::find_inherited_setting(tx, self.reseller.id, setting::partners_see_reasons) == "true";
    self.now = world.now(self.reseller);
    self.server_now = world.now();
    return self;
}
