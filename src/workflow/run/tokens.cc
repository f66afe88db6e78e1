#include "workflow/run/tokens.h"

#include <algorithm>
#include <charconv>

#include "http/url.h"
#include "uri/uri.h"
#include "workflow/run/server_choice.h"
#include "workflow/text/text.h"
#include "workflow/text/url.h"

namespace workflow {

namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";

Error refuse(std::string why) { return {Reason::unavailable, std::move(why)}; }

bool is_this_machine(const std::string& host) {
    return host == "localhost" || host.ends_with(".localhost") || host == "::1" || host.starts_with("127.");
}

// The client's secret would be read by whoever listens on the way.
Result<void> check_secure(const std::string& url, const std::string& scheme) {
    const auto parsed = http::parse_url(url);
    if (parsed && (parsed->is_https || is_this_machine(parsed->host))) return {};
    return refuse("the token endpoint \"" + shorten(url) + "\" of the security scheme " + scheme +
                  (parsed ? " is not https, and a secret is not sent in the clear" : " is no http URL") +
                  "; if it is right, say so with --token-url " + scheme + "=URL");
}

std::string text_of(const json::value& value, std::string_view name) {
    const auto* object = value.if_object();
    const auto* member = object ? object->if_contains({name.data(), name.size()}) : nullptr;
    return member && !member->is_structured() && !member->is_null() ? to_text(*member) : std::string();
}

std::string pair_of(std::string_view name, std::string_view value) {
    return form_encode(name) + "=" + form_encode(value);
}

}  // namespace

struct TokenTransport::Request {
    OAuthClient client;
    std::string scheme;
    std::string token_url;
    std::string discovery_url;  // when there is no token_url
    std::string scope;
    const Step* step = nullptr;
    std::optional<milliseconds> timeout;

    std::string key() const {
        std::string out = token_url + "\n" + discovery_url + "\n" + client.id + "\n" + scope;
        for (const auto& [name, value] : client.parameters) out += "\n" + pair_of(name, value);
        return out;
    }
};

// One fetching of a token: perhaps the discovery document, then the token, perhaps with the secret in the other place.
class TokenTransport::Fetch : public std::enable_shared_from_this<Fetch> {
public:
    Fetch(TokenTransport& owner, Request request, bool sends_secret_in_body)
        : owner_(owner), request_(std::move(request)), sends_secret_in_body_(sends_secret_in_body) {}

    void begin() {
        if (!request_.token_url.empty()) return ask(request_.token_url);
        Send send{"GET", request_.discovery_url, {{"Accept", "application/json"}}, {}, request_.timeout, request_.step};
        owner_.inner_.send(std::move(send),
                           [self = shared_from_this()](Happened happened) { self->discover(std::move(happened)); });
    }

private:
    void discover(Happened happened) {
        const auto* answer = std::get_if<Answered>(&happened);
        if (!answer) return fail(request_.discovery_url, reason_of(happened));
        const auto document = answer->status == 200 ? parse_json(answer->body) : std::nullopt;
        const auto url = document ? text_of(*document, "token_endpoint") : std::string();
        if (url.empty())
            return fail(request_.discovery_url,
                        "it names no token_endpoint (status " + std::to_string(answer->status) + ")");
        if (auto checked = check_secure(url, request_.scheme); !checked.ok())
            return owner_.keep(request_, std::move(checked).error(), sends_secret_in_body_);
        ask(url);
    }

    void ask(const std::string& url) {
        Send send{"POST", url, {{"Accept", "application/json"}, {"Content-Type", form_type.data()}}, {}, {}, {}};
        send.timeout = request_.timeout;
        send.step = request_.step;
        send.body = pair_of("grant_type", "client_credentials");
        if (!request_.scope.empty()) send.body += "&" + pair_of("scope", request_.scope);
        for (const auto& [name, value] : request_.client.parameters)
            if (name != "scope") send.body += "&" + pair_of(name, value);
        const auto& [id, secret, token_url, parameters] = request_.client;
        if (sends_secret_in_body_)
            send.body += "&" + pair_of("client_id", id) + "&" + pair_of("client_secret", secret);
        else
            send.headers.set("Authorization", "Basic " + base64(form_encode(id) + ":" + form_encode(secret)));
        owner_.inner_.send(std::move(send), [self = shared_from_this(), url](Happened happened) {
            self->read(url, std::move(happened));
        });
    }

