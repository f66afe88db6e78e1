// The partner API, /partner/v1/...: JSON, RFC 9457 problem details (as the operator API's: dialect/admin/problem.h),
// for any credential of a reseller or of one of its managers: what the published APIs do not say, because their vendors
// do not. Who am I, what have I opened, what has happened to it, where shall it be told. Nothing here changes an
// account.
//
// A credential is presented as `Authorization: Bearer ...`, or as a manager knows it, `X-Api-Token: ...`; two that
// differ are none. It reaches its own reseller and nothing below. What is the operator's is not shown: comments, remote
// addresses, names of people; reasons only where the setting partners_see_reasons opens them.

#pragma once

#include "service/dialect.h"

namespace partner {

extern const service::Dialect dialect;

}  // namespace partner
