#include "engine/resellers/remove_reseller.h"

#include <algorithm>

#include "engine/access/operator_role.h"
#include "engine/access/reach.h"
#include "engine/resellers/operator_event.h"
#include "store/reseller_contents.h"

namespace {

std::string in_words(std::string noun) {
    std::replace(noun.begin(), noun.end(), '_', ' ');
    return noun;
}

Error refuse_own(std::string detail) {
    return {Reason::conflict, "The reseller is in use.", {{"reseller", Rule::in_use, std::move(detail)}}};
}

Result<void> check_empty(db::Tx& tx, const Reseller& reseller) {
    std::vector<FieldError> errors;
    for (const std::string& noun : store::list_reseller_contents(tx, reseller.id))
        errors.push_back({noun, Rule::in_use, "The reseller has " + in_words(noun) + "."});
    if (errors.empty()) return {};
    return Error{Reason::conflict, "The reseller is in use.", std::move(errors)};
}

}  // namespace

Result<Reseller> remove_reseller(db::Tx& tx, World& world, const Caller& caller, const RemoveReseller& command) {
    const Reseller reseller = TRY(act_for(tx, caller, command.id)).reseller;
    if (!reseller.parent_id) return refuse_own("The root stays.");
    if (caller.reseller.id == reseller.id) return refuse_own("Nobody removes their own reseller: one above does.");
    TRY(check_empty(tx, reseller));
    if (store::has_operator_credentials(tx, reseller.id)) TRY(require_role(caller, OperatorRole::administrator));
    const Caller above = TRY(act_for(tx, caller, *reseller.parent_id));
    store::delete_reseller(tx, reseller.id);
    append_operator_event(tx, world, above, EventKind::reseller_changed,
                          {{"reseller", std::to_string(reseller.id), ""}});
    return reseller;
}
