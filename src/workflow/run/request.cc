#include "workflow/run/request.h"

#include <algorithm>

#include "workflow/document/serialize.h"
#include "workflow/run/answer.h"
#include "workflow/run/body.h"
#include "workflow/run/server_choice.h"
#include "workflow/text/text.h"
#include "workflow/text/url.h"

namespace workflow {

namespace {

Error refusal(std::string detail) { return {Reason::invalid, std::move(detail)}; }

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
    });
}

bool is_header_value(std::string_view text) {
    return std::ranges::none_of(text, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; });
}

class RequestBuilder {
public:
    RequestBuilder(const Step& step, const Scope& scope, const RequestOptions& options, Exchange& out,
                   std::vector<std::string>& notes)
        : step_(step), operation_(*step.operation), scope_(scope), options_(options), out_(out), notes_(notes) {}

    Result<void> build() {
        out_.method = operation_.method;
        auto server = TRY(find_server(operation_, *step_.source, options_));
        for (const auto& parameter : step_.parameters) TRY(add(parameter));
        TRY(add_body());
        add_accept();
        if (!out_.request_headers.find("Accept-Encoding"))
            out_.request_headers.set("Accept-Encoding", accepted_codings);
        add_credentials();
        auto path = TRY(expand_path());
        if (!cookies_.empty()) TRY(add_header("Cookie", join(cookies_, "; ")));
        auto query = join(query_, "&");
        if (!querystring_.empty()) query += (query.empty() ? "" : "&") + querystring_;
        out_.url = server + path + (query.empty() ? "" : (server.find('?') == std::string::npos ? "?" : "&") + query);
        return {};
    }

private:
    static std::string join(const std::vector<std::string>& parts, std::string_view separator) {
        std::string out;
        for (const auto& part : parts) (out += out.empty() ? "" : separator) += part;
        return out;
    }

    // A value that is missing, or null, is left out where that is possible.
    Result<void> add(const Parameter& parameter) {
        Gaps gaps;
        auto value = parameter.value.evaluate(scope_, gaps);
        std::string called =
            "the " + std::string(to_string(parameter.in)) + " parameter " + shorten(parameter.name, 60);
        if (!gaps.cannot.empty()) return refusal(called + " cannot be made: " + gaps.cannot + " has no value");
        note_left_out(gaps, called);
        const auto* declared = operation_.find_parameter(parameter.in, parameter.name);
        if (!value || value->is_null()) {
            bool needed = parameter.in == ParameterPlace::path
                              ? operation_.path.find("{" + parameter.name + "}") != std::string::npos
                              : declared && declared->required;
            auto why = to_text(parameter.value.written()) + (value ? " is null" : " has no value");
            if (needed) return refusal(called + " is required, and " + why);
            notes_.push_back(called + " was left out: " + why);
            return {};
        }
        return place(parameter, declared ? *declared : undeclared_parameter(parameter.in, parameter.name),
                     std::move(value).copy());
    }

    void note_left_out(const Gaps& gaps, const std::string& where) {
        for (const auto& expression : gaps.left_out)
            notes_.push_back(expression + " has no value and was left out of " + where);
    }

    Result<void> place(const Parameter& parameter, const ApiParameter& how, json::value value) {
        switch (parameter.in) {
        case ParameterPlace::path:
            path_values_[parameter.name] = serialize_in_path(how, value);
            out_.path_parameters[parameter.name] = std::move(value);
            return {};
        case ParameterPlace::query:
            for (auto& piece : serialize_in_query(how, value)) query_.push_back(std::move(piece));
            out_.query_parameters[parameter.name] = std::move(value);
            return {};
        case ParameterPlace::querystring: return set_querystring(value);
        case ParameterPlace::header: return add_header(parameter.name, serialize_in_header(how, value));
        case ParameterPlace::cookie:
            for (auto& piece : serialize_in_cookie(how, value)) cookies_.push_back(std::move(piece));
            return {};
        case ParameterPlace::none: return refusal("the parameter " + shorten(parameter.name, 60) + " lacks \"in\"");
        }
        return {};
    }

    // The whole query as one value: encoded already, but for what no URL may hold.
    Result<void> set_querystring(const json::value& value) {
        if (value.is_structured()) {
            const auto* object = value.if_object();
            querystring_ = object ? serialize_form(*object, {}) : percent_encode(to_json(value));
        } else {
            querystring_ = percent_encode(to_text(value), "%:/?@!$&'()*+,;=[]");
        }
        if (querystring_.starts_with('?')) querystring_.erase(0, 1);
        for (std::string_view rest = querystring_; !rest.empty();) {
            auto piece = rest.substr(0, rest.find('&'));
            rest.remove_prefix(std::min(rest.size(), piece.size() + 1));
            auto equal = piece.find('=');
            if (equal != std::string_view::npos)
                out_.query_parameters[percent_decode(piece.substr(0, equal), true)] =
                    percent_decode(piece.substr(equal + 1), true);
        }
        return {};
    }

    Result<void> add_header(const std::string& name, const std::string& value) {
        if (!is_token(name)) return refusal("\"" + shorten(name, 60) + "\" is no header's name");
        if (!is_header_value(value))
            return refusal("the header " + name + " would hold a line break or another control character");
        out_.request_headers.set(name, trim(value));
        return {};
    }

