#include "workflow/document/exchange.h"

#include "workflow/text/text.h"

namespace workflow {

std::string_view media_type_of(std::string_view content_type) {
    return trim(content_type.substr(0, content_type.find(';')));
}

bool is_json_media_type(std::string_view content_type) {
    auto type = to_lower_ascii(media_type_of(content_type));
    return type == "application/json" || type == "text/json" || type.ends_with("+json");
}

bool is_xml_media_type(std::string_view content_type) {
    auto type = to_lower_ascii(media_type_of(content_type));
    return type == "application/xml" || type == "text/xml" || type.ends_with("+xml");
}

void Exchange::read_response_body() {
    response_body.reset();
    if (response_bytes.empty()) return;
    const auto* type = response_headers.find("Content-Type");
    if (!type || is_json_media_type(*type)) {
        if (auto value = parse_json(response_bytes)) {
            response_body = std::move(*value);
            return;
        }
    }
    response_body = boost::json::value(response_bytes);
}

}  // namespace workflow
