// Secrets: keeps credentials out of everything that a run shows or writes. Knows secrets by value (what the user gave,
// what a workflow's schema calls a secret, and what it learns from messages on the way) and by name (password,
// access_token, Authorization ...), and replaces both by "***", however they are written: see text/masking.h.

#pragma once

#include <string>
#include <string_view>

#include "http/message.h"
#include "workflow/run/event.h"
#include "workflow/text/json.h"
#include "workflow/text/masking.h"

namespace workflow {

class Secrets {
public:
    // What the user gave. Never empty ones.
    void add(std::string_view value);
    // The inputs that the workflow's schema calls secrets (format: password, or writeOnly), wherever it says so, or
    // whose names say so; with the defaults of the schema, and with what they become as inputs of the workflows that
    // this one calls.
    void add_inputs(const Workflow&, const json::object& inputs);
    // What an event brings to light: inputs of workflows, and the values of members, fields and headers with telling
    // names. Before the event is shown or written.
    void learn(const Event&);
    void learn_from(const http::Headers&, std::string_view body);

    std::string mask(std::string_view text) const;
    std::string mask_header(std::string_view name, std::string_view value) const;
    std::string mask_url(std::string_view url) const;
    std::string mask_body(std::string_view content_type, std::string_view body) const;
    json::value mask_value(const json::value&) const;
    // Only what was given, by the user or as a workflow's input; what an answer brought stays.
    json::value mask_given(const json::value&) const;

    static bool is_secret_name(std::string_view name);
    static bool is_secret_header(std::string_view name);

private:
    class Calls;

    void add_all(const json::value&);
    void learn_value(std::string_view value);
    void learn_value(const json::value&);
    void learn_members(const json::value&, int depth);
    void learn_from_xml(std::string_view body);

    SecretTexts given_;
    SecretTexts all_;
    std::size_t learned_ = 0;
};

// Each text, number and boolean inside replaced by "***": for what nobody can judge.
json::value mask_everything(const json::value&);

}  // namespace workflow
