#include "dialect/activeplatform/account_types.h"

#include "dialect/activeplatform/lists.h"
#include "dialect/activeplatform/nouns.h"
#include "dialect/activeplatform/request_body.h"

namespace activeplatform {
namespace {

Allowed allowed(bool is_list) {
    Allowed allowed;
    allowed.fields = {{account_types_type, account_type_fields()}};
    allowed.pages = is_list;
    return allowed;
}

}  // namespace

Result<ShowCatalogue> parse_list_account_types(const service::Call& call) {
    TRY(read_view(call.request.query(), allowed(true)));
    return ShowCatalogue{TRY(read_path_id(call.path_values[0]))};
}

http::Response render_account_types(const service::Call& call, const Scope& scope) {
    const View view = read_view(call.request.query(), allowed(true)).value();
    return render_list(call, view, scope.catalogue->types(), [&](::json::JsonWriter& out, const CatalogueType* entry) {
        write_resource(out, ShownType{*entry, *scope.catalogue}, view.fields_of(account_types_type));
    });
}

Result<ShowEntry> parse_show_account_type(const service::Call& call) {
    TRY(read_view(call.request.query(), allowed(false)));
    return ShowEntry{TRY(read_path_id(call.path_values[0])), TRY(read_path_id(call.path_values[1]))};
}

http::Response render_account_type(const service::Call& call, const FoundEntry<CatalogueType>& found) {
    const View view = read_view(call.request.query(), allowed(false)).value();
    return render_one([&](::json::JsonWriter& out) {
        write_resource(out, ShownType{*found.entry, *found.scope.catalogue}, view.fields_of(account_types_type));
    });
}

}  // namespace activeplatform
