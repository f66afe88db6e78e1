// Writes JSON member by member, in the order in which it is told to, without building a tree. Texts must be UTF-8.
// Trusts its caller to open and close in pairs. Used by all dialects: a member in one call, text("name", value), or its
// name first and the value by whoever knows it, name("name") and text(value).

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"
#include "json/buffer.h"

namespace json {

class JsonWriter {
public:
    explicit JsonWriter(std::size_t expected_bytes = 512) : out_(expected_bytes) {}

    JsonWriter& open_object() { return separate().put('{'); }
    JsonWriter& open_object(std::string_view name) { return begin(name).put('{'); }
    JsonWriter& close_object() { return put('}'); }
    JsonWriter& open_array() { return separate().put('['); }
    JsonWriter& open_array(std::string_view name) { return begin(name).put('['); }
    JsonWriter& close_array() { return put(']'); }

    JsonWriter& text(std::string_view name, std::string_view value) {
        begin(name).out_.put_string(value);
        return *this;
    }
    JsonWriter& text_or_null(std::string_view name, std::string_view value) {  // null where it is empty
        return value.empty() ? null(name) : text(name, value);
    }
    JsonWriter& number(std::string_view name, std::int64_t value) {
        begin(name).out_.put_number(value);
        return *this;
    }
    JsonWriter& number(std::string_view name, const std::optional<std::int64_t>& value) {
        return value ? number(name, *value) : null(name);
    }
    JsonWriter& boolean(std::string_view name, bool value) { return raw(name, value ? "true" : "false"); }
    JsonWriter& null(std::string_view name) { return raw(name, "null"); }
    JsonWriter& instant(std::string_view name, Instant value) {
        begin(name).out_.put_instant(value);
        return *this;
    }
    JsonWriter& instant(std::string_view name, const std::optional<Instant>& value) {
        return value ? instant(name, *value) : null(name);
    }
    // For what cannot hold a character that JSON escapes.
    JsonWriter& unescaped(std::string_view name, std::string_view value) {
        begin(name).out_.put_unescaped(value);
        return *this;
    }
    JsonWriter& raw(std::string_view name, std::string_view json) {
        begin(name).out_.put(json);
        return *this;
    }
    JsonWriter& element(std::string_view value) {
        separate().out_.put_string(value);
        return *this;
    }
    JsonWriter& element(std::int64_t value) {
        separate().out_.put_number(value);
        return *this;
    }

    // A name that is written in this program: nothing in it needs an escape. A value must follow.
    JsonWriter& name(std::string_view name) { return begin(name); }
    // Any name.
    JsonWriter& key(std::string_view name) {
        separate().out_.put_string(name);
        return put(':');
    }
    // Values, behind a name or in an array.
    JsonWriter& text(std::string_view value) { return element(value); }
    JsonWriter& text(const std::optional<std::string>& value) {
        return value ? text(std::string_view(*value)) : null();
    }
    JsonWriter& number(std::int64_t value) { return element(value); }
    JsonWriter& number(const std::optional<std::int64_t>& value) { return value ? number(*value) : null(); }
    JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
    JsonWriter& null() { return raw("null"); }
    JsonWriter& raw(std::string_view json) {
        separate().out_.put(json);
        return *this;
    }

    std::string finish() { return out_.finish(); }

private:
    JsonWriter& put(char character) {
        out_.put(character);
        return *this;
    }
    JsonWriter& separate() {
        if (!out_.empty() && out_.back() != '{' && out_.back() != '[' && out_.back() != ':') out_.put(',');
        return *this;
    }
    JsonWriter& begin(std::string_view name) {
        separate().out_.put_name(name);
        return *this;
    }

    JsonBuffer out_;
};

}  // namespace json
