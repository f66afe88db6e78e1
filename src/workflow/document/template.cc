#include "workflow/document/template.h"

#include <re2/re2.h>

#include "workflow/text/text.h"

namespace workflow {

struct Template::Node {
    struct Broken {  // an author's slip that was reported; has no value
        std::string text;
    };
    using Part = std::variant<std::string, Expression, Broken>;
    struct Text {
        std::vector<Part> parts;
    };
    struct Array {
        std::vector<Node> elements;
    };
    struct Object {
        std::vector<std::pair<std::string, Node>> members;
    };

    std::variant<json::value, Expression, Selector, Broken, Text, Array, Object> content;

    bool is_literal() const { return std::holds_alternative<json::value>(content); }
};

struct Template::Compiler {
    bool selectors;
    Diagnostics& diagnostics;

    Node compile(const json::value& value) {
        if (value.is_string()) return compile_string(value);
        if (const auto* array = value.if_array()) return compile_array(value, *array);
        if (const auto* object = value.if_object()) return compile_object(value, *object);
        return {value};
    }

    Node compile_array(const json::value& value, const json::array& array) {
        Node::Array out;
        bool literal = true;
        for (const auto& element : array) {
            out.elements.push_back(compile(element));
            literal = literal && out.elements.back().is_literal();
        }
        return literal ? Node{value} : Node{std::move(out)};
    }

    Node compile_object(const json::value& value, const json::object& object) {
        if (selectors && Selector::is_selector(value)) return {Selector::compile(object, diagnostics)};
        Node::Object out;
        bool literal = true;
        for (const auto& member : object) {
            out.members.emplace_back(member.key(), compile(member.value()));
            literal = literal && out.members.back().second.is_literal();
        }
        return literal ? Node{value} : Node{std::move(out)};
    }

    Node compile_string(const json::value& value) {
        std::string_view text = value.get_string();
        if (looks_like_expression(text)) {
            auto parsed = Expression::parse(text);
            if (auto* expression = std::get_if<Expression>(&parsed)) return {std::move(*expression)};
            diagnostics.error(
                value, "\"" + shorten(text, 80) + "\" is no runtime expression: " + std::get<std::string>(parsed),
                fix_of(text, "correct the expression"));
            return {Node::Broken{std::string(text)}};
        }
        static const RE2 resembles(R"(\$[A-Za-z]+(\..*)?)");
        if (text.starts_with('$') && text.find_first_of(" {") == std::string_view::npos &&
            RE2::FullMatch({text.data(), text.size()}, resembles))
            diagnostics.warning(
                value, "\"" + shorten(text, 80) + "\" is no runtime expression; it is used as the text that it is",
                fix_of(text, "start it with $inputs., $steps., $response. or another root of the specification"));
        return compile_text(value);
    }

    static std::string fix_of(std::string_view text, const char* otherwise) {
        const auto meant = meant_expression(text);
        return meant.empty() ? otherwise : "write " + meant;
    }

    static constexpr std::size_t expression_shown_max = 200;

    void tell_no_expression(const json::value& value, std::string_view inside) {
        static const std::vector<std::string> roots = {
            "$url",   "$method",    "$statusCode",         "$request",    "$response", "$inputs", "$outputs",
            "$steps", "$workflows", "$sourceDescriptions", "$components", "$self"};
        const auto meant = meant_expression(inside);
        const auto near = nearest(inside.substr(0, inside.find('.')), roots);
        diagnostics.warning(
            value, "\"{" + shorten(inside, 80) + "}\" holds no runtime expression; it is sent as it is written",
            !meant.empty() ? "write {" + meant + "}"
            : near.empty() ? std::string()
                           : "if it should be one: it starts with " + near + ".");
    }

    Node compile_text(const json::value& value) {
        std::string_view text = value.get_string();
        Node::Text out;
        std::string literal;
        auto flush = [&] {
            if (!literal.empty()) out.parts.emplace_back(std::exchange(literal, {}));
        };
        while (!text.empty()) {
            auto open = text.find("{$");
            if (open == std::string_view::npos) break;
            auto close = text.find('}', open);
            if (close == std::string_view::npos) {
                diagnostics.warning(value, "\"{$\" is not closed by '}'; it is used as the text that it is",
                                    "write {$inputs.name}");
                break;
            }
            auto inside = text.substr(open + 1, close - open - 1);
            if (!looks_like_expression(inside)) {
                // Only an expression is embedded; what is none is a text, such as {$gt: 5}.
                tell_no_expression(value, inside.substr(0, expression_shown_max));
                literal += text.substr(0, open + 2);
                text.remove_prefix(open + 2);
                continue;
            }
            literal += text.substr(0, open);
            text.remove_prefix(close + 1);
            flush();
            auto parsed = Expression::parse(inside);
            if (auto* expression = std::get_if<Expression>(&parsed)) {
                out.parts.emplace_back(std::move(*expression));
            } else {
                diagnostics.error(
                    value, "\"" + shorten(inside, 80) + "\" is no runtime expression: " + std::get<std::string>(parsed),
                    fix_of(inside, "correct what stands between { and }"));
                out.parts.emplace_back(Node::Broken{std::string(inside)});
            }
        }
        literal += text;
        if (out.parts.empty()) return {value};
        flush();
        return {std::move(out)};
    }
};

namespace {

template <class Node>
struct Evaluation {
    const Scope& scope;
    Gaps& gaps;

