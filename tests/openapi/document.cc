#include "tests/openapi/document.h"

#include <algorithm>
#include <boost/json.hpp>
#include <stdexcept>

#include "json/pointer.h"
#include "service/query.h"
#include "service/service.h"

namespace test {
namespace {

constexpr std::string_view methods[] = {"get", "put", "post", "delete", "patch"};

// What any request may meet without the operation having a say in it.
constexpr int statuses_of_any_operation[] = {408, 411, 412, 413, 414, 415, 429, 431, 500, 501, 503};

std::string upper(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return c >= 'a' && c <= 'z' ? c - 32 : c; });
    return result;
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    return result;
}

void append(std::vector<std::string>& all, const std::vector<std::string>& more, const std::string& where) {
    for (const std::string& one : more) all.push_back(where + ": " + one);
}

}  // namespace

Document::Node Document::Node::child(std::string_view name) const {
    if (!value) return {};
    Node found{document, pointer, json::find_child(*value, name)};
    if (!found.value) return {};
    json::append_token(found.pointer, name);
    return document->resolve(found);
}

std::vector<std::pair<std::string, Document::Node>> Document::Node::children() const {
    std::vector<std::pair<std::string, Node>> all;
    if (value && value->is_object())
        for (const auto& member : value->get_object()) all.emplace_back(member.key(), child(member.key()));
    if (value && value->is_array())
        for (std::size_t i = 0; i < value->get_array().size(); ++i)
            all.emplace_back(std::to_string(i), child(std::to_string(i)));
    return all;
}

std::string Document::Node::text(std::string_view name) const {
    const Node found = child(name);
    return found && found.value->is_string() ? std::string(found.value->get_string()) : "";
}

Document::Document(std::string name, std::string_view text)
    : name_(std::move(name)), value_(boost::json::parse({text.data(), text.size()})) {
    const std::string server = root().child("servers").child("0").text("url");
    for (const auto& [path, item] : root().child("paths").children())
        for (const auto& [key, node] : item.children()) {
            if (std::ranges::find(methods, key) == std::end(methods)) continue;
            Operation operation{upper(key), server == "/" ? path : server + path, node, {}};
            for (const Node& of : {item.child("parameters"), node.child("parameters")})
                for (const auto& [index, parameter] : of.children()) operation.parameters.push_back(parameter);
            operations_.push_back(std::move(operation));
        }
    if (operations_.empty()) throw std::runtime_error(name_ + " describes nothing");
}

const Document::Operation* Document::find_operation(std::string_view method, std::string_view path) const {
    for (const Operation& operation : operations_)
        if (operation.method == method && operation.path == path) return &operation;
    return nullptr;
}

Document::Node Document::root() const { return {this, "", &value_}; }

Document::Node Document::resolve(Node node) const {
    for (int i = 0; i < 10; ++i) {
        const boost::json::object* object = node.value->if_object();
        const boost::json::value* reference = object ? object->if_contains("$ref") : nullptr;
        if (!reference || !reference->is_string()) return node;
        const std::string text(reference->get_string());
        if (!text.starts_with("#/")) throw std::runtime_error(name_ + ": " + text + " leads out of the document");
        node.pointer = text.substr(1);
        node.value = json::find_by_pointer(value_, node.pointer);
        if (!node.value) throw std::runtime_error(name_ + ": " + text + " leads nowhere");
    }
    throw std::runtime_error(name_ + ": " + node.pointer + " refers to itself");
}

std::vector<std::string> Document::validate(const Node& schema, const boost::json::value& instance) const {
    auto known = schemas_.find(schema.pointer);
    if (known == schemas_.end()) {
        auto compiled = jsonschema::Schema::compile(value_, "https://partnerd.invalid/" + name_, {},
                                                    {.schema_pointer = schema.pointer, .asserts_formats = true});
        if (!compiled.ok()) return {schema.pointer + " is no schema: " + compiled.error().detail};
        known = schemas_.emplace(schema.pointer, std::move(compiled).value()).first;
    }
    std::vector<std::string> problems;
    for (const jsonschema::Violation& violation : known->second.validate(instance))
        problems.push_back((violation.instance_pointer.empty() ? "it" : violation.instance_pointer) + " " +
                           violation.message + " (" + violation.schema_pointer + ")");
    return problems;
}

Document::Node Document::find_parameter(const Operation& operation, std::string_view place,
                                        std::string_view name) const {
    for (const Node& parameter : operation.parameters)
        if (parameter.text("in") == place && parameter.text("name") == name) return parameter;
    return {};
}

