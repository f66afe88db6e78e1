// Which of the two revisions answers. In this order: the header Partnership-Revision; the field name in the body
// (customer_account_uid: rev A, account_uid: rev B); the revision under which the account was opened; the credential's
// pin; the server's default.

#pragma once

#include <boost/json/object.hpp>
#include <optional>

#include "dialect/dialect.h"

namespace partnership {

std::optional<Revision> revision_of_header(const dialect::Call&);
std::optional<Revision> revision_of_body(const boost::json::object&);

// Before an account is known: header, body, pin, default.
Revision revision_of_request(const dialect::Call&, const boost::json::object&);

// The header, the account's revision where it is one of ours, the fallback.
Revision choose_revision(std::optional<Revision> header, std::optional<Revision> opened_under, Revision fallback);

// What counts when nothing in the request or the account says: pin, default.
Revision fallback_revision(const dialect::Call&);

// Once an account is known, or none.
Revision revision_of_answer(const dialect::Call&, std::optional<Revision> opened_under);

// Where only the request's bytes are there to go by: header, body (read again), pin, default.
Revision revision_of_refusal(const dialect::Call&, std::optional<Revision> opened_under);

}  // namespace partnership
