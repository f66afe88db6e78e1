// Resellers: GET, POST /admin/v1/resellers; GET, PATCH, DELETE /admin/v1/resellers/{resellerId}.
//
//   {"id": 2, "parent_id": 1, "name": "Northwind Telecom", "utc_offset": "+00:00", "end_action": "close" |
//   "stay_frozen",
//    "grace_seconds": 2592000, "created_at": ..., "updated_at": ..., "version": 1}

#include "engine/resellers/resellers.h"

#include "dialect/admin/cursor.h"
#include "dialect/admin/nouns.h"
#include "dialect/admin/request.h"
#include "dialect/admin/reseller_json.h"
#include "engine/resellers/remove_reseller.h"
#include "service/conditions.h"

namespace admin {
namespace {

using ::json::JsonWriter;
using service::Call;

std::optional<EndAction> find_end_action(Body& body) {
    const auto text = body.find_text("end_action");
    if (!text) return std::nullopt;
    if (*text == "close") return EndAction::close;
    if (*text != "stay_frozen") body.object_to("end_action", Rule::unsupported, "It must be close or stay_frozen.");
    return EndAction::stay_frozen;
}

std::optional<std::chrono::minutes> find_utc_offset(Body& body) {
    const auto text = body.find_text("utc_offset");
    if (!text) return std::nullopt;
    const auto offset = parse_utc_offset(*text);
    if (!offset) body.object_to("utc_offset", Rule::bad_format, "It must look like +03:00.");
    return offset;
}

Result<ListResellers> parse_list(const Call& call) {
    Query query = TRY(Query::read(call));
    ListResellers command{.parent_id = query.find_id("parent"), .page = read_page(query, call)};
    TRY(query.finish());
    return command;
}

Result<CreateReseller> parse_create(const Call& call) {
    Body body = TRY(Body::read(call));
    CreateReseller command{
        .id = body.find_integer("id"), .parent_id = body.find_integer("parent_id"), .name = body.text("name")};
    command.utc_offset = find_utc_offset(body).value_or(command.utc_offset);
    command.end_action = find_end_action(body).value_or(command.end_action);
    command.grace = body.find_seconds("grace_seconds").value_or(command.grace);
    TRY(body.finish());
    return command;
}

Result<ShowReseller> parse_show(const Call& call) { return ShowReseller{TRY(parse_id(call.path_values[0]))}; }

Result<ChangeReseller> parse_change(const Call& call) {
    ChangeReseller command{.id = TRY(parse_id(call.path_values[0]))};
    Body body = TRY(Body::read(call));
    command.name = body.find_text("name");
    command.utc_offset = find_utc_offset(body);
    command.end_action = find_end_action(body);
    command.grace = body.find_seconds("grace_seconds");
    TRY(body.finish());
    return command;
}

Result<RemoveReseller> parse_remove(const Call& call) { return RemoveReseller{TRY(parse_id(call.path_values[0]))}; }

http::Response render(int status, const Reseller& reseller) {
    JsonWriter json;
    write_reseller(json, reseller);
    http::Response response{.status = status, .content_type = "application/json", .body = json.finish()};
    service::set_entity_tag(response, reseller.version);
    return response;
}

http::Response render_reseller(const Call&, const Reseller& reseller) { return render(200, reseller); }

http::Response render_nothing(const Call&, const Reseller&) { return {.status = 204}; }

http::Response render_created(const Call&, const Reseller& reseller) {
    http::Response response = render(201, reseller);
    response.headers.set("Location", "/admin/v1/resellers/" + std::to_string(reseller.id));
    return response;
}

http::Response render_list(const Call& call, const Page<Reseller, std::int64_t>& page) {
    JsonWriter json(4'096);
    json.open_object().open_array("resellers");
    for (const Reseller& reseller : page.items) write_reseller(json, reseller);
    json.close_array();
    write_cursors(json, call, page.next, page.previous);
    json.close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

}  // namespace

std::vector<service::Route> reseller_routes() {
    using service::create_route;
    using service::read_route;
    using service::show_route;
    using service::write_route;
    using enum http::Method;
    return {
        // ?parent={id}: those directly below; limit, cursor
        service::for_reader(read_route(get, "/admin/v1/resellers", parse_list, list_resellers, render_list)),
        service::for_operator(create_route(post, "/admin/v1/resellers", parse_create, create_reseller, render_created)),
        service::for_reader(
            show_route(get, "/admin/v1/resellers/{resellerId}", parse_show, show_reseller, render_reseller)),
        // What is left out stays. Frozen accounts get their new due times within seconds.
        service::for_operator(
            write_route(patch, "/admin/v1/resellers/{resellerId}", parse_change, change_reseller, render_reseller)),
        service::for_operator(
            write_route(delete_, "/admin/v1/resellers/{resellerId}", parse_remove, remove_reseller, render_nothing)),
    };
}

}  // namespace admin
