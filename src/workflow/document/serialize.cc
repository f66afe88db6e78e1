#include "workflow/document/serialize.h"

#include "workflow/document/exchange.h"
#include "workflow/text/text.h"

namespace workflow {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// Reserved characters that mean nothing inside a query's value.
constexpr std::string_view reserved_in_query = ":/?@!$'()*,;=";

template <class Encode>
std::string join(const std::vector<std::string>& parts, std::string_view separator, Encode encode) {
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i) out += separator;
        out += encode(parts[i]);
    }
    return out;
}

template <class Encode>
std::string join_pairs(const Pairs& pairs, std::string_view between, std::string_view separator, Encode encode) {
    std::string out;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (i) out += separator;
        out += encode(pairs[i].first);
        out += between;
        out += encode(pairs[i].second);
    }
    return out;
}

std::vector<std::string> elements_of(const json::array& array) {
    std::vector<std::string> out;
    for (const auto& element : array) out.push_back(to_text(element));
    return out;
}

Pairs members_of(const json::object& object) {
    Pairs out;
    for (const auto& member : object) out.emplace_back(member.key(), to_text(member.value()));
    return out;
}

std::string simple(const json::value& value, bool explode, const auto& encode) {
    if (const auto* array = value.if_array()) return join(elements_of(*array), ",", encode);
    if (const auto* object = value.if_object())
        return join_pairs(members_of(*object), explode ? "=" : ",", ",", encode);
    return encode(to_text(value));
}

std::string label(const json::value& value, bool explode, const auto& encode) {
    if (const auto* array = value.if_array()) return "." + join(elements_of(*array), explode ? "." : ",", encode);
    if (const auto* object = value.if_object())
        return "." + (explode ? join_pairs(members_of(*object), "=", ".", encode)
                              : join_pairs(members_of(*object), ",", ",", encode));
    return "." + encode(to_text(value));
}

std::string matrix(const std::string& name, const json::value& value, bool explode, const auto& encode) {
    std::string lead = ";" + encode(name);
    if (const auto* array = value.if_array()) {
        if (!explode) return lead + "=" + join(elements_of(*array), ",", encode);
        std::string out;
        for (const auto& element : elements_of(*array)) out += lead + "=" + encode(element);
        return out;
    }
    if (const auto* object = value.if_object()) {
        if (!explode) return lead + "=" + join_pairs(members_of(*object), ",", ",", encode);
        return ";" + join_pairs(members_of(*object), "=", ";", encode);
    }
    const auto text = encode(to_text(value));
    return text.empty() ? lead : lead + "=" + text;  // RFC 6570 3.2.7
}

// name[a][b]=1; arrays repeat with name[a][].
void nest(const std::string& name, const json::value& value, Pairs& out) {
    if (const auto* object = value.if_object()) {
        for (const auto& member : *object) nest(name + "[" + std::string(member.key()) + "]", member.value(), out);
    } else if (const auto* array = value.if_array()) {
        for (std::size_t i = 0; i < array->size(); ++i)
            nest(name + ((*array)[i].is_structured() ? "[" + std::to_string(i) + "]" : "[]"), (*array)[i], out);
    } else {
        out.emplace_back(name, to_text(value));
    }
}

std::vector<std::string> form(const std::string& name, const json::value& value, Style style, bool explode,
                              const auto& encode) {
    std::vector<std::string> out;
    auto lead = encode(name) + "=";
    std::string separator = style == Style::space_delimited  ? encode(" ")
                            : style == Style::pipe_delimited ? encode("|")
                                                             : ",";
    auto pairs_to = [&](const Pairs& pairs) {
        for (const auto& [key, text] : pairs) out.push_back(encode(key) + "=" + encode(text));
    };
    if (style == Style::deep_object && value.is_structured()) {
        Pairs pairs;
        nest(name, value, pairs);
        pairs_to(pairs);
    } else if (const auto* array = value.if_array()) {
        if (array->empty()) return out;
        if (explode)
            for (const auto& element : elements_of(*array)) out.push_back(lead + encode(element));
        else
            out.push_back(lead + join(elements_of(*array), separator, encode));
    } else if (const auto* object = value.if_object()) {
        if (object->empty()) return out;
        if (explode)
            pairs_to(members_of(*object));
        else
            out.push_back(lead + join_pairs(members_of(*object), separator, separator, encode));
    } else {
        out.push_back(lead + encode(to_text(value)));
    }
    return out;
}

std::string in_content(const ApiParameter& parameter, const json::value& value) {
    return is_json_media_type(parameter.content_type) ? to_json(value) : to_text(value);
}

// RFC 6265 cookie-octet.
std::string encode_for_cookie(std::string_view text) { return percent_encode(text, "!#$&'()*+/:<=>?@[]^`{|}"); }

}  // namespace

ApiParameter undeclared_parameter(ParameterPlace place, std::string name) {
    ApiParameter out;
    out.name = std::move(name);
    out.in = place;
    bool form_style = place == ParameterPlace::query || place == ParameterPlace::cookie;
    out.style = form_style ? Style::form : Style::simple;
    out.explode = form_style;
    return out;
}

std::string serialize_in_path(const ApiParameter& parameter, const json::value& value) {
    auto encode = [](std::string_view text) { return percent_encode(text); };
    if (!parameter.content_type.empty()) return encode(in_content(parameter, value));
    if (parameter.style == Style::label) return label(value, parameter.explode, encode);
    if (parameter.style == Style::matrix) return matrix(parameter.name, value, parameter.explode, encode);
    return simple(value, parameter.explode, encode);
}

std::vector<std::string> serialize_in_query(const ApiParameter& parameter, const json::value& value) {
    auto encode = [&](std::string_view text) {
        return percent_encode(text, parameter.allow_reserved ? reserved_in_query : "");
    };
    if (!parameter.content_type.empty()) return {encode(parameter.name) + "=" + encode(in_content(parameter, value))};
    return form(parameter.name, value, parameter.style, parameter.explode, encode);
}

std::string serialize_in_header(const ApiParameter& parameter, const json::value& value) {
    if (!parameter.content_type.empty()) return in_content(parameter, value);
    return simple(value, parameter.explode, [](std::string_view text) { return std::string(text); });
}

std::vector<std::string> serialize_in_cookie(const ApiParameter& parameter, const json::value& value) {
    if (!parameter.content_type.empty())
        return {parameter.name + "=" + encode_for_cookie(in_content(parameter, value))};
    return form(parameter.name, value, parameter.style, parameter.explode, encode_for_cookie);
}

std::string serialize_form(const json::object& object, const ApiNode& encoding) {
    std::string out;
    for (const auto& member : object) {
        if (member.value().is_null()) continue;
        auto rule = encoding ? encoding.child(member.key()) : ApiNode{};
        auto style_name = rule.text("style");
        const auto* explode_value = rule.child("explode") ? rule.child("explode").value->if_bool() : nullptr;
        Style style = style_name == "deepObject"       ? Style::deep_object
                      : style_name == "spaceDelimited" ? Style::space_delimited
                      : style_name == "pipeDelimited"  ? Style::pipe_delimited
                                                       : Style::form;
        bool explode = explode_value ? *explode_value : style == Style::form;
        bool as_json = member.value().is_object() && style_name.empty();
        std::vector<std::string> pieces;
        if (as_json)
            pieces.push_back(form_encode(member.key()) + "=" + form_encode(to_json(member.value())));
        else
            pieces = form(member.key(), member.value(), style, explode, form_encode);
        for (const auto& piece : pieces) (out += out.empty() ? "" : "&") += piece;
    }
    return out;
}

}  // namespace workflow
