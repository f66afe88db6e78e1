#include "workflow/document/selector.h"

#include "workflow/text/text.h"

namespace workflow {

namespace {

const json::string* string_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains({name.data(), name.size()});
    return value ? value->if_string() : nullptr;
}

}  // namespace

LanguageVersion judge_version(std::string_view type, std::string_view version) {
    auto limited = [&](const char* to) {
        return LanguageVersion{
            {}, std::string(version) + " is declared, of which only what is also " + to + " can be read"};
    };
    auto unknown = [&](const char* known) {
        return LanguageVersion{"the version \"" + shorten(version, 60) + "\" of " + std::string(type) +
                                   " is not known; known are " + known,
                               {}};
    };
    if (type == "jsonpath") {
        if (version == "rfc9535") return {};
        if (version == "draft-goessner-dispatch-jsonpath-00") return limited("RFC 9535");
        return unknown("rfc9535 and draft-goessner-dispatch-jsonpath-00");
    }
    if (type == "xpath") {
        if (version == "xpath-10") return {};
        if (version == "xpath-20" || version == "xpath-30" || version == "xpath-31") return limited("XPath 1.0");
        return unknown("xpath-10, xpath-20, xpath-30 and xpath-31");
    }
    if (type == "jsonpointer" && version != "rfc6901") return unknown("rfc6901");
    return {};
}

std::optional<SelectorType> read_selector_type(const json::value& value, Diagnostics& diagnostics,
                                               std::string* reminder) {
    const auto* name = value.if_string();
    if (const auto* object = value.if_object()) {
        name = string_in(*object, "type");
        const auto* version = string_in(*object, "version");
        if (name && version) {
            const auto judged = judge_version(*name, *version);
            if (!judged.refusal.empty()) {
                diagnostics.error(object->at("version"), judged.refusal, "write one of them");
                return std::nullopt;
            }
            if (reminder) *reminder = judged.reminder;
        }
    }
    if (name && *name == "jsonpath") return SelectorType::jsonpath;
    if (name && *name == "xpath") return SelectorType::xpath;
    if (name && *name == "jsonpointer") return SelectorType::jsonpointer;
    diagnostics.error(value, "the type of a selector is jsonpath, xpath or jsonpointer", "write one of them");
    return std::nullopt;
}

bool Selector::is_selector(const json::value& value) {
    const auto* object = value.if_object();
    if (!object || !string_in(*object, "context") || !string_in(*object, "selector") || !object->contains("type"))
        return false;
    for (const auto& member : *object) {
        auto name = member.key();
        if (name != "context" && name != "selector" && name != "type" && !name.starts_with("x-")) return false;
    }
    return true;
}

Selector Selector::compile(const json::object& object, Diagnostics& diagnostics) {
    Selector out;
    const auto& context = object.at("context");
    const auto& selector = object.at("selector");
    auto expression = Expression::parse(context.get_string());
    if (auto* parsed = std::get_if<Expression>(&expression))
        out.context_ = std::move(*parsed);
    else
        diagnostics.error(context, "the context is no runtime expression: " + std::get<std::string>(expression),
                          "write, for example, $response.body");
    out.text_ = selector.get_string();
    std::string reminder;
    auto type = read_selector_type(object.at("type"), diagnostics, &reminder);
    if (!reminder.empty()) reminder = " (" + reminder + ")";
    if (!type) return out;
    if (*type == SelectorType::jsonpath) {
        auto query = jsonpath::Query::compile(out.text_);
        if (query.ok())
            out.program_ = std::move(query).value();
        else
            diagnostics.error(selector, query.error().detail + reminder,
                              "write a JSONPath query of RFC 9535, such as $.items[0].id");
    } else if (*type == SelectorType::xpath) {
        auto query = XPath::compile(out.text_);
        if (auto* compiled = std::get_if<XPath>(&query))
            out.program_ = std::move(*compiled);
        else
            diagnostics.error(selector, std::get<std::string>(query) + reminder, "write an expression of XPath 1.0");
    } else {
        auto pointer = parse_pointer(out.text_);
        if (pointer)
            out.program_ = std::move(*pointer);
        else
            diagnostics.error(selector, "\"" + shorten(out.text_, 60) + "\" is no JSON Pointer",
                              "write a pointer such as /items/0/id");
    }
    return out;
}

Value Selector::evaluate(const Scope& scope) const {
    if (!context_) return {};
    auto from = context_->evaluate(scope);
    if (!from) return {};
    if (const auto* pointer = std::get_if<std::vector<std::string>>(&program_)) {
        const auto* found = follow_pointer(*from, *pointer);
        return found ? Value(json::value(*found)) : Value();
    }
    if (const auto* query = std::get_if<jsonpath::Query>(&program_)) {
        auto nodes = query->select(*from);
        if (!nodes.ok()) return {};
        const auto& found = std::move(nodes).value();
        if (query->is_singular()) return found.empty() ? Value() : Value(json::value(*found[0]));
        json::array all;
        for (const auto* node : found) all.push_back(*node);
        return Value(json::value(std::move(all)));
    }
    if (const auto* query = std::get_if<XPath>(&program_)) {
        auto xml = Xml::parse(to_text(*from));
        auto* document = std::get_if<Xml>(&xml);
        if (!document) return {};
        auto found = query->select(*document);
        return found ? Value(std::move(*found)) : Value();
    }
    return {};
}

}  // namespace workflow
