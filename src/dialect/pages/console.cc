#include "dialect/pages/console.h"

#include <boost/json.hpp>

#include "dialect/pages/console/files.h"
#include "dialect/pages/page_file.h"
#include "engine/access/console_session.h"
#include "json/read.h"
#include "json/writer.h"
#include "service/conditions.h"
#include "service/cookies.h"

namespace console {
namespace {

using service::after_looking;
using service::by_key;
using service::Call;
using service::for_anyone;
using service::Route;

// Nothing comes from elsewhere and nothing goes there; no text becomes markup, whatever an account is called.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

http::Response render_problem(int status, std::string_view detail, std::string_view code = {}) {
    ::json::JsonWriter body;
    body.open_object()
        .text("type", "about:blank")
        .text("title", http::reason_phrase(status))
        .number("status", status)
        .text("detail", detail);
    if (!code.empty()) body.text("code", code);
    body.close_object();
    return {.status = status, .content_type = "application/problem+json", .body = body.finish()};
}

http::Response render_status(const Call&, int status, std::string_view detail) {
    return render_problem(status, detail);
}

http::Response render_later(int status, std::string_view detail, std::string_view seconds) {
    http::Response response = render_problem(status, detail);
    response.headers.set("Retry-After", seconds);
    return response;
}

http::Response render_error(const Call&, const Error& error) {
    switch (error.reason) {
    case Reason::unauthenticated:
        return render_problem(401, error.detail,
                              to_string(error.fields.empty() ? Rule::not_valid : error.fields.front().rule));
    case Reason::malformed: return render_problem(400, error.detail);
    case Reason::forbidden: return render_problem(403, error.detail);
    case Reason::not_found: return render_problem(404, error.detail);
    case Reason::limit_exceeded: return render_later(429, error.detail, "60");
    case Reason::unavailable: return render_later(503, error.detail, "5");
    case Reason::invalid: return render_problem(422, error.detail);
    case Reason::conflict: return render_problem(service::is_stale(error) ? 412 : 409, error.detail);
    case Reason::gone:
    case Reason::idempotency_mismatch:
    case Reason::broken: break;
    }
    return render_problem(500, "Internal server error");
}

// A page of somebody else signs nobody in or out.
Result<void> check_page(const Call& call) {
    if (service::is_from_our_page(call)) return {};
    return Error{Reason::forbidden, "This is for the console's own pages."};
}

Result<OpenConsoleSession> parse_open(const Call& call) {
    TRY(check_page(call));
    const boost::json::value body = TRY(::json::read_json(call.request.body));
    const boost::json::object* object = body.if_object();
    const boost::json::value* token = object ? object->if_contains("token") : nullptr;
    if (!token || !token->is_string()) return Error{Reason::malformed, R"(The body is to be {"token": "..."}.)"};
    // Pasted, often with what stood around it.
    std::string_view text(token->get_string());
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return OpenConsoleSession{};
    text = text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
    return OpenConsoleSession{std::string(text)};
}

Result<NameConsoleSession> parse_end(const Call& call) {
    TRY(check_page(call));
    return NameConsoleSession{std::string(service::find_console_cookie(call).value_or(""))};
}

void write_session(::json::JsonWriter& json, const ShownConsoleSession& shown) {
    json.open_object("session")
        .number("credential", shown.credential.id)
        .text("label", shown.credential.label)
        .text("hint", shown.credential.hint)
        .open_object("reseller")
        .number("id", shown.reseller.id)
        .text("name", shown.reseller.name)
        .close_object()
        .text("created_at", format_rfc3339(shown.session.created_at))
        .text("ends_at", format_rfc3339(end_of(shown.session)))
        .number("idle_seconds", std::chrono::duration_cast<std::chrono::seconds>(console_session_idle_max).count())
        .close_object();
}

http::Response render_opened(const Call& call, const OpenedConsoleSession& opened) {
    ::json::JsonWriter json;
    json.open_object();
    write_session(json, opened.shown);
    json.close_object();
    http::Response response{.status = 201, .content_type = "application/json", .body = json.finish()};
    const auto life = std::chrono::duration_cast<std::chrono::seconds>(console_session_life);
    response.headers.set("Set-Cookie", service::console_cookie(call, opened.secret, life));
    return response;
}

http::Response render_ended(const Call& call, const ConsoleSessionEnded&) {
    http::Response response{.status = 204};
    response.headers.set("Set-Cookie", service::console_cookie(call, "", std::chrono::seconds(0)));
    return response;
}

Route page_route(std::string_view path, std::function<http::Response(const Call&)> answer) {
    auto run = [answer = std::move(answer)](const service::App&, std::shared_ptr<Call> call, service::RenderError,
                                            http::Reply reply) { reply(answer(*call)); };
    return for_anyone({http::Method::get, path, run});
}

}  // namespace

struct Console::Impl {
    explicit Impl(ConsoleOptions options) : options(std::move(options)) { files.add_compressed(page_files, policy); }

