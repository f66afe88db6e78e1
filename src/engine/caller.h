// Caller: who asks, once a credential has been accepted. Every operation gets one; what lies outside its reseller does
// not exist for it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/revision.h"
#include "model/credential.h"
#include "model/reseller.h"

struct Caller {
    Reseller reseller;
    std::optional<std::int64_t> credential_id;  // absent: the server itself
    CredentialKind kind = CredentialKind::partner_token;
    std::optional<Revision> revision;  // the credential's pin
    std::string request_id;
};