std::vector<std::string> Document::check_request(const Operation& operation, const http::Request& request) const {
    std::vector<std::string> problems;
    const auto query = service::parse_query(request.query());
    const bool has_query =
        std::ranges::any_of(operation.parameters, [](const Node& it) { return it.text("in") == "query"; });
    if (has_query && !query.ok()) return {"its query cannot be read"};
    for (const auto& [name, value, literal] : has_query ? query.value() : std::vector<service::QueryParameter>()) {
        (void)literal;
        const Node parameter = find_parameter(operation, "query", name);
        if (!parameter) {
            problems.push_back("the parameter " + name + " is not documented");
            continue;
        }
        // A number in a query may be meant as a text.
        const auto of_text = validate(parameter.child("schema"), boost::json::value(value));
        boost::system::error_code no_json;
        const boost::json::value other = boost::json::parse(value, no_json);
        if (!of_text.empty() && (no_json || !validate(parameter.child("schema"), other).empty()))
            append(problems, of_text, "the parameter " + name);
    }
    for (const Node& parameter : operation.parameters) {
        if (parameter.text("in") != "header") continue;
        if (const std::string* header = request.headers.find(parameter.text("name")))
            append(problems, validate(parameter.child("schema"), boost::json::value(*header)),
                   "the header " + parameter.text("name"));
    }
    const Node body = operation.node.child("requestBody");
    if (request.body.empty()) {
        const Node required = body.child("required");
        if (required && required.value->is_bool() && required.value->get_bool())
            problems.push_back("there is no body, and there has to be one");
        return problems;
    }
    if (!body) return problems;
    const std::string* type = request.headers.find("content-type");
    const Node media = type ? body.child("content").child(service::media_type_of(*type))
                            : body.child("content").children().front().second;
    if (!media) return {"the media type of the body is not documented"};
    if (!media.child("schema")) return problems;
    boost::system::error_code no_json;
    const bool is_text = type && !service::media_type_of(*type).ends_with("json");
    const boost::json::value value =
        is_text ? boost::json::value(request.body) : boost::json::parse(request.body, no_json);
    if (no_json) return {"its body is no JSON"};
    append(problems, validate(media.child("schema"), value), "its body");
    return problems;
}

// Or with every one of its kind; transcripts leave them out.
bool is_with_every_answer(const std::string& header) {
    const std::string name = lower(header);
    return name == "x-request-id" || name == "etag" || name == "cache-control";
}

std::vector<std::string> Document::check_response(const Operation& operation, const http::Request& request,
                                                  const http::Response& response) const {
    const std::string status = std::to_string(response.status);
    const Node responses = operation.node.child("responses");
    Node documented = responses.child(status);
    const bool is_of_any =
        std::ranges::find(statuses_of_any_operation, response.status) != std::end(statuses_of_any_operation);
    if (!documented && is_of_any) documented = responses.child("default");
    if (!documented) return {"the status " + status + " is not documented"};

    std::vector<std::string> problems;
    for (const http::Header& header : response.headers) {
        if (is_with_every_answer(header.name)) continue;
        Node found;
        for (const auto& [name, node] : documented.child("headers").children())
            if (lower(name) == lower(header.name)) found = node;
        if (found)
            append(problems, validate(found.child("schema"), boost::json::value(header.value)),
                   "the header " + header.name);
        else
            problems.push_back("the header " + header.name + " is not documented");
    }
    for (const auto& [name, node] : documented.child("headers").children())
        if (const Node required = node.child("required");
            !is_with_every_answer(name) && required && required.value->get_bool())
            if (!response.headers.find(name)) problems.push_back("the header " + name + " is missing");

    const Node content = documented.child("content");
    if (!content) {
        if (!response.body.empty()) problems.push_back("there is a body, and none is documented");
        return problems;
    }
    const Node media = content.child(service::media_type_of(response.content_type));
    if (!media) {
        problems.push_back("the content type \"" + response.content_type + "\" is not documented");
        return problems;
    }
    if (request.method == http::Method::head || !media.child("schema")) return problems;
    if (!service::media_type_of(response.content_type).ends_with("json")) return problems;
    boost::system::error_code no_json;
    const boost::json::value value = boost::json::parse(response.body, no_json);
    if (no_json) {
        problems.push_back("its body is no JSON");
        return problems;
    }
    append(problems, validate(media.child("schema"), value), "its body");
    return problems;
}

void Document::check_media_examples(const Node& media, std::vector<std::string>& problems) const {
    const Node schema = media.child("schema");
    if (const Node example = media.child("example"))
        append(problems, validate(schema, *example.value), example.pointer);
    for (const auto& [name, example] : media.child("examples").children())
        append(problems, validate(schema, *example.child("value").value), example.pointer);
}

void Document::check_examples_below(const Node& node, std::set<std::string>& seen,
                                    std::vector<std::string>& problems) const {
    if (!node || !seen.insert(node.pointer).second) return;
    if (node.child("schema")) check_media_examples(node, problems);
    for (const auto& [name, child] : node.children())
        if (name != "schema" && name != "examples" && name != "example") check_examples_below(child, seen, problems);
}

std::vector<std::string> Document::check_examples() const {
    std::set<std::string> seen;
    std::vector<std::string> problems;
    check_examples_below(root(), seen, problems);
    return problems;
}

}  // namespace test
