#include "dialect/activeplatform/account_classes.h"

#include "dialect/activeplatform/lists.h"
#include "dialect/activeplatform/nouns.h"
#include "dialect/activeplatform/request_body.h"

namespace activeplatform {
namespace {

Allowed allowed(bool is_list) {
    Allowed allowed;
    allowed.fields = {{account_classes_type, account_class_fields()}};
    allowed.pages = is_list;
    return allowed;
}

}  // namespace

Result<ShowCatalogue> parse_list_account_classes(const service::Call& call) {
    TRY(read_view(call.request.query(), allowed(true)));
    return ShowCatalogue{TRY(read_path_id(call.path_values[0]))};
}

http::Response render_account_classes(const service::Call& call, const Scope& scope) {
    const View view = read_view(call.request.query(), allowed(true)).value();
    return render_list(call, view, scope.catalogue->classes(), [&](::json::JsonWriter& out, const AccountClass* entry) {
        write_resource(out, ShownClass{*entry, *scope.catalogue}, view.fields_of(account_classes_type));
    });
}

Result<ShowEntry> parse_show_account_class(const service::Call& call) {
    TRY(read_view(call.request.query(), allowed(false)));
    return ShowEntry{TRY(read_path_id(call.path_values[0])), TRY(read_path_id(call.path_values[1]))};
}

http::Response render_account_class(const service::Call& call, const FoundEntry<AccountClass>& found) {
    const View view = read_view(call.request.query(), allowed(false)).value();
    return render_one([&](::json::JsonWriter& out) {
        write_resource(out, ShownClass{*found.entry, *found.scope.catalogue}, view.fields_of(account_classes_type));
    });
}

}  // namespace activeplatform
