// One search for accounts and resellers. GET /admin/v1/search?q=ada@example.com&limit=10
//
//   {"accounts": [{"matched": "email", "account": {...}}], "resellers": [{...}], "more": false}
//
// matched: id, activation_token, uid, email, name or request_id. more: there are others, or there may be.

#include "engine/accounts/search.h"

#include "dialect/admin/account_json.h"
#include "dialect/admin/nouns.h"
#include "dialect/admin/request.h"
#include "dialect/admin/reseller_json.h"
#include "service/slow_route.h"

namespace admin {
namespace {

using service::Call;

constexpr int results_default = 10;

Result<SearchEverything> parse_search(const Call& call) {
    Query query = TRY(Query::read(call));
    SearchEverything command{.text = query.find_text("q").value_or(""), .limit = results_default};
    if (const auto limit = query.find_id("limit")) {
        if (*limit > search_results_max) query.object_to("limit", Rule::out_of_range, "It lies between 1 and 50.");
        command.limit = static_cast<int>(std::min<std::int64_t>(*limit, search_results_max));
    }
    TRY(query.finish());
    return command;
}

http::Response render_found(const Call&, const FoundEverything& found) {
    ::json::JsonWriter json(4'096);
    json.open_object().open_array("accounts");
    for (const FoundAccount& account : found.accounts) {
        json.open_object().unescaped("matched", to_string(account.matched));
        write_account(json, "account", account.details);
        json.close_object();
    }
    json.close_array().open_array("resellers");
    for (const Reseller& reseller : found.resellers) write_reseller(json, reseller);
    json.close_array().boolean("more", found.has_more).close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

}  // namespace

std::vector<service::Route> search_routes() {
    return {service::on_slow_thread(service::for_reader(
        service::read_route(http::Method::get, "/admin/v1/search", parse_search, search_everything, render_found)))};
}

}  // namespace admin
