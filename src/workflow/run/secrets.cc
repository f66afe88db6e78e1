#include "workflow/run/secrets.h"

#include <re2/re2.h>

#include <algorithm>

#include "workflow/document/exchange.h"
#include "workflow/text/text.h"
#include "workflow/text/url.h"

namespace workflow {

namespace {

constexpr std::size_t learned_size_min = 4;  // of what only its name makes a secret
constexpr std::size_t learned_max = 10'000;
constexpr int depth_max = 64;
constexpr std::size_t calls_max = 1'000;

// "access_token", "accessToken" and "Access-Token" alike.
std::string plain(std::string_view name) {
    std::string out;
    for (char c : name)
        if (c != '_' && c != '-' && c != ' ' && c != '.') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
}

bool is_form(std::string_view content_type) {
    return equal_ignoring_ascii_case(media_type_of(content_type), "application/x-www-form-urlencoded");
}

// Calls with each name=value of a query or form; the value's place in the text.
template <class Visit>
void for_each_pair(std::string_view text, Visit visit) {
    for (std::size_t at = 0; at < text.size();) {
        auto end = std::min(text.find('&', at), text.size());
        auto piece = text.substr(at, end - at);
        auto equal = piece.find('=');
        if (equal != std::string_view::npos)
            visit(percent_decode(piece.substr(0, equal), true), at + equal + 1, piece.size() - equal - 1);
        at = end + 1;
    }
}

// "key" says little inside a body, where many things have one; as a parameter it is what an API asks of its callers.
bool is_secret_parameter(std::string_view name) { return plain(name) == "key" || Secrets::is_secret_name(name); }

std::string mask_pairs(std::string_view text) {
    std::string out;
    std::size_t copied = 0;
    for_each_pair(text, [&](const std::string& name, std::size_t at, std::size_t size) {
        if (!is_secret_parameter(name) || size == 0) return;
        out += text.substr(copied, at - copied);
        out += masked;
        copied = at + size;
    });
    return out + std::string(text.substr(copied));
}

json::value stars() { return json::value(json::string_view(masked.data(), masked.size())); }

// Names as well as values; those under a telling name whatever they are.
json::value mask_inside(std::string_view name, const json::value& value, const SecretTexts& secrets, bool by_name) {
    if (const auto* array = value.if_array()) {
        json::array out;
        for (const auto& element : *array) out.push_back(mask_inside(name, element, secrets, by_name));
        return out;
    }
    if (const auto* object = value.if_object()) {
        json::object out;
        for (const auto& member : *object) {
            auto shown = mask_secrets(member.key(), secrets);
            while (out.contains(shown)) shown += '*';
            out.emplace(shown, mask_inside(member.key(), member.value(), secrets, by_name));
        }
        return out;
    }
    if (value.is_null()) return value;
    if (by_name && !value.is_bool() && !name.empty() && Secrets::is_secret_name(name)) return stars();
    const bool is_text = value.is_string() && !big_integer(value);
    if (is_text) return json::value(mask_secrets(value.get_string(), secrets));
    const bool is_secret = secrets.contains(to_json(value)) || secrets.contains(to_text(value));
    return is_secret ? stars() : value;
}

}  // namespace

bool Secrets::is_secret_name(std::string_view name) {
    auto text = plain(name);
    for (std::string_view part : {"password", "passwd", "passphrase", "secret", "apikey", "privatekey", "authorization",
                                  "credential", "clientassertion"})
        if (text.find(part) != std::string::npos) return true;
    if (text == "pwd" || text == "jwt" || text == "signature" || text == "authentication") return true;
    if (!text.ends_with("token")) return false;
    for (std::string_view part :
         {"page", "next", "continuation", "cursor", "sync", "previous"})  // places in a list, no secrets
        if (text.find(part) != std::string::npos) return false;
    return true;
}

bool Secrets::is_secret_header(std::string_view name) {
    auto text = plain(name);
    return text == "cookie" || text == "setcookie" || text == "xauth" || is_secret_name(name);
}

void Secrets::add(std::string_view value) {
    std::string whole(value), shown, in_header(trim(value));
    // A text that is no UTF-8 is shown with U+FFFD in its place.
    if (!is_utf8(value)) shown = valid_utf8(value);
    const auto in_message = shorten(value, SIZE_MAX);
    for (const auto& form : {whole, in_header, shown, in_message}) {
        if (form.empty()) continue;
        given_.insert(form);
        all_.insert(form);
    }
}

void Secrets::add_all(const json::value& value) {
    if (const auto* array = value.if_array())
        for (const auto& element : *array) add_all(element);
    else if (const auto* object = value.if_object())
        for (const auto& member : *object) add_all(member.value());
    else if (const auto* text = value.if_string(); text && !big_integer(value))
        add(*text);
    else if (value.is_number() || value.is_string())
        add(to_json(value)), add(to_text(value));
}

void Secrets::learn_value(std::string_view value) {
    if (value.size() < learned_size_min || learned_ >= learned_max) return;
    if (all_.insert(std::string(value)).second) ++learned_;
}

void Secrets::learn_value(const json::value& value) {
    if (const auto* text = value.if_string())
        learn_value(std::string_view(*text));
    else if (value.is_number())
        learn_value(std::string_view(to_json(value)));
}

// What a workflow hands on to those that it calls: an input that is no secret by its own name may be one there.
class Secrets::Calls {
public:
    Calls(Secrets& secrets) : secrets_(secrets) {}

