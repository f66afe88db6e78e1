#include "workflow/document/criterion.h"

#include <algorithm>

#include "workflow/document/selector.h"
#include "workflow/text/text.h"

namespace workflow {

namespace {

// ECMAScript's /pattern/flags, which authors write now and then. Without an anchor next to a slash the slashes may be
// meant.
std::optional<std::pair<std::string, std::string>> pattern_literal(std::string_view text) {
    if (!text.starts_with('/')) return std::nullopt;
    auto slash = text.rfind('/');
    if (slash == 0) return std::nullopt;
    auto pattern = text.substr(1, slash - 1), flags = text.substr(slash + 1);
    if (flags.find_first_not_of("dgimsuvy") != std::string_view::npos) return std::nullopt;
    if (!pattern.starts_with('^') && !pattern.ends_with('$')) return std::nullopt;
    return std::pair(std::string(pattern), std::string(flags));
}

Result<regex::Regex> compile_regex(std::string_view condition) {
    auto literal = pattern_literal(condition);
    if (!literal) return regex::Regex::compile_ecma(condition);
    bool ignores_case = literal->second.find('i') != std::string::npos;
    return regex::Regex::compile_ecma(literal->first, ignores_case ? regex::Case::ignored : regex::Case::significant);
}

std::string type_name(std::string_view type) { return type.empty() ? "simple" : std::string(type); }

}  // namespace

Criterion::Program Criterion::compile_program(Type type, std::string_view condition) {
    switch (type) {
    case Type::simple: {
        auto parsed = Condition::parse(condition);
        if (auto* ok = std::get_if<Condition>(&parsed)) return std::move(*ok);
        auto& error = std::get<SyntaxError>(parsed);
        return Broken{error.message + " (at character " + std::to_string(error.offset + 1) + ")"};
    }
    case Type::regex: {
        auto compiled = compile_regex(condition);
        if (compiled.ok()) return std::move(compiled).value();
        return Broken{compiled.error().detail};
    }
    case Type::jsonpath: {
        auto compiled = jsonpath::Query::compile(condition);
        if (compiled.ok()) return std::move(compiled).value();
        return Broken{compiled.error().detail};
    }
    case Type::xpath: {
        auto compiled = XPath::compile(condition);
        if (auto* ok = std::get_if<XPath>(&compiled)) return std::move(*ok);
        return Broken{std::get<std::string>(compiled)};
    }
    }
    return Broken{"of an unknown type"};
}

Criterion Criterion::compile(const json::value& value, Diagnostics& diagnostics) {
    Criterion out;
    out.program_ = Broken{"the criterion is not an object with a condition"};
    const auto* object = value.if_object();
    if (!object) {
        diagnostics.error(value, "a criterion must be an object", "write \"condition: $statusCode == 200\"");
        return out;
    }
    const auto* condition = object->if_contains("condition");
    if (!condition || !condition->is_string()) {
        diagnostics.error(condition ? *condition : value, "a criterion needs a condition, which is a string",
                          "write \"condition: $statusCode == 200\"");
        return out;
    }
    std::string_view text = condition->get_string();
    out.text_ = text;

    std::string type_text, reminder;
    if (const auto* type = object->if_contains("type")) {
        const auto* name = type->if_string();
        const auto* version = static_cast<const json::value*>(nullptr);
        if (const auto* detailed = type->if_object()) {
            const auto* inner = detailed->if_contains("type");
            name = inner ? inner->if_string() : nullptr;
            version = detailed->if_contains("version");
        }
        type_text = name ? std::string(*name) : "";
        if (type_text == "regex" && type->is_string())
            out.type_ = Type::regex;
        else if (type_text == "jsonpath")
            out.type_ = Type::jsonpath;
        else if (type_text == "xpath")
            out.type_ = Type::xpath;
        else if (type_text != "simple" || !type->is_string()) {
            diagnostics.error(*type,
                              "the type of a criterion is simple, regex, jsonpath or xpath (or an object with type "
                              "jsonpath or xpath, and version)",
                              "write one of them");
            out.program_ = Broken{"the criterion is of no known type"};
            return out;
        }
        if (type->is_object() && version && version->is_string()) {
            auto judged = judge_version(type_text, version->get_string());
            if (!judged.refusal.empty()) {
                diagnostics.error(*version, judged.refusal, "write one of them");
                out.program_ = Broken{judged.refusal};
                return out;
            }
            reminder = std::move(judged.reminder);
        }
        if (type->is_object() && (!version || !version->is_string()))
            diagnostics.error(*type, "a criterion's type given as an object needs a version",
                              "write the type as a string, or add version");
        if (!object->contains("context"))
            diagnostics.error(value, "a criterion with a type needs a context", "add \"context: $response.body\"");
    }

    if (const auto* context = object->if_contains("context")) {
        auto parsed = context->is_string() ? Expression::parse(context->get_string())
                                           : std::variant<Expression, std::string>(std::string("it is not a string"));
        bool needed = out.type_ != Type::simple;
        if (auto* expression = std::get_if<Expression>(&parsed))
            out.context_ = std::move(*expression);
        else if (needed)
            diagnostics.error(*context, "the context is no runtime expression: " + std::get<std::string>(parsed),
                              "write, for example, $response.body");
        else
            diagnostics.warning(*context, "the context is no runtime expression; a simple condition does without one",
                                "remove it, or write, for example, $response.body");
        if (needed) out.text_ = to_text(*context) + ": " + out.text_ + " (" + type_text + ")";
    }

    if (out.type_ != Type::simple && text.find("{$") != std::string_view::npos) {
        auto embedded = Template::compile_embedded(*condition, diagnostics);
        if (!embedded.is_literal()) {
            out.embedded_ = std::move(embedded);
            out.program_ = Broken{};
            return out;
        }
    }
    out.program_ = compile_program(out.type_, text);
    if (const auto* broken = std::get_if<Broken>(&out.program_)) {
        std::string fix = "correct the condition";
        if (out.type_ == Type::jsonpath && text.find("==") != std::string_view::npos &&
            text.find('?') == std::string_view::npos)
            fix =
                "a comparison stands in a filter ($.items[?@.state == 'open']) or in a simple condition "
                "($response.body#/state == 'open')";
        else if (out.type_ == Type::jsonpath && text.find(".length") != std::string_view::npos)
            fix = "RFC 9535 has no .length: write $[0] for \"not empty\", or a simple condition on a JSON Pointer";
        else if (out.type_ == Type::jsonpath)
            fix = "write a JSONPath query of RFC 9535, such as $.items[?@.state == 'open']";
        else if (out.type_ == Type::xpath)
            fix = "write an expression of XPath 1.0";
        else if (out.type_ == Type::simple && text.find("= ") != std::string_view::npos)
            fix = "compare with ==, !=, <, <=, > or >=, and join with && and ||";
        if (!reminder.empty()) out.program_ = Broken{broken->why + " (" + reminder + ")"};
        diagnostics.error(
            *condition,
            "the condition cannot be read as " + type_name(type_text) + ": " + std::get<Broken>(out.program_).why, fix);
    } else if (const auto* simple = std::get_if<Condition>(&out.program_); simple && simple->has_double_quotes()) {
        diagnostics.warning(
            *condition, "a text stands in double quotes; it works here, but the specification has single quotes only",
            "write 'text'");
    } else if (out.type_ == Type::regex && pattern_literal(text)) {
        diagnostics.warning(*condition,
                            "the pattern stands between slashes; it works here, but a pattern is written without them",
                            "remove the slashes");
    }
    return out;
}

std::variant<Verdict, const json::value*> Criterion::find_context(const Scope& scope, Value& context) const {
    if (!context_) return Verdict{false, "it has no context", true};
    context = context_->evaluate(scope);
    if (!context || context->is_null())
        return Verdict{false, context_->text() + (context ? " is null" : " has no value")};
    return &*context;
}

Verdict Criterion::apply(const Program& program, const json::value& context) {
    auto saw = [&] {
        return "the context is " + shorten(context.is_string() ? "'" + to_text(context) + "'" : to_json(context));
    };
    if (const auto* pattern = std::get_if<regex::Regex>(&program)) {
        bool holds = pattern->matches_somewhere(to_text(context));
        return {holds, holds ? std::string() : saw()};
    }
    if (const auto* query = std::get_if<jsonpath::Query>(&program)) {
        auto any = query->selects_any(context);
        if (!any.ok()) return {false, any.error().detail, true};
        bool holds = std::move(any).value();
        return {holds, holds ? std::string() : "it selects nothing; " + saw()};
    }
    if (const auto* query = std::get_if<XPath>(&program)) {
        auto xml = Xml::parse(to_text(context));
        if (const auto* why = std::get_if<std::string>(&xml)) return {false, "the context is " + *why, true};
        bool holds = query->holds(std::get<Xml>(xml));
        return {holds, holds ? std::string() : "it selects nothing; " + saw()};
    }
    return {false, std::get<Broken>(program).why, true};
}

std::string Criterion::defect() const {
    const auto* broken = std::get_if<Broken>(&program_);
    return broken && !embedded_ ? broken->why : std::string();
}

Verdict Criterion::check(const Scope& scope) const {
    if (const auto* simple = std::get_if<Condition>(&program_)) {
        bool holds = simple->holds(scope);
        return {holds, holds ? std::string() : simple->explain(scope)};
    }
    if (const auto* broken = std::get_if<Broken>(&program_); broken && !embedded_) return {false, broken->why, true};
    Value context;
    auto found = find_context(scope, context);
    if (auto* verdict = std::get_if<Verdict>(&found)) return std::move(*verdict);
    const auto& value = *std::get<const json::value*>(found);
    if (!embedded_) return apply(program_, value);

    Gaps gaps;
    auto condition = embedded_->evaluate(scope, gaps);
    if (!gaps.cannot.empty()) return {false, gaps.cannot + " has no value", true};
    auto text = to_text(*condition);
    auto verdict = apply(compile_program(type_, text), value);
    if (!verdict.holds) verdict.why = "with \"" + shorten(text) + "\": " + verdict.why;
    return verdict;
}

bool Criterion::holds(const Scope& scope) const {
    if (const auto* simple = std::get_if<Condition>(&program_)) return simple->holds(scope);
    return check(scope).holds;
}

void Criterion::for_each_expression(const std::function<void(const Expression&)>& visit) const {
    if (context_) visit(*context_);
    if (embedded_) embedded_->for_each_expression(visit);
    if (const auto* simple = std::get_if<Condition>(&program_)) simple->for_each_expression(visit);
}

bool all_hold(const std::vector<Criterion>& criteria, const Scope& scope) {
    return std::ranges::all_of(criteria, [&](const auto& criterion) { return criterion.holds(scope); });
}

}  // namespace workflow
