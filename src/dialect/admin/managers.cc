// Managers: GET, POST /admin/v1/resellers/{resellerId}/managers; GET, PATCH, DELETE .../{managerId};
// POST .../{managerId}/token.
//
//   {"id": 188, "reseller_id": 1, "name": "Alena R", "email": "...", "role": "sales" | "marketing" | "owner" | "admin",
//    "status": "active" | "inactive", "phone": null | "...", "photo": null | "...", "custom_attributes": {...},
//    "version": 1}
//
// A token's secret stands in the answer that made it, as "secret", and nowhere else; the manager's other tokens stop at
// once.

#include <boost/json.hpp>

#include "dialect/admin/edits.h"
#include "dialect/admin/nouns.h"
#include "engine/customers/edit_catalogue.h"
#include "engine/customers/remove_entry.h"
#include "engine/customers/show_catalogue.h"

namespace admin {
namespace {

using ::json::JsonWriter;
using service::Call;

AttributeValues read_attributes(Body& body) {
    AttributeValues values;
    const boost::json::value* given = body.find("custom_attributes");
    if (!given) return values;
    if (!given->is_object()) {
        body.object_to("custom_attributes", Rule::wrong_type, "It must be an object of strings.");
        return values;
    }
    for (const auto& member : given->get_object()) {
        if (member.value().is_string())
            values.push_back({std::string(member.key()), std::string(member.value().get_string())});
        else
            body.object_to("custom_attributes", Rule::wrong_type, "It must be an object of strings.");
    }
    return values;
}

std::vector<std::function<void(Manager&)>> read_edits(Body& body) {
    Edits<Manager> edits(body);
    edits.text("name", &Manager::name)
        .text("email", &Manager::email)
        .word("role", &Manager::role, ManagerRole::administrator)
        .word("status", &Manager::status, ManagerStatus::inactive)
        .text("phone", &Manager::phone)
        .text("photo", &Manager::photo);
    if (body.has("custom_attributes")) edits.set(&Manager::attributes, read_attributes(body));
    return edits.finish();
}

Result<ShowCatalogue> parse_list(const Call& call) {
    Query query = TRY(Query::read(call));
    TRY(query.finish());
    return ShowCatalogue{TRY(parse_id(call.path_values[0]))};
}

Result<ShowEntry> parse_show(const Call& call) {
    return ShowEntry{TRY(parse_id(call.path_values[0])), TRY(parse_id(call.path_values[1]))};
}

Result<Edited<Manager>> parse_create(const Call& call) {
    Edited<Manager> command{.reseller_id = TRY(parse_id(call.path_values[0]))};
    Body body = TRY(Body::read(call));
    command.id = body.find_integer("id");
    command.edits = read_edits(body);
    TRY(body.finish());
    return command;
}

Result<Edited<Manager>> parse_change(const Call& call) {
    Edited<Manager> command{.reseller_id = TRY(parse_id(call.path_values[0])),
                            .id = TRY(parse_id(call.path_values[1]))};
    Body body = TRY(Body::read(call));
    command.edits = read_edits(body);
    TRY(body.finish());
    return command;
}

Result<RemoveEntry> parse_remove(const Call& call) {
    return RemoveEntry{TRY(parse_id(call.path_values[0])), TRY(parse_id(call.path_values[1]))};
}

Result<NameManager> parse_name(const Call& call) {
    return NameManager{TRY(parse_id(call.path_values[0])), TRY(parse_id(call.path_values[1]))};
}

void write(JsonWriter& json, const Manager& manager) {
    json.open_object()
        .number("id", manager.id)
        .number("reseller_id", manager.reseller_id)
        .text("name", manager.name)
        .text("email", manager.email)
        .text("role", to_string(manager.role))
        .text("status", to_string(manager.status));
    manager.phone ? json.text("phone", *manager.phone) : json.null("phone");
    manager.photo ? json.text("photo", *manager.photo) : json.null("photo");
    json.open_object("custom_attributes");
    for (const AttributeValue& value : manager.attributes) json.text(value.key, value.value);
    json.close_object()
        .instant("created_at", manager.created_at)
        .instant("updated_at", manager.updated_at)
        .number("version", manager.version)
        .close_object();
}

http::Response render_list(const Call&, const Scope& scope) {
    return render_entries("managers", scope.catalogue->own_managers(), write);
}

http::Response render_found(const Call&, const FoundEntry<Manager>& found) {
    return render_entry(200, *found.entry, write);
}

http::Response render_manager(const Call&, const Manager& manager) { return render_entry(200, manager, write); }

http::Response render_nothing(const Call&, const Manager&) { return {.status = 204}; }

http::Response render_created(const Call&, const Manager& manager) {
    http::Response response = render_entry(201, manager, write);
    response.headers.set("Location", "/admin/v1/resellers/" + std::to_string(manager.reseller_id) + "/managers/" +
                                         std::to_string(manager.id));
    return response;
}

http::Response render_token(const Call&, const NewCredential& issued) {
    JsonWriter json;
    json.open_object()
        .number("id", issued.credential.id)
        .number("reseller_id", issued.credential.reseller_id)
        .number("manager_id", issued.credential.manager_id)
        .text("hint", issued.credential.hint)
        .text("secret", issued.secret)
        .close_object();
    http::Response response{.status = 201, .content_type = "application/json", .body = json.finish()};
    response.headers.set("Cache-Control", "no-store");
    return response;
}

}  // namespace

std::vector<service::Route> manager_routes() {
    using service::create_route;
    using service::read_route;
    using service::show_route;
    using service::write_route;
    using enum http::Method;
    constexpr std::string_view all = "/admin/v1/resellers/{resellerId}/managers";
    constexpr std::string_view one = "/admin/v1/resellers/{resellerId}/managers/{managerId}";
    return {
        service::for_reader(read_route(get, all, parse_list, show_catalogue, render_list)),
        service::for_operator(create_route(post, all, parse_create, create_manager, render_created)),
        service::for_reader(show_route(get, one, parse_show, show_manager, render_found)),
        service::for_operator(write_route(patch, one, parse_change, edit_manager, render_manager)),
        service::for_operator(write_route(delete_, one, parse_remove, remove_manager, render_nothing)),
        service::for_operator(
            service::showing_secret(create_route(post, "/admin/v1/resellers/{resellerId}/managers/{managerId}/token",
                                                 parse_name, renew_manager_token, render_token))),
    };
}

}  // namespace admin
