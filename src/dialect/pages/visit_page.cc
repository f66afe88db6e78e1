#include "dialect/pages/visit_page.h"

#include <string>

#include "dialect/pages/html.h"

namespace visit {
namespace {

std::string_view word_of(SubscriptionStatus status) {
    switch (status) {
    case SubscriptionStatus::active: return "Active";
    case SubscriptionStatus::disabled: return "Disabled";
    case SubscriptionStatus::suspended: return "Suspended";
    case SubscriptionStatus::canceled: return "Canceled";
    }
    return "";
}

constexpr std::string_view style = R"(
:root{color-scheme:light dark;--ink:#1b2330;--soft:#5d6877;--paper:#fff;--ground:#eef1f5;--line:#dfe4ea;--good:#0b7a4b;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--ink:#e8ecf2;--soft:#9aa5b4;--paper:#1a212b;--ground:#11161d;--line:#2c3644;--good:#5fd6a0;--bad:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{width:100%;max-width:30rem;background:var(--paper);border:1px solid var(--line);border-radius:1rem;padding:2rem;box-shadow:0 1px 2px #0001,0 12px 32px #0001}
.by{margin:0 0 .25rem;color:var(--soft);font-size:.875rem}
h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.25;overflow-wrap:anywhere}
.status{display:inline-block;padding:.125rem .625rem;border:1px solid currentColor;border-radius:1rem;font-size:.875rem;font-weight:600;color:var(--good)}
.status.held{color:var(--bad)}
dl{margin:1.5rem 0 0}
dl div{display:flex;gap:1rem;padding:.625rem 0;border-top:1px solid var(--line)}
dt{flex:0 0 8rem;color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
form{margin-top:1.5rem}
button{font:inherit;color:inherit;background:none;border:1px solid var(--line);border-radius:.5rem;padding:.5rem 1rem;cursor:pointer}
button:hover,button:focus-visible{border-color:currentColor}
p{margin:0}
)";

http::Response render(int status, std::string_view title, const std::string& content) {
    static const std::string policy = service::content_security_policy(style);
    http::Response response{.status = status, .content_type = "text/html; charset=utf-8"};
    response.body =
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
        service::escape_html(title) + "</title>\n<style>" + std::string(style) + "</style>\n<main>\n" + content +
        "</main>\n</html>\n";
    response.headers = {{"Content-Security-Policy", policy}, {"Cache-Control", "no-store"},
                        {"Referrer-Policy", "no-referrer"},  {"X-Content-Type-Options", "nosniff"},
                        {"X-Frame-Options", "DENY"},         {"Cross-Origin-Opener-Policy", "same-origin"},
                        {"X-Robots-Tag", "noindex"}};
    return response;
}

std::string row(std::string_view name, std::string_view value) {
    if (value.empty()) return "";
    return "<div><dt>" + service::escape_html(name) + "</dt><dd>" + service::escape_html(value) + "</dd></div>\n";
}

std::string full_name_of(const Subscription& subscription) {
    const std::string first = subscription.first_name.value_or("");
    const std::string last = subscription.last_name.value_or("");
    return first.empty() || last.empty() ? first + last : first + ' ' + last;
}

std::string heading_of(const Visit& visit) {
    const Subscription& subscription = visit.account.subscription;
    if (subscription.company && !subscription.company->short_name.value_or("").empty())
        return *subscription.company->short_name;
    const std::string name = full_name_of(subscription);
    return name.empty() ? "Your account" : name;
}

}  // namespace

http::Response render_visit(const Visit& visit) {
    const SubscribedAccount& shown = visit.account;
    const Subscription& subscription = shown.subscription;
    const SubscriptionStatus status = subscription_status_of(shown.account);
    const std::string heading = heading_of(visit);
    std::string content = "<p class=\"by\">" + service::escape_html(visit.reseller.name) + "</p>\n<h1>" +
                          service::escape_html(heading) + "</h1>\n<p class=\"status" +
                          (status == SubscriptionStatus::active ? "" : " held") + "\">" + std::string(word_of(status)) +
                          "</p>\n<dl>\n";
    content += row("Plan", visit.plan_name);
    if (subscription.company) content += row("Company", subscription.company->full_name.value_or(""));
    content += row("Name", full_name_of(subscription)) + row("E-mail", subscription.email.value_or(""));
    content += row("Opened", format_rfc3339(shown.account.created_at, visit.reseller.utc_offset).substr(0, 10));
    if (shown.account.ends_at)
        content += row("Ends", format_rfc3339(*shown.account.ends_at, visit.reseller.utc_offset).substr(0, 10));
    content += row("Account", shown.guid);
    content += "</dl>\n<form method=\"post\" action=\"/visit/leave\"><button>Sign out</button></form>\n";
    return render(200, heading, content);
}

http::Response render_message(int status, std::string_view title, std::string_view sentence) {
    return render(status, title,
                  "<h1>" + service::escape_html(title) + "</h1>\n<p>" + service::escape_html(sentence) + "</p>\n");
}

}  // namespace visit