    Result<void> add_body() {
        auto type = request_content_type(step_);
        const auto* set_by_parameter = out_.request_headers.find("Content-Type");
        if (set_by_parameter && (!step_.body || step_.body->content_type.empty())) type = *set_by_parameter;
        if (!step_.body || (!step_.body->payload && step_.body->replacements.empty())) return {};
        auto body = TRY(build_body(*step_.body, type, operation_, scope_, options_.files.get(), notes_));
        out_.request_body = std::move(body.value);
        out_.request_bytes = std::move(body.bytes);
        return add_header("Content-Type", body.content_type);
    }

    // What the operation's responses can be, so that a server that speaks several languages answers in one that it
    // documents.
    void add_accept() {
        if (out_.request_headers.find("Accept")) return;
        std::vector<std::string> types;
        for (const auto& response : operation_.responses)
            for (const auto& media : response.content)
                if (std::ranges::find(types, media.type) == types.end() && is_header_value(media.type))
                    types.push_back(media.type);
        if (std::ranges::find(types, "*/*") == types.end()) types.push_back(types.empty() ? "*/*" : "*/*;q=0.1");
        out_.request_headers.set("Accept", join(types, ", "));
    }

    void add_credentials() {
        auto applied = apply_credentials(options_.credentials, operation_,
                                         step_.source->names.empty() ? step_.source->name : step_.source->names[0],
                                         out_.request_headers);
        query_.insert(query_.end(), applied.pieces_of_query.begin(), applied.pieces_of_query.end());
        cookies_.insert(cookies_.end(), applied.cookies.begin(), applied.cookies.end());
        if (!applied.missing.empty())
            notes_.push_back("the operation wants the credential " + applied.missing + ", and none was given (--auth " +
                             applied.missing + "=ENV_VAR)");
    }

    Result<std::string> expand_path() {
        std::string out;
        std::string_view path = operation_.path;
        while (!path.empty()) {
            auto open = path.find('{'), close = path.find('}');
            if (open == std::string_view::npos || close == std::string_view::npos || close < open) break;
            std::string name(path.substr(open + 1, close - open - 1));
            auto value = path_values_.find(name);
            if (value == path_values_.end())
                return refusal("the path " + operation_.path + " needs the parameter \"" + shorten(name, 60) +
                               "\" (in: path), and the step has none");
            // "." and ".." as whole segments would be taken for the way up.
            bool is_dots = value->second == "." || value->second == "..";
            out += path.substr(0, open);
            if (is_dots)
                for (char c : value->second) (void)c, out += "%2E";
            else
                out += value->second;
            path.remove_prefix(close + 1);
        }
        out += path;
        return out.starts_with('/') ? out : "/" + out;
    }

    const Step& step_;
    const Operation& operation_;
    const Scope& scope_;
    const RequestOptions& options_;
    Exchange& out_;
    std::vector<std::string>& notes_;
    std::map<std::string, std::string> path_values_;
    std::vector<std::string> query_;
    std::vector<std::string> cookies_;
    std::string querystring_;
};

}  // namespace

Result<void> build_request(const Step& step, const Scope& scope, const RequestOptions& options, Exchange& out,
                           std::vector<std::string>& notes) {
    // $url, $method and $request of an expression in the request would be of the request that is being made: none yet.
    Scope before = scope;
    before.exchange = nullptr;
    return RequestBuilder(step, before, options, out, notes).build();
}

Result<json::object> build_inputs(const std::vector<Parameter>& parameters, const Scope& scope,
                                  std::vector<std::string>& notes) {
    json::object out;
    for (const auto& parameter : parameters) {
        Gaps gaps;
        auto value = parameter.value.evaluate(scope, gaps);
        if (!gaps.cannot.empty())
            return refusal("the parameter " + shorten(parameter.name, 60) + " cannot be made: " + gaps.cannot +
                           " has no value");
        for (const auto& expression : gaps.left_out)
            notes.push_back(expression + " has no value and was left out of the parameter " +
                            shorten(parameter.name, 60));
        if (value)
            out[parameter.name] = std::move(value).copy();
        else
            notes.push_back("the parameter " + shorten(parameter.name, 60) +
                            " was left out: " + to_text(parameter.value.written()) + " has no value");
    }
    return out;
}

// A range such as "application/*+json" says what may be sent; it is no type itself.
std::string concrete_type(const std::string& type) {
    const auto range = to_lower_ascii(media_type_of(type));
    if (range.find('*') == std::string::npos) return type;
    if (range.ends_with("+xml")) return "application/xml";
    if (range.starts_with("text/")) return "text/plain";
    if (range.starts_with("multipart/")) return "multipart/form-data";
    const bool is_json = range.ends_with("json") || range.starts_with("application/") || range.starts_with("*");
    return is_json ? "application/json" : "application/octet-stream";
}

std::string request_content_type(const Step& step) {
    if (!step.body) return {};
    if (!step.body->content_type.empty()) return concrete_type(step.body->content_type);
    if (!step.operation) return {};
    const auto& bodies = step.operation->bodies;
    auto is_concrete = [](const ApiMedia& media) { return media.type.find('*') == std::string::npos; };
    for (const auto& media : bodies)
        if (is_concrete(media) && is_json_media_type(media.type)) return media.type;
    for (const auto& media : bodies)
        if (is_concrete(media)) return media.type;
    return bodies.empty() ? "application/json" : concrete_type(bodies[0].type);
}

}  // namespace workflow
