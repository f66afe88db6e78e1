#include "workflow/document/openapi.h"

#include <algorithm>

#include "uri/uri.h"
#include "workflow/document/exchange.h"
#include "workflow/document/expression.h"
#include "workflow/text/text.h"
#include "workflow/text/url.h"

namespace workflow {

namespace {

constexpr int references_max = 32;  // behind one another
constexpr std::size_t files_max = 256;

constexpr std::string_view methods[] = {"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"};

bool is_method(std::string_view name) { return std::ranges::find(methods, name) != std::end(methods); }

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    return out;
}

bool flag(const ApiNode& node, std::string_view name, bool otherwise) {
    auto child = node.child(name);
    const auto* value = child ? child.value->if_bool() : nullptr;
    return value ? *value : otherwise;
}

std::optional<Style> parse_style(std::string_view text) {
    if (text == "simple") return Style::simple;
    if (text == "label") return Style::label;
    if (text == "matrix") return Style::matrix;
    if (text == "form") return Style::form;
    if (text == "spaceDelimited") return Style::space_delimited;
    if (text == "pipeDelimited") return Style::pipe_delimited;
    if (text == "deepObject") return Style::deep_object;
    return std::nullopt;
}

Style default_style(ParameterPlace in) {
    return in == ParameterPlace::query || in == ParameterPlace::cookie ? Style::form : Style::simple;
}

std::vector<std::string> texts_of(const json::value* list) {
    std::vector<std::string> out;
    if (list && list->is_array())
        for (const auto& element : list->get_array()) out.push_back(to_text(element));
    return out;
}

ApiServer read_server(const ApiNode& node) {
    ApiServer out{node.text("url"), node.text("name"), node.text("description"), {}};
    auto variables = node.child("variables");
    if (!variables.object()) return out;
    for (const auto& member : *variables.object()) {
        auto variable = variables.child(member.key());
        auto value = variable.child("default");
        if (value)
            out.variables.push_back({member.key(), to_text(*value.value), texts_of(variable.child("enum").value)});
    }
    return out;
}

}  // namespace

std::string_view to_string(ParameterPlace place) {
    switch (place) {
    case ParameterPlace::none: return "";
    case ParameterPlace::path: return "path";
    case ParameterPlace::query: return "query";
    case ParameterPlace::querystring: return "querystring";
    case ParameterPlace::header: return "header";
    case ParameterPlace::cookie: return "cookie";
    }
    return "";
}

std::optional<ParameterPlace> parse_parameter_place(std::string_view text) {
    for (auto place : {ParameterPlace::path, ParameterPlace::query, ParameterPlace::querystring, ParameterPlace::header,
                       ParameterPlace::cookie})
        if (text == to_string(place)) return place;
    return std::nullopt;
}

ApiNode ApiNode::child(std::string_view name) const {
    if (!value) return {};
    const auto* found = follow_pointer(*value, {std::string(name)});
    if (!found) return {};
    return {found, file, pointer + pointer_text({std::string(name)})};
}

std::string ApiNode::text(std::string_view name) const {
    auto node = child(name);
    const auto* found = node ? node.value->if_string() : nullptr;
    return found ? std::string(*found) : std::string();
}

const ApiParameter* Operation::find_parameter(ParameterPlace in, std::string_view name) const {
    for (const auto& parameter : parameters) {
        bool same =
            in == ParameterPlace::header ? equal_ignoring_ascii_case(parameter.name, name) : parameter.name == name;
        if (parameter.in == in && same) return &parameter;
    }
    return nullptr;
}

const ApiMedia* find_media(const std::vector<ApiMedia>& list, std::string_view content_type) {
    auto wanted = to_lower_ascii(media_type_of(content_type));
    auto find = [&](const std::string& key) -> const ApiMedia* {
        for (const auto& media : list)
            if (to_lower_ascii(media_type_of(media.type)) == key) return &media;
        return nullptr;
    };
    if (const auto* exact = find(wanted)) return exact;
    // application/*+json covers what is written like JSON, and JSON itself.
    const auto type = wanted.substr(0, wanted.find('/'));
    for (std::string_view suffix : {"json", "xml"})
        if (wanted.ends_with("+" + std::string(suffix)) || wanted == type + "/" + std::string(suffix))
            if (const auto* range = find(type + "/*+" + std::string(suffix))) return range;
    if (const auto* range = find(type + "/*")) return range;
    return find("*/*");
}

const ApiMedia* Operation::find_body(std::string_view content_type) const { return find_media(bodies, content_type); }

const ApiResponse* Operation::find_response(int status) const {
    auto find = [&](const std::string& key) -> const ApiResponse* {
        for (const auto& response : responses)
            if (equal_ignoring_ascii_case(response.status, key)) return &response;
        return nullptr;
    };
    if (const auto* exact = find(std::to_string(status))) return exact;
    if (const auto* range = find(std::to_string(status / 100) + "XX")) return range;
    return find("default");
}

