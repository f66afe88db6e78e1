// Domains: GET, POST /admin/v1/domains; GET, DELETE /admin/v1/domains/{name}. {"name": "b5test.com", "created_at": ...}

#include "dialect/admin/nouns.h"
#include "dialect/admin/request.h"
#include "engine/resellers/promotions.h"
#include "json/writer.h"

namespace admin {
namespace {

using ::json::JsonWriter;
using service::Call;

Result<ListDomains> parse_list(const Call& call) {
    Query query = TRY(Query::read(call));
    TRY(query.finish());
    return ListDomains{};
}

Result<NameDomain> parse_create(const Call& call) {
    Body body = TRY(Body::read(call));
    NameDomain command{body.text("name")};
    TRY(body.finish());
    return command;
}

Result<NameDomain> parse_name(const Call& call) { return NameDomain{call.path_values[0]}; }

void write(JsonWriter& json, const Domain& domain) {
    json.open_object().text("name", domain.name).instant("created_at", domain.created_at).close_object();
}

http::Response render_domain(const Call&, const Domain& domain) {
    JsonWriter json;
    write(json, domain);
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

http::Response render_created(const Call& call, const Domain& domain) {
    http::Response response = render_domain(call, domain);
    response.status = 201;
    response.headers.set("Location", "/admin/v1/domains/" + domain.name);
    return response;
}

http::Response render_nothing(const Call&, const Domain&) { return {.status = 204}; }

http::Response render_list(const Call&, const std::vector<Domain>& domains) {
    JsonWriter json(1'024);
    json.open_object().open_array("domains");
    for (const Domain& domain : domains) write(json, domain);
    json.close_array().close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

}  // namespace

std::vector<service::Route> domain_routes() {
    using service::create_route;
    using service::read_route;
    using service::show_route;
    using service::write_route;
    using enum http::Method;
    return {
        service::for_reader(read_route(get, "/admin/v1/domains", parse_list, list_domains, render_list)),
        service::for_operator(create_route(post, "/admin/v1/domains", parse_create, add_domain, render_created)),
        service::for_reader(show_route(get, "/admin/v1/domains/{name}", parse_name, show_domain, render_domain)),
        service::for_operator(
            write_route(delete_, "/admin/v1/domains/{name}", parse_name, remove_domain, render_nothing)),
    };
}

}  // namespace admin
