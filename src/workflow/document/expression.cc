#include "workflow/document/expression.h"

#include <algorithm>
#include <charconv>

#include "workflow/document/document.h"
#include "workflow/text/text.h"

namespace workflow {

namespace {

bool is_tchar(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool all_tchars(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_tchar); }

// 1.0.1 lets a name be any characters; no name may hold what would end an embedded expression.
bool is_name(std::string_view text) { return !text.empty() && text.find_first_of("{}") == std::string_view::npos; }

json::string_view view(std::string_view text) { return {text.data(), text.size()}; }

const json::value* find(const json::object& object, std::string_view name) { return object.if_contains(view(name)); }

const json::object* find_object(const json::object* object, std::string_view name) {
    const auto* value = object ? find(*object, name) : nullptr;
    return value ? value->if_object() : nullptr;
}

Value from_header(const http::Headers& headers, std::string_view name) {
    const auto* text = headers.find(name);
    return text ? Value(json::value(*text)) : Value();
}

// The operators of a condition behind a pointer: "/arr[0]" where there is no member "arr[0]".
Value point_and_dereference(const json::value& from, std::vector<std::string> pointer) {
    if (pointer.empty()) return {};
    std::string last = std::move(pointer.back());
    pointer.pop_back();
    const auto* parent = follow_pointer(from, pointer);
    for (auto end = last.find_last_of(".["); parent && end != std::string::npos && end > 0;
         end = std::string_view(last).substr(0, end).find_last_of(".[")) {
        const auto* value = follow_pointer(*parent, {last.substr(0, end)});
        if (!value) continue;
        json::value made;
        const auto* at = dereference(*value, std::string_view(last).substr(end), made);
        if (!at) return {};
        return at == &made ? Value(std::move(made)) : Value(*at);
    }
    return {};
}

}  // namespace

const json::value& Value::or_null() const {
    static const json::value null;
    return *this ? **this : null;
}

std::optional<std::vector<std::string>> parse_pointer(std::string_view text) {
    std::vector<std::string> tokens;
    if (text.empty()) return tokens;
    if (text[0] != '/') return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '/') {
            tokens.emplace_back();
        } else if (text[i] != '~') {
            tokens.back() += text[i];
        } else {
            char escaped = i + 1 < text.size() ? text[++i] : '\0';
            if (escaped != '0' && escaped != '1') return std::nullopt;
            tokens.back() += escaped == '0' ? '~' : '/';
        }
    }
    return tokens;
}