    void add(const Workflow& workflow, const json::object& given, int depth = 0) {
        if (++calls_ > calls_max || depth > 8) return;
        json::value whole(given);
        if (workflow.inputs_schema) {
            (void)workflow.inputs_schema->apply_defaults(whole).ok();
            for (const auto* secret : workflow.inputs_schema->find_secrets(whole)) secrets_.add_all(*secret);
        }
        const auto& inputs = whole.as_object();
        for (const auto& member : inputs) {
            if (is_secret_parameter(member.key())) secrets_.add_all(member.value());
            secrets_.learn_members(member.value(), 0);
        }
        for (const auto& link : workflow.depends_on)
            if (link.workflow) add(*link.workflow, inputs, depth + 1);
        for (const auto& step : workflow.steps) {
            if (step.called.workflow) call(*step.called.workflow, step.parameters, inputs, {}, depth);
            for (const auto* actions : {&step.on_success, &step.on_failure})
                for (const auto& action : *actions)
                    if (action.workflow && action.workflow->workflow)
                        call(*action.workflow->workflow, action.parameters, inputs, inputs, depth);
        }
    }

private:
    void call(const Workflow& called, const std::vector<Parameter>& parameters, const json::object& inputs,
              json::object handed_on, int depth) {
        const Scope scope{.inputs = &inputs};
        for (const auto& parameter : parameters) {
            Gaps gaps;
            auto value = parameter.value.evaluate(scope, gaps);
            if (value && gaps.cannot.empty()) handed_on[parameter.name] = std::move(value).copy();
        }
        if (called.inputs_schema) {
            json::value whole(handed_on);
            const auto secrets = called.inputs_schema->find_secrets(whole);
            for (const auto& parameter : parameters) {
                const auto* member = whole.as_object().if_contains(parameter.name);
                if (!member || std::ranges::find(secrets, member) == secrets.end()) continue;
                // What is put together to a secret is one.
                parameter.value.for_each_expression([&](const Expression& expression) {
                    if (auto part = expression.evaluate(scope); part && to_text(*part).size() >= learned_size_min)
                        secrets_.add_all(*part);
                });
            }
        }
        add(called, handed_on, depth + 1);
    }

    Secrets& secrets_;
    std::size_t calls_ = 0;
};

void Secrets::add_inputs(const Workflow& workflow, const json::object& inputs) { Calls(*this).add(workflow, inputs); }

void Secrets::learn_members(const json::value& value, int depth) {
    if (depth > depth_max) return;
    if (const auto* array = value.if_array())
        for (const auto& element : *array) learn_members(element, depth + 1);
    if (const auto* object = value.if_object()) {
        for (const auto& member : *object) {
            if (is_secret_name(member.key())) learn_value(member.value());
            learn_members(member.value(), depth + 1);
        }
    }
}

void Secrets::learn_from_xml(std::string_view body) {
    static const RE2 element(R"(<(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>([^<>]+)</)");
    static const RE2 attribute(R"(\s([\w.-]+)\s*=\s*["']([^"'<>]+)["'])");
    for (const auto* pattern : {&element, &attribute}) {
        re2::StringPiece rest(body.data(), body.size());
        std::string name, value;
        while (RE2::FindAndConsume(&rest, *pattern, &name, &value))
            if (is_secret_name(name)) learn_value(std::string_view(value));
    }
}

