#include "json/read.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value_stack.hpp>
#include <cmath>
#include <optional>

#include "core/hexadecimal.h"

namespace json {
namespace {

namespace json = boost::json;

constexpr std::size_t depth_max = 32;

// Builds the value, and notes what boost::json itself would let pass: members of one name (it keeps the last), U+0000,
// and numbers that overflow to infinity.
struct Handler {
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    json::value_stack values;
    std::size_t members = 0;
    std::string_view objection = {};

    bool on_document_begin(json::error_code&) {
        values.reset();
        return true;
    }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) { return true; }
    bool on_object_end(std::size_t size, json::error_code&) {
        members += size;
        values.push_object(size);
        return true;
    }
    bool on_array_begin(json::error_code&) { return true; }
    bool on_array_end(std::size_t size, json::error_code&) {
        values.push_array(size);
        return true;
    }
    bool on_key_part(std::string_view part, std::size_t, json::error_code& error) { return append(part, error); }
    bool on_key(std::string_view part, std::size_t, json::error_code& error) {
        if (has_nul(part, error)) return false;
        values.push_key(part);
        return true;
    }
    bool on_string_part(std::string_view part, std::size_t, json::error_code& error) { return append(part, error); }
    bool on_string(std::string_view part, std::size_t, json::error_code& error) {
        if (has_nul(part, error)) return false;
        values.push_string(part);
        return true;
    }
    bool on_number_part(std::string_view, json::error_code&) { return true; }
    bool on_int64(std::int64_t number, std::string_view, json::error_code&) {
        values.push_int64(number);
        return true;
    }
    bool on_uint64(std::uint64_t number, std::string_view, json::error_code&) {
        values.push_uint64(number);
        return true;
    }
    bool on_double(double number, std::string_view, json::error_code& error) {
        if (!std::isfinite(number)) return object_to("a number is too large", error);
        values.push_double(number);
        return true;
    }
    bool on_bool(bool value, json::error_code&) {
        values.push_bool(value);
        return true;
    }
    bool on_null(json::error_code&) {
        values.push_null();
        return true;
    }
    bool on_comment_part(std::string_view, json::error_code&) { return true; }
    bool on_comment(std::string_view, json::error_code&) { return true; }

private:
    bool append(std::string_view part, json::error_code& error) {
        if (has_nul(part, error)) return false;
        values.push_chars(part);
        return true;
    }
    bool has_nul(std::string_view part, json::error_code& error) {
        return part.find('\0') != std::string_view::npos && !object_to("a string holds U+0000", error);
    }
    bool object_to(std::string_view what, json::error_code& error) {
        objection = what;
        error = json::error::syntax;
        return false;
    }
};

std::size_t count_members(const json::value& value) {
    std::size_t count = 0;
    if (const auto* object = value.if_object()) {
        count = object->size();
        for (const auto& member : *object) count += count_members(member.value());
    } else if (const auto* array = value.if_array()) {
        for (const auto& element : *array) count += count_members(element);
    }
    return count;
}

void append_escaped(std::string& out, char character) {
    switch (character) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default: out += "\\u00"; append_hexadecimal(out, static_cast<std::uint8_t>(character));
    }
}

Error refuse(std::string_view what) {
    return {Reason::malformed, "The body is not acceptable JSON: " + std::string(what) + "."};
}

}  // namespace

Result<json::value> read_json(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    json::parse_options options;
    options.max_depth = depth_max;
    json::basic_parser<Handler> parser(options);
    json::error_code error;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
    if (!error && used < text.size()) error = json::error::extra_data;
    if (error && !parser.handler().objection.empty()) return refuse(parser.handler().objection);
    if (error) return refuse(error.message());
    json::value value = parser.handler().values.release();
    if (count_members(value) != parser.handler().members) return refuse("an object has two members of one name");
    return value;
}

void append_json_string(std::string& out, std::string_view text) {
    const auto needs_escape = [](char character) {
        return static_cast<unsigned char>(character) < 0x20 || character == '"' || character == '\\';
    };
    out += '"';
    while (!text.empty()) {
        const auto plain = std::find_if(text.begin(), text.end(), needs_escape);
        out.append(text.begin(), plain);
        text.remove_prefix(static_cast<std::size_t>(plain - text.begin()));
        if (text.empty()) break;
        append_escaped(out, text.front());
        text.remove_prefix(1);
    }
    out += '"';
}

}  // namespace json
