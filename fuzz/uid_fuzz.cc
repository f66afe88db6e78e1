// Uids on their way through a path and a body: whatever text a caller chooses, decoding it gives UTF-8 without NUL or
// nothing, and writing it as JSON can be read back.

#include <boost/json.hpp>
#include <cstdint>
#include <string_view>

#include "core/utf8.h"
#include "json/read.h"
#include "service/router.h"

namespace {

void require(bool holds) {
    if (!holds) __builtin_trap();
}

std::string encode(std::string_view text) {
    std::string encoded;
    for (const char character : text) {
        encoded += '%';
        encoded += "0123456789ABCDEF"[static_cast<unsigned char>(character) >> 4];
        encoded += "0123456789ABCDEF"[static_cast<unsigned char>(character) & 15];
    }
    return encoded;
}

const std::vector<service::Route> routes = {
    {http::Method::get, "/api/v1/partners/accounts/{accountUid}", {}},
    {http::Method::get, "/a/{b}/c/{d}", {}},
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 512) return 0;  // longer ones tell nothing new, slowly
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto decoded = service::decode_percent(text);
    if (decoded) require(is_valid_utf8(*decoded) && decoded->find('\0') == std::string::npos);

    const bool is_text = is_valid_utf8(text) && text.find('\0') == std::string_view::npos;
    require(service::decode_percent(encode(text)).has_value() == is_text);

    const auto match = service::find_route(routes, http::Method::get, "/api/v1/partners/accounts/" + encode(text));
    require((match.route != nullptr) == (is_text && !text.empty()));
    if (match.route) require(match.path_values.size() == 1 && match.path_values[0] == text);
    service::find_route(routes, http::Method::get, text, size % 2 == 0);

    if (is_text) {
        std::string body;
        ::json::append_json_string(body, text);
        const auto read = ::json::read_json(body);
        require(read.ok() && read.value().is_string() && std::string_view(read.value().get_string()) == text);
    }
    return 0;
}
