#include "service/conditions.h"

#include <algorithm>
#include <string>

#include "core/crypto.h"

namespace service {
namespace {

constexpr std::size_t digest_length = 24;

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

struct EntityTag {
    std::string_view opaque;  // what stands between the quotes
    bool is_weak = false;
};

struct EntityTags {
    bool is_any = false;  // "*"
    std::vector<EntityTag> tags;
};

// The next of a list, which is taken off it. Absent: that is none.
std::optional<EntityTag> take_tag(std::string_view& list) {
    EntityTag tag;
    tag.is_weak = list.starts_with("W/");
    if (tag.is_weak) list.remove_prefix(2);
    if (!list.starts_with('"')) return std::nullopt;
    const std::size_t end = list.find('"', 1);
    if (end == std::string_view::npos) return std::nullopt;
    tag.opaque = list.substr(1, end - 1);
    list = trim(list.substr(end + 1));
    return tag;
}

// All headers of that name are one list (RFC 9110 5.3). Absent: not well formed.
std::optional<EntityTags> read_tags(const http::Request& request, std::string_view name) {
    EntityTags read;
    for (const http::Header& header : request.headers) {
        if (!http::equal_without_case(header.name, name)) continue;
        std::string_view list = trim(header.value);
        if (list == "*") {
            read.is_any = true;
            continue;
        }
        while (!list.empty()) {
            if (list.front() == ',') {
                list = trim(list.substr(1));
                continue;
            }
            const auto tag = take_tag(list);
            if (!tag || (!list.empty() && list.front() != ',')) return std::nullopt;
            read.tags.push_back(*tag);
        }
    }
    return read;
}

// `tag` as it stands in ETag, with its quotes; empty: there is none.
bool matches(const EntityTags& given, std::string_view tag, bool may_be_weak) {
    if (given.is_any) return true;
    if (tag.size() < 2) return false;
    const std::string_view opaque = tag.substr(1, tag.size() - 2);
    const std::string_view version = opaque.substr(0, std::min(opaque.find('-'), opaque.size()));
    return std::ranges::any_of(given.tags, [&](const EntityTag& one) {
        if (one.is_weak && !may_be_weak) return false;
        return one.opaque == opaque || (version.size() < opaque.size() && one.opaque == version);
    });
}

Error refuse_header(std::string_view name) {
    return {Reason::malformed, "The header " + std::string(name) + " holds no entity tag."};
}

std::string_view take_segment(std::string_view& path) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    return segment;
}

// Of two patterns, whatever their names are called.
bool is_same_path(std::string_view left, std::string_view right) {
    while (!left.empty() && !right.empty()) {
        const std::string_view of_left = take_segment(left), of_right = take_segment(right);
        const bool are_names = of_left.starts_with("/{") && of_right.starts_with("/{");
        if (!are_names && of_left != of_right) return false;
    }
    return left.empty() && right.empty();
}

// The tag of what is there now, as the caller would be shown it. Absent: nothing is.
std::optional<std::string> look(db::Tx& tx, World& world, const Call& call) {
    Call seen;
    seen.request = {.method = http::Method::get,
                    .method_name = std::string(http::to_string(http::Method::get)),
                    .target = std::string(call.request.path()),  // a query is the write's own
                    .headers = call.request.headers,
                    .remote_address = call.request.remote_address};
    seen.request_id = call.request_id;
    seen.route = call.shown;
    const auto names = std::size_t(std::ranges::count(call.shown->path, '{'));
    seen.path_values.assign(call.path_values.begin(),
                            call.path_values.begin() + std::ptrdiff_t(std::min(names, call.path_values.size())));
    seen.authenticated = call.authenticated;
    seen.caller = call.caller;
    seen.last_revision = call.last_revision;
    auto response = call.shown->show(tx, world, seen);
    if (!response || response->status != 200) return std::nullopt;
    if (!response->headers.find("etag")) set_entity_tag(*response);
    return *response->headers.find("etag");
}

std::string describe_version(std::string_view tag) {
    const std::size_t end = tag.find('-');
    return end == tag.npos ? "" : "It has version " + std::string(tag.substr(1, end - 1)) + ".";
}

}  // namespace

void set_entity_tag(http::Response& response, std::optional<std::int64_t> version) {
    std::string tag = "\"";
    if (version) tag += std::to_string(*version) + '-';
    tag += sha256_hex(response.content_type + '\n' + response.body).substr(0, digest_length);
    response.headers.set("ETag", tag + '"');
}

http::Response unless_known(const Call& call, http::Response response) {
    const std::string* tag = response.headers.find("etag");
    if (!tag || response.status != 200 || !call.request.headers.find("if-none-match")) return response;
    const auto known = read_tags(call.request, "if-none-match");
    if (!known || !matches(*known, *tag, true)) return response;
    return {.status = 304, .headers = {{"ETag", *tag}}};
}

bool has_condition(const http::Request& request) {
    if (request.method == http::Method::get || request.method == http::Method::head) return false;
    return request.headers.find("if-match") || request.headers.find("if-none-match");
}

const Route* find_shown(const std::vector<Route>& routes, const Route& route) {
    for (std::string_view path = route.path; !path.empty(); path = path.substr(0, path.rfind('/'))) {
        for (const Route& other : routes)
            if (other.method == http::Method::get && is_same_path(other.path, path))
                return other.show ? &other : nullptr;
    }
    return nullptr;
}

Result<void> check_condition(db::Tx& tx, World& world, const Call& call) {
    const auto wanted = read_tags(call.request, "if-match");
    if (!wanted) return refuse_header("If-Match");
    const auto unwanted = read_tags(call.request, "if-none-match");
    if (!unwanted) return refuse_header("If-None-Match");
    const bool is_wanted = call.request.headers.find("if-match") != nullptr;
    if (!call.shown) {
        if (is_wanted && !wanted->is_any)
            return Error{Reason::conflict, "What this is about has no entity tag.", {{"version", Rule::stale, ""}}};
        return {};
    }
    const auto tag = look(tx, world, call);
    // Where nothing is, the operation itself says so; but a PUT would make it.
    if (!tag && is_wanted && call.request.method == http::Method::put)
        return Error{Reason::conflict, "There is nothing yet.", {{"version", Rule::stale, ""}}};
    if (!tag) return {};
    if ((!is_wanted || matches(*wanted, *tag, false)) && !matches(*unwanted, *tag, true)) return {};
    return Error{Reason::conflict, "It has been changed since.", {{"version", Rule::stale, describe_version(*tag)}}};
}

bool is_stale(const Error& error) {
    return error.reason == Reason::conflict && !error.fields.empty() && error.fields.front().rule == Rule::stale;
}

namespace detail {

Result<void> check_condition_of(db::Tx& tx, World& world, const Call& call) {
    if (!call.has_condition) return {};
    return check_condition(tx, world, call);
}

http::Response answer_unless_known(const Call& call, http::Response response) {
    const bool is_read = call.request.method == http::Method::get || call.request.method == http::Method::head;
    if (!is_read || !call.route || !call.route->show) return response;
    if (response.status == 200 && !response.headers.find("etag")) set_entity_tag(response);
    return unless_known(call, std::move(response));
}

}  // namespace detail

}  // namespace service
