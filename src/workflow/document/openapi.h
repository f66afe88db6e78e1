// OpenAPI: what of an OpenAPI 3.0 or 3.1 document a workflow needs. Operations are found by id or by JSON Pointer;
// references are followed within the document and into other files. Never judges the document as a whole: what nobody
// asks for may be wrong.
//
// While it is being linked, operations are read as they are asked for, and with each all files that can be reached from
// it. Then seal(): from there on nothing is opened and nothing changes, so that threads can share it.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/result.h"
#include "workflow/document/servers.h"
#include "workflow/document/tree.h"

namespace workflow {

class OpenApi;

// A node of one of an OpenAPI document's files, with its place.
struct ApiNode {
    const json::value* value = nullptr;
    std::size_t file = 0;
    std::string pointer;

    explicit operator bool() const { return value; }
    ApiNode child(std::string_view name) const;     // empty when it is not there; references are not followed
    std::string text(std::string_view name) const;  // empty when there is no such string
    const json::object* object() const { return value ? value->if_object() : nullptr; }
};

enum class ParameterPlace { none, path, query, querystring, header, cookie };

std::string_view to_string(ParameterPlace);
std::optional<ParameterPlace> parse_parameter_place(std::string_view);

enum class Style { simple, label, matrix, form, space_delimited, pipe_delimited, deep_object };

struct ApiParameter {
    std::string name;
    ParameterPlace in = ParameterPlace::query;
    Style style = Style::form;
    bool explode = true;
    bool allow_reserved = false;
    bool required = false;
    std::string content_type;  // when the parameter is described by `content`: how its value becomes text
};

struct ApiMedia {
    std::string type;  // "application/json", "text/*"
    ApiNode schema;
    ApiNode encoding;
};

struct ApiResponse {
    std::string status;  // "200", "2XX", "default"
    std::vector<ApiMedia> content;
};

struct SecurityScheme {
    enum class Kind { bearer, basic, api_key, mutual_tls, other };

    std::string name;  // in components.securitySchemes
    Kind kind = Kind::other;
    std::string type;                            // as written, for messages: "oauth2"
    ParameterPlace in = ParameterPlace::header;  // of an API key
    std::string key_name;
    std::vector<std::string> scopes;  // that the operation wants
    std::string token_url;            // of OAuth 2 client credentials; as written, perhaps relative to the server
    std::string discovery_url;        // of OpenID Connect: where its token endpoint is told
};

struct Operation {
    const OpenApi* api = nullptr;
    std::string id;                  // may be empty
    std::string method;              // "GET"
    std::string path;                // "/pets/{petId}"
    std::string server;              // absolute or relative URL with its variables filled in; "" when there is none
    std::vector<ApiServer> servers;  // the first is `server`
    std::vector<ApiParameter> parameters;
    std::vector<ApiMedia> bodies;
    bool body_required = false;
    std::vector<ApiResponse> responses;
    std::vector<std::vector<SecurityScheme>> security;  // alternatives; an empty one means that none is needed

    const ApiParameter* find_parameter(ParameterPlace, std::string_view name) const;
    const ApiMedia* find_body(std::string_view content_type) const;
    const ApiResponse* find_response(int status) const;
};

// The media type of a list (keys such as "text/*") that covers a content type; null: none does.
const ApiMedia* find_media(const std::vector<ApiMedia>&, std::string_view content_type);

class OpenApi {
public:
    // Reads another file; the Tree is parsed. Refuses with one sentence.
    using Open = std::function<Result<Tree>(const std::string& url)>;

    // Refuses (malformed) what is no OpenAPI 3 document.
    static Result<std::shared_ptr<OpenApi>> read(std::string url, Tree, Open);

    // Refuses (not_found, malformed): no such operation, or one that cannot be read.
    Result<const Operation*> find_operation(std::string_view id) const;
    Result<const Operation*> find_operation_at(const std::vector<std::string>& pointer) const;

    // Nothing is opened after this: what was not reached by an operation that was found is not there.
    void seal() { open_ = nullptr; }

    std::vector<std::string> operation_ids() const;
    bool has_operation(std::string_view id) const;
    const std::string& url() const { return files_[0].url; }
    bool is_3_0() const { return is_3_0_; }

    struct File {
        std::string url;
        Tree tree;
    };
    const std::vector<File>& files() const { return files_; }

    // Another file that this document refers to, by its absolute URL. Null: it cannot be read.
    const json::value* find_document(std::string_view url) const;

    // Follows $ref as often as there is one. Refuses (not_found, limit_exceeded).
    Result<ApiNode> resolve(ApiNode) const;

private:
    OpenApi(std::string url, Tree tree, Open open)
        : files_{{std::move(url), std::move(tree)}}, open_(std::move(open)) {}

    struct Place {
        std::string path;
        std::string method;  // lower case, as the key
    };

    void index();
    Result<const Operation*> find_at(const Place&) const;
    Result<Operation> read_operation(const Place&) const;
    Result<void> read_parameters(ApiNode list, std::vector<ApiParameter>&) const;
    Result<ApiParameter> read_parameter(ApiNode) const;
    Result<std::vector<ApiMedia>> read_content(ApiNode content) const;
    Result<void> read_responses(ApiNode responses, Operation&) const;
    Result<void> read_security(ApiNode requirements, Operation&) const;
    Result<SecurityScheme> read_scheme(const std::string& name) const;
    std::vector<ApiServer> read_servers(ApiNode operation, ApiNode path_item) const;

    Result<std::size_t> find_file(const std::string& url) const;
    void open_reachable(ApiNode) const;

    mutable std::vector<File> files_;                  // the document, then what it refers to, as it is needed
    mutable std::map<std::string, Error> unreadable_;  // by URL: each is tried once
    mutable std::set<const json::value*> reached_;     // by open_reachable
    Open open_;                                        // empty once sealed
    bool is_3_0_ = false;
    std::map<std::string, Place, std::less<>> by_id_;
    std::set<std::string, std::less<>> duplicate_ids_;
    // Parts of operations (parameters, servers, responses, ...) that may still be read. References let many operations
    // share many of them, and each has its own copy.
    mutable std::size_t parts_left_ = 500'000;
    mutable std::map<std::pair<std::string, std::string>, std::unique_ptr<Operation>> operations_;
    mutable std::map<std::pair<std::string, std::string>, Error> unreadable_operations_;  // each is tried once
};

}  // namespace workflow