    Value value_of(const Node& node) {
        if (const auto* literal = std::get_if<json::value>(&node.content)) return Value(*literal);
        if (const auto* expression = std::get_if<Expression>(&node.content)) return expression->evaluate(scope);
        if (const auto* selector = std::get_if<Selector>(&node.content)) return selector->evaluate(scope);
        if (const auto* text = std::get_if<typename Node::Text>(&node.content)) return text_of(*text);
        if (const auto* array = std::get_if<typename Node::Array>(&node.content)) return array_of(*array);
        if (const auto* object = std::get_if<typename Node::Object>(&node.content)) return object_of(*object);
        return {};
    }

    Value text_of(const typename Node::Text& text) {
        std::string out;
        for (const auto& part : text.parts) {
            if (const auto* literal = std::get_if<std::string>(&part)) {
                out += *literal;
            } else if (const auto* expression = std::get_if<Expression>(&part)) {
                auto value = expression->evaluate(scope);
                if (!value && gaps.cannot.empty()) gaps.cannot = expression->text();
                if (value) out += to_text(*value);
            } else if (gaps.cannot.empty()) {
                gaps.cannot = std::get<typename Node::Broken>(part).text;
            }
        }
        return Value(json::value(std::move(out)));
    }

    Value array_of(const typename Node::Array& array) {
        json::array out;
        out.reserve(array.elements.size());
        for (const auto& element : array.elements) {
            auto value = value_of(element);
            if (!value) tell(element);
            out.push_back(value ? std::move(value).copy() : json::value());
        }
        return Value(json::value(std::move(out)));
    }

    Value object_of(const typename Node::Object& object) {
        json::object out;
        out.reserve(object.members.size());
        for (const auto& [name, member] : object.members) {
            auto value = value_of(member);
            if (value)
                out.emplace(name, std::move(value).copy());
            else
                tell(member);
        }
        return Value(json::value(std::move(out)));
    }

    void tell(const Node& node) {
        if (const auto* expression = std::get_if<Expression>(&node.content))
            gaps.left_out.push_back(expression->text());
        if (const auto* selector = std::get_if<Selector>(&node.content)) gaps.left_out.push_back(selector->text());
        if (const auto* broken = std::get_if<typename Node::Broken>(&node.content))
            gaps.left_out.push_back(broken->text);
    }
};

template <class Node>
void visit_expressions(const Node& node, const std::function<void(const Expression&)>& visit) {
    if (const auto* expression = std::get_if<Expression>(&node.content)) return visit(*expression);
    if (const auto* selector = std::get_if<Selector>(&node.content)) {
        if (selector->context()) visit(*selector->context());
    } else if (const auto* text = std::get_if<typename Node::Text>(&node.content)) {
        for (const auto& part : text->parts)
            if (const auto* expression = std::get_if<Expression>(&part)) visit(*expression);
    } else if (const auto* array = std::get_if<typename Node::Array>(&node.content)) {
        for (const auto& element : array->elements) visit_expressions(element, visit);
    } else if (const auto* object = std::get_if<typename Node::Object>(&node.content)) {
        for (const auto& member : object->members) visit_expressions(member.second, visit);
    }
}

}  // namespace

Template Template::compile(const json::value& value, bool selectors, Diagnostics& diagnostics) {
    Template out;
    out.written_ = value;
    out.node_ = std::make_shared<const Node>(Compiler{selectors, diagnostics}.compile(value));
    return out;
}

Template Template::compile_embedded(const json::value& text, Diagnostics& diagnostics) {
    Template out;
    out.written_ = text;
    out.node_ = std::make_shared<const Node>(Compiler{false, diagnostics}.compile_text(text));
    return out;
}

Value Template::evaluate(const Scope& scope, Gaps& gaps) const {
    return Evaluation<Node>{scope, gaps}.value_of(*node_);
}

bool Template::is_literal() const { return node_->is_literal(); }

bool Template::is_expression() const {
    return std::holds_alternative<Expression>(node_->content) || std::holds_alternative<Selector>(node_->content);
}

void Template::for_each_expression(const std::function<void(const Expression&)>& visit) const {
    visit_expressions(*node_, visit);
}

}  // namespace workflow
