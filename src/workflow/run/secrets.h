// Secrets: keeps credentials out of everything that a run shows or writes. Knows secrets by value (what the user gave,
// and what it learns from messages on the way) and by name (password, access_token, Authorization ...), and replaces
// both by
// "***", also where they are percent-encoded, in JSON strings, or part of a URL.

#pragma once

#include <set>
#include <string>
#include <string_view>

#include "http/message.h"
#include "workflow/text/json.h"

namespace workflow {

class Secrets {
public:
    // Also its percent-encoded and JSON forms. Texts of fewer than four bytes are not looked for: they occur
    // everywhere.
    void add(std::string_view value);
    // The members of an input that its schema calls a password (format: password, or writeOnly), or whose names say so.
    void add_inputs(const json::value* schema, const json::object& inputs);
    // The values of members, fields and headers with telling names.
    void learn_from(const http::Headers&, std::string_view body);

    std::string mask(std::string_view text) const;
    std::string mask_header(std::string_view name, std::string_view value) const;
    std::string mask_url(std::string_view url) const;
    std::string mask_body(std::string_view content_type, std::string_view body) const;
    json::value mask_value(const json::value&) const;

    static bool is_secret_name(std::string_view name);
    static bool is_secret_header(std::string_view name);

private:
    void learn(const json::value&, int depth);
    json::value mask_named(std::string_view name, const json::value&) const;

    // Longest first, so that a secret that contains another is not left half masked.
    struct LongestFirst {
        bool operator()(const std::string& a, const std::string& b) const {
            return a.size() != b.size() ? a.size() > b.size() : a < b;
        }
    };
    std::set<std::string, LongestFirst> values_;
};

}  // namespace workflow
