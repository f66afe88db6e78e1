// Requests of ActivePlatform, from bytes to commands, and from refusals back to bytes: the first line is the query, the
// second the media types, the rest the body. What is refused must point to something that is there.

#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/utf8.h"
#include "dialect/activeplatform/account_filters.h"
#include "dialect/activeplatform/accounts.h"
#include "dialect/activeplatform/errors.h"
#include "engine/customers/field_formats.h"
#include "json/read.h"

namespace {

std::string take_line(std::string& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line = text.substr(0, end);
    text.erase(0, std::min(end + 1, text.size()));
    return line;
}

// Whatever was refused: the answer is JSON, in UTF-8 if the request was, and has errors.
void check_refusal(const service::Call& call, const Error& error) {
    const http::Response response = activeplatform::render_error(call, error);
    if (response.status < 400 || response.status > 599) std::abort();
    const auto body = ::json::read_json(response.body);
    if (!body.ok() || body.value().at("errors").get_array().empty()) std::abort();
}

template <class Command>
void check(const service::Call& call, const Result<Command>& command) {
    if (!command.ok()) check_refusal(call, command.error());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text(reinterpret_cast<const char*>(data), size);
    service::Call call;
    call.request.target = "/api/v3/resellers/1/accounts/7?" + take_line(text);
    const std::string media_types = take_line(text);
    call.request.headers.set("Content-Type", media_types);
    call.request.headers.set("Accept", media_types);
    call.request.body = std::move(text);
    call.path_values = {"1", "7"};

    (void)activeplatform::refuse_headers(call.request);
    const auto update = activeplatform::parse_update_account(call);
    check(call, update);
    check(call, activeplatform::parse_list_accounts(call));
    check(call, activeplatform::parse_show_account(call));
    call.path_values = {"1"};
    const auto create = activeplatform::parse_create_account(call);
    check(call, create);
    if (!create.ok()) return 0;

    std::vector<FieldError> fields = create.value().fields.unreadable;
    for (const AttributeValue& value : create.value().fields.attributes)
        fields.push_back({field_of_attribute(value.key), Rule::unknown, ""});
    for (const TextField& field : text_fields) fields.push_back({std::string(field.name), Rule::required, ""});
    check_refusal(call, {Reason::invalid, "", fields});
    return 0;
}