Result<std::shared_ptr<OpenApi>> OpenApi::read(std::string url, Tree tree, Open open) {
    const auto* root = tree.root().if_object();
    if (!root) return Error{Reason::malformed, "it is no OpenAPI document: it is not an object"};
    const auto* version = root->if_contains("openapi");
    const auto* text = version ? version->if_string() : nullptr;
    if (root->contains("swagger"))
        return Error{Reason::malformed, "it is a Swagger 2.0 document; OpenAPI 3.0 or 3.1 is needed"};
    if (root->contains("asyncapi"))
        return Error{Reason::malformed, "it is an AsyncAPI document, which is not supported"};
    if (root->contains("arazzo")) return Error{Reason::malformed, "it is an Arazzo document; write \"type: arazzo\""};
    if (!text || !text->starts_with("3."))
        return Error{Reason::malformed,
                     "it is no OpenAPI 3 document: \"openapi: 3.1.0\" or the like is missing at its top"};
    auto out = std::shared_ptr<OpenApi>(new OpenApi(std::move(url), std::move(tree), std::move(open)));
    out->is_3_0_ = text->starts_with("3.0");
    out->index();
    return out;
}

void OpenApi::index() {
    ApiNode paths = ApiNode{&files_[0].tree.root(), 0, ""}.child("paths");
    if (!paths.object()) return;
    for (const auto& path : *paths.object()) {
        auto item = resolve(paths.child(path.key()));
        if (!item.ok() || !item.value().object()) continue;
        for (const auto& member : *item.value().object()) {
            if (!is_method(member.key()) || !member.value().is_object()) continue;
            const auto* id = member.value().get_object().if_contains("operationId");
            if (!id || !id->is_string()) continue;
            auto [found, is_new] = by_id_.try_emplace(std::string(id->get_string()), Place{path.key(), member.key()});
            if (!is_new) duplicate_ids_.insert(found->first);
        }
    }
}

std::vector<std::string> OpenApi::operation_ids() const {
    std::vector<std::string> out;
    for (const auto& entry : by_id_) out.push_back(entry.first);
    return out;
}

bool OpenApi::has_operation(std::string_view id) const { return by_id_.contains(id); }

Result<std::size_t> OpenApi::find_file(const std::string& url) const {
    auto known = std::ranges::find(files_, url, &File::url);
    if (known != files_.end()) return static_cast<std::size_t>(known - files_.begin());
    if (auto tried = unreadable_.find(url); tried != unreadable_.end()) return tried->second;
    if (files_.size() >= files_max || unreadable_.size() >= files_max)
        return Error{Reason::limit_exceeded, "too many files refer to one another"};
    if (!open_) return Error{Reason::not_found, display_name(url) + ": nothing that is used refers to it"};
    auto tree = open_(url);
    if (!tree.ok()) {
        Error error{Reason::not_found, display_name(url) + ": " + tree.error().detail};
        return unreadable_.emplace(url, std::move(error)).first->second;
    }
    files_.push_back({url, std::move(tree).value()});
    return files_.size() - 1;
}

// Opens every file that the node leads to, through however many references. What cannot be read, or leads nowhere, is
// told to whoever asks for it: here it is no fault.
void OpenApi::open_reachable(ApiNode from) const {
    struct Open {
        const json::value* value;
        std::size_t file;
        std::shared_ptr<const std::string> base;  // of its references: the file's URL, or the nearest $id
    };
    constexpr std::size_t base_bytes_max = 8'192;
    std::vector<Open> open{{from.value, from.file, std::make_shared<const std::string>(files_[from.file].url)}};
    while (!open.empty()) {
        Open next = std::move(open.back());
        open.pop_back();
        if (!next.value || !reached_.insert(next.value).second) continue;
        if (const auto* array = next.value->if_array())
            for (const auto& element : *array) open.push_back({&element, next.file, next.base});
        const auto* object = next.value->if_object();
        if (!object) continue;
        if (const auto* id = object->if_contains("$id");
            id && id->is_string() && id->get_string().size() + next.base->size() <= base_bytes_max)
            next.base =
                std::make_shared<const std::string>(uri::resolve(*next.base, std::string_view(id->get_string())));
        for (const auto& member : *object) {
            open.push_back({&member.value(), next.file, next.base});
            if ((member.key() != "$ref" && member.key() != "$dynamicRef") || !member.value().is_string()) continue;
            std::string url = uri::resolve(*next.base, std::string_view(member.value().get_string()));
            std::string document(without_fragment(url));
            auto index = find_file(document);
            if (!index.ok()) continue;
            // An anchor, or a pointer that leads nowhere: then the whole file, so that nothing it needs is missing.
            const json::value* target = &files_[index.value()].tree.root();
            if (document.size() < url.size()) {
                auto tokens = parse_pointer(percent_decode(std::string_view(url).substr(document.size() + 1)));
                if (const auto* found = tokens ? follow_pointer(*target, *tokens) : nullptr) target = found;
            }
            open.push_back({target, index.value(), std::make_shared<const std::string>(std::move(document))});
        }
    }
}

