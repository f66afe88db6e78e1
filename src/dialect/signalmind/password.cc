#include "dialect/signalmind/password.h"

#include <algorithm>
#include <boost/json.hpp>

#include "core/ascii.h"
#include "core/password.h"
#include "dialect/signalmind/members.h"
#include "json/read.h"
#include "service/slow_route.h"

namespace signalmind {
namespace {

namespace json = boost::json;

// Nearly all bodies without a password are told so by a glance. A name can also be written with escapes.
bool may_hold_password(std::string_view body) {
    constexpr std::string_view name = "password";
    const auto same = [](char left, char right) { return (left | 0x20) == right; };
    return body.find('\\') != std::string_view::npos ||
           std::search(body.begin(), body.end(), name.begin(), name.end(), same) != body.end();
}

// Wherever there are some, so that none is left in a body.
void forget_passwords(json::value& value) {
    if (auto* array = value.if_array())
        for (auto& element : *array) forget_passwords(element);
    auto* object = value.if_object();
    for (std::size_t i = 0; object && i < object->size(); ++i) {
        auto& member = *(object->begin() + static_cast<std::ptrdiff_t>(i));
        if (equal_ignoring_ascii_case(member.key(), "Password") && !member.value().is_structured())
            member.value() = nullptr;
        else
            forget_passwords(member.value());
    }
}

// Where find_member() finds it once it is no null.
json::value* find_place(json::object& account) {
    if (json::value* exact = account.if_contains("Password")) return exact;
    for (auto& member : account)
        if (equal_ignoring_ascii_case(member.key(), "Password")) return &member.value();
    return nullptr;
}

void hash_in_body(service::Call& call, TakenPassword& taken) {
    call.request.body = put_hash(taken.rest, hash_of(taken, call.caller.reseller.id));
    call.is_prepared = true;
    wipe(taken.password);
}

}  // namespace

std::optional<TakenPassword> take_password(std::string_view body) {
    if (!may_hold_password(body)) return std::nullopt;
    auto parsed = ::json::read_json(body);
    if (!parsed.ok()) return std::nullopt;
    json::value value = std::move(parsed).value();
    json::object* account = find_account(value);
    const json::value* found = account ? find_member(*account, "Password") : nullptr;
    if (!found || !found->is_string()) return std::nullopt;
    TakenPassword taken{.password = std::string(found->get_string())};
    forget_passwords(value);
    taken.rest = json::serialize(value);
    return taken;
}

std::string put_hash(std::string_view rest, std::string_view hash) {
    json::value body = ::json::read_json(rest).value();
    if (!hash.empty()) *find_place(*find_account(body)) = hash;
    return json::serialize(body);
}

std::string hash_of(const TakenPassword& taken, std::int64_t reseller_id) {
    if (taken.password.empty()) return "";
    const std::string salt = hash_password(taken.password, std::to_string(reseller_id) + ' ' + taken.rest);
    return hash_password(taken.password, salt);
}

bool is_hash(std::string_view text) { return text.starts_with("$argon2id$"); }

service::Route with_hashed_password(service::LookFirst look_first, service::Route route) {
    route.run = [look_first = std::move(look_first), run = std::move(route.run)](
                    const service::App& app, std::shared_ptr<service::Call> call, service::RenderError render_error,
                    http::Reply reply) {
        auto found = call->is_prepared ? std::nullopt : take_password(call->request.body);
        if (!found) return run(app, std::move(call), render_error, std::move(reply));
        const auto taken = std::make_shared<TakenPassword>(std::move(*found));
        look_first(app, call, render_error, reply, [=, &app] {
            service::run_slowly(app, call, render_error, reply, [=, &app] {
                hash_in_body(*call, *taken);
                run(app, call, render_error, reply);
            });
        });
    };
    return route;
}

}  // namespace signalmind
