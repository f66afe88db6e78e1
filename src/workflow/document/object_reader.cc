#include "workflow/document/object_reader.h"

#include <algorithm>

namespace workflow {

namespace {

std::string_view type_of(const json::value& value) {
    switch (value.kind()) {
    case json::kind::null: return "null";
    case json::kind::bool_: return "a boolean";
    case json::kind::string: return "a string";
    case json::kind::array: return "an array";
    case json::kind::object: return "an object";
    default: return "a number";
    }
}

// What authors write who know another tool: no slip of the pen, and as clear.
std::string meant_by(std::string_view name, std::initializer_list<std::string_view> known) {
    struct Word {
        std::string_view written, meant;
    };
    static constexpr Word words[] = {{"retrycount", "retryLimit"},
                                     {"maxretries", "retryLimit"},
                                     {"maxattempts", "retryLimit"},
                                     {"retries", "retryLimit"},
                                     {"retrymax", "retryLimit"},
                                     {"retrydelay", "retryAfter"},
                                     {"retryinterval", "retryAfter"},
                                     {"delay", "retryAfter"},
                                     {"wait", "retryAfter"},
                                     {"body", "requestBody"},
                                     {"requestbody", "requestBody"},
                                     {"request", "requestBody"},
                                     {"assertions", "successCriteria"},
                                     {"criteria", "successCriteria"},
                                     {"checks", "successCriteria"},
                                     {"conditions", "criteria"},
                                     {"when", "criteria"},
                                     {"if", "criteria"},
                                     {"expression", "condition"},
                                     {"target", "stepId"},
                                     {"next", "stepId"},
                                     {"goto", "stepId"},
                                     {"id", "stepId"},
                                     {"id", "workflowId"},
                                     {"sources", "sourceDescriptions"},
                                     {"params", "parameters"},
                                     {"inputs", "parameters"},
                                     {"output", "outputs"},
                                     {"mediatype", "contentType"},
                                     {"content", "payload"},
                                     {"data", "payload"},
                                     {"json", "payload"},
                                     {"success", "onSuccess"},
                                     {"failure", "onFailure"},
                                     {"onerror", "onFailure"},
                                     {"depends", "dependsOn"},
                                     {"needs", "dependsOn"},
                                     {"location", "in"},
                                     {"default", "value"}};
    const auto lower = to_lower_ascii(name);
    for (const auto& [written, meant] : words)
        if (lower == written && std::ranges::find(known, meant) != known.end()) return std::string(meant);
    return {};
}

}  // namespace

ObjectReader::ObjectReader(const json::value& value, std::string what, Diagnostics& diagnostics)
    : value_(value), object_(value.if_object()), what_(std::move(what)), diagnostics_(diagnostics) {
    if (!object_) diagnostics_.error(value, what_ + " must be an object, and is " + std::string(type_of(value)));
}

void ObjectReader::wrong_type(const json::value& value, std::string_view name, std::string_view type) {
    std::string fix = "write a value of that type, or remove the field";
    if (type == "a string" && !value.is_structured() && !value.is_null())
        fix = "put it in quotes: '" + to_text(value) + "'";
    if (type == "an array" && value.is_null()) fix = "remove the field, or write []";
    diagnostics_.error(
        value, "\"" + std::string(name) + "\" must be " + std::string(type) + ", and is " + std::string(type_of(value)),
        fix);
}

const json::value* ObjectReader::any(std::string_view name) {
    return object_ ? object_->if_contains({name.data(), name.size()}) : nullptr;
}

const json::value* ObjectReader::required(std::string_view name, std::string_view example) {
    const auto* found = any(name);
    if (!found && object_)
        diagnostics_.error(value_, what_ + " lacks \"" + std::string(name) + "\"",
                           "add \"" + std::string(example) + "\"");
    return found;
}

std::string ObjectReader::text(std::string_view name) {
    const auto* found = any(name);
    if (!found) return {};
    if (const auto* text = found->if_string()) return std::string(*text);
    wrong_type(*found, name, "a string");
    return {};
}

std::string ObjectReader::required_text(std::string_view name, std::string_view example) {
    const auto* found = required(name, example);
    if (!found) return {};
    auto out = text(name);
    if (found->is_string() && out.empty())
        diagnostics_.error(*found, "\"" + std::string(name) + "\" must not be empty",
                           "write \"" + std::string(example) + "\"");
    return out;
}

const json::array* ObjectReader::array(std::string_view name) {
    const auto* found = any(name);
    if (!found) return nullptr;
    if (!found->is_array()) wrong_type(*found, name, "an array");
    return found->if_array();
}

const json::object* ObjectReader::map(std::string_view name) {
    const auto* found = any(name);
    if (!found) return nullptr;
    if (!found->is_object()) wrong_type(*found, name, "an object");
    return found->if_object();
}

void ObjectReader::allow_only(std::initializer_list<std::string_view> known,
                              std::initializer_list<std::string_view> newer) {
    if (!object_) return;
    for (const auto& member : *object_) {
        std::string_view name = member.key();
        if (name.starts_with("x-") || std::ranges::find(known, name) != known.end()) continue;
        if (std::ranges::find(newer, name) != newer.end()) {
            diagnostics_.error_at_name(member.value(), what_ + " has no \"" + std::string(name) + "\" in Arazzo 1.0",
                                       "write \"arazzo: 1.1.0\" at the top, or remove the field");
            continue;
        }
        auto near = meant_by(name, known);
        if (near.empty()) near = nearest(name, std::vector<std::string>(known.begin(), known.end()));
        diagnostics_.error_at_name(member.value(), what_ + " has no field \"" + shorten(name, 60) + "\"",
                                   near.empty() ? "remove it, or start its name with x-"
                                                : "write \"" + near + "\", or start its name with x-");
    }
}

}  // namespace workflow
