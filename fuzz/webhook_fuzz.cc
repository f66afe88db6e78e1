// What a partner says of its endpoint and what its receiver answers. A URL that is accepted can be called, by https,
// and names no address that may not be reached, as the client reads it; a pattern means some event; a wait is neither
// negative nor endless.

#include <cstdint>
#include <string_view>

#include "engine/webhooks/receivers.h"
#include "engine/webhooks/webhook_endpoints.h"
#include "http/url.h"
#include "workflow/text/retry_after.h"

namespace {

void require(bool holds) {
    if (!holds) __builtin_trap();
}

void judge_url(const ReceiverRules& rules, std::string_view text) {
    if (!check_receiver_url(rules, text).ok()) return;
    const auto url = http::parse_url(text);
    require(url.has_value());
    require(url->is_https || rules.is_sandbox);
    const auto address = parse_host_as_ip_address(url->host);
    require(!address || may_receive(rules, *address, url->is_https));
    std::string_view name = url->host;
    if (name.ends_with('.')) name.remove_suffix(1);
    require(rules.is_sandbox || (name != "localhost" && !name.ends_with(".localhost")));
}

void judge_pattern(std::string_view text) {
    if (!is_type_pattern(text)) return;
    for (int number = 1; number < 100; ++number)
        if (is_sent(EventKind(number)) && is_of_type(EventKind(number), text)) return;
    require(false);
}

void judge_wait(std::string_view text) {
    const auto wait = workflow::parse_retry_after(text, std::chrono::system_clock::time_point(std::chrono::hours(1)));
    require(!wait || (*wait >= std::chrono::milliseconds(0) && *wait <= std::chrono::hours(10 * 365 * 24)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    judge_url({}, text);
    judge_url({.is_sandbox = true}, text);
    judge_pattern(text);
    judge_wait(text);
    return 0;
}
