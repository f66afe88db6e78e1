#include "engine/access/operator_role.h"

#include <string>

std::string_view name_of(OperatorRole role) {
    switch (role) {
    case OperatorRole::reader: return "reader";
    case OperatorRole::support: return "support";
    case OperatorRole::operator_: return "operator";
    case OperatorRole::administrator: return "administrator";
    }
    return "";
}

Result<void> require_role(const Caller& caller, OperatorRole least) {
    if (caller.kind != CredentialKind::operator_token || caller.operator_role >= least) return {};
    return Error{Reason::forbidden, "This needs the role " + std::string(name_of(least)) +
                                        "; that of the credential is " + std::string(name_of(caller.operator_role)) +
                                        "."};
}