    void read(const std::string& url, Happened happened) {
        const auto* answer = std::get_if<Answered>(&happened);
        if (!answer) return fail(url, reason_of(happened));
        const auto body = parse_json(answer->body).value_or(json::value());
        if (answer->status != 200) return read_refusal(url, *answer, body);
        auto text = text_of(body, "access_token");
        const auto type = text_of(body, "token_type");
        if (text.empty()) return fail(url, "the answer has no access_token");
        owner_.learn_(text);
        if (!type.empty() && !equal_ignoring_ascii_case(type, "bearer"))
            return fail(url,
                        "the token is of the type \"" + shorten(type, 60) + "\", and only \"Bearer\" is known here");
        Token token{std::move(text), {}, false};
        const auto seconds = number_in(text_of(body, "expires_in"));
        if (seconds && *seconds >= 0 && *seconds < 1e9) {
            // Some time before it ends, so that it does not end on its way.
            const double margin = std::min(30.0, *seconds / 10);
            token.ends = owner_.now() + milliseconds(static_cast<std::int64_t>((*seconds - margin) * 1000));
        }
        owner_.keep(request_, std::move(token), sends_secret_in_body_);
    }

    // RFC 6749 5.2. Some servers take the secret as Authorization, as they must, and some only in the body.
    void read_refusal(const std::string& url, const Answered& answer, const json::value& body) {
        const auto error = text_of(body, "error"), description = text_of(body, "error_description");
        const bool is_about_client = answer.status == 401 || error == "invalid_client";
        if (is_about_client && !sends_secret_in_body_ && !has_tried_both_) {
            sends_secret_in_body_ = has_tried_both_ = true;
            first_refusal_ = refusal_text(answer.status, error, description);
            return ask(url);
        }
        fail(url, has_tried_both_ ? first_refusal_ : refusal_text(answer.status, error, description));
    }

    static std::string refusal_text(int status, const std::string& error, const std::string& description) {
        return "it answered " + std::to_string(status) + (error.empty() ? "" : " " + shorten(error, 100)) +
               (description.empty() ? "" : " (" + shorten(description, 300) + ")");
    }

    static std::string reason_of(const Happened& happened) {
        const auto* failure = std::get_if<NotAnswered>(&happened);
        return failure ? failure->why : "it did not answer";
    }

    void fail(const std::string& url, const std::string& why) {
        owner_.keep(
            request_,
            refuse("there is no token of " + shorten(url) + " for the security scheme " + request_.scheme + ": " + why),
            has_tried_both_ ? false : sends_secret_in_body_);
    }

    TokenTransport& owner_;
    const Request request_;
    bool sends_secret_in_body_;
    bool has_tried_both_ = false;
    std::string first_refusal_;
};

TokenTransport::TokenTransport(Transport& inner, RequestOptions options, std::function<void(std::string_view)> learn)
    : inner_(inner), options_(std::move(options)), learn_(std::move(learn)) {}

