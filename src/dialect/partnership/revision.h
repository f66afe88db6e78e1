// Which of the two revisions answers. In this order: the header Partnership-Revision; the field name in the body
// (customer_account_uid: rev A, account_uid: rev B); the revision under which the account was opened; the credential's
// pin; in which its holder last named a uid in a body; the server's default. The header counts for its own request
// alone.

#pragma once

#include <boost/json/object.hpp>
#include <optional>

#include "service/dialect.h"

namespace partnership {

// As the request itself says: header, body.
std::optional<Revision> requested_revision(const service::Call&, const boost::json::object& body);

// What counts when nothing in the request or the account says: pin, what was spoken last, default.
Revision fallback_revision(const service::Call&);

// What the request says, the account's revision where it is one of ours, the fallback.
Revision choose_revision(std::optional<Revision> requested, std::optional<Revision> opened_under, Revision fallback);

// In which revision a server answers when neither the request, the account nor the credential says.
void set_default_revision(Revision);

// For an answer or a refusal, once an account is known (opened_under) or none. Reads the body again where there is one.
Revision revision_of_answer(const service::Call&, std::optional<Revision> opened_under);

}  // namespace partnership