std::string pointer_text(const std::vector<std::string>& tokens) {
    std::string out;
    for (const auto& token : tokens) {
        out += '/';
        for (char c : token) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
    return out;
}

const json::value* follow_pointer(const json::value& from, const std::vector<std::string>& tokens) {
    const json::value* at = &from;
    for (const auto& token : tokens) {
        if (const auto* object = at->if_object()) {
            at = find(*object, token);
        } else if (const auto* array = at->if_array()) {
            std::size_t index = 0;
            auto [end, failed] = std::from_chars(token.data(), token.data() + token.size(), index);
            bool is_index =
                failed == std::errc() && end == token.data() + token.size() && (token == "0" || token[0] != '0');
            at = is_index && index < array->size() ? &(*array)[index] : nullptr;
        } else {
            at = nullptr;
        }
        if (!at) return nullptr;
    }
    return at;
}

const json::value* dereference(const json::value& from, std::string_view path, json::value& made) {
    const json::value* at = &from;
    while (!path.empty()) {
        std::string_view token;
        if (path[0] == '[') {
            auto close = path.find(']');
            if (close == std::string_view::npos) return nullptr;
            token = trim(path.substr(1, close - 1));
            path.remove_prefix(close + 1);
        } else {
            if (path[0] == '.') path.remove_prefix(1);
            token = path.substr(0, path.find_first_of(".["));
            path.remove_prefix(token.size());
        }
        if (token.size() >= 2 && (token[0] == '\'' || token[0] == '"') && token.back() == token[0])
            token = token.substr(1, token.size() - 2);
        if (token.empty()) return nullptr;
        if (const auto* next = follow_pointer(*at, {std::string(token)})) {
            at = next;
            continue;
        }
        if (token != "length" || !path.empty()) return nullptr;
        if (const auto* array = at->if_array())
            made = array->size();
        else if (const auto* text = at->if_string())
            made = text->size();
        else
            return nullptr;
        return &made;
    }
    return at;
}

Value find_named(const json::object& in, std::string_view name) {
    if (const auto* value = find(in, name)) return Value(*value);
    for (auto end = name.find_last_of(".["); end != std::string_view::npos && end > 0;
         end = name.substr(0, end).find_last_of(".[")) {
        const auto* value = find(in, name.substr(0, end));
        if (!value) continue;
        json::value made;
        const auto* at = dereference(*value, name.substr(end), made);
        if (!at) return {};
        return at == &made ? Value(std::move(made)) : Value(*at);
    }
    return {};
}

bool looks_like_expression(std::string_view text) {
    static constexpr std::string_view roots[] = {
        "$url",     "$method",   "$statusCode", "$request.",   "$response.",           "$message.",
        "$inputs.", "$outputs.", "$steps.",     "$workflows.", "$sourceDescriptions.", "$components.",
        "$self"};
    return std::ranges::any_of(roots, [&](auto root) {
        if (!text.starts_with(root)) return false;
        return root.ends_with('.') || text.size() == root.size();
    });
}

std::string meant_expression(std::string_view text) {
    const auto lower = to_lower_ascii(text);
    struct Slip {
        std::string_view written, meant;
    };
    static constexpr Slip slips[] = {{"$response.statuscode", "$statusCode"},
                                     {"$response.status", "$statusCode"},
                                     {"$response.code", "$statusCode"},
                                     {"$statuscode", "$statusCode"},
                                     {"$status", "$statusCode"},
                                     {"$request.url", "$url"},
                                     {"$request.method", "$method"},
                                     {"$response.url", "$url"}};
    for (const auto& [written, meant] : slips)
        if (lower == written) return std::string(meant);
    static constexpr Slip beginnings[] = {{"$response.headers.", "$response.header."},
                                          {"$request.headers.", "$request.header."},
                                          {"$response.header.", "$response.header."},
                                          {"$request.header.", "$request.header."},
                                          {"$response.body$.", "$response.body#/"},
                                          {"$request.body$.", "$request.body#/"},
                                          {"$response.body/", "$response.body#/"},
                                          {"$request.body/", "$request.body#/"},
                                          {"$response.body", "$response.body"},
                                          {"$request.body", "$request.body"},
                                          {"$response.data", "$response.body"},
                                          {"$response.json", "$response.body"},
                                          {"$request.queries.", "$request.query."},
                                          {"$request.query.", "$request.query."},
                                          {"$request.path.", "$request.path."},
                                          {"$input.", "$inputs."},
                                          {"$inputs.", "$inputs."},
                                          {"$outputs.", "$outputs."},
                                          {"$step.", "$steps."},
                                          {"$steps.", "$steps."},
                                          {"$workflow.", "$workflows."},
                                          {"$workflows.", "$workflows."},
                                          {"$sourcedescription.", "$sourceDescriptions."},
                                          {"$sourcedescriptions.", "$sourceDescriptions."},
                                          {"$components.", "$components."}};
    for (const auto& [written, meant] : beginnings) {
        if (!lower.starts_with(written)) continue;
        auto out = std::string(meant) + std::string(text.substr(written.size()));
        return out != text && std::holds_alternative<Expression>(Expression::parse(out)) ? out : std::string();
    }
    return {};
}

struct Expression::Parser {
    Expression out;
    std::string error;

    bool refuse(std::string why) {
        error = std::move(why);
        return false;
    }

    // Cuts "#/..." off `rest`.
    bool take_pointer(std::string_view& rest) {
        auto hash = rest.find('#');
        if (hash == std::string_view::npos) return true;
        out.pointer_ = parse_pointer(rest.substr(hash + 1));
        if (!out.pointer_)
            return refuse("what follows '#' is no JSON Pointer: it starts with '/', and '~' is written ~0");
        rest = rest.substr(0, hash);
        return true;
    }

    bool parse_source(std::string_view rest, bool request) {
        if (rest.starts_with("header.")) {
            out.root_ = request ? Root::request_header : Root::response_header;
            out.name_ = rest.substr(7);
            return all_tchars(out.name_) || refuse("a header's name is missing or holds what no header's name may");
        }
        if (rest.starts_with("query.") || rest.starts_with("path.")) {
            bool query = rest[0] == 'q';
            out.root_ = request ? (query ? Root::request_query : Root::request_path)
                                : (query ? Root::response_query : Root::response_path);
            out.name_ = rest.substr(query ? 6 : 5);
            return is_name(out.name_) || refuse("a parameter's name is missing");
        }
        if (rest == "body" || rest.starts_with("body#") || rest.starts_with("body.") || rest.starts_with("body[")) {
            out.root_ = request ? Root::request_body : Root::response_body;
            rest.remove_prefix(4);
            if (!take_pointer(rest)) return false;
            out.name_ = rest;  // the de-reference, if any
            return true;
        }
        return refuse("after $request. and $response. stands header., query., path. or body");
    }

    bool parse_named(std::string_view rest, Root root) {
        out.root_ = root;
        if (!take_pointer(rest)) return false;
        out.name_ = rest;
        return is_name(rest) || refuse("a name is missing");
    }

    bool parse_step(std::string_view rest) {
        out.root_ = Root::step;
        if (!take_pointer(rest)) return false;
        static constexpr std::string_view separator = ".outputs.";
        auto at = rest.find(separator);
        if (at == std::string_view::npos || at == 0)
            return refuse("a step's output is written $steps.STEP.outputs.NAME");
        out.owner_ = rest.substr(0, at);
        out.name_ = rest.substr(at + separator.size());
        return is_name(out.name_) || refuse("a step's output is written $steps.STEP.outputs.NAME");
    }

    bool parse_workflow(std::string_view rest) {
        out.root_ = Root::workflow;
        if (!take_pointer(rest)) return false;
        // The first of them that stands there: "steps" has an ".outputs." behind it.
        auto first = std::string_view::npos;
        for (std::string_view field : {"inputs", "outputs", "steps"}) {
            auto separator = "." + std::string(field) + ".";
            auto at = rest.find(separator);
            if (at == std::string_view::npos || at == 0 || at >= first) continue;
            first = at;
            out.owner_ = rest.substr(0, at);
            out.field_ = field;
            out.name_ = rest.substr(at + separator.size());
        }
        if (first == std::string_view::npos)
            return refuse(
                "a workflow's value is written $workflows.WORKFLOW.inputs.NAME, $workflows.WORKFLOW.outputs.NAME or "
                "$workflows.WORKFLOW.steps.STEP.outputs.NAME");
        if (out.field_ == "steps") {
            auto outputs = out.name_.find(".outputs.");
            if (outputs == std::string::npos || outputs == 0)
                return refuse(
                    "a step's output in another workflow is written "
                    "$workflows.WORKFLOW.steps.STEP.outputs.NAME");
        }
        return is_name(out.name_) || refuse("a name is missing");
    }

    bool parse_pair(std::string_view rest, Root root) {
        out.root_ = root;
        auto dot = rest.find('.');
        if (dot == std::string_view::npos || dot == 0 || dot + 1 == rest.size())
            return refuse(root == Root::source ? "a source is written $sourceDescriptions.NAME.url"
                                               : "a component is written $components.parameters.NAME");
        out.owner_ = rest.substr(0, dot);
        out.name_ = rest.substr(dot + 1);
        return is_name(out.name_) || refuse("a name is missing");
    }

    bool parse(std::string_view text) {
        out.text_ = text;
        auto after = [&](std::string_view root) { return text.substr(root.size()); };
        auto is = [&](std::string_view root) { return text.starts_with(root); };
        if (text == "$url") return out.root_ = Root::url, true;
        if (text == "$method") return out.root_ = Root::method, true;
        if (text == "$statusCode") return out.root_ = Root::status_code, true;
        if (text == "$self") return out.root_ = Root::self, true;
        if (is("$request.")) return parse_source(after("$request."), true);
        if (is("$response.")) return parse_source(after("$response."), false);
        if (is("$message.")) return parse_named(after("$message."), Root::message);
        if (is("$inputs.")) return parse_named(after("$inputs."), Root::inputs);
        if (is("$outputs.")) return parse_named(after("$outputs."), Root::outputs);
        if (is("$steps.")) return parse_step(after("$steps."));
        if (is("$workflows.")) return parse_workflow(after("$workflows."));
        if (is("$sourceDescriptions.")) return parse_pair(after("$sourceDescriptions."), Root::source);
        if (is("$components.")) return parse_pair(after("$components."), Root::component);
        return refuse(
            "an expression starts with $url, $method, $statusCode, $request., $response., $inputs., $outputs., "
            "$steps., $workflows., $sourceDescriptions., $components. or $self");
    }
};

std::variant<Expression, std::string> Expression::parse(std::string_view text, bool in_condition) {
    Parser parser;
    parser.out.in_condition_ = in_condition;
    if (!parser.parse(text)) return std::move(parser.error);
    return std::move(parser.out);
}

Value Expression::evaluate(const Scope& scope) const {
    // A reference into the scope stays a reference.
    auto point_in = [&](const json::value* value) -> Value {
        if (!value || !pointer_) return value ? Value(*value) : Value();
        if (const auto* at = follow_pointer(*value, *pointer_)) return Value(*at);
        return in_condition_ ? point_and_dereference(*value, *pointer_) : Value();
    };
    auto point = [&](Value value) -> Value {
        if (!value || !pointer_) return value;
        auto at = point_in(&*value);
        return at ? Value(std::move(at).copy()) : Value();
    };
    auto named = [&](const json::object* object) -> Value {
        if (!object) return {};
        if (const auto* exact = find(*object, name_)) return point_in(exact);
        return point(find_named(*object, name_));
    };
    auto body = [&](const std::optional<json::value>& value) -> Value {
        if (!value) return {};
        if (name_.empty()) return point_in(&*value);
        json::value made;
        const auto* at = dereference(*value, name_, made);
        if (at == &made) return point(Value(std::move(made)));
        return point_in(at);
    };

    const Exchange* exchange = scope.exchange;
    bool answered = exchange && exchange->status != 0;
    switch (root_) {
    case Root::url: return exchange ? Value(json::value(exchange->url)) : Value();
    case Root::method: return exchange ? Value(json::value(exchange->method)) : Value();
    case Root::status_code: return answered ? Value(json::value(exchange->status)) : Value();
    case Root::request_header: return exchange ? from_header(exchange->request_headers, name_) : Value();
    case Root::request_query: return exchange ? named(&exchange->query_parameters) : Value();
    case Root::request_path: return exchange ? named(&exchange->path_parameters) : Value();
    case Root::request_body: return exchange ? body(exchange->request_body) : Value();
    case Root::response_header: return answered ? from_header(exchange->response_headers, name_) : Value();
    case Root::response_body: return answered ? body(exchange->response_body) : Value();
    case Root::response_query:
    case Root::response_path:
    case Root::message: return {};
    case Root::inputs: return named(scope.inputs);
    case Root::outputs: return named(scope.outputs);
    case Root::step: return named(find_object(find_object(scope.steps, owner_), "outputs"));
    case Root::workflow: {
        const auto* object = find_object(find_object(scope.workflows, owner_), field_);
        if (field_ != "steps") return named(object);
        auto separator = name_.find(".outputs.");
        if (separator == std::string::npos) return {};
        const auto* outputs = find_object(find_object(object, name_.substr(0, separator)), "outputs");
        return outputs ? point(find_named(*outputs, std::string_view(name_).substr(separator + 9))) : Value();
    }
    case Root::source: return scope.document ? source_value(*scope.document, owner_, name_) : Value();
    case Root::component: return scope.document ? component_value(*scope.document, owner_, name_, scope) : Value();
    case Root::self:
        return scope.document && !scope.document->self.empty() ? Value(json::value(scope.document->self)) : Value();
    }
    return {};
}

}  // namespace workflow