Result<TokenTransport::Request> TokenTransport::request_of(const Send& send, const TokenWanted& wanted) const {
    Request out{*wanted.client, wanted.scheme->name, wanted.client->token_url, {}, {}, send.step, send.timeout};
    const auto given = out.client.parameters.find("scope");
    if (given != out.client.parameters.end()) out.scope = given->second;
    if (given == out.client.parameters.end())
        for (const auto& scope : wanted.scheme->scopes) out.scope += (out.scope.empty() ? "" : " ") + scope;
    if (!out.token_url.empty()) return out;
    const auto& written = wanted.scheme->token_url.empty() ? wanted.scheme->discovery_url : wanted.scheme->token_url;
    if (written.empty())
        return refuse("the security scheme " + out.scheme +
                      " has no flow \"clientCredentials\"; say where tokens come from with --token-url " + out.scheme +
                      "=URL");
    std::string base;  // a URL of an API is relative to its server
    if (!is_http_url(written)) base = TRY(find_server(*send.step->operation, *send.step->source, options_)) + "/";
    (wanted.scheme->token_url.empty() ? out.discovery_url : out.token_url) = uri::resolve(base, written);
    TRY(check_secure(out.token_url.empty() ? out.discovery_url : out.token_url, out.scheme));
    return out;
}

void TokenTransport::send(Send send, std::function<void(Happened)> done) {
    const Step* step = send.step;
    if (!step || !step->operation || !step->source || options_.credentials.clients.empty())
        return inner_.send(std::move(send), std::move(done));
    const auto wanted = find_token_wanted(options_.credentials, *step->operation, step->source->name, send.headers);
    if (!wanted) return inner_.send(std::move(send), std::move(done));
    auto request = request_of(send, *wanted);
    if (!request.ok()) return done(NotAnswered{request.error().detail});
    send_with_token(std::move(send), std::move(request).value(), true, std::move(done));
}

void TokenTransport::send_with_token(Send send, Request request, bool may_renew, std::function<void(Happened)> done) {
    take(request,
         [this, send = std::move(send), request, may_renew, done = std::move(done)](Result<Token> token) mutable {
             if (!token.ok()) return done(NotAnswered{token.error().detail});
             const http::Headers added{{"Authorization", "Bearer " + token.value().text}};
             Send with_token = send;
             with_token.headers.set("Authorization", added.begin()->value);
             const bool renews = may_renew && !token.value().is_new;
             auto answered = [this, send = std::move(send), request = std::move(request), renews, added,
                              text = token.value().text, done = std::move(done)](Happened happened) mutable {
                 auto* answer = std::get_if<Answered>(&happened);
                 if (answer && answer->status == 401) {
                     forget(request, text);
                     // It was good when it was fetched: the server has ended it before its time.
                     if (renews) return send_with_token(std::move(send), std::move(request), false, std::move(done));
                 }
                 if (answer) answer->headers_added = std::move(added);
                 done(std::move(happened));
             };
             inner_.send(std::move(with_token), std::move(answered));
         });
}

void TokenTransport::take(const Request& request, Take done) {
    Token kept;
    bool sends_secret_in_body = false;
    {
        const std::lock_guard lock(mutex_);
        Kept& entry = kept_[request.key()];
        const bool is_over = entry.token.ends && *entry.token.ends <= now();
        if (entry.token.text.empty() || is_over) {
            entry.waiting.push_back(std::move(done));
            if (entry.is_fetching) return;
            entry.is_fetching = true;
            sends_secret_in_body = entry.sends_secret_in_body;
        } else {
            kept = entry.token;
        }
    }
    if (!kept.text.empty()) return done(std::move(kept));
    std::make_shared<Fetch>(*this, request, sends_secret_in_body)->begin();
}

void TokenTransport::keep(const Request& request, Result<Token> token, bool sends_secret_in_body) {
    std::vector<Take> waiting;
    {
        const std::lock_guard lock(mutex_);
        Kept& entry = kept_[request.key()];
        entry.is_fetching = false;
        entry.sends_secret_in_body = sends_secret_in_body;
        entry.token = token.ok() ? token.value() : Token{};
        waiting.swap(entry.waiting);
    }
    for (const auto& done : waiting) {
        if (!token.ok()) {
            done(token.error());
            continue;
        }
        Token fresh = token.value();
        fresh.is_new = true;
        done(std::move(fresh));
    }
}

void TokenTransport::forget(const Request& request, const std::string& token) {
    const std::lock_guard lock(mutex_);
    Kept& entry = kept_[request.key()];
    if (entry.token.text == token) entry.token = {};
}

}  // namespace workflow
