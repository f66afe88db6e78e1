#include "dialect/admin/reseller_json.h"

#include "dialect/admin/request.h"

namespace admin {
namespace {

std::string_view to_string(EndAction action) { return action == EndAction::close ? "close" : "stay_frozen"; }

}  // namespace

void write_reseller(::json::JsonWriter& json, const Reseller& reseller) {
    json.open_object()
        .number("id", reseller.id)
        .number("parent_id", reseller.parent_id)
        .text("name", reseller.name)
        .text("utc_offset", format_utc_offset(reseller.utc_offset))
        .text("end_action", to_string(reseller.end_action))
        .number("grace_seconds", reseller.grace.count() / 1'000)
        .instant("created_at", reseller.created_at)
        .instant("updated_at", reseller.updated_at)
        .number("version", reseller.version)
        .close_object();
}

}  // namespace admin
