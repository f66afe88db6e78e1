// Bodies of the Partnership API -> commands. The first byte chooses the revision that the header asks for, the rest is
// the body. Whatever is read has to be within what the engine may be handed.

#include <cstdint>
#include <string_view>

#include "dialect/partnership/parse.h"
#include "dialect/partnership/render.h"
#include "json/read.h"

namespace {

service::Call call_with(http::Method method, std::string_view input) {
    service::Call call;
    call.request.method = method;
    call.request.method_name = http::to_string(method);
    call.path_values = {"a"};
    if (input.empty()) return call;
    if (input[0] == 'r') call.request.headers.add("Partnership-Revision", "reference");
    if (input[0] == 'o') call.request.headers.add("Partnership-Revision", "openapi");
    call.request.body = input.substr(1);
    return call;
}

void require(bool holds) {
    if (!holds) __builtin_trap();
}

// A refusal is answered in JSON, with a status of the caller's fault.
void check_refusal(const service::Call& call, const Error& error) {
    const http::Response response = partnership::render_error(call, error);
    require(response.status >= 400 && response.status < 500);
    require(::json::read_json(response.body).ok());
}

bool has_no_nul(std::string_view text) { return text.find('\0') == std::string_view::npos; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);

    const service::Call create = call_with(http::Method::post, input);
    const auto opened = partnership::parse_create_account(create);
    if (opened.ok()) {
        const OpenAccount& command = opened.value();
        require(::json::read_json(create.request.body).ok());
        require(has_no_nul(command.uid) && has_no_nul(command.domain));
        require(command.opened_under == Revision::partnership_reference ||
                command.opened_under == Revision::partnership_openapi);
    } else {
        check_refusal(create, opened.error());
    }

    const service::Call update = call_with(http::Method::patch, input);
    const auto moved = partnership::parse_update_account(update);
    require(moved.ok());
    if (moved.value().refusal) check_refusal(update, *moved.value().refusal);
    require(!moved.value().ends_at || moved.value().names_ends_at);
    return 0;
}
