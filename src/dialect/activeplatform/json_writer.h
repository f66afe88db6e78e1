// Writes JSON member by member, in the order of the calls. It trusts its caller to open and close in pairs.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "json/buffer.h"

namespace activeplatform {

class JsonWriter {
public:
    explicit JsonWriter(std::size_t bytes_expected = 512) : out_(bytes_expected) {}

    void begin_object() { begin('{'); }
    void end_object() { end('}'); }
    void begin_array() { begin('['); }
    void end_array() { end(']'); }

    // A name that is written in this program: nothing in it needs an escape.
    JsonWriter& name(std::string_view name) {
        separate();
        out_.put_name(name);
        needs_comma_ = false;
        return *this;
    }
    // Any name.
    JsonWriter& key(std::string_view key) {
        separate();
        out_.put_string(key);
        out_.put(':');
        needs_comma_ = false;
        return *this;
    }

    void text(std::string_view value) {
        separate();
        out_.put_string(value);
    }
    void text(const std::optional<std::string>& value) { value ? text(std::string_view(*value)) : null(); }
    void number(std::int64_t value) {
        separate();
        out_.put_number(value);
    }
    void number(const std::optional<std::int64_t>& value) { value ? number(*value) : null(); }
    void boolean(bool value) { raw(value ? "true" : "false"); }
    void null() { raw("null"); }
    void raw(std::string_view json) {
        separate();
        out_.put(json);
    }

    std::string finish() { return out_.finish(); }

private:
    void begin(char bracket) {
        separate();
        out_.put(bracket);
        needs_comma_ = false;
    }
    void end(char bracket) {
        out_.put(bracket);
        needs_comma_ = true;
    }
    void separate() {
        if (needs_comma_) out_.put(',');
        needs_comma_ = true;
    }

    ::json::JsonBuffer out_;
    bool needs_comma_ = false;
};

}  // namespace activeplatform