const json::value* OpenApi::find_document(std::string_view url) const {
    auto index = find_file(std::string(url));
    return index.ok() ? &files_[index.value()].tree.root() : nullptr;
}

Result<ApiNode> OpenApi::resolve(ApiNode node) const {
    for (int count = 0; count < references_max; ++count) {
        const auto* object = node.object();
        const auto* reference = object ? object->if_contains("$ref") : nullptr;
        if (!reference || !reference->is_string()) return node;
        std::string url = uri::resolve(files_[node.file].url, std::string_view(reference->get_string()));
        std::string document(without_fragment(url)), fragment;
        if (document.size() < url.size()) fragment = percent_decode(std::string_view(url).substr(document.size() + 1));
        auto index = TRY(find_file(document));
        auto tokens = parse_pointer(fragment);
        const auto* target = tokens ? follow_pointer(files_[index].tree.root(), *tokens) : nullptr;
        if (!target)
            return Error{Reason::not_found,
                         "the reference \"" + shorten(std::string_view(reference->get_string())) + "\" leads nowhere"};
        node = {target, index, pointer_text(*tokens)};
    }
    return Error{Reason::limit_exceeded, "a reference leads in a circle"};
}

Result<const Operation*> OpenApi::find_operation(std::string_view id) const {
    auto found = by_id_.find(id);
    if (found == by_id_.end()) return Error{Reason::not_found, "there is no operation \"" + shorten(id, 60) + "\""};
    if (duplicate_ids_.contains(id))
        return Error{Reason::malformed, "several operations have the operationId \"" + shorten(id, 60) + "\""};
    return find_at(found->second);
}

Result<const Operation*> OpenApi::find_operation_at(const std::vector<std::string>& pointer) const {
    if (pointer.size() != 3 || pointer[0] != "paths" || !is_method(pointer[2]))
        return Error{Reason::not_found, "\"" + shorten(pointer_text(pointer)) +
                                            "\" points to no operation: the form is /paths/~1pets/get"};
    return find_at({pointer[1], pointer[2]});
}

Result<const Operation*> OpenApi::find_at(const Place& place) const {
    const std::pair key(place.path, place.method);
    if (const auto tried = unreadable_operations_.find(key); tried != unreadable_operations_.end())
        return tried->second;
    auto& slot = operations_[key];
    if (!slot) {
        auto operation = read_operation(place);
        if (!operation.ok()) {
            operations_.erase(key);
            return unreadable_operations_.emplace(key, std::move(operation).error()).first->second;
        }
        slot = std::make_unique<Operation>(std::move(operation).value());
    }
    return static_cast<const Operation*>(slot.get());
}

Result<Operation> OpenApi::read_operation(const Place& place) const {
    ApiNode root{&files_[0].tree.root(), 0, ""};
    auto written = root.child("paths").child(place.path);
    if (!written) return Error{Reason::not_found, "there is no path \"" + shorten(place.path) + "\""};
    auto item = TRY(resolve(written));
    auto node = item.child(place.method);
    if (!node || !node.object())
        return Error{Reason::not_found,
                     "the path \"" + shorten(place.path) + "\" has no operation " + upper(place.method)};

    Operation out;
    out.api = this;
    out.id = node.text("operationId");
    out.method = upper(place.method);
    out.path = place.path;
    out.servers = read_servers(node, item);
    if (!out.servers.empty()) out.server = TRY(fill_in(out.servers.front(), {}));
    TRY(read_parameters(item.child("parameters"), out.parameters));
    TRY(read_parameters(node.child("parameters"), out.parameters));
    if (auto body = node.child("requestBody")) {
        auto resolved = TRY(resolve(body));
        out.bodies = TRY(read_content(resolved.child("content")));
        out.body_required = flag(resolved, "required", false);
    }
    TRY(read_responses(node.child("responses"), out));
    auto security = node.child("security");
    TRY(read_security(security ? security : root.child("security"), out));
    std::size_t parts = out.servers.size() + out.parameters.size() + out.bodies.size();
    for (const auto& response : out.responses) parts += 1 + response.content.size();
    for (const auto& alternative : out.security) parts += 1 + alternative.size();
    if (parts > parts_left_)
        return Error{Reason::limit_exceeded, "the document's operations have too many parts altogether"};
    parts_left_ -= parts;
    open_reachable(item.child("parameters"));
    open_reachable(node);
    return out;
}

