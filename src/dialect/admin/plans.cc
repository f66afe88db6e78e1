// What SignalMind needs of a reseller. Plans: GET, POST /admin/v1/resellers/{resellerId}/plans; GET, PATCH, DELETE
// .../{planType}/{planId}.
//
//   {"reseller_id": 6, "type": "individual" | "family", "id": 1, "name": "...", "description": "...", "sites_limit":
//   -1,
//    "pages_limit": -1, "admins_limit": -1, "sub_accounts_limit": -1, "version": 1}
//
// Individual is SignalMind's Basic, family its Premium; -1 is no limit. Rights: GET, PATCH
// /admin/v1/resellers/{resellerId}/rights: {"may_create_premium": true}.

#include "engine/subscriptions/plans.h"

#include "dialect/admin/nouns.h"
#include "dialect/admin/request.h"
#include "json/writer.h"
#include "service/conditions.h"

namespace admin {
namespace {

using ::json::JsonWriter;
using service::Call;

template <class Command>
Result<Command> parse_reseller(const Call& call) {
    Command command{TRY(parse_id(call.path_values[0]))};
    Query query = TRY(Query::read(call));
    TRY(query.finish());
    return command;
}

Result<Plan> parse_create(const Call& call) {
    Plan plan{.reseller_id = TRY(parse_id(call.path_values[0]))};
    Body body = TRY(Body::read(call));
    plan.type = body.account_type("type");
    plan.id = body.integer("id");
    plan.name = body.text("name");
    plan.description = body.find_text("description").value_or("");
    plan.sites_limit = body.find_integer("sites_limit").value_or(no_limit);
    plan.pages_limit = body.find_integer("pages_limit").value_or(no_limit);
    plan.admins_limit = body.find_integer("admins_limit").value_or(no_limit);
    plan.sub_accounts_limit = body.find_integer("sub_accounts_limit").value_or(no_limit);
    TRY(body.finish());
    return plan;
}

Result<NamePlan> parse_name(const Call& call) {
    const auto type = parse_account_type(call.path_values[1]);
    if (!type) return Error{Reason::not_found, "There is no such plan."};
    return NamePlan{
        .reseller_id = TRY(parse_id(call.path_values[0])), .type = *type, .id = TRY(parse_id(call.path_values[2]))};
}

Result<EditPlan> parse_edit(const Call& call) {
    EditPlan command{.name = TRY(parse_name(call))};
    Body body = TRY(Body::read(call));
    command.title = body.find_text("name");
    command.description = body.find_text("description");
    command.sites_limit = body.find_integer("sites_limit");
    command.pages_limit = body.find_integer("pages_limit");
    command.admins_limit = body.find_integer("admins_limit");
    command.sub_accounts_limit = body.find_integer("sub_accounts_limit");
    TRY(body.finish());
    return command;
}

Result<RemovePlan> parse_remove(const Call& call) { return RemovePlan{.name = TRY(parse_name(call))}; }

Result<ChangeRights> parse_change_rights(const Call& call) {
    ChangeRights command{.reseller_id = TRY(parse_id(call.path_values[0]))};
    Body body = TRY(Body::read(call));
    command.may_create_premium = body.find_boolean("may_create_premium");
    TRY(body.finish());
    return command;
}

void write(JsonWriter& json, const Plan& plan) {
    json.open_object()
        .number("reseller_id", plan.reseller_id)
        .text("type", to_string(plan.type))
        .number("id", plan.id)
        .text("name", plan.name)
        .text("description", plan.description)
        .number("sites_limit", plan.sites_limit)
        .number("pages_limit", plan.pages_limit)
        .number("admins_limit", plan.admins_limit)
        .number("sub_accounts_limit", plan.sub_accounts_limit)
        .number("version", plan.version)
        .close_object();
}

http::Response render_plan(const Call&, const Plan& plan) {
    JsonWriter json;
    write(json, plan);
    http::Response response{.status = 200, .content_type = "application/json", .body = json.finish()};
    service::set_entity_tag(response, plan.version);
    return response;
}

http::Response render_created(const Call& call, const Plan& plan) {
    http::Response response = render_plan(call, plan);
    response.status = 201;
    response.headers.set("Location", "/admin/v1/resellers/" + std::to_string(plan.reseller_id) + "/plans/" +
                                         std::string(to_string(plan.type)) + "/" + std::to_string(plan.id));
    return response;
}

http::Response render_nothing(const Call&, const Plan&) { return {.status = 204}; }

http::Response render_list(const Call&, const std::vector<Plan>& plans) {
    JsonWriter json(2'048);
    json.open_object().open_array("plans");
    for (const Plan& plan : plans) write(json, plan);
    json.close_array().close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

http::Response render_rights(const Call&, const Rights& rights) {
    JsonWriter json;
    json.open_object().boolean("may_create_premium", rights.may_create_premium).close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

}  // namespace

std::vector<service::Route> plan_routes() {
    using service::create_route;
    using service::read_route;
    using service::show_route;
    using service::write_route;
    using enum http::Method;
    constexpr std::string_view all = "/admin/v1/resellers/{resellerId}/plans";
    constexpr std::string_view one = "/admin/v1/resellers/{resellerId}/plans/{planType}/{planId}";
    constexpr std::string_view rights = "/admin/v1/resellers/{resellerId}/rights";
    return {
        service::for_reader(read_route(get, all, parse_reseller<ListPlansOf>, list_plans_of, render_list)),
        service::for_operator(create_route(post, all, parse_create, create_plan, render_created)),
        service::for_reader(show_route(get, one, parse_name, show_plan, render_plan)),
        service::for_operator(write_route(patch, one, parse_edit, edit_plan, render_plan)),
        service::for_operator(write_route(delete_, one, parse_remove, remove_plan, render_nothing)),
        service::for_reader(show_route(get, rights, parse_reseller<NameRights>, show_rights, render_rights)),
        service::for_operator(write_route(patch, rights, parse_change_rights, change_rights, render_rights)),
    };
}

}  // namespace admin
