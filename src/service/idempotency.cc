#include "service/idempotency.h"

#include <algorithm>
#include <charconv>

#include "core/base64.h"
#include "core/crypto.h"
#include "engine/idempotency.h"
#include "service/identity_cache.h"

namespace service {
namespace {

constexpr std::string_view encrypted_for = "partnerd stored answer";

Error refuse_key() {
    return {Reason::malformed,
            "The Idempotency-Key must be a string of 1 to 255 characters, visible ones or in quotes.",
            {{"idempotency_key", Rule::bad_format, ""}}};
}

// RFC 8941 3.1.2, as far as it can be told apart from rubbish: ";" and what a bare item or a string may hold.
bool are_parameters(std::string_view text) {
    if (text.empty()) return true;
    if (text.front() != ';') return false;
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

Result<std::string> parse_bare_key(std::string_view text) {
    const bool is_visible = std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '"'; });
    if (text.empty() || text.size() > idempotency_key_length_max || !is_visible) return refuse_key();
    return std::string(text);
}

std::int64_t manager_of(const Call& call) {
    return call.identity ? call.identity->identity.credential.manager_id.value_or(0) : 0;
}

// Names whoever's key it is, as engine/idempotency.h has it.
std::string owner_of(const Call& call, bool belongs_to_credential) {
    const Caller& caller = call.caller;
    return std::to_string(caller.reseller.id) + ' ' + std::to_string(int(caller.kind)) + ' ' +
           std::to_string(manager_of(call)) + ' ' +
           std::to_string(belongs_to_credential ? caller.credential_id.value_or(0) : 0) + ' ';
}

std::string own_secret_of(World& world) {
    const SealingKey key = derive_sealing_key(world.sealing_key(), encrypted_for);
    return {reinterpret_cast<const char*>(key.data()), key.size()};
}

// All that the request asks for: where, what and how it wants to be answered.
std::string fingerprint_of(const http::Request& request) {
    std::string text(request.method_name);
    const auto value_of = [&](std::string_view name) {
        const std::string* value = request.headers.find(name);
        return value ? std::string_view(*value) : std::string_view();
    };
    for (const std::string_view part :
         {std::string_view(request.target), value_of("partnership-revision"), value_of("if-match"),
          value_of("if-none-match"), std::string_view(request.body)}) {
        text += '\0';
        text += std::to_string(part.size());
        text += ':';
        text += part;
    }
    return sha256_hex(text);
}

EncryptionNonce new_nonce(World& world) {
    EncryptionNonce nonce;
    std::uint64_t bits = world.random_bits();
    for (std::size_t i = 0; i < nonce.size(); ++i, bits >>= 8) {
        if (i == 8) bits = world.random_bits();
        nonce[i] = static_cast<std::uint8_t>(bits);
    }
    return nonce;
}

using detail::Attempted;

struct KeyedJob {
    std::shared_ptr<Call> call;
    RenderError render_error;
    http::Reply reply;
    std::function<Attempted(db::Tx&)> attempt;
    KeyedRequest request;
    std::string secret;  // that the answer is encrypted with
    std::string in_progress;
    Attempted attempted;
    bool is_to_be_kept = false;  // a refusal: it undoes its transaction, and is kept in another
};

void keep(db::Tx& tx, World& world, const KeyedJob& job) {
    const std::string plain = encode_response(job.attempted.response);
    keep_answer(tx, world, job.call->caller, job.request,
                encode_base64url(encrypt(job.secret, encrypted_for, new_nonce(world), plain)));
}

// One that shows a secret opens to what was presented then: to no other session of the console, nor to the token
// itself.
Result<http::Response> read_stored(const KeyedJob& job, const std::string& stored) {
    const auto encrypted = decode_base64url(stored);
    const auto plain = encrypted ? decrypt(job.secret, encrypted_for, *encrypted) : std::nullopt;
    if (!plain && job.request.belongs_to_credential)
        return Error{Reason::conflict,
                     "This Idempotency-Key was used in another session. What was answered then may show a secret; that "
                     "session alone gets it again."};
    auto response = plain ? decode_response(*plain) : std::nullopt;
    if (!response) throw db::Broken("a stored answer cannot be read");
    response->headers.set("Idempotency-Replayed", "true");
    return std::move(*response);
}

db::Outcome run(db::Tx& tx, World& world, KeyedJob& job) {
    job.is_to_be_kept = false;
    require_known(tx, *job.call);
    auto stored = find_answer(tx, world, job.call->caller, job.request);
    if (!stored.ok()) {
        job.attempted = {.response = job.render_error(*job.call, stored.error()), .is_refusal = true};
        return db::Outcome::undo;
    }
    if (stored.value()) {
        auto response = read_stored(job, *stored.value());
        if (response.ok())
            job.attempted = {.response = std::move(response).value()};
        else
            job.attempted = {.response = job.render_error(*job.call, response.error()), .is_refusal = true};
        return db::Outcome::undo;
    }
    job.attempted = job.attempt(tx);
    if (job.attempted.is_refusal) {
        job.is_to_be_kept = job.attempted.is_final;
        return db::Outcome::undo;
    }
    keep(tx, world, job);
    return db::Outcome::keep;
}

void finish(const App& app, const std::shared_ptr<KeyedJob>& job) {
    app.keys_in_progress->end(job->in_progress);
    job->reply(std::move(job->attempted.response));
}

// Without it the request would be tried again, to no effect: so a failure here is not worth failing the request.
void keep_refusal(const App& app, const std::shared_ptr<KeyedJob>& job) {
    write(
        app, *job->call,
        [job, &world = app.world](db::Tx& tx) {
            keep(tx, world, *job);
            return db::Outcome::keep;
        },
        [job, &app](std::exception_ptr failure) {
            if (failure) app.log_failure(*job->call, describe(failure));
            finish(app, job);
        });
}

}  // namespace

