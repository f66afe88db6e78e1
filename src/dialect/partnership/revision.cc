#include "dialect/partnership/revision.h"

#include <atomic>

#include "json/read.h"

namespace partnership {
namespace {

std::atomic<Revision> default_revision = Revision::partnership_openapi;

bool is_ours(std::optional<Revision> revision) {
    return revision == Revision::partnership_reference || revision == Revision::partnership_openapi;
}

std::optional<Revision> revision_of_header(const service::Call& call) {
    const std::string* header = call.request.headers.find("partnership-revision");
    if (!header) return std::nullopt;
    if (*header == "reference") return Revision::partnership_reference;
    if (*header == "openapi") return Revision::partnership_openapi;
    return std::nullopt;
}

bool may_have_body(http::Method method) { return method == http::Method::post || method == http::Method::patch; }

}  // namespace

Revision fallback_revision(const service::Call& call) {
    if (is_ours(call.caller.revision)) return *call.caller.revision;
    return is_ours(call.last_revision) ? *call.last_revision : default_revision.load();
}

std::optional<Revision> requested_revision(const service::Call& call, const boost::json::object& body) {
    if (body.contains("customer_account_uid"))
        call.spoken_revision = Revision::partnership_reference;
    else if (body.contains("account_uid"))
        call.spoken_revision = Revision::partnership_openapi;
    const auto header = revision_of_header(call);
    return header ? header : call.spoken_revision;
}

Revision choose_revision(std::optional<Revision> requested, std::optional<Revision> opened_under, Revision fallback) {
    if (requested) return *requested;
    return is_ours(opened_under) ? *opened_under : fallback;
}

void set_default_revision(Revision revision) { default_revision = revision; }

Revision revision_of_answer(const service::Call& call, std::optional<Revision> opened_under) {
    auto requested = revision_of_header(call);
    if (!requested) requested = call.spoken_revision;
    if (!requested && may_have_body(call.request.method)) {
        const auto body = ::json::read_json(call.request.body);
        if (body.ok() && body.value().is_object()) requested = requested_revision(call, body.value().get_object());
    }
    return choose_revision(requested, opened_under, fallback_revision(call));
}

}  // namespace partnership
