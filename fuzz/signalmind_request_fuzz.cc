// Requests of SignalMind, from bytes to commands, and from refusals back to bytes: the first line is the query, the
// rest the body. Whatever comes, no password goes further than where it is hashed, and each refusal is an answer of the
// envelope.

#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/utf8.h"
#include "dialect/signalmind/parse.h"
#include "dialect/signalmind/password.h"
#include "dialect/signalmind/render.h"
#include "json/read.h"

namespace {

constexpr std::string_view hash = "$argon2id$v=19$m=19456,t=2,p=1$AAAA$BBBB";

void require(bool holds) {
    if (!holds) std::abort();
}

std::string take_line(std::string& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line = text.substr(0, end);
    text.erase(0, std::min(end + 1, text.size()));
    return line;
}

void check_refusal(const service::Call& call, const Error& error) {
    const http::Response response = signalmind::render_error(call, error);
    require(response.status == 200);
    const auto body = ::json::read_json(response.body);
    require(body.ok());
    require(!body.value().at("Success").get_bool() && !body.value().at("Messages").get_array().empty());
    for (const auto& message : body.value().at("Messages").get_array()) {
        const auto code = message.at("Code").get_int64();
        require(code >= 1000 && code < 9997 && !message.at("Error").get_string().empty());
    }
}

// What could not be read is refused by the engine together with the rest.
template <class Command>
void check(const service::Call& call, const Result<Command>& command) {
    if (!command.ok()) return check_refusal(call, command.error());
    if (!command.value().unreadable.empty()) check_refusal(call, {Reason::invalid, "", command.value().unreadable});
}

// As the route does it, but for the hash itself.
void hide_password(service::Call& call) {
    const auto taken = signalmind::take_password(call.request.body);
    if (!taken) return;
    call.request.body = signalmind::put_hash(taken->rest, taken->password.empty() ? "" : hash);
    const auto again = signalmind::take_password(call.request.body);
    require(again.has_value() == !taken->password.empty());
    require(!again || again->password == hash);
}

void check_details(const SubscriberDetails& details) {
    require(!details.password_hash || signalmind::is_hash(*details.password_hash));
    for (const auto& text : {details.external_id, details.first_name, details.last_name, details.email})
        require(!text || text->find('\0') == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text(reinterpret_cast<const char*>(data), size);
    service::Call call;
    call.request.target = "/rest/v2/accounts?" + take_line(text);
    call.request.body = std::move(text);
    hide_password(call);

    const auto created = signalmind::parse_create_account(call);
    check(call, created);
    if (created.ok()) check_details(created.value().details);
    check(call, signalmind::parse_list_accounts(call));
    check(call, signalmind::parse_list_plans(call));
    (void)signalmind::parse_open_session(call);

    call.path_values = {"fa516117-9d6a-4eb0-b5c1-0ca80db618c4", call.request.body};
    const auto changed = signalmind::parse_change_account(call);
    check(call, changed);
    if (changed.ok()) check_details(changed.value().details);
    require(signalmind::parse_change_status(call).ok());
    require(signalmind::parse_change_plan(call).ok());
    require(signalmind::parse_move(call).ok());
    return 0;
}
