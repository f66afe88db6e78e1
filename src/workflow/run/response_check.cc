#include "workflow/run/response_check.h"

#include "workflow/text/text.h"

namespace workflow {

Result<jsonschema::Schema> ResponseChecker::schema_of(const Operation& operation, const ApiMedia& media) {
    std::lock_guard lock(mutex_);
    if (auto found = schemas_.find(media.schema.value); found != schemas_.end()) return found->second;
    const auto& api = *operation.api;
    const auto& file = api.files()[media.schema.file];
    jsonschema::Options options;
    options.dialect = api.is_3_0() ? jsonschema::Dialect::openapi_3_0 : jsonschema::Dialect::draft_2020_12;
    options.schema_pointer = media.schema.pointer;
    options.direction = jsonschema::Direction::response;
    options.asserts_formats = true;
    options.unsupported_patterns = jsonschema::UnsupportedPatterns::note;
    auto resolver = [&](std::string_view uri) { return api.find_document(uri); };
    return schemas_
        .emplace(media.schema.value, jsonschema::Schema::compile(file.tree.root(), file.url, resolver, options))
        .first->second;
}

std::vector<std::string> ResponseChecker::check(const Operation& operation, const Exchange& exchange) {
    const auto* response = operation.find_response(exchange.status);
    if (!response) return {"the status " + std::to_string(exchange.status) + " is not described"};
    if (response->content.empty() || exchange.response_bytes.empty()) return {};
    const auto* type = exchange.response_headers.find("Content-Type");
    if (!type) return {"there is a body without a Content-Type"};
    const auto* media = find_media(response->content, *type);
    if (!media)
        return {"the content type " + shorten(*type, 60) + " is not described for the status " +
                std::to_string(exchange.status)};
    if (!media->schema || !is_json_media_type(*type)) return {};
    auto body = parse_json(exchange.response_bytes);
    if (!body) return {"the body is no JSON"};
    auto schema = schema_of(operation, *media);
    if (!schema.ok()) return {"its schema cannot be used: " + schema.error().detail};
    std::vector<std::string> out;
    for (const auto& violation : schema.value().validate(with_plain_numbers(*body), 5))
        out.push_back((violation.instance_pointer.empty() ? "the body" : shorten(violation.instance_pointer, 60)) +
                      " " + violation.message);
    return out;
}

}  // namespace workflow
