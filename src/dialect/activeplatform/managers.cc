#include "dialect/activeplatform/managers.h"

#include "dialect/activeplatform/lists.h"
#include "dialect/activeplatform/nouns.h"
#include "dialect/activeplatform/request_body.h"

namespace activeplatform {
namespace {

Allowed allowed(bool is_list) {
    Allowed allowed;
    allowed.fields = {{managers_type, manager_fields()}};
    allowed.pages = is_list;
    return allowed;
}

}  // namespace

Result<ShowCatalogue> parse_list_managers(const service::Call& call) {
    TRY(read_view(call.request.query(), allowed(true)));
    return ShowCatalogue{TRY(read_path_id(call.path_values[0]))};
}

http::Response render_managers(const service::Call& call, const Scope& scope) {
    const View view = read_view(call.request.query(), allowed(true)).value();
    return render_list(
        call, view, scope.catalogue->own_managers(), [&](::json::JsonWriter& out, const Manager& manager) {
            write_resource(out, ShownManager{manager, *scope.catalogue, call.caller}, view.fields_of(managers_type));
        });
}

Result<ShowEntry> parse_show_manager(const service::Call& call) {
    TRY(read_view(call.request.query(), allowed(false)));
    return ShowEntry{TRY(read_path_id(call.path_values[0])), TRY(read_path_id(call.path_values[1]))};
}

http::Response render_manager(const service::Call& call, const FoundEntry<Manager>& found) {
    const View view = read_view(call.request.query(), allowed(false)).value();
    return render_one([&](::json::JsonWriter& out) {
        write_resource(out, ShownManager{*found.entry, *found.scope.catalogue, call.caller},
                       view.fields_of(managers_type));
    });
}

}  // namespace activeplatform