void Secrets::learn_from(const http::Headers& headers, std::string_view body) {
    for (const auto& header : headers) {
        if (!is_secret_header(header.name)) continue;
        auto value = std::string_view(header.value);
        if (auto space = value.find(' '); space != std::string_view::npos && plain(header.name) == "authorization")
            value = value.substr(space + 1);
        if (plain(header.name) == "cookie" || plain(header.name) == "setcookie")
            continue;  // masked as a whole, by name
        learn_value(trim(value));
    }
    const auto* type = headers.find("Content-Type");
    if (type && is_form(*type)) {
        for_each_pair(body, [&](const std::string& name, std::size_t at, std::size_t size) {
            if (is_secret_name(name)) learn_value(std::string_view(percent_decode(body.substr(at, size), true)));
        });
    } else if (type && is_xml_media_type(*type)) {
        learn_from_xml(body);
    } else if (type && is_json_media_type(*type)) {
        if (auto value = parse_json(body)) learn_members(*value, 0);
    }
}

void Secrets::learn(const Event& event) {
    if (const auto* started = std::get_if<WorkflowStarted>(&event.what))
        add_inputs(*started->workflow, started->inputs);
    if (const auto* foreseen = std::get_if<InputsForeseen>(&event.what))
        add_inputs(*foreseen->workflow, foreseen->inputs);
    if (const auto* sent = std::get_if<RequestSent>(&event.what)) {
        const auto& exchange = *sent->exchange;
        learn_from(exchange.request_headers, exchange.request_bytes);
        if (exchange.request_body) learn_members(*exchange.request_body, 0);
        for (const auto* parameters : {&exchange.query_parameters, &exchange.path_parameters})
            for (const auto& member : *parameters)
                if (is_secret_parameter(member.key())) learn_value(member.value());
    }
    if (const auto* received = std::get_if<ResponseReceived>(&event.what)) {
        learn_from(received->exchange->response_headers, received->exchange->response_bytes);
        if (received->exchange->response_body) learn_members(*received->exchange->response_body, 0);
    }
}

std::string Secrets::mask(std::string_view text) const { return mask_secrets(text, all_); }

std::string Secrets::mask_header(std::string_view name, std::string_view value) const {
    if (!is_secret_header(name)) return mask(value);
    auto space = value.find(' ');
    bool has_scheme = plain(name) == "authorization" && space != std::string_view::npos;
    return has_scheme ? mask(value.substr(0, space)) + " " + std::string(masked) : std::string(masked);
}

std::string Secrets::mask_url(std::string_view url) const {
    std::string shown(url);
    // https://user:password@host
    const auto authority = shown.find("://");
    if (authority != std::string::npos) {
        const auto begin = authority + 3, end = std::min(shown.find_first_of("/?#", begin), shown.size());
        const auto at = shown.rfind('@', end);
        if (at != std::string::npos && at > begin) shown.replace(begin, at - begin, masked);
    }
    auto query = shown.find('?');
    if (query == std::string::npos) return mask(shown);
    return mask(shown.substr(0, query + 1) + mask_pairs(std::string_view(shown).substr(query + 1)));
}

std::string Secrets::mask_body(std::string_view content_type, std::string_view body) const {
    if (is_form(content_type)) return mask(mask_pairs(body));
    if (!is_json_media_type(content_type)) return mask(body);
    auto value = parse_json(body);
    return value ? to_json(mask_value(*value)) : mask(body);
}

json::value Secrets::mask_value(const json::value& value) const { return mask_inside({}, value, all_, true); }

json::value Secrets::mask_given(const json::value& value) const { return mask_inside({}, value, given_, false); }

json::value mask_everything(const json::value& value) {
    if (const auto* array = value.if_array()) {
        json::array out;
        for (const auto& element : *array) out.push_back(mask_everything(element));
        return out;
    }
    if (const auto* object = value.if_object()) {
        json::object out;
        for (const auto& member : *object) out.emplace(member.key(), mask_everything(member.value()));
        return out;
    }
    return value.is_null() ? value : stars();
}

}  // namespace workflow
