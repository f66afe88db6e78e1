#include "dialect/activeplatform/lists.h"

namespace activeplatform {

void begin_list(::json::JsonWriter& out) {
    out.open_object();
    out.name("data").open_array();
}

void end_list(::json::JsonWriter& out, const service::Call& call, const View& view, std::int64_t total) {
    const std::int64_t last = std::max<std::int64_t>(1, (total + view.page_size - 1) / view.page_size);
    const auto link = [&](std::string_view name, std::int64_t number, bool is_there) {
        out.name(name);
        if (is_there)
            out.text(std::string_view(link_to_page(call.request.path(), call.request.query(), number, view.page_size)));
        else
            out.null();
    };
    out.close_array();
    write_included(out, view);
    out.name("links").open_object();
    link("self", view.page_number, true);
    link("first", 1, true);
    link("prev", std::min(view.page_number - 1, last), view.page_number > 1);
    link("next", view.page_number + 1, view.page_number < last);
    link("last", last, true);
    out.close_object();
    out.name("meta").open_object();
    out.name("total").number(total);
    out.name("pages").number(last);
    out.close_object();
    out.close_object();
}

void write_included(::json::JsonWriter& out, const View& view) {
    if (view.include.empty()) return;
    out.name("included").open_array();
    out.close_array();
}

http::Response to_response(int status, ::json::JsonWriter& out) {
    return {.status = status, .content_type = std::string(media_type), .body = out.finish()};
}

}  // namespace activeplatform
