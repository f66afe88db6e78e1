#include "dialect/partnership/revision.h"

#include <atomic>

#include "dialect/json.h"
#include "dialect/partnership/partnership.h"

namespace partnership {
namespace {

std::atomic<Revision> default_revision = Revision::partnership_openapi;

bool is_ours(std::optional<Revision> revision) {
    return revision == Revision::partnership_reference || revision == Revision::partnership_openapi;
}

}  // namespace

Revision fallback_revision(const dialect::Call& call) {
    return is_ours(call.caller.revision) ? *call.caller.revision : default_revision.load();
}

Revision choose_revision(std::optional<Revision> header, std::optional<Revision> opened_under, Revision fallback) {
    if (header) return *header;
    return is_ours(opened_under) ? *opened_under : fallback;
}

void set_default_revision(Revision revision) { default_revision = revision; }

std::optional<Revision> revision_of_header(const dialect::Call& call) {
    const std::string* header = call.request.headers.find("partnership-revision");
    if (!header) return std::nullopt;
    if (*header == "reference") return Revision::partnership_reference;
    if (*header == "openapi") return Revision::partnership_openapi;
    return std::nullopt;
}

std::optional<Revision> revision_of_body(const boost::json::object& body) {
    if (body.contains("customer_account_uid")) return Revision::partnership_reference;
    if (body.contains("account_uid")) return Revision::partnership_openapi;
    return std::nullopt;
}

Revision revision_of_request(const dialect::Call& call, const boost::json::object& body) {
    if (const auto header = revision_of_header(call)) return *header;
    if (const auto named = revision_of_body(body)) return *named;
    return fallback_revision(call);
}

Revision revision_of_answer(const dialect::Call& call, std::optional<Revision> opened_under) {
    return choose_revision(revision_of_header(call), opened_under, fallback_revision(call));
}

Revision revision_of_refusal(const dialect::Call& call, std::optional<Revision> opened_under) {
    if (const auto header = revision_of_header(call)) return *header;
    if (call.request.method == http::Method::post) {
        const auto body = dialect::read_json(call.request.body);
        const auto* object = body.ok() ? body.value().if_object() : nullptr;
        const auto named = object ? revision_of_body(*object) : std::nullopt;
        if (named) return *named;
    }
    return revision_of_answer(call, opened_under);
}

}  // namespace partnership
