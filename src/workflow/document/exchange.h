// Exchange: one request and the answer to it, as runtime expressions see them. Filled by run.cc; holds no connection.

#pragma once

#include <optional>
#include <string>

#include "http/message.h"
#include "workflow/text/json.h"

namespace workflow {

struct Exchange {
    // The request. The parameters keep the types that they had before they became text.
    std::string method;
    std::string url;  // absolute, with its query
    http::Headers request_headers;
    json::object query_parameters;
    json::object path_parameters;
    std::optional<json::value> request_body;  // before it was encoded
    std::string request_bytes;

    // The answer; status 0: there is none (yet).
    int status = 0;
    http::Headers response_headers;
    std::string response_bytes;
    std::optional<json::value> response_body;  // JSON as a value, anything else as a string; unset: no body

    // Reads response_bytes by its Content-Type into response_body.
    void read_response_body();
};

bool is_json_media_type(std::string_view content_type);
bool is_xml_media_type(std::string_view content_type);
std::string_view media_type_of(std::string_view content_type);  // without parameters

}  // namespace workflow
