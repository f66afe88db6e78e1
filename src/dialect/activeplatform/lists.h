// A list of resources as a JSON:API document: `data`, the page's `links`, and `meta` with the total.

#pragma once

#include <algorithm>
#include <cstdint>

#include "dialect/activeplatform/resource.h"
#include "service/dialect.h"

namespace activeplatform {

// Before the first resource, and after the last.
void begin_list(::json::JsonWriter&);
void end_list(::json::JsonWriter&, const service::Call&, const View&, std::int64_t total);

// `included`, if the view wants any: only the subscriptions of accounts can be, and there are none here.
void write_included(::json::JsonWriter&, const View&);

http::Response to_response(int status, ::json::JsonWriter&);

// Of a list that is in memory as a whole: the view's page.
template <class Entry, class Write>
http::Response render_list(const service::Call& call, const View& view, const std::vector<Entry>& entries,
                           Write write) {
    ::json::JsonWriter out(4'096);
    begin_list(out);
    const auto total = static_cast<std::int64_t>(entries.size());
    const std::int64_t begin = std::min(total, (view.page_number - 1) * view.page_size);
    const std::int64_t end = std::min(total, begin + view.page_size);
    for (std::int64_t i = begin; i < end; ++i) write(out, entries[static_cast<std::size_t>(i)]);
    end_list(out, call, view, total);
    return to_response(200, out);
}

// A document of one resource.
template <class Write>
http::Response render_one(Write write) {
    ::json::JsonWriter out(1'024);
    out.open_object();
    out.name("data");
    write(out);
    out.close_object();
    return to_response(200, out);
}

}  // namespace activeplatform
