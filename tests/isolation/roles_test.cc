// Each route for operators is asked with each role: what is not within it is refused before anything else is looked at,
// whatever the path names, and changes nothing; what is within it is not refused for its role.

#include <gtest/gtest.h>

#include <future>

#include "dialect/admin/workflows.h"
#include "dialect/sandbox/sandbox.h"
#include "engine/access/operator_role.h"
#include "server/dialects.h"
#include "service/service.h"
#include "tests/testing/engine_test.h"

namespace {

using enum OperatorRole;

constexpr OperatorRole all_roles[] = {reader, support, operator_, administrator};

class RolesTest : public EngineTest {
protected:
    RolesTest() {
        write([&](db::Tx& tx) {
            for (const OperatorRole role : all_roles) {
                const auto added = add_credential(tx, world_,
                                                  {.reseller_id = partner_id,
                                                   .kind = CredentialKind::operator_token,
                                                   .secret = secret_of(role),
                                                   .role = role});
                ASSERT_TRUE(added.ok());
            }
            ASSERT_TRUE(
                add_credential(tx, world_,
                               {.reseller_id = partner_id, .kind = CredentialKind::operator_token, .secret = "of old"})
                    .ok());
        });
        account_ = open("an-account");
    }

    static std::string secret_of(OperatorRole role) { return "as " + std::string(name_of(role)); }

    static std::vector<const service::Dialect*> operators_dialects(const sandbox::Sandbox& sandbox,
                                                                   const workflows::Workflows& workflows) {
        std::vector<const service::Dialect*> dialects{&sandbox.dialect(), &workflows.dialect()};
        for (const service::Dialect* dialect : all_dialects())
            if (dialect->credential_kind == CredentialKind::operator_token) dialects.push_back(dialect);
        return dialects;
    }

    // {resellerId} and {accountId} are there; nothing else is.
    std::string target_of(std::string_view path) const {
        std::string target;
        for (std::size_t i = 0; i < path.size(); ++i) {
            if (path[i] != '{') {
                target += path[i];
                continue;
            }
            const std::string_view name = path.substr(i + 1, path.find('}', i) - i - 1);
            target += name == "resellerId"  ? std::to_string(partner_id)
                      : name == "accountId" ? std::to_string(account_.id)
                                            : "7";
            i += name.size() + 1;
        }
        return target;
    }

    http::Response ask(const service::Route& route, const std::string& secret, const std::string& body = {}) {
        http::Request request{.method = route.method, .target = target_of(route.path), .body = body};
        request.method_name = http::to_string(route.method);
        request.headers.add("Authorization", "Bearer " + secret);
        std::promise<http::Response> answered;
        service_.serve(std::move(request), [&](http::Response response) { answered.set_value(std::move(response)); });
        return answered.get_future().get();
    }

    std::int64_t count_of_events() {
        std::int64_t count = 0;
        read([&](db::Tx& tx) { count = tx.run({"count", "SELECT count(*) FROM event"}, {})[0].integer(0); });
        return count;
    }

    Account account_;
    const sandbox::Sandbox sandbox_{[](db::Tx&, World&) {}};
    const workflows::Workflows workflows_;
    const std::vector<const service::Dialect*> dialects_ = operators_dialects(sandbox_, workflows_);
    service::Service service_{*database_, world_, {.dialects = dialects_}};
};

TEST_F(RolesTest, EachRouteRefusesEachRoleThatIsNotEnough) {
    const std::int64_t events = count_of_events();
    int refused = 0;
    for (const service::Dialect* dialect : dialects_)
        for (const service::Route& route : *dialect->routes)
            for (const OperatorRole role : all_roles) {
                if (role >= service::least_role_of(route)) continue;
                const http::Response response = ask(route, secret_of(role), "{");
                EXPECT_EQ(response.status, 403) << route.path << " as " << name_of(role);
                EXPECT_NE(response.body.find("the role " + std::string(name_of(service::least_role_of(route)))),
                          std::string::npos)
                    << response.body;
                ++refused;
            }
    EXPECT_GT(refused, 100);
    EXPECT_EQ(count_of_events(), events);
}

// The operator API alone: what a sandbox or a workflow's run would do here belongs to their own tests.
TEST_F(RolesTest, NoRouteRefusesARoleThatIsEnough) {
    for (const service::Dialect* dialect : all_dialects()) {
        if (dialect->credential_kind != CredentialKind::operator_token) continue;
        for (const service::Route& route : *dialect->routes)
            for (const OperatorRole role : all_roles) {
                if (role < service::least_role_of(route)) continue;
                const http::Response response = ask(route, secret_of(role));
                EXPECT_NE(response.status, 401) << route.path << " as " << name_of(role);
                EXPECT_EQ(response.body.find("This needs the role"), std::string::npos)
                    << route.path << " as " << name_of(role);
            }
    }
}

TEST_F(RolesTest, ACredentialFromBeforeThereWereRolesIsAnAdministrators) {
    for (const service::Dialect* dialect : all_dialects()) {
        if (dialect->credential_kind != CredentialKind::operator_token) continue;
        for (const service::Route& route : *dialect->routes)
            EXPECT_EQ(ask(route, "of old").body.find("This needs the role"), std::string::npos) << route.path;
    }
}

TEST_F(RolesTest, ARouteThatNamesNoneIsForAdministratorsOnly) { EXPECT_EQ(service::least_role_of({}), administrator); }

}  // namespace