    // The page itself, or what belongs to it.
    http::Response render_page_file(const Call& call, std::string_view name) const {
        const service::PageFile* file = files.find(name);
        return file ? service::render_file(call, *file) : render_problem(404, "There is nothing at this path.");
    }

    // {"session": null | {...}, "sandbox_token": null | "...", "version": "..."}
    http::Response render_session(const std::optional<ShownConsoleSession>& shown) const {
        ::json::JsonWriter json;
        json.open_object();
        if (shown)
            write_session(json, *shown);
        else
            json.null("session");
        const auto token = options.find_sandbox_token ? options.find_sandbox_token() : std::nullopt;
        if (token)
            json.text("sandbox_token", *token);
        else
            json.null("sandbox_token");
        json.text("version", options.version).close_object();
        return {.status = 200, .content_type = "application/json", .body = json.finish()};
    }

    // Whoever asks without a session is told how to get one: that is no error.
    void show_session(const service::App& app, const std::shared_ptr<Call>& call, const http::Reply& reply) const {
        const auto cookie = service::find_console_cookie(*call);
        if (!cookie) return reply(render_session(std::nullopt));
        auto found = std::make_shared<std::optional<ShownConsoleSession>>();
        app.database.read(
            [=, &world = app.world, secret = std::string(*cookie)](db::Tx& tx) {
                auto shown = show_console_session(tx, world, call->caller, {secret});
                if (shown.ok()) *found = std::move(shown).value();
                return db::Outcome::keep;
            },
            [=, this, &app](std::exception_ptr failure) {
                if (!failure) return reply(render_session(*found));
                app.log_failure(*call, service::describe(failure));
                reply(render_error(*call, service::to_error(failure)));
            });
    }

    std::vector<Route> make_routes() {
        using enum http::Method;
        const auto show = [this](const service::App& app, std::shared_ptr<Call> call, service::RenderError,
                                 http::Reply reply) { show_session(app, call, reply); };
        const auto index = [this](const Call& call) { return render_page_file(call, "console.html"); };
        return {
            by_key(after_looking(
                parse_open, look_at_console_token,
                service::write_route(post, "/console/session", parse_open, open_console_session, render_opened))),
            for_anyone({get, "/console/session", show}),
            for_anyone(service::write_route(delete_, "/console/session", parse_end, end_console_session, render_ended)),
            page_route("/console/files/{file}",
                       [this](const Call& call) { return render_page_file(call, call.path_values[0]); }),
            page_route("/console", index),
            page_route("/console/{page}", index),
            page_route("/console/{page}/{id}", index),
            page_route("/console/{page}/{id}/{part}", index),
        };
    }

    const ConsoleOptions options;
    service::PageFiles files;
    const std::vector<Route> routes = make_routes();
    const service::Dialect dialect = {
        .name = "console",
        .prefix = "/console",
        .routes = &routes,
        .credential_kind = CredentialKind::operator_token,  // never asked for
        .media_types = {"application/json"},
        .find_secret = [](const http::Request&) { return std::optional<std::string_view>(); },
        .render_error = render_error,
        .render_status = render_status,
    };
};

Console::Console(ConsoleOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Console::~Console() = default;

const service::Dialect& Console::dialect() const { return impl_->dialect; }

}  // namespace console
