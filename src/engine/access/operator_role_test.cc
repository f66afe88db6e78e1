#include "engine/access/operator_role.h"

#include <gtest/gtest.h>

namespace {

using enum OperatorRole;

constexpr OperatorRole all_roles[] = {reader, support, operator_, administrator};

TEST(OperatorRole, MayWhatItsLesserOnesMayAndNoMore) {
    for (const OperatorRole role : all_roles)
        for (const OperatorRole least : all_roles) {
            const Caller caller{.kind = CredentialKind::operator_token, .operator_role = role};
            EXPECT_EQ(require_role(caller, least).ok(), int(role) >= int(least))
                << name_of(role) << " where " << name_of(least) << " is needed";
        }
}

TEST(OperatorRole, IsNamedWhereItIsNotEnough) {
    const auto refused = require_role({.kind = CredentialKind::operator_token, .operator_role = reader}, support);
    EXPECT_EQ(refused.error().reason, Reason::forbidden);
    EXPECT_EQ(refused.error().detail, "This needs the role support; that of the credential is reader.");
}

TEST(OperatorRole, IsNotAskedOfOthers) {
    EXPECT_TRUE(require_role({.kind = CredentialKind::partner_token, .operator_role = reader}, administrator).ok());
}

}  // namespace
