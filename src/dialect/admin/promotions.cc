// Promotions: GET, POST /admin/v1/resellers/{resellerId}/promotions; GET, PATCH, DELETE .../{domain}/{type}.
//
//   {"reseller_id": 2, "domain": "b5test.com", "type": "individual" | "family", "from": null | date-time,
//    "until": null | date-time, "version": 1}

#include "engine/resellers/promotions.h"

#include "dialect/admin/nouns.h"
#include "dialect/admin/request.h"
#include "json/writer.h"
#include "service/conditions.h"

namespace admin {
namespace {

using ::json::JsonWriter;
using service::Call;

Result<ListPromotions> parse_list(const Call& call) {
    ListPromotions command{TRY(parse_id(call.path_values[0]))};
    Query query = TRY(Query::read(call));
    TRY(query.finish());
    return command;
}

Result<Promotion> parse_create(const Call& call) {
    Promotion command{.reseller_id = TRY(parse_id(call.path_values[0]))};
    Body body = TRY(Body::read(call));
    command.domain = body.text("domain");
    command.type = body.account_type("type");
    command.from = body.find_instant("from");
    command.until = body.find_instant("until");
    TRY(body.finish());
    return command;
}

Result<NamePromotion> parse_name(const Call& call) {
    NamePromotion name{.reseller_id = TRY(parse_id(call.path_values[0])), .domain = call.path_values[1]};
    const auto type = parse_account_type(call.path_values[2]);
    if (!type) return Error{Reason::not_found, "There is no such promotion."};
    name.type = *type;
    return name;
}

Result<ChangePromotion> parse_change(const Call& call) {
    ChangePromotion command{.name = TRY(parse_name(call))};
    Body body = TRY(Body::read(call));
    if (body.has("from")) command.from = body.find_instant("from");
    if (body.has("until")) command.until = body.find_instant("until");
    TRY(body.finish());
    return command;
}

Result<RemovePromotion> parse_remove(const Call& call) { return RemovePromotion{.name = TRY(parse_name(call))}; }

void write(JsonWriter& json, const Promotion& promotion) {
    json.open_object()
        .number("reseller_id", promotion.reseller_id)
        .text("domain", promotion.domain)
        .text("type", to_string(promotion.type))
        .instant("from", promotion.from)
        .instant("until", promotion.until)
        .number("version", promotion.version)
        .close_object();
}

http::Response render_promotion(const Call&, const Promotion& promotion) {
    JsonWriter json;
    write(json, promotion);
    http::Response response{.status = 200, .content_type = "application/json", .body = json.finish()};
    service::set_entity_tag(response, promotion.version);
    return response;
}

http::Response render_created(const Call& call, const Promotion& promotion) {
    http::Response response = render_promotion(call, promotion);
    response.status = 201;
    response.headers.set("Location", "/admin/v1/resellers/" + std::to_string(promotion.reseller_id) + "/promotions/" +
                                         promotion.domain + "/" + std::string(to_string(promotion.type)));
    return response;
}

http::Response render_nothing(const Call&, const Promotion&) { return {.status = 204}; }

http::Response render_list(const Call&, const std::vector<Promotion>& promotions) {
    JsonWriter json(2'048);
    json.open_object().open_array("promotions");
    for (const Promotion& promotion : promotions) write(json, promotion);
    json.close_array().close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

}  // namespace

std::vector<service::Route> promotion_routes() {
    using service::create_route;
    using service::read_route;
    using service::show_route;
    using service::write_route;
    using enum http::Method;
    constexpr std::string_view one = "/admin/v1/resellers/{resellerId}/promotions/{domain}/{type}";
    return {
        service::for_reader(
            read_route(get, "/admin/v1/resellers/{resellerId}/promotions", parse_list, list_promotions, render_list)),
        service::for_operator(create_route(post, "/admin/v1/resellers/{resellerId}/promotions", parse_create,
                                           create_promotion, render_created)),
        service::for_reader(show_route(get, one, parse_name, show_promotion, render_promotion)),
        service::for_operator(write_route(patch, one, parse_change, change_promotion, render_promotion)),
        service::for_operator(write_route(delete_, one, parse_remove, remove_promotion, render_nothing)),
    };
}

}  // namespace admin
