#include "dialect/pages/redeem.h"

#include <algorithm>

#include "dialect/pages/redeem_page.h"
#include "engine/accounts/redeem_account.h"
#include "service/conditions.h"
#include "service/cookies.h"
#include "service/query.h"

namespace redeem {
namespace {

using service::Call;
using service::for_anyone;
using Parameters = std::vector<service::QueryParameter>;

constexpr std::string_view path = "/partnership/redeem";

std::string text_of(const Parameters& parameters, std::string_view name) {
    const std::string* value = find_parameter(parameters, name);
    return value ? *value : "";
}

// The documents say t={account_type}, I or F; links in use say t=family.
std::optional<AccountType> parse_type(std::string_view text) {
    if (text == "I" || text == "individual") return AccountType::individual;
    if (text == "F" || text == "family") return AccountType::family;
    return std::nullopt;
}

std::string trim(std::string text) {
    const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!text.empty() && is_space(text.back())) text.pop_back();
    text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_space));
    return text;
}

// Absent: no link at all, as its holder can see.
std::optional<RedeemAccount> read_link(const Call& call, const Result<Parameters>& parameters) {
    if (!parameters.ok()) return std::nullopt;
    const auto type = parse_type(text_of(parameters.value(), "t"));
    if (!type) return std::nullopt;
    RedeemAccount command{.token = text_of(parameters.value(), "c"), .type = type};
    command.domain = domain_of_host(call.host);
    return command;
}

http::Response refuse_link() {
    return render_refusal(404, "This link cannot be used", "Please ask whoever sent it to you for a new one.");
}

http::Response render_status(const Call&, int status, std::string_view) {
    if (status == 404) return render_refusal(404, "There is nothing here", "Please check the address.");
    if (status == 503) return render_refusal(503, "Not available now", "Please try again in a minute.");
    if (status >= 500) return render_refusal(status, "Something went wrong", "Please try again later.");
    return render_refusal(status, "This request cannot be answered", "Please open the link again.");
}

http::Response render_error(const Call& call, const Error& error) {
    if (error.reason == Reason::limit_exceeded) {
        auto response = render_refusal(429, "Too many attempts", "Please wait a minute, then open the link again.");
        response.headers.set("Retry-After", "60");
        return response;
    }
    if (error.reason == Reason::forbidden)
        return render_refusal(403, "Please open the link again", "This form can only be sent from its own page.");
    if (error.reason == Reason::unavailable) {
        auto response = render_refusal(503, "Not available now", "Please try again in a minute.");
        response.headers.set("Retry-After", "5");
        return response;
    }
    if (error.reason == Reason::broken)
        return render_refusal(500, "Something went wrong", "It is our fault, not yours: please try again later.");
    if (service::is_stale(error)) return render_status(call, 412, error.detail);
    return refuse_link();
}

// What came of a form that was sent.
struct Sent {
    std::optional<Redeemable> found;  // absent: the link is useless
    std::string wrong;                // with the e-mail address; empty: it is redeemed
};

db::Outcome redeem_in(db::Tx& tx, World& world, const Call& call, const RedeemAccount& command, Sent& sent) {
    sent = {};
    auto found = show_redeemable(tx, world, command);
    if (!found.ok()) return db::Outcome::undo;
    sent.found = std::move(found).value();
    if (redeem_account(tx, world, call.caller, command).ok()) return db::Outcome::keep;
    sent.wrong = "This does not look like an e-mail address.";
    return db::Outcome::undo;
}

}  // namespace

struct Redemption::Impl {
    explicit Impl(service::AttemptLimits limits) : attempts(limits) {
        const auto show = [this](const service::App& app, std::shared_ptr<Call> call, service::RenderError,
                                 http::Reply reply) { show_page(app, call, reply); };
        const auto take = [this](const service::App& app, std::shared_ptr<Call> call, service::RenderError,
                                 http::Reply reply) { take_form(app, call, reply); };
        routes = {for_anyone({http::Method::get, path, show}), for_anyone({http::Method::post, path, take})};
    }

