// Queries: what is read is UTF-8 without NUL, is bounded, and is the same when its parts are written again and read.

#include <cstdint>
#include <string_view>

#include "core/utf8.h"
#include "service/query.h"

namespace {

void require(bool holds) {
    if (!holds) __builtin_trap();
}

void append_encoded(std::string& out, std::string_view text) {
    for (const char character : text) {
        out += '%';
        out += "0123456789abcdef"[static_cast<unsigned char>(character) >> 4];
        out += "0123456789abcdef"[static_cast<unsigned char>(character) & 15];
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto parameters = service::parse_query(text);
    if (!parameters.ok()) return 0;
    require(parameters.value().size() <= 100);
    std::string again;
    for (const service::QueryParameter& parameter : parameters.value()) {
        for (const std::string& part : {parameter.name, parameter.value})
            require(is_valid_utf8(part) && part.find('\0') == std::string::npos);
        append_encoded(again, parameter.name);
        again += '=';
        append_encoded(again, parameter.value);
        again += '&';
    }
    const auto reread = service::parse_query(again);
    require(reread.ok() && reread.value().size() == parameters.value().size());
    for (std::size_t i = 0; i < reread.value().size(); ++i) {
        require(reread.value()[i].name == parameters.value()[i].name);
        require(reread.value()[i].value == parameters.value()[i].value);
    }
    return 0;
}