std::vector<ApiServer> OpenApi::read_servers(ApiNode operation, ApiNode path_item) const {
    ApiNode root{&files_[0].tree.root(), 0, ""};
    for (const auto& owner : {operation, path_item, root}) {
        auto list = owner.child("servers");
        const auto* array = list ? list.value->if_array() : nullptr;
        if (!array || list.child("0").text("url").empty()) continue;
        std::vector<ApiServer> out;
        for (std::size_t i = 0; i < array->size(); ++i) out.push_back(read_server(list.child(std::to_string(i))));
        return out;
    }
    return {};
}

Result<void> OpenApi::read_parameters(ApiNode list, std::vector<ApiParameter>& out) const {
    const auto* array = list ? list.value->if_array() : nullptr;
    if (!array) return {};
    std::map<std::pair<ParameterPlace, std::string>, std::size_t> places;
    for (std::size_t i = 0; i < out.size(); ++i) places.try_emplace({out[i].in, out[i].name}, i);
    for (std::size_t i = 0; i < array->size(); ++i) {
        auto parameter = TRY(read_parameter(TRY(resolve(list.child(std::to_string(i))))));
        const auto [same, is_new] = places.try_emplace({parameter.in, parameter.name}, out.size());
        if (is_new)
            out.push_back(std::move(parameter));
        else
            out[same->second] = std::move(parameter);  // the operation's own wins over its path's
    }
    return {};
}

Result<ApiParameter> OpenApi::read_parameter(ApiNode node) const {
    ApiParameter out;
    out.name = node.text("name");
    auto in = parse_parameter_place(node.text("in"));
    if (!in || out.name.empty()) return Error{Reason::malformed, "a parameter lacks its name, or is in no known place"};
    out.in = *in;
    out.style = parse_style(node.text("style")).value_or(default_style(out.in));
    out.explode = flag(node, "explode", out.style == Style::form);
    out.allow_reserved = flag(node, "allowReserved", false);
    out.required = out.in == ParameterPlace::path || flag(node, "required", false);
    if (auto content = node.child("content"); content.object() && !content.object()->empty())
        out.content_type = content.object()->begin()->key();
    return out;
}

Result<std::vector<ApiMedia>> OpenApi::read_content(ApiNode content) const {
    std::vector<ApiMedia> out;
    if (!content.object()) return out;
    for (const auto& member : *content.object()) {
        auto media = TRY(resolve(content.child(member.key())));
        out.push_back({member.key(), media.child("schema"), media.child("encoding")});
    }
    return out;
}

Result<void> OpenApi::read_responses(ApiNode responses, Operation& out) const {
    if (!responses.object()) return {};
    for (const auto& member : *responses.object()) {
        if (std::string_view(member.key()).starts_with("x-")) continue;
        auto response = TRY(resolve(responses.child(member.key())));
        out.responses.push_back({member.key(), TRY(read_content(response.child("content")))});
    }
    return {};
}

Result<void> OpenApi::read_security(ApiNode requirements, Operation& out) const {
    const auto* array = requirements ? requirements.value->if_array() : nullptr;
    if (!array) return {};
    for (const auto& requirement : *array) {
        auto& alternative = out.security.emplace_back();
        if (!requirement.is_object()) continue;
        for (const auto& member : requirement.get_object()) {
            alternative.push_back(TRY(read_scheme(member.key())));
            alternative.back().scopes = texts_of(&member.value());
        }
    }
    return {};
}

Result<SecurityScheme> OpenApi::read_scheme(const std::string& name) const {
    ApiNode root{&files_[0].tree.root(), 0, ""};
    SecurityScheme out;
    out.name = name;
    auto written = root.child("components").child("securitySchemes").child(name);
    if (!written) return out;  // its author's slip: nothing can be sent for it
    auto node = TRY(resolve(written));
    out.type = node.text("type");
    auto scheme = to_lower_ascii(node.text("scheme"));
    if (out.type == "http" && scheme == "basic")
        out.kind = SecurityScheme::Kind::basic;
    else if ((out.type == "http" && scheme == "bearer") || out.type == "oauth2" || out.type == "openIdConnect")
        out.kind = SecurityScheme::Kind::bearer;
    else if (out.type == "apiKey")
        out.kind = SecurityScheme::Kind::api_key;
    else if (out.type == "mutualTLS")
        out.kind = SecurityScheme::Kind::mutual_tls;
    out.token_url = node.child("flows").child("clientCredentials").text("tokenUrl");
    out.discovery_url = node.text("openIdConnectUrl");
    out.in = parse_parameter_place(node.text("in")).value_or(ParameterPlace::header);
    out.key_name = node.text("name");
    return out;
}

}  // namespace workflow
