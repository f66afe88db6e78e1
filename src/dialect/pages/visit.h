// Where SignalMind's getaccessurl leads: a customer is signed in by a link of its reseller, for twenty minutes, and
// sees the account. For browsers: pages instead of JSON, a cookie instead of a token, no script.
//
//   GET  /visit/LogOnByToken.auth?token=   opens the link, once; goes on to
//   GET  /visit/account                    the account
//   POST /visit/leave                      forgets the cookie

#pragma once

#include "service/dialect.h"

namespace visit {

extern const service::Dialect dialect;

}  // namespace visit
