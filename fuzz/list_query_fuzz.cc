// Queries of the operator API's lists, against a whole service with a small database: whatever is asked for, the answer
// is a page (which leads on, by its own cursors, to pages) or a refusal that says why; never a failure.
//
// The first byte says which list, the rest is the query.

#include <boost/json.hpp>
#include <cstdint>
#include <string_view>

#include "dialect/admin/admin.h"
#include "engine/accounts/open_account.h"
#include "engine/resellers/add_reseller.h"
#include "tests/testing/in_process.h"

namespace {

constexpr std::string_view lists[] = {
    "/admin/v1/accounts",
    "/admin/v1/resellers",
    "/admin/v1/events",
    "/admin/v1/counts",
    "/admin/v1/domains",
    "/admin/v1/resellers/2/credentials",
    "/admin/v1/resellers/2/promotions",
    "/admin/v1/resellers/2/events",
    "/admin/v1/resellers/2/counts",
    "/admin/v1/resellers/2/managers",
};

void require(bool holds) {
    if (!holds) __builtin_trap();
}

void seed(db::Tx& tx, World& world) {
    require(add_reseller(tx, world, {.id = 1, .name = "Meridian Software"}).ok());
    const Caller caller{.reseller = add_reseller(tx, world, {.id = 2, .parent_id = 1, .name = "Northwind"}).value()};
    require(add_promotion(tx, world, {.reseller_id = 2, .domain = "b5test.com"}).ok());
    for (const std::int64_t id : {1, 2})
        require(
            add_credential(
                tx, world,
                {.reseller_id = id, .kind = CredentialKind::operator_token, .secret = "operator-" + std::to_string(id)})
                .ok());
    for (int i = 0; i < 9; ++i) {
        OpenAccount open{.uid = "a-" + std::to_string(i), .domain = "b5test.com"};
        if (i % 2 == 0) open.ends_at = world.now() + std::chrono::days(i + 1);
        require(open_account(tx, world, caller, open).ok());
    }
}

// Never destroyed: it would make what thread-locals hold once more, after their end.
InProcess& server() {
    static auto* const served = [] {
        auto* made = new InProcess({&admin::dialect});
        db::write_and_wait(made->database(), [&](db::Tx& tx) { seed(tx, made->world()); });
        return made;
    }();
    return *served;
}

http::Response ask(std::string target) {
    return server().send(http::Method::get, std::move(target), {{"Authorization", "Bearer operator-1"}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string path(lists[data[0] % std::size(lists)]);
    const std::string query(reinterpret_cast<const char*>(data) + 1, size - 1);
    const http::Response response = ask(path + '?' + query);
    require(response.status == 200 || response.status == 400 || response.status == 404 || response.status == 422);
    const boost::json::object body = boost::json::parse(response.body).as_object();
    if (response.status != 200) {
        require(body.at("status").as_int64() == response.status && body.contains("code"));
        require(response.status != 422 || !body.at("errors").as_array().empty());
        return 0;
    }
    for (const char* direction : {"next", "previous"}) {
        const auto* cursor = body.if_contains(direction);
        if (!cursor || cursor->is_null() || query.find("cursor") != std::string::npos) continue;
        require(ask(path + '?' + query + "&cursor=" + std::string(cursor->as_string())).status == 200);
    }
    return 0;
}
