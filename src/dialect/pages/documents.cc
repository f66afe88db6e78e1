#include "dialect/pages/documents.h"

#include <algorithm>
#include <boost/json.hpp>

#include "dialect/pages/documents/files.h"
#include "dialect/pages/page_file.h"
#include "json/writer.h"

namespace documents {
namespace {

using service::Call;
using service::find_file;

constexpr std::string_view json_suffix = ".json";

// Scripts and styles come from here alone, and answers to what is tried go nowhere else. The renderer sets some styles
// on its elements, which no page could do with before.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src "
    "'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

http::Response render_status(const Call&, int status, std::string_view detail) {
    ::json::JsonWriter body;
    body.open_object()
        .text("type", "about:blank")
        .text("title", http::reason_phrase(status))
        .number("status", status)
        .text("detail", detail)
        .close_object();
    return {.status = status, .content_type = "application/problem+json", .body = body.finish()};
}

http::Response render_error(const Call& call, const Error& error) {
    if (error.reason == Reason::unavailable) return render_status(call, 503, error.detail);
    return render_status(call, error.reason == Reason::not_found ? 404 : 500, error.detail);
}

std::optional<std::string_view> find_no_secret(const http::Request&) { return std::nullopt; }

service::Route page_route(std::string_view path, std::function<http::Response(const Call&)> answer) {
    auto run = [answer = std::move(answer)](const service::App&, std::shared_ptr<Call> call, service::RenderError,
                                            http::Reply reply) { reply(answer(*call)); };
    return service::for_anyone({http::Method::get, path, run});
}

http::Response not_found(const Call& call) { return render_status(call, 404, "There is nothing at this path."); }

struct Listed {
    Listed(std::string_view name, const EmbeddedFile& file, CredentialKind credential_kind)
        : name(name), file(file.name, file.bytes, false, policy), credential_kind(credential_kind) {
        const boost::json::value document = boost::json::parse({file.bytes.data(), file.bytes.size()});
        title = document.at("info").at("title").as_string();
        version = document.at("info").at("version").as_string();
    }

    std::string_view name;
    service::PageFile file;
    CredentialKind credential_kind;
    std::string title, version;
};

}  // namespace

struct Documents::Impl {
    explicit Impl(DocumentsOptions options) : find_sandbox_secret(std::move(options.find_sandbox_secret)) {
        for (const service::Dialect* dialect : options.dialects)
            for (const std::string_view name : dialect->documents)
                if (const EmbeddedFile* file = find_document(name))
                    listed.emplace_back(name, *file, dialect->credential_kind);
        files.add(licence_files, policy);
        files.add(page_files, policy);
        // What renders the documents is compressed in the binary, and every browser takes it as it is.
        files.add_compressed(renderer_files, policy);
    }

    http::Response render_page_file(const Call& call, std::string_view name) const {
        const service::PageFile* file = files.find(name);
        return file ? service::render_file(call, *file) : not_found(call);
    }

    // {"documents": [{"name": "admin", "title": "...", "version": "...", "url": "/openapi/admin.json",
    //                 "sandbox_credential": null | "sandbox-operator"}]}
    http::Response render_index(const Call& call) const {
        ::json::JsonWriter json(2'048);
        json.open_object().open_array("documents");
        for (const Listed& document : listed) {
            json.open_object()
                .text("name", document.name)
                .text("title", document.title)
                .text("version", document.version)
                .text("url", "/openapi/" + std::string(document.name) + ".json");
            const auto secret = find_sandbox_secret ? find_sandbox_secret(document.credential_kind) : std::nullopt;
            if (secret)
                json.text("sandbox_credential", *secret);
            else
                json.null("sandbox_credential");
            json.close_object();
        }
        json.close_array().close_object();
        const std::string index = json.finish();
        return service::render_file(call, {"index.json", index, false, policy});
    }

    http::Response render_document(const Call& call) const {
        std::string_view name = call.path_values[0];
        if (!name.ends_with(json_suffix)) return not_found(call);
        name.remove_suffix(json_suffix.size());
        const auto found = std::ranges::find(listed, name, &Listed::name);
        return found == listed.end() ? not_found(call) : service::render_file(call, found->file);
    }

    static service::Dialect make_dialect(std::string_view name, std::string_view prefix,
                                         const std::vector<service::Route>& routes) {
        return {.name = name,
                .prefix = prefix,
                .routes = &routes,
                .credential_kind = CredentialKind::operator_token,  // never asked for
                .media_types = {"application/json"},
                .find_secret = find_no_secret,
                .render_error = render_error,
                .render_status = render_status};
    }

    const std::function<std::optional<std::string>(CredentialKind)> find_sandbox_secret;
    std::vector<Listed> listed;
    service::PageFiles files;
    const std::vector<service::Route> openapi_routes = {
        page_route("/openapi", [this](const Call& call) { return render_index(call); }),
        page_route("/openapi/{file}", [this](const Call& call) { return render_document(call); }),
    };
    const std::vector<service::Route> docs_routes = {
        page_route(
            "/docs",
            [this](const Call& call) { return render_page_file(call, has_renderer() ? "docs.html" : "plain.html"); }),
        page_route("/docs/{file}", [this](const Call& call) { return render_page_file(call, call.path_values[0]); }),
    };
    const service::Dialect openapi = make_dialect("openapi", "/openapi", openapi_routes);
    const std::vector<service::Route> front_routes = {
        page_route("/", [this](const Call& call) { return render_page_file(call, "front.html"); }),
    };
    const service::Dialect docs = make_dialect("docs", "/docs", docs_routes);
    const service::Dialect front = make_dialect("front", "/", front_routes);
};

Documents::Documents(DocumentsOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Documents::~Documents() = default;

std::vector<const service::Dialect*> Documents::dialects() const {
    return {&impl_->openapi, &impl_->docs, &impl_->front};
}

const EmbeddedFile* find_document(std::string_view name) {
    return find_file(openapi_files, std::string(name) + std::string(json_suffix));
}

std::optional<std::string> find_document_at(std::string_view path) {
    constexpr std::string_view folder = "/openapi/";
    if (!path.starts_with(folder) || !path.ends_with(json_suffix)) return std::nullopt;
    path.remove_prefix(folder.size());
    path.remove_suffix(json_suffix.size());
    const EmbeddedFile* file = find_document(path);
    if (!file) return std::nullopt;
    return std::string(file->bytes);
}

bool has_renderer() { return !renderer_files.empty(); }

}  // namespace documents