    http::Response refuse_link(const Call& call, World& world) {
        if (!attempts.count_failure(call.client_address, world.now()))
            return render_error(call, {Reason::limit_exceeded, ""});
        return redeem::refuse_link();
    }

    // Goes on with what is found; a link that is none goes no further than this, and takes no turn of the writer.
    void look_up(const service::App& app, const std::shared_ptr<Call>& call, const RedeemAccount& command,
                 const http::Reply& reply, std::function<void(const Redeemable&)> go_on) {
        auto found = std::make_shared<std::optional<Result<Redeemable>>>();
        app.database.read(
            [=, &world = app.world](db::Tx& tx) {
                found->emplace(show_redeemable(tx, world, command));
                return db::Outcome::keep;
            },
            [=, this, &app, go_on = std::move(go_on)](std::exception_ptr failure) {
                if (failure) return reply(fail(app, *call, failure));
                if (!(*found)->ok()) return reply(refuse_link(*call, app.world));
                go_on((*found)->value());
            });
    }

    void show_page(const service::App& app, const std::shared_ptr<Call>& call, const http::Reply& reply) {
        const auto command = read_link(*call, service::parse_query(call->request.query()));
        if (!command) return reply(refuse_link(*call, app.world));
        look_up(app, call, *command, reply, [=](const Redeemable& found) { reply(render_form(200, found, {})); });
    }

    void take_form(const service::App& app, const std::shared_ptr<Call>& call, const http::Reply& reply) {
        if (!service::is_from_our_page(*call)) return reply(render_error(*call, {Reason::forbidden, ""}));
        const auto parameters = service::parse_query(call->request.body);
        auto command = read_link(*call, parameters);
        if (!command) return reply(refuse_link(*call, app.world));
        command->email = trim(text_of(parameters.value(), "email"));
        command->has_account = text_of(parameters.value(), "account") == "existing";
        look_up(app, call, *command, reply,
                [=, this, &app](const Redeemable&) { redeem_with(app, call, *command, reply); });
    }

    void redeem_with(const service::App& app, const std::shared_ptr<Call>& call, const RedeemAccount& command,
                     const http::Reply& reply) {
        auto sent = std::make_shared<Sent>();
        service::write(
            app, *call, [=, &world = app.world](db::Tx& tx) { return redeem_in(tx, world, *call, command, *sent); },
            [=, this, &app](std::exception_ptr failure) {
                if (failure) return reply(fail(app, *call, failure));
                if (!sent->found) return reply(refuse_link(*call, app.world));
                if (!sent->wrong.empty())
                    return reply(render_form(422, *sent->found, {*command.email, command.has_account, sent->wrong}));
                reply(render_done(*sent->found, *command.email));
            });
    }

    static http::Response fail(const service::App& app, const Call& call, std::exception_ptr failure) {
        app.log_failure(call, service::describe(failure));
        return render_error(call, service::to_error(failure));
    }

    service::AttemptLimiter attempts;
    std::vector<service::Route> routes;
    service::Dialect dialect = {
        .name = "redeem",
        .prefix = path,
        .routes = &routes,
        .credential_kind = CredentialKind::operator_token,  // nobody is asked for one
        .media_types = {"application/x-www-form-urlencoded"},
        .find_secret = [](const http::Request&) { return std::optional<std::string_view>(); },
        .render_error = render_error,
        .render_status = render_status,
    };
};

Redemption::Redemption(service::AttemptLimits limits) : impl_(std::make_unique<Impl>(limits)) {}
Redemption::~Redemption() = default;

const service::Dialect& Redemption::dialect() const { return impl_->dialect; }

std::optional<std::string> domain_of_host(std::string_view host) {
    constexpr std::string_view prefix = "start.";
    if (host.size() <= prefix.size() || !http::equal_without_case(host.substr(0, prefix.size()), prefix))
        return std::nullopt;
    std::string domain(host.substr(prefix.size(), host.find(':') - prefix.size()));
    for (char& c : domain) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return domain;
}

}  // namespace redeem