Result<std::string> parse_idempotency_key(const http::Request& request) {
    if (request.headers.count("idempotency-key") != 1) return refuse_key();
    std::string_view text = *request.headers.find("idempotency-key");
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    if (!text.starts_with('"')) return parse_bare_key(text);
    std::string key;
    std::size_t i = 1;
    for (; i < text.size() && text[i] != '"'; ++i) {
        const bool is_escape = text[i] == '\\';
        if (is_escape && (++i == text.size() || (text[i] != '"' && text[i] != '\\'))) return refuse_key();
        if (text[i] < ' ' || text[i] >= 0x7f) return refuse_key();
        key += text[i];
    }
    const bool is_closed = i < text.size();
    if (!is_closed || !are_parameters(text.substr(i + 1))) return refuse_key();
    if (key.empty() || key.size() > idempotency_key_length_max) return refuse_key();
    return key;
}

bool KeysInProgress::begin(const std::string& key) {
    const std::lock_guard lock(mutex_);
    return keys_.insert(key).second;
}

void KeysInProgress::end(const std::string& key) {
    const std::lock_guard lock(mutex_);
    keys_.erase(key);
}

namespace detail {

bool has_idempotency_key(const Call& call) { return call.request.headers.find("idempotency-key") != nullptr; }

bool may_be_repeat(const Call& call, const Error& error) {
    const bool may_have_changed = error.reason == Reason::not_found || error.reason == Reason::conflict;
    return may_have_changed && call.authenticated && has_idempotency_key(call);
}

Attempted accepted(http::Response response) { return {.response = std::move(response)}; }

Attempted refused(http::Response response, Reason reason) {
    const bool is_final = reason != Reason::unauthenticated && reason != Reason::limit_exceeded &&
                          reason != Reason::unavailable && reason != Reason::broken;
    return {.response = std::move(response), .is_refusal = true, .is_final = is_final};
}

void answer_once(const App& app, const std::shared_ptr<Call>& call, RenderError render_error, const http::Reply& reply,
                 std::function<Attempted(db::Tx&)> attempt, std::int64_t cost) {
    const auto key = parse_idempotency_key(call->request);
    if (!key.ok()) return reply(render_error(*call, key.error()));
    auto job =
        std::make_shared<KeyedJob>(KeyedJob{call, render_error, reply, std::move(attempt), {}, {}, {}, {}, false});
    job->request = {.key_sha256 = sha256_hex(call->caller.api + ' ' + key.value()),
                    .fingerprint = fingerprint_of(call->request),
                    .manager_id = manager_of(*call),
                    .belongs_to_credential = call->route->shows_new_secret};
    job->secret = own_secret_of(app.world) + call->secret + '\0' + key.value();
    job->in_progress = owner_of(*call, job->request.belongs_to_credential) + job->request.key_sha256;
    if (!app.keys_in_progress->begin(job->in_progress))
        return reply(render_error(*call, {Reason::conflict,
                                          "A request with this Idempotency-Key is still under way.",
                                          {{"idempotency_key", Rule::in_progress, ""}}}));
    write(
        app, *call, [job, &world = app.world](db::Tx& tx) { return run(tx, world, *job); },
        [job, &app](std::exception_ptr failure) {
            if (is_to_begin_again(app, *job->call, failure)) {
                app.keys_in_progress->end(job->in_progress);
                return begin_again(app, job->call, job->reply);
            }
            if (failure) {
                app.log_failure(*job->call, describe(failure));
                job->attempted.response = job->render_error(*job->call, to_error(failure));
            } else if (job->is_to_be_kept) {
                return keep_refusal(app, job);
            }
            finish(app, job);
        },
        cost);
}

}  // namespace detail

// Status, media type, a line for each header, an empty line, the body.
std::string encode_response(const http::Response& response) {
    std::string text = std::to_string(response.status) + '\n' + response.content_type + '\n';
    for (const http::Header& header : response.headers) text += header.name + ':' + header.value + '\n';
    return text + '\n' + response.body;
}

std::optional<http::Response> decode_response(std::string_view text) {
    const auto take_line = [&]() -> std::optional<std::string_view> {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) return std::nullopt;
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 1);
        return line;
    };
    http::Response response;
    const auto status = take_line();
    const auto content_type = take_line();
    if (!status || !content_type) return std::nullopt;
    const auto [end, error] = std::from_chars(status->data(), status->data() + status->size(), response.status);
    if (error != std::errc() || end != status->data() + status->size()) return std::nullopt;
    response.content_type = *content_type;
    for (auto line = take_line();; line = take_line()) {
        if (!line) return std::nullopt;
        if (line->empty()) break;
        const std::size_t colon = line->find(':');
        if (colon == std::string_view::npos) return std::nullopt;
        response.headers.add(line->substr(0, colon), line->substr(colon + 1));
    }
    response.body = text;
    return response;
}

}  // namespace service
