// An account, as the operator API shows it:
//
//   {"id": 1, "reseller_id": 2, "uid": "...", "type": "individual" | "family", "domain": "b5test.com",
//    "status": "entitled" | "provisioned" | "activated" | "suspended" | "deprovisioned",
//    "stage": what the status would be without holds, "holds": ["ended", "administrative", "credit", "parent"],
//    "activation_token": "PNS-...", "deployed_members": 0, "opened_under": "reference" | "openapi" | ...,
//    "created_at": ..., "updated_at": ..., "ends_at": null | date-time, "removed_at": null | date-time, "version": 1}
//
// Where one account is asked for, or a list with owner=true, "owner" follows: null or {"id": 7, "email": "..."}.

#pragma once

#include "engine/accounts/operate_account.h"
#include "json/writer.h"
#include "model/account.h"
#include "service/dialect.h"

namespace admin {

void write_holds(::json::JsonWriter&, const Holds&);  // the member
void write_account(::json::JsonWriter&, const Account&);
void write_account(::json::JsonWriter&, const AccountDetails&);                         // with the owner
void write_account(::json::JsonWriter&, std::string_view name, const AccountDetails&);  // as a member
http::Response render_account(const service::Call&, const AccountDetails&);             // 200, with its ETag

}  // namespace admin
