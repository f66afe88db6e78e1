#include "dialect/pages/redeem_page.h"

#include <stdexcept>

#include "core/embedded_file.h"
#include "dialect/pages/html.h"

namespace redeem {

extern const std::vector<EmbeddedFile> page_files;

namespace {

std::string_view find_file(std::string_view name) {
    for (const EmbeddedFile& file : page_files)
        if (file.name == name) return file.bytes;
    throw std::logic_error("there is no page " + std::string(name));
}

const std::string& find_value(const Values& values, std::string_view name) {
    const auto found = values.find(name);
    if (found == values.end()) throw std::logic_error("a page names " + std::string(name) + ", which has no value");
    return found->second;
}

// Referrer-Policy same-origin: the token in the address goes to nobody else, and the browser still says where our own
// form came from.
http::Response render(int status, std::string_view title, const std::string& content) {
    static const std::string policy = service::content_security_policy(find_file("style.css"));
    http::Response response{.status = status, .content_type = "text/html; charset=utf-8"};
    response.body = fill_template(
        "layout.html",
        {{"title", std::string(title)}, {"style", std::string(find_file("style.css"))}, {"content", content}});
    response.headers = {{"Content-Security-Policy", policy}, {"Referrer-Policy", "same-origin"},
                        {"Cache-Control", "no-store"},       {"X-Content-Type-Options", "nosniff"},
                        {"X-Frame-Options", "DENY"},         {"Cross-Origin-Opener-Policy", "same-origin"},
                        {"X-Robots-Tag", "noindex"}};
    return response;
}

std::string plan_of(AccountType type) {
    switch (type) {
    case AccountType::individual: return "Individual";
    case AccountType::family: return "Family";
    }
    return "";
}

// The first character, whatever its length in UTF-8.
std::string initial_of(const std::string& name) {
    std::size_t length = 1;
    while (length < name.size() && (static_cast<unsigned char>(name[length]) & 0xc0) == 0x80) ++length;
    return name.substr(0, length);
}

Values values_of(const Redeemable& found) {
    return {{"partner", found.reseller.name},
            {"initial", initial_of(found.reseller.name)},
            {"plan", plan_of(found.account.type)},
            {"domain", found.account.domain},
            {"type", std::string(to_string(found.account.type))},
            {"token", found.account.activation_token}};
}

}  // namespace

std::string fill_template(std::string_view file_name, const Values& values) {
    std::string_view rest = find_file(file_name);
    std::string filled;
    for (std::size_t open = rest.find("{{"); open != std::string_view::npos; open = rest.find("{{")) {
        filled += rest.substr(0, open);
        const bool is_html = rest.substr(open).starts_with("{{{");
        const std::string_view closing = is_html ? "}}}" : "}}";
        const std::size_t begin = open + closing.size();
        const std::size_t end = rest.find(closing, begin);
        if (end == std::string_view::npos) throw std::logic_error("an open {{ in " + std::string(file_name));
        const std::string& value = find_value(values, rest.substr(begin, end - begin));
        filled += is_html ? value : service::escape_html(value);
        rest.remove_prefix(end + closing.size());
    }
    return filled += rest;
}

http::Response render_form(int status, const Redeemable& found, const Form& form) {
    Values values = values_of(found);
    values["email"] = form.email;
    values["new_checked"] = form.has_account ? "" : " checked";
    values["existing_checked"] = form.has_account ? " checked" : "";
    values["wrong"] = form.wrong.empty() ? "" : fill_template("wrong.html", {{"sentence", form.wrong}});
    values["invalid"] = form.wrong.empty() ? "" : R"( aria-invalid="true" aria-describedby="wrong" autofocus)";
    return render(status, "Your " + values["plan"] + " plan", fill_template("form.html", values));
}

http::Response render_done(const Redeemable& found, const std::string& email) {
    Values values = values_of(found);
    values["email"] = email;
    return render(200, "You are all set", fill_template("done.html", values));
}

http::Response render_refusal(int status, std::string_view title, std::string_view sentence) {
    return render(status, title,
                  fill_template("refusal.html", {{"title", std::string(title)}, {"sentence", std::string(sentence)}}));
}

}  // namespace redeem
