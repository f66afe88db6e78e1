#include "dialect/activeplatform/lists.h"

namespace activeplatform {

void begin_list(JsonWriter& out) {
    out.begin_object();
    out.name("data").begin_array();
}

void end_list(JsonWriter& out, const service::Call& call, const View& view, std::int64_t total) {
    const std::int64_t last = std::max<std::int64_t>(1, (total + view.page_size - 1) / view.page_size);
    const auto link = [&](std::string_view name, std::int64_t number, bool is_there) {
        out.name(name);
        if (!is_there) return out.null();
        out.text(std::string_view(link_to_page(call.request.path(), call.request.query(), number, view.page_size)));
    };
    out.end_array();
    write_included(out, view);
    out.name("links").begin_object();
    link("self", view.page_number, true);
    link("first", 1, true);
    link("prev", std::min(view.page_number - 1, last), view.page_number > 1);
    link("next", view.page_number + 1, view.page_number < last);
    link("last", last, true);
    out.end_object();
    out.name("meta").begin_object();
    out.name("total").number(total);
    out.name("pages").number(last);
    out.end_object();
    out.end_object();
}

void write_included(JsonWriter& out, const View& view) {
    if (view.include.empty()) return;
    out.name("included").begin_array();
    out.end_array();
}

http::Response to_response(int status, JsonWriter& out) {
    return {.status = status, .content_type = std::string(media_type), .body = out.finish()};
}

}  // namespace activeplatform
